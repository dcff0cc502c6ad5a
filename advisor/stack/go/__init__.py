"""Go."""

from __future__ import annotations

ENDINGS = (".go",)
