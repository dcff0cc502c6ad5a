"""What a template declares, in either form, and what an expression in it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from advisor.formats.document import Node
from advisor.model import Certainty, Place

MOST_RESOURCES = 1_000
MOST_STEPS = 12


class Scope(Protocol):
    """Where an expression stands."""

    def refer(self, text: str, steps: int = MOST_STEPS) -> Iterator[Declared]:
        """The resources that an open expression names, in order; also several times."""
        ...


@dataclass(eq=False)
class Declared:
    """One resource. ``label`` is how people name it: the symbols of the modules on the way, and its own."""

    type: str
    label: str
    body: Node
    place: Place
    scope: Scope
    certainty: Certainty = "explicit"
    existing: bool = False
    made_by: str = ""
    children: list[Declared] = field(default_factory=list)
