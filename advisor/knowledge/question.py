"""Statements of one dimension, a date, a version and conditions -> the one that holds, or several with what separates them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from advisor import versions
from advisor.knowledge.statements import Condition, Known, Special, Statement

VERSION = "version"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is given: ``version`` is a number or ``None``; conditions hold what files show or the user assumes."""

    at: date
    version: str | None
    given: Mapping[str, str]
    conditions: Mapping[str, Condition]
    first_released: Mapping[str, date]
    """Version named in a statement -> the day of the first release that has it, where known."""
    oldest: str | None = None
    """Where the version is not given, no release before this one is meant."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A statement that holds, or may hold under ``open``: the conditions that are not settled."""

    statement: Statement
    open: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def rank(self) -> int:
        return len(self.statement.when)


def answer(statements: Iterable[Statement], asked: Asked) -> Known:
    """The most specific statement that holds; those that may hold and are as specific make it ``several``."""
    candidates = [found for statement in statements if (found := _candidate(statement, asked)) is not None]
    settled = max((one for one in candidates if not one.open), key=lambda one: one.rank, default=None)
    rest = [one for one in candidates if one.open and (settled is None or one.rank > settled.rank)]
    if not candidates:
        return Known("unknown", reason="no statement covers this date, version and these conditions")
    everyone = [*rest, *([settled] if settled else [])]
    if len({_told(one.statement) for one in everyone}) == 1:
        return _single(min(everyone, key=lambda one: (one.rank, bool(one.open))).statement)
    keys = tuple(dict.fromkeys(key for one in rest for key in one.open))
    otherwise = _otherwise(keys, rest, asked)
    branches = tuple((" and ".join(one.words) or otherwise, one.statement) for one in everyone)
    return Known("several", branches=branches, reason=f"it depends on {_listed(keys, asked)}", condition=next(iter(keys), None))


def _single(statement: Statement) -> Known:
    if statement.value in (Special.UNKNOWN, Special.UNPUBLISHED):
        published = "the vendor publishes no figure" if statement.value is Special.UNPUBLISHED else "looked for and not found"
        return Known("unknown", statement, reason=statement.note or published)
    return Known("one", statement)


def _told(statement: Statement) -> tuple[object, ...]:
    return (type(statement.value), statement.value, statement.reset_by)


def _otherwise(keys: tuple[str, ...], rest: Iterable[_Candidate], asked: Asked) -> str:
    """The remaining options of a single open condition in words; ``otherwise`` where they cannot be named."""
    condition = asked.conditions.get(keys[0]) if len(keys) == 1 else None
    if condition is None:
        return "otherwise"
    named = {option for one in rest for key, options in one.statement.when if key == condition.key for option in options}
    remaining = tuple(option for option in condition.options if option not in named)
    return condition.words(remaining) if remaining else "otherwise"


def _listed(keys: Iterable[str], asked: Asked) -> str:
    asks = ["the version" if key == VERSION else asked.conditions[key].asks if key in asked.conditions else key for key in keys]
    return " and ".join(asks) or "conditions not given"


def _candidate(statement: Statement, asked: Asked) -> _Candidate | None:
    open_keys: list[str] = []
    words: list[str] = []
    for key, options in statement.when:
        condition = asked.conditions.get(key) or Condition(key, key)
        value = asked.given.get(key, condition.usual)
        if value is None:
            open_keys.append(key)
            words.append(condition.words(options))
        elif not any(holds(value, option) for option in options):
            return None
    in_force, span = _by_date(statement, asked) if statement.validity == "date" else _by_version(statement, asked)
    if in_force is False:
        return None
    if in_force is None:
        open_keys.append(VERSION)
        words.append(span)
    return _Candidate(statement, tuple(open_keys), tuple(words))


def holds(value: str, option: str) -> bool:
    """True where a given value fits an option: the same word, or a comparison (``>=5``, ``<2025-04-23``)."""
    for sign in (">=", "<"):
        if option.startswith(sign):
            limit = option.removeprefix(sign).strip()
            older = value < limit if limit.count("-") == 2 else versions.before(value, limit)
            return older is (sign == "<")
    return value.lower() == option.lower()


def _by_date(statement: Statement, asked: Asked) -> tuple[bool | None, str]:
    day = asked.at.isoformat()
    return not (statement.since and day < statement.since) and not (statement.until and day >= statement.until), ""


def _by_version(statement: Statement, asked: Asked) -> tuple[bool | None, str]:
    """Whether a statement holds for the version; ``None`` with the span in words where the version does not settle it.

    A version that is not given is none that came out later than the date, and none older than the profile's oldest.
    """
    since, until, version = statement.since, statement.until, asked.version
    if since and (first := asked.first_released.get(since)) and asked.at < first:
        return False, ""
    if until and (first := asked.first_released.get(until)) and asked.at < first:
        until = None
    limits = [limit for limit in (since, until) if limit]
    unsettled = version is None or any(versions.ambiguous(version, limit) for limit in limits)
    if unsettled and asked.oldest:
        if until and not versions.before(asked.oldest, until):
            return False, ""
        since = since if since and versions.before(asked.oldest, since) else None
    if not since and not until:
        return True, ""
    return (None, _span(since, until)) if unsettled or version is None else (versions.within(version, since, until), "")


def _span(since: str | None, until: str | None) -> str:
    if since and until:
        return f"version {since} up to but not {until}"
    return f"version {since} or later" if since else f"a version before {until}"
