"""A profile, a date, a version and conditions -> plain data for ``wsadvise platform``: its page, and the list of all.

The keys are the public contract of ``platform --format json``; further keys may be added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from advisor import versions
from advisor.knowledge import Knowledge
from advisor.knowledge.overview import holding, row
from advisor.knowledge.profile import Profile
from advisor.knowledge.question import holds
from advisor.knowledge.statements import Known, SetBy, Source, Statement


def page(profile: Profile, at: date, version: str | None = None, when: Mapping[str, str] | None = None) -> dict[str, Any]:
    """All that holds at the date and version; several statements of one dimension carry what separates them in ``when``."""
    given = when or {}
    facts = [
        _fact(profile, dimension, statement, condition, given)
        for dimension in profile.facts
        for condition, statement in _holding(profile.fact(dimension, at=at, version=version, **given))
    ]
    return {
        "id": profile.id,
        "name": profile.name,
        "vendor": profile.vendor,
        "kind": profile.kind,
        "summary": profile.summary,
        "as_of": at.isoformat(),
        "version": profile.number(version, at),
        "lifecycle": _lifecycle(profile),
        "conditions": [
            {"key": each.key, "asks": each.asks, "options": list(each.options), "usual": each.usual}
            for each in profile.conditions.values()
        ],
        "implies": [{"platform": each.platform, "where": each.where, "note": each.note} for each in profile.implies],
        "recognised_by": [dict(each) for each in profile.recognised_by],
        "facts": facts,
        "history": [
            {"holds": period, **_fact(profile, dimension, statement, None, given)}
            for dimension in profile.facts
            for period, statement in _other_times(profile, dimension, at, version)
        ],
        "switches": [
            {
                "id": each.id,
                "what": each.what,
                "when_absent": each.when_absent,
                "dashboard": each.dashboard,
                "shown_by": _keys(each.shown_by),
                "note": each.note,
            }
            for each in profile.switches
        ],
        "no_effect": [
            {"format": each.format, "key": each.key, "why": each.why, "instead": each.instead} for each in profile.no_effect
        ],
        "modules": [{"name": each.name, "needed_for": each.needed_for} for each in profile.modules],
        "health_check": _health_check(profile),
        "symptoms": [{"sees": each.sees, "means": each.means} for each in profile.symptoms],
        "alternatives": [{"platform": each.platform, "name": each.name, "fits": each.fits} for each in profile.alternatives],
    }


def listing(knowledge: Knowledge, at: date) -> list[dict[str, Any]]:
    """All platforms by id: what they are, whether they take WebSockets at the date, and how much is known of them."""
    return [_entry(knowledge.platform(platform), at) for platform in knowledge.platforms()]


def _entry(profile: Profile, at: date) -> dict[str, Any]:
    support = {str(statement.value) for statement in holding(profile.fact("websocket_support", at=at))}
    return {
        "id": profile.id,
        "name": profile.name,
        "kind": profile.kind,
        "websocket_support": support.pop() if len(support) == 1 else "depends" if support else "unknown",
        "facts": len(profile.facts),
        "statements": sum(len(entry.statements) for entry in profile.facts.values()),
        **row(profile, at),
    }


def _holding(known: Known) -> list[tuple[str | None, Statement]]:
    """Each statement that holds or may hold, with the condition in words where there are several."""
    if known.statement is not None:
        return [(None, known.statement)]
    return list(known.branches)


def _other_times(profile: Profile, dimension: str, at: date, version: str | None) -> Iterator[tuple[str, Statement]]:
    """The statements that held before the date or version, or hold only after it: ``before`` or ``after``."""
    number = profile.number(version, at)
    for statement in profile.statements(dimension, at):
        by_date = statement.validity == "date"
        now = at.isoformat() if by_date else number
        if now is None:
            continue
        if statement.until and not _earlier(now, statement.until, by_date=by_date):
            yield "before", statement
        elif statement.since and _earlier(now, statement.since, by_date=by_date):
            yield "after", statement


def _earlier(one: str, other: str, *, by_date: bool) -> bool:
    return one < other if by_date else versions.before(one, other)


def _fact(
    profile: Profile, dimension: str, statement: Statement, condition: str | None, given: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "id": statement.id,
        "dimension": dimension,
        "value": list(statement.value) if isinstance(statement.value, tuple) else statement.value,
        "unit": statement.unit,
        "min": statement.min,
        "max": statement.max,
        "reset_by": statement.reset_by,
        "per": statement.per,
        "can_be": list(statement.can_be),
        "details": dict(statement.details),
        "when": {key: list(options) if len(options) > 1 else options[0] for key, options in statement.when},
        "condition": condition,
        "since": statement.since,
        "until": statement.until,
        "confidence": statement.confidence,
        "confirmed": {"on": statement.confirmed.on.isoformat(), "how": statement.confirmed.how},
        "set_by": _setting(profile, dimension, statement, given),
        "sources": [_source(each) for each in statement.sources],
        "note": statement.note,
    }


def _lifecycle(profile: Profile) -> dict[str, Any]:
    lifecycle = profile.lifecycle
    optional = {
        "on": lifecycle.on.isoformat() if lifecycle.on else None,
        "successor": lifecycle.successor,
        "to": lifecycle.to,
        "note": lifecycle.note,
    }
    return {"status": lifecycle.status} | {key: value for key, value in optional.items() if value}


def _health_check(profile: Profile) -> dict[str, Any] | None:
    check = profile.health_check
    if check is None:
        return None
    return {
        "kind": check.kind,
        "path": check.path,
        "method": check.method,
        "status": list(check.status),
        "set_by": _keys(check.set_by),
        "note": check.note,
    }


def _setting(profile: Profile, dimension: str, statement: Statement, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """The keys that set the dimension where the statement holds, each with the condition in words that is still open."""
    told: dict[str, tuple[str, ...]] = {key: (value,) for key, value in given.items()} | dict(statement.when)
    found = []
    for key in profile.set_by(dimension):
        if any(name in told and not _meet(told[name], options) for name, options in key.when):
            continue
        left = [
            condition.words(options)
            for name, options in key.when
            if name not in told and (condition := profile.conditions.get(name)) is not None
        ]
        found.append(
            {"format": key.format, "key": key.key}
            | ({"condition": " and ".join(left)} if left else {})
            | ({"waits": True} if key.waits else {})
        )
    return found


def _meet(some: Iterable[str], options: Iterable[str]) -> bool:
    return any(holds(one, option) or holds(option, one) for one in some for option in options)


def _keys(entries: tuple[SetBy, ...]) -> list[dict[str, str]]:
    return [{"format": each.format, "key": each.key} for each in entries]


def _source(source: Source) -> dict[str, Any]:
    return {
        "url": source.url,
        "kind": source.kind,
        "read": source.read.isoformat() if source.read else None,
        "page_date": source.page_date.isoformat() if source.page_date else None,
    }
