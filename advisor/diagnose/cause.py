"""What explains a symptom: a cause with its place on the path, its reasons, and the test that tells it from the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from advisor.model import Path, Place, Step
from advisor.symptoms import Symptom

Likelihood = Literal["likely", "possible"]
APP, CLIENT = "app", "client"
"""``Cause.platform`` where it is no platform's."""
MOST = 12
_FROM = 10.0
"""The score from which a cause is told as likely."""
_AHEAD = 2.0
"""By how much a cause that stands out is ahead of the next."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One explanation. ``platform``: id of a profile, ``app``, ``client``, or ``None`` where no hop can be named."""

    means: str
    test: str
    score: float
    """How much speaks for it; the order, never shown."""
    because: tuple[str, ...] = ()
    hop: str | None = None
    """Id of a hop of the repository's own paths."""
    platform: str | None = None
    name: str = ""
    """Who it is, as a person reads it."""
    rule: str | None = None
    path: str | None = None
    place: Place | None = None
    """The line that decides, or the line to look at first."""
    fact: str | None = None
    about: str = ""
    """What it is about, so that two ways of finding the same cause are joined: a rule, a dimension, or a cause's id."""

    @property
    def likelihood(self) -> Likelihood:
        return "likely" if self.score >= _FROM else "possible"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer to ``wsadvise why``."""

    symptom: Symptom
    causes: tuple[Cause, ...]
    asked: Literal["repository", "knowledge"]
    """Where the causes were looked for."""
    note: str = ""
    """What has to be known about the answer as a whole, a sentence."""
    collect: tuple[str, ...] = ()
    """What to note, where nothing can be said yet."""


def ranked(found: Iterable[Cause], most: int = MOST) -> tuple[Cause, ...]:
    """The causes with the best first; what is said twice of one hop is joined, and nothing is said of no hop that is of one."""
    joined: dict[tuple[str, str], Cause] = {}
    for cause in found:
        key = (cause.hop or cause.platform or cause.name, cause.about)
        known = joined.get(key)
        joined[key] = cause if known is None else _join(known, cause)
    best: dict[str, float] = {}
    for cause in (cause for cause in joined.values() if cause.platform is not None):
        best[cause.about] = max(cause.score, best.get(cause.about, 0))
    told = [cause for cause in joined.values() if cause.platform is not None or cause.score >= best.get(cause.about, 0)]
    return tuple(sorted(told, key=lambda cause: -cause.score)[:most])


def set_apart(causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """The first cause made a likely one where nothing else comes near it."""
    if not causes or causes[0].score < _AHEAD * 3 or (len(causes) > 1 and causes[0].score - causes[1].score < _AHEAD):
        return causes
    return (replace(causes[0], score=max(causes[0].score, _FROM)), *causes[1:])


def _join(one: Cause, other: Cause) -> Cause:
    best, second = (one, other) if one.score >= other.score else (other, one)
    return replace(
        best,
        score=best.score + min(second.score, 6.0) / 2,
        because=tuple(dict.fromkeys((*best.because, *second.because))),
        rule=best.rule or second.rule,
        place=best.place or second.place,
        fact=best.fact or second.fact,
    )


def name_of(path: Path, step: Step) -> str:
    """A hop by its name, with its number where the path has several of that name."""
    same = [each for each in path.steps if each.hop.name == step.hop.name]
    return step.hop.name if len(same) == 1 else f"{step.hop.name} ({step.hop.id})"
