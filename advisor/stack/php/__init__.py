"""PHP."""

from __future__ import annotations

ENDINGS = (".php",)
