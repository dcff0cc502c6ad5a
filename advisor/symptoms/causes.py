"""``tables/causes.yaml`` -> the causes that hold for any platform, each with its signatures, rules and the test that tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from advisor.data import folder
from advisor.symptoms.match import Fit, fits
from advisor.symptoms.symptom import Signature, Symptom, entries


@dataclass(frozen=True, slots=True)
class GenericCause:
    """One reason why a socket does not open or does not last, whatever the platform."""

    id: str
    means: str
    """What happened, a sentence."""
    who: Literal["hop", "app", "client", "network"]
    """Where it is found."""
    test: str
    """One test that tells it from the others."""
    signatures: tuple[Signature, ...]
    rules: tuple[str, ...] = ()
    """Rules whose finding shows that it is so here."""
    evidence: str | None = None
    """What else in the repository would show it; a name of ``advisor.evidence``."""
    walked: bool = False
    """True where the walk settles it: a handshake that the walk brings to the app speaks against it."""
    alone: bool = True
    """False where it is told only if the repository shows it."""

    def fit(self, symptom: Symptom) -> Fit | None:
        """How well the best signature fits."""
        found = [fit for signature in self.signatures if (fit := fits(symptom, signature)) is not None]
        return max(found, key=lambda fit: fit.score, default=None)


@cache
def causes() -> tuple[GenericCause, ...]:
    """All of them, in the order of the table."""
    return tuple(_causes())


def _causes() -> Iterator[GenericCause]:
    for raw in entries("causes"):
        kept: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in raw.items() if key != "signatures"
        }
        yield GenericCause(**kept, signatures=tuple(Signature.of(each) for each in raw["signatures"]))


def collect() -> tuple[str, ...]:
    """What to note where a symptom says too little."""
    return tuple(folder("symptoms")["causes"]["collect"])
