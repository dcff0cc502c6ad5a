"""C#."""

from __future__ import annotations

ENDINGS = (".cs",)
