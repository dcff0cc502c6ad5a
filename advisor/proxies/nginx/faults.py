"""The one noun of all checks: why nginx does not start."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.model import Place


@dataclass(frozen=True, slots=True)
class Fault:
    """nginx's own message without its place, and the place."""

    reason: str
    place: Place | None
