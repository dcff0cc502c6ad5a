"""Bicep text -> its tokens: names, numbers, strings with what is put into them, and punctuation, comments left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from advisor.formats.document import Unreadable
from advisor.formats.source import MAX_DEPTH, Source

Kind = Literal["name", "number", "string", "mark", "line", "end"]

_SPACE = re.compile(r"(?:[^\S\n]+|//[^\n]*|#[^\n]*|/\*.*?(?:\*/|\Z))+", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w*")
_NUMBER = re.compile(r"\d+")
_MARK = re.compile(r"\.\.\.|=>|==|!=|=~|!~|<=|>=|&&|\|\||\?\?|::|\.\?|\[\?|.", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_UNICODE = re.compile(r"u\{([0-9A-Fa-f]{1,6})\}")
_PIECE = re.compile(r"[^'\\$\n]+|\\.|\$\{|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``text`` is as written, of a string without holes (``${}``) its value. ``holes``: where expressions stand."""

    kind: Kind
    text: str
    start: int
    end: int
    holes: tuple[tuple[int, int], ...] = ()
    pieces: tuple[str, ...] = ()
    """The literal text before, between and after the holes."""


def tokens(source: Source, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The tokens of a stretch of the text, ended by one of kind ``end``. Raises ``Unreadable`` for a string left open."""
    text, last = source.text, len(source.text) if end is None else end
    at = start
    while at < last:
        if (space := _SPACE.match(text, at, last)) is not None:
            at = space.end()
            continue
        token = _token(source, at, last)
        yield token
        at = token.end
    yield Token("end", "", last, last)


def _token(source: Source, at: int, last: int) -> Token:
    text = source.text
    if text[at] == "\n":
        return Token("line", "\n", at, at + 1)
    if text.startswith("'''", at, last):
        close = text.find("'''", at + 3, last)
        if close < 0:
            raise Unreadable("has a string that is not closed", source.position(at)[0])
        while text.startswith("'", close + 3, last):
            close += 1
        value = text[at + 3 : close].removeprefix("\n")
        return Token("string", value, at, close + 3, (), (value,))
    if text[at] == "'":
        return _string(source, at, last, 0)
    for kind, pattern in (("name", _NAME), ("number", _NUMBER)):
        found = pattern.match(text, at, last)
        if found is not None:
            return Token("name" if kind == "name" else "number", found[0], at, found.end())
    mark = _MARK.match(text, at, last)
    written = mark[0] if mark is not None else text[at]
    return Token("mark", written, at, at + len(written))


def _string(source: Source, at: int, last: int, depth: int) -> Token:
    """A string from its opening quote on, with the stretches of its ``${...}``."""
    text, here, pieces = source.text, at + 1, [""]
    holes: list[tuple[int, int]] = []
    while here < last:
        found = _PIECE.match(text, here, last)
        if found is None or found[0] == "\n":
            break
        piece = found[0]
        if piece == "'":
            whole = "".join(pieces) if not holes else text[at : here + 1]
            return Token("string", whole, at, here + 1, tuple(holes), tuple(pieces))
        if piece == "${":
            close = _hole(source, here + 2, last, depth + 1)
            holes.append((here + 2, close))
            pieces.append("")
            here = close + 1
            continue
        value, here = _unescaped(text, piece, here, last)
        pieces[-1] += value
    raise Unreadable("has a string that is not closed", source.position(at)[0])


def _unescaped(text: str, piece: str, at: int, last: int) -> tuple[str, int]:
    if not piece.startswith("\\") or len(piece) < 2:
        return piece, at + len(piece)
    unicode = _UNICODE.match(text, at + 1, last)
    if unicode is not None and int(unicode[1], 16) <= 0x10FFFF:
        return chr(int(unicode[1], 16)), unicode.end()
    return _ESCAPES.get(piece[1], piece[1]), at + 2


def _hole(source: Source, at: int, last: int, depth: int) -> int:
    """Where the brace stands that closes a hole."""
    if depth > MAX_DEPTH:
        raise Unreadable(f"nests deeper than {MAX_DEPTH} levels", source.position(at)[0])
    text, here, open_braces = source.text, at, 0
    while here < last and text[here] != "\n":
        if text[here] == "'":
            here = _string(source, here, last, depth).end
            continue
        if text[here] == "}":
            if not open_braces:
                return here
            open_braces -= 1
        open_braces += text[here] == "{"
        here += 1
    raise Unreadable("has a string that is not closed", source.position(at)[0])
