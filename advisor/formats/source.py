"""The text of a file -> its lines, places in them, and the checks that every format makes first.

Columns count characters from 1; the end of a place is the position after its last character.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from advisor.formats.document import Unreadable
from advisor.model import Place

MAX_DEPTH = 100
"""Levels of nesting that are read; real files have fewer than 20, and what walks a document may recurse."""

_CONFLICT = re.compile(r"^<{7}(?: |$)", re.MULTILINE)
_CONFLICT_REST = re.compile(r"^={7}$.*?^>{7}(?: |$)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A key that a mapping holds twice: ``place`` is the one in force, ``first`` the one it replaces."""

    key: str
    place: Place
    first: Place


class WrittenFloat(float):
    """A float that prints as the file writes it, so that a version ``1.30`` stays ``1.30``."""

    __slots__ = ("written",)
    written: str

    def __str__(self) -> str:
        return self.written


class WrittenInt(int):
    """An integer that prints as the file writes it (``0644``, ``0x1f``, ``1_000``)."""

    written: str

    def __str__(self) -> str:
        return self.written


def as_written(number: int | float, written: str) -> int | float:
    """The number, printing as ``written`` where Python would print it otherwise."""
    if str(number) == written:
        return number
    kept: WrittenInt | WrittenFloat = WrittenInt(number) if isinstance(number, int) else WrittenFloat(number)
    kept.written = written
    return kept


class Source:
    """A file's text without its byte order mark, with places by offset."""

    __slots__ = ("_starts", "file", "text")

    def __init__(self, text: str, file: str) -> None:
        self.text = text.removeprefix("\ufeff")
        self.file = file
        self._starts: list[int] | None = None

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset, both from 1."""
        if self._starts is None:
            self._starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def place(self, start: int, end: int) -> Place:
        """The place of the characters ``start`` to ``end`` (exclusive)."""
        return Place(self.file, *self.position(start), *self.position(end))


def checked(text: str, file: str) -> Source:
    """The source of a structured document.

    Raises ``Unreadable`` where it cannot be one: a NUL byte, or the markers of an unresolved merge.
    """
    source = Source(text, file)
    nul = source.text.find("\0")
    if nul >= 0:
        raise Unreadable("is not a text file: it holds a NUL byte", source.position(nul)[0])
    line = conflict_line(source)
    if line is not None:
        raise Unreadable("holds an unresolved merge conflict (<<<<<<<)", line)
    return source


def conflict_line(source: Source) -> int | None:
    """The line of the first ``<<<<<<<`` that ``=======`` and ``>>>>>>>`` follow, or ``None``."""
    if "<<<<<<<" not in source.text:
        return None
    start = _CONFLICT.search(source.text)
    if start is None:
        return None
    text = source.text.replace("\r\n", "\n") if "\r" in source.text else source.text
    return source.position(start.start())[0] if _CONFLICT_REST.search(text) else None
