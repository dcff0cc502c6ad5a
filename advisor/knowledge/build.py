"""Plain data of the ``platforms`` folder -> dimensions and profiles. The data is trusted: ``checks`` have refused bad data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from advisor import versions
from advisor.knowledge.profile import (
    Alternative,
    Check,
    FactEntry,
    Implied,
    Lifecycle,
    Module,
    NoEffect,
    Profile,
    Release,
    Switch,
    Symptom,
    conditions_of,
)
from advisor.knowledge.statements import Condition, Dimension, SetBy, Source

_Raw = Mapping[str, Any]
NO_PROFILES = frozenset({"dimensions", "released"})
"""Files of the folder that are no profile."""


def dimension(key: str, raw: _Raw) -> Dimension:
    """One entry of ``dimensions.yaml``."""
    return Dimension(key=key, **_frozen(raw))


def profile(raw: _Raw, dimensions: Mapping[str, Dimension]) -> Profile:
    """One profile file."""
    sources = {key: _source(key, each) for key, each in raw["sources"].items()}

    def cited(each: _Raw) -> dict[str, Any]:
        """An entry with its keys and sources resolved."""
        values = _frozen(each)
        values["sources"] = tuple(sources[key] for key in each.get("sources", ()))
        for name in ("set_by", "shown_by"):
            if name in each:
                values[name] = _set_by(each[name])
        return values

    check = raw.get("health_check")
    releases = tuple(
        Release(str(each["version"]), date.fromisoformat(each["on"]), each["channel"]) for each in raw.get("releases", ())
    )
    return Profile(
        id=raw["id"],
        name=raw["name"],
        vendor=raw["vendor"],
        kind=raw["kind"],
        validity=raw.get("validity", "date"),
        lifecycle=_lifecycle(raw.get("lifecycle", {"status": "active"})),
        dimensions=dimensions,
        sources=sources,
        facts={each["dimension"]: _entry(each) for each in raw["facts"]},
        summary=raw.get("summary", ""),
        conditions={key: _condition(key, each) for key, each in raw.get("conditions", {}).items()},
        oldest=raw.get("oldest"),
        implies=tuple(Implied(**each) for each in raw.get("implies", ())),
        recognised_by=tuple(raw.get("recognised_by", ())),
        releases=releases,
        first_released=_first_released(raw["facts"], releases),
        switches=tuple(Switch(**cited(each)) for each in raw.get("switches", ())),
        no_effect=tuple(NoEffect(**cited(each)) for each in raw.get("no_effect", ())),
        modules=tuple(Module(**cited(each)) for each in raw.get("modules", ())),
        health_check=Check(**cited(check)) if check else None,
        own_protocol_signs=tuple(raw.get("own_protocol_signs", ())),
        symptoms=tuple(Symptom(**cited(each)) for each in raw.get("symptoms", ())),
        alternatives=tuple(Alternative(**each) for each in raw.get("alternatives", ())),
    )


def _first_released(facts: Sequence[_Raw], releases: tuple[Release, ...]) -> dict[str, date]:
    named = {
        each[side] for fact in facts for each in fact["statements"] for side in ("since", "until") if side in each and releases
    }
    return {
        version: min(later)
        for version in named
        if (later := [release.on for release in releases if not versions.before(release.version, version)])
        and len(later) < len(releases)
    }


def _entry(raw: _Raw) -> FactEntry:
    return FactEntry(raw["dimension"], tuple(raw["statements"]), _set_by(raw.get("set_by", ())), raw.get("validity"))


def _set_by(raw: Any) -> tuple[SetBy, ...]:
    return tuple(SetBy(**{**_frozen(each), "when": conditions_of(each)}) for each in raw)


def _source(key: str, raw: _Raw) -> Source:
    return Source(key, raw["url"], raw["kind"], _day(raw.get("read")), _day(raw.get("page_date")), tuple(raw.get("passage", ())))


def _lifecycle(raw: _Raw) -> Lifecycle:
    return Lifecycle(**{**raw, "on": _day(raw.get("on"))})


def _condition(key: str, raw: _Raw) -> Condition:
    values = _frozen(raw)
    values["options"] = tuple(_word(option) for option in raw.get("options", ()))
    values["says"] = {_word(option): text for option, text in raw.get("says", {}).items()}
    if "usual" in raw:
        values["usual"] = _word(raw["usual"])
    return Condition(key=key, **values)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _frozen(raw: _Raw) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
