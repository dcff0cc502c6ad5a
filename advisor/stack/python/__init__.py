"""Python."""

from __future__ import annotations

ENDINGS = (".py", "requirements.txt", "pyproject.toml", "Pipfile")
