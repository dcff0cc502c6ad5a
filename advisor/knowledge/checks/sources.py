"""Every source that is cited exists, every one that exists is cited, and nobody read a page in the future."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.knowledge.checks.problem import Data, Problem, Raw

_CITING = ("switches", "no_effect", "modules", "symptoms")


def check(data: Data) -> Iterator[Problem]:
    for file, profile in data.profiles():
        sources = profile["sources"]
        cited = set(_cited(profile))
        yield from (Problem(file, f"source {name!r} is cited and does not exist") for name in sorted(cited - set(sources)))
        yield from (Problem(file, f"source {name!r} is cited nowhere") for name in sorted(set(sources) - cited))
        for name, source in sources.items():
            if source["read"] > data.today.isoformat():
                yield Problem(file, f"source {name!r} was read in the future")
            if source.get("page_date", "") > source["read"]:
                yield Problem(file, f"source {name!r} is younger than the day it was read")


def _cited(profile: Raw) -> Iterator[str]:
    for fact in profile["facts"]:
        for statement in fact["statements"]:
            yield from statement["sources"]
    for key in _CITING:
        for entry in profile.get(key, ()):
            yield from entry["sources"]
    yield from profile.get("health_check", {}).get("sources", ())
