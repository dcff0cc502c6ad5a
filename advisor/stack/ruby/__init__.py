"""Ruby."""

from __future__ import annotations

ENDINGS = (".rb", ".ru")
