"""The features of a symptom are ones that can be read: its signs exist, its fact is one that the profile states."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.knowledge.checks.problem import Data, Problem
from advisor.symptoms import signs


def check(data: Data) -> Iterator[Problem]:
    known = set(signs())
    for file, profile in data.profiles():
        stated = {fact["dimension"] for fact in profile["facts"]}
        for symptom in profile.get("symptoms", ()):
            told = symptom["sees"]
            for sign in set(symptom.get("signs", ())) - known:
                yield Problem(file, f"the symptom {told!r} has the sign {sign!r}, which nothing reads")
            if symptom.get("fact") and symptom["fact"] not in stated:
                yield Problem(file, f"the symptom {told!r} is about {symptom['fact']}, of which nothing is stated")
