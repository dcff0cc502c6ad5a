"""What a writer of fixes hands out: edits that belong together, and whether they touch the socket alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from advisor.model import Edit, Finding
from advisor.rules.scan import Scan


@dataclass(frozen=True, slots=True)
class Candidate:
    """Edits that may settle a finding. Nothing is a fix before it is proven."""

    edits: tuple[Edit, ...]
    safe: bool
    """The writer's claim that no ordinary request and no other socket is treated differently."""
    does: str
    """What the edits do, as a clause: ``gives /ws a location of its own``."""


Writer = Callable[[Scan, Finding], Iterator[Candidate]]
"""A scan and one of its findings -> what may settle it, the best first."""
