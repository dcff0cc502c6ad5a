"""Ids are file names, folders are kinds, and every name that is referred to exists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from advisor.knowledge.checks.problem import Data, Problem, Raw


def check(data: Data) -> Iterator[Problem]:
    profiles = list(data.profiles())
    ids = {profile["id"] for _, profile in profiles}
    for file, profile in profiles:
        kind, _, name = file.removesuffix(".yaml").rpartition("/")
        if name != profile["id"]:
            yield Problem(file, f"its id is {profile['id']!r}; the file has to be called {profile['id']}.yaml")
        if kind != profile["kind"]:
            yield Problem(file, f"its kind is {profile['kind']}, but it lies in {kind or 'no folder'}")
        counted = Counter(fact["dimension"] for fact in profile["facts"])
        for dimension, times in counted.items():
            if dimension not in data.dimensions:
                yield Problem(file, f"there is no dimension {dimension!r} in dimensions.yaml")
            if times > 1:
                yield Problem(file, f"{dimension} stands there {times} times; one entry holds all statements")
        lifecycle = profile.get("lifecycle", {})
        others = [lifecycle.get("to"), lifecycle.get("successor"), *_platforms(profile, "implies", "alternatives")]
        yield from (Problem(file, f"there is no profile {other!r}") for other in others if other and other not in ids)


def _platforms(profile: Raw, *keys: str) -> Iterator[str | None]:
    for key in keys:
        yield from (entry.get("platform") for entry in profile.get(key, []))
