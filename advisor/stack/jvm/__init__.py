"""Java and Kotlin."""

from __future__ import annotations

ENDINGS = (".java", ".kt")
