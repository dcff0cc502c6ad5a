"""A call in JavaScript or Python -> where its arguments and options stand, so that one can be put in, replaced or taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OPEN, _CLOSE = "([{", ")]}"
_MOST = 20_000
"""Characters that a call may span."""
_KEY = re.compile(r"\s*(?:(?P<quote>[\"'])(?P<quoted>[\w.$-]+)(?P=quote)|(?P<name>[\w$]+))\s*(?P<sign>[:=])(?!=)\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """One argument or option by the offsets of its text, without the blanks and commas around it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A named argument or an option: its name, itself, and its value."""

    name: str
    whole: Piece
    value: Piece


@dataclass(frozen=True, slots=True)
class Bracket:
    """What stands between a bracket and its partner: the offsets behind the first and of the second, and the members."""

    start: int
    end: int
    members: tuple[Piece, ...]

    def pairs(self, text: str) -> Iterator[Pair]:
        """The members that are a name and a value."""
        for piece in self.members:
            found = _KEY.match(text, piece.start, piece.end)
            if found is not None and found.end() < piece.end:
                name = found["quoted"] or found["name"]
                yield Pair(name, piece, Piece(found.end(), piece.end))


def bracket(text: str, opens: int) -> Bracket | None:
    """What the bracket at an offset holds; ``None`` where it is not closed or closed by another kind."""
    expected: list[str] = []
    members: list[Piece] = []
    begins = opens + 1
    at = opens
    while at < min(len(text), opens + _MOST):
        sign = text[at]
        if sign in "\"'`":
            at = _behind_string(text, at)
            continue
        if text.startswith(("//", "/*"), at) or sign == "#":
            at = _behind_comment(text, at)
            continue
        if sign in _OPEN:
            expected.append(_CLOSE[_OPEN.index(sign)])
        elif sign in _CLOSE:
            if not expected or expected.pop() != sign:
                return None
            if not expected:
                members += _piece(text, begins, at)
                return Bracket(opens + 1, at, tuple(members))
        elif sign == "," and len(expected) == 1:
            members += _piece(text, begins, at)
            begins = at + 1
        at += 1
    return None


def _piece(text: str, start: int, end: int) -> list[Piece]:
    inner = text[start:end]
    lead = len(inner) - len(inner.lstrip())
    return [Piece(start + lead, start + len(inner.rstrip()))] if inner.strip() else []


def _behind_string(text: str, at: int) -> int:
    """The offset behind a string; what a template or a string of three quotes holds is passed over whole."""
    sign = text[at]
    if text.startswith(sign * 3, at) and sign != "`":
        end = text.find(sign * 3, at + 3)
        return end + 3 if end >= 0 else len(text)
    at += 1
    while at < len(text) and text[at] != sign:
        if text[at] == "\n" and sign != "`":
            return at
        at += 2 if text[at] == "\\" else 1
    return at + 1


def _behind_comment(text: str, at: int) -> int:
    end = text.find("*/", at) + 2 if text.startswith("/*", at) else text.find("\n", at)
    return end if end > at else len(text)


def call(text: str, name: str, after: int) -> Bracket | None:
    """The arguments of the first call of that name at or behind an offset."""
    found = re.compile(rf"(?<![\w$.]){re.escape(name)}\s*\(").search(text, after) or re.compile(
        rf"\b{re.escape(name)}\s*\("
    ).search(text, after)
    return bracket(text, found.end() - 1) if found is not None else None
