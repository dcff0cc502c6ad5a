"""Every condition of a statement is declared with its options, and no two conditions that can both hold tie."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from advisor.knowledge.checks.problem import Data, Problem, Raw, validity


def check(data: Data) -> Iterator[Problem]:
    for file, profile in data.profiles():
        declared = profile.get("conditions", {})
        used: set[str] = set()
        for fact in profile["facts"]:
            for statement in fact["statements"]:
                used |= set(statement.get("when", {}))
            for each in (*fact["statements"], *fact.get("set_by", ())):
                for message in _undeclared(each, declared):
                    yield Problem(file, f"{fact['dimension']}: {message}")
        for name, condition in declared.items():
            options = [_word(option) for option in condition.get("options", ())]
            if name not in used:
                yield Problem(file, f"condition {name} is declared and used by no statement")
            for word in [*condition.get("says", {}), *([condition["usual"]] if "usual" in condition else [])]:
                if _word(word) not in options:
                    yield Problem(file, f"condition {name}: {_word(word)!r} is no option")
    for file, profile, fact in data.facts():
        for one, other in combinations(fact["statements"], 2):
            if validity(profile, fact, one) == validity(profile, fact, other) and _tie(one, other):
                yield Problem(file, f"{fact['dimension']}: two statements that can both hold are equally specific")


def _undeclared(statement: Raw, declared: Raw) -> Iterator[str]:
    for name, value in statement.get("when", {}).items():
        if name not in declared:
            yield f"condition {name!r} is not declared under conditions"
            continue
        options = [_word(option) for option in declared[name].get("options", ())]
        for word in _words(value):
            if options and word not in options:
                yield f"{word!r} is no option of condition {name}"


def _tie(one: Raw, other: Raw) -> bool:
    """True where both have as many conditions, on different keys of which none excludes the other, and say different things."""
    first, second = one.get("when", {}), other.get("when", {})
    if len(first) != len(second) or not first or set(first) == set(second) or one["value"] == other["value"]:
        return False
    apart = any(not set(_words(first[name])) & set(_words(second[name])) for name in set(first) & set(second))
    late = (one.get("until") or "~") <= (other.get("since") or "") or (other.get("until") or "~") <= (one.get("since") or "")
    return not apart and not late


def _words(value: object) -> list[str]:
    return [_word(each) for each in value] if isinstance(value, list) else [_word(value)]


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
