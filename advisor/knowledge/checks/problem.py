"""What a check finds, and the data it looks at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from advisor.knowledge.build import NO_PROFILES

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with the data. ``file`` is below ``platforms``; ``message`` a sentence."""

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class Data:
    """The folder as plain data, dates as ISO text, and the day it is checked on."""

    files: Raw
    """Path below ``platforms`` without ``.yaml`` -> content."""
    today: date

    @property
    def dimensions(self) -> Mapping[str, Raw]:
        return self.files["dimensions"]["dimensions"]  # type: ignore[no-any-return]

    def profiles(self) -> Iterator[tuple[str, Raw]]:
        """File name with ``.yaml`` and content of every profile."""
        yield from ((f"{path}.yaml", content) for path, content in self.files.items() if path not in NO_PROFILES)

    def facts(self) -> Iterator[tuple[str, Raw, Raw]]:
        """File, profile and fact of every fact whose dimension exists."""
        for file, profile in self.profiles():
            yield from ((file, profile, fact) for fact in profile["facts"] if fact["dimension"] in self.dimensions)

    def statements(self) -> Iterator[tuple[str, Raw, Raw, Raw]]:
        """File, dimension, fact and statement of every statement."""
        for file, _, fact in self.facts():
            for statement in fact["statements"]:
                yield file, self.dimensions[fact["dimension"]], fact, statement


def validity(profile: Raw, fact: Raw, statement: Raw) -> str:
    """How since and until of a statement are counted: ``version`` or ``date``."""
    return str(statement.get("validity") or fact.get("validity") or profile.get("validity", "date"))
