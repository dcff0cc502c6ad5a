"""What the knowledge says of a dimension -> the facts that a report cites."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.knowledge import Knowledge, Known
from advisor.model import Fact


def stated(knowledge: Knowledge, id: str, known: Known) -> Iterator[Fact]:
    """A fact for the statement that holds, or for each that may hold; ``id`` is ``<platform>/<dimension>``."""
    platform, _, dimension = id.partition("/")
    for statement in [known.statement] if known.statement else [each for _, each in known.branches]:
        value = f"{statement.value} {statement.unit}" if statement.unit else str(statement.value)
        told = f"{knowledge.platform(platform).name}: {dimension} {value}"
        yield Fact(id, told, statement.urls, statement.confirmed.on.isoformat(), statement.confidence)
