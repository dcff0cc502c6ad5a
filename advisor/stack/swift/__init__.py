"""Swift."""

from __future__ import annotations

ENDINGS = (".swift",)
