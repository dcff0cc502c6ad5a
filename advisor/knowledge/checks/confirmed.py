"""A confirmation is not in the future, not before its sources were read, and the version of the data is not older than it."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.knowledge.checks.problem import Data, Problem


def check(data: Data) -> Iterator[Problem]:
    newest = ""
    for file, profile, fact in data.facts():
        for statement in fact["statements"]:
            day, how = statement["confirmed"]["on"], statement["confirmed"]["how"]
            newest = max(newest, day)
            if day > data.today.isoformat():
                yield Problem(file, f"{fact['dimension']}: confirmed in the future, on {day}")
            read = [profile["sources"][name]["read"] for name in statement["sources"] if name in profile["sources"]]
            if how == "read" and read and max(read) < day:
                yield Problem(
                    file, f"{fact['dimension']}: confirmed by reading on {day}, but no source was read since {max(read)}"
                )
    version = "-".join(data.files["dimensions"]["version"].split(".")[:3])
    if version < newest:
        yield Problem("dimensions.yaml", f"version is of {version}, but a statement was confirmed on {newest}")
