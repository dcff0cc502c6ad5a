"""Plain data of one ``platforms/<kind>/<id>.yaml`` -> a profile: facts with validity, and how files set them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from advisor import versions
from advisor.knowledge.confidence import confidence, is_stale
from advisor.knowledge.question import Asked, answer, holds
from advisor.knowledge.statements import (
    Condition,
    Confirmed,
    Dimension,
    FactValue,
    Known,
    SetBy,
    Source,
    Special,
    Statement,
    Validity,
)

CHANNELS = ("mainline", "stable")


@dataclass(frozen=True, slots=True)
class Release:
    """One release: its version, the day it came out, and the channel (image tag) it came out on."""

    version: str
    on: date
    channel: str


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """``sunset`` carries a day and a successor, ``moved`` the id it is known by now."""

    status: Literal["active", "beta", "sunset", "moved"]
    on: date | None = None
    successor: str | None = None
    to: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """What turns sockets on or off, where a file or only a dashboard shows it."""

    id: str
    what: str
    when_absent: Literal["on", "off", "depends"]
    on: tuple[str, ...] = ()
    """Values that mean on."""
    off: tuple[str, ...] = ()
    shown_by: tuple[SetBy, ...] = ()
    dashboard: str | None = None
    """Where a person finds it, if no file has to show it."""
    note: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class NoEffect:
    """A setting that people rely on for sockets and that does nothing for them here, and the one that acts."""

    format: str
    key: str
    why: str
    instead: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Module:
    """What must be loaded or enabled for the tunnel."""

    name: str
    needed_for: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """The health check as it is by default. ``kind`` ``none``: nothing is asked unless it is configured."""

    kind: Literal["http", "tcp", "command", "none"]
    path: str | None = None
    method: str | None = None
    status: tuple[str, ...] = ()
    """Accepted statuses: ``200``, ``200-399``."""
    set_by: tuple[SetBy, ...] = ()
    note: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Symptom:
    """What a person sees when this hop breaks a socket, and what it means; in words, and as features to compare with."""

    sees: str
    means: str
    sources: tuple[Source, ...] = ()
    phase: Literal["handshake", "open"] | None = None
    status: tuple[int, ...] = ()
    close_code: tuple[int, ...] = ()
    log_code: tuple[str, ...] = ()
    """Codes of the platform's log, in capitals."""
    log_words: tuple[str, ...] = ()
    """Literals of a line that it logs or answers."""
    after_s: tuple[float, ...] = ()
    signs: tuple[str, ...] = ()
    """Names of ``advisor.symptoms.signs()``."""
    fact: str | None = None
    """The dimension whose limit shows itself so: its value in force counts, not ``after_s``."""
    rules: tuple[str, ...] = ()
    """Rules whose finding is the same thing seen in the files."""
    test: str = ""


@dataclass(frozen=True, slots=True)
class Implied:
    """A hop that comes along with this one."""

    platform: str
    where: Literal["in_front", "behind"]
    when: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Where to go where this platform does not fit; ``platform`` is an id of the knowledge base, if it has one."""

    name: str
    fits: str
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class FactEntry:
    """All statements of one dimension, as the file holds them, and the keys that set it."""

    dimension: str
    statements: tuple[Mapping[str, Any], ...]
    set_by: tuple[SetBy, ...] = ()
    validity: Validity | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """One platform. ``fact`` answers questions; the other fields are data that rules read instead of a platform's name."""

    id: str
    name: str
    vendor: str
    kind: str
    validity: Validity
    lifecycle: Lifecycle
    dimensions: Mapping[str, Dimension]
    sources: Mapping[str, Source]
    facts: Mapping[str, FactEntry]
    summary: str = ""
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    implies: tuple[Implied, ...] = ()
    recognised_by: tuple[Mapping[str, Any], ...] = ()
    oldest: str | None = None
    """The oldest release still met: where no version is shown, an older one is not meant."""
    releases: tuple[Release, ...] = ()
    first_released: Mapping[str, date] = field(default_factory=dict)
    """Version that a statement names -> the day of the first release that has it, where the releases reach back to it."""
    switches: tuple[Switch, ...] = ()
    no_effect: tuple[NoEffect, ...] = ()
    modules: tuple[Module, ...] = ()
    health_check: Check | None = None
    own_protocol_signs: tuple[Mapping[str, Any], ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    def fact(self, dimension: str, /, *, at: date, version: str | None = None, **conditions: str) -> Known:
        """What holds for a dimension at a date, for a version and under conditions (see :class:`Known`)."""
        entry = self.facts.get(dimension)
        if entry is None:
            return Known("absent", reason=f"the profile of {self.name} says nothing about {dimension}")
        asked = Asked(at, self.number(version, at), conditions, self.conditions, self.first_released, self.oldest)
        return answer(self.statements(dimension, at), asked)

    def statements(self, dimension: str, at: date) -> tuple[Statement, ...]:
        """Every statement of a dimension, past ones included, with their confidence at the date."""
        entry = self.facts.get(dimension)
        return tuple(self._statement(entry, raw, at) for raw in entry.statements) if entry else ()

    def set_by(self, dimension: str) -> tuple[SetBy, ...]:
        """The keys of files that set a dimension here; empty where no file can."""
        entry = self.facts.get(dimension)
        return entry.set_by if entry else ()

    def settings(self) -> tuple[SetBy, ...]:
        """Every key of a file that sets something here: a fact, a switch or the health check."""
        check = self.health_check.set_by if self.health_check is not None else ()
        entries = (*(each for entry in self.facts.values() for each in entry.set_by), *check)
        shown = (each for switch in self.switches for each in switch.shown_by)
        return tuple({(each.format, each.key): each for each in (*entries, *shown)}.values())

    def sets(self, dimension: str, given: Mapping[str, str]) -> dict[tuple[str, str], str]:
        """Format and key of what sets, or may set, a dimension -> the condition in words where it is not settled, else ``""``."""
        found = {(each.format, each.key): self._unsettled(each.when, given) for each in self.set_by(dimension)}
        return {key: words for key, words in found.items() if words is not None}

    def _unsettled(self, when: Iterable[tuple[str, tuple[str, ...]]], given: Mapping[str, str]) -> str | None:
        """The conditions that are not given, in words; ``None`` where one that is given does not hold."""
        words = []
        for key, options in when:
            condition = self.conditions.get(key) or Condition(key, key)
            value = given.get(key, condition.usual)
            if value is None:
                words.append(condition.words(options))
            elif not any(holds(value, option) for option in options):
                return None
        return " and ".join(words)

    def current(self, tag: str, at: date) -> str | None:
        """The release that a moving tag (``latest``, ``stable-alpine``, ``1.28``) means at a date; ``None``: not known."""
        out = [release for release in self.releases if release.on <= at]
        wanted = versions.key(tag)
        if wanted:
            out = [release for release in out if versions.key(release.version)[: len(wanted)] == wanted]
        else:
            channel = next((name for name in CHANNELS if name in tag.split("-")), CHANNELS[0])
            known = {release.channel for release in out}
            out = [release for release in out if release.channel == channel or channel not in known]
        newest = max(out, key=lambda release: versions.key(release.version), default=None)
        return newest.version if newest else None

    def number(self, version: str | None, at: date) -> str | None:
        """A version as a number; a moving tag becomes the release current at the date, anything else is not known."""
        if version is None or versions.key(version):
            return version
        return self.current(version, at) if self.releases else None

    def stale(self, at: date) -> tuple[Statement, ...]:
        """Statements in force at the date that nobody confirmed within their budget."""
        return tuple(
            statement
            for key, entry in self.facts.items()
            for raw, statement in zip(entry.statements, self.statements(key, at), strict=True)
            if not _is_over(statement, at) and is_stale(statement.confirmed, at, self._budget(key, raw))
        )

    def _statement(self, entry: FactEntry, raw: Mapping[str, Any], at: date) -> Statement:
        dimension = self.dimensions[entry.dimension]
        sources = tuple(self.sources[key] for key in raw["sources"])
        confirmed = Confirmed(date.fromisoformat(raw["confirmed"]["on"]), raw["confirmed"]["how"])
        return Statement(
            id=f"{self.id}/{entry.dimension}",
            value=typed(raw["value"], dimension),
            unit=dimension.unit,
            sources=sources,
            confirmed=confirmed,
            confidence=confidence(sources, confirmed, at, self._budget(entry.dimension, raw)),
            min=raw.get("min"),
            max=raw.get("max"),
            reset_by=raw.get("reset_by"),
            when=conditions_of(raw),
            since=_text(raw.get("since")),
            until=_text(raw.get("until")),
            validity=raw.get("validity") or entry.validity or self.validity,
            per=raw.get("per"),
            can_be=tuple(raw.get("can_be", ())),
            details=raw.get("details", {}),
            note=raw.get("note", ""),
        )

    def _budget(self, dimension: str, raw: Mapping[str, Any]) -> int:
        own: int | None = raw.get("recheck_days")
        return own or self.dimensions[dimension].recheck_days


def typed(value: Any, dimension: Dimension) -> FactValue:
    """A value of the file as its dimension types it; the special words become :class:`Special` unless they are options."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str) and value in _SPECIAL and value not in dimension.options:
        return Special(value)
    if isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"a value of {dimension.key} is neither a scalar nor a list: {value!r}")


def conditions_of(raw: Mapping[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """``when`` of a statement or of a key: each condition with the options under which it holds."""
    return tuple((key, _options(value)) for key, value in raw.get("when", {}).items())


_SPECIAL = frozenset(special.value for special in Special)


def _is_over(statement: Statement, at: date) -> bool:
    return statement.validity == "date" and statement.until is not None and statement.until <= at.isoformat()


def _options(value: Any) -> tuple[str, ...]:
    return tuple(_text(item) or "" for item in (value if isinstance(value, list) else [value]))


def _text(value: Any) -> str | None:
    """A scalar as the readers write it: YAML's ``true`` is the word ``true``."""
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
