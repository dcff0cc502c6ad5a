"""Statements of one dimension under the same conditions follow each other without overlap and without a gap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from advisor.knowledge.checks.problem import Data, Problem, Raw, validity
from advisor.versions import key

_FORMS = {"date": r"\d{4}-\d{2}-\d{2}", "version": r"\d+(\.\d+)*"}
_Point = tuple[int, ...]
_START: _Point = ()
_END: _Point = (10**9,)


def check(data: Data) -> Iterator[Problem]:
    for file, profile, fact in data.facts():
        groups: dict[str, list[tuple[_Point, _Point]]] = {}
        for statement in fact["statements"]:
            kind = validity(profile, fact, statement)
            wrong = [
                each for side in ("since", "until") if (each := statement.get(side)) and not re.fullmatch(_FORMS[kind], each)
            ]
            yield from (Problem(file, f"{fact['dimension']}: {each!r} is no {kind}") for each in wrong)
            if not wrong:
                groups.setdefault(f"{kind} {_conditions(statement)}", []).append(_period(statement, kind))
        for message in (message for periods in groups.values() for message in _broken(sorted(periods))):
            yield Problem(file, f"{fact['dimension']}: {message}")


def _conditions(statement: Raw) -> str:
    return str(sorted((name, str(value)) for name, value in statement.get("when", {}).items()))


def _period(statement: Raw, kind: str) -> tuple[_Point, _Point]:
    return _point(statement.get("since"), kind, _START), _point(statement.get("until"), kind, _END)


def _point(text: str | None, kind: str, absent: _Point) -> _Point:
    if text is None:
        return absent
    parts = tuple(int(part) for part in text.split("-")) if kind == "date" else key(text)
    while parts and parts[-1] == 0:
        parts = parts[:-1]
    return parts


def _broken(periods: list[tuple[_Point, _Point]]) -> Iterator[str]:
    for since, until in periods:
        if since >= until:
            yield "since has to come before until"
    for (_, end), (start, _) in pairwise(periods):
        if start < end:
            yield "two statements hold at the same time under the same conditions"
        elif start > end:
            yield "nothing is stated for a time between two statements; state unknown"
    if periods and periods[-1][1] != _END:
        yield "nothing is stated for today; state unknown, or leave out until"
