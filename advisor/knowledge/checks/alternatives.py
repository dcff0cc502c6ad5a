"""A platform that does not take WebSockets, today or under some condition, names where to go instead."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.knowledge.checks.problem import Data, Problem


def check(data: Data) -> Iterator[Problem]:
    for file, profile in data.profiles():
        for fact in profile["facts"]:
            if fact["dimension"] != "websocket_support" or profile.get("alternatives"):
                continue
            if any(each["value"] in ("unsupported", "own_protocol") for each in fact["statements"] if not each.get("until")):
                yield Problem(file, "it does not take WebSockets in some case; alternatives have to name what does")
