"""A file's text and edits by place -> the text with the edits in it; the file's own indentation and line ends are kept."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from math import gcd

from advisor.model import Edit, Place

_INDENTED = re.compile(r"^([ \t]+)\S", re.MULTILINE)
_MOST_LINES = 5_000
"""So many lines tell how a file indents."""


class Overlap(ValueError):
    """Two edits change the same text in different ways."""


class Text:
    """One file: lines and columns count from 1, a line ends with a line feed, with or without a carriage return before it."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._starts) - (1 if self.text.endswith("\n") or not self.text else 0)

    @cached_property
    def newline(self) -> str:
        """How most lines end."""
        return "\r\n" if 2 * self.text.count("\r\n") > self.text.count("\n") else "\n"

    @cached_property
    def unit(self) -> str:
        """One step of indentation: a tab, or as many blanks as divide what most lines begin with."""
        end = self._starts[_MOST_LINES] if len(self._starts) > _MOST_LINES else len(self.text)
        found = [match[1] for match in _INDENTED.finditer(self.text, 0, end)]
        if sum(1 for each in found if each[0] == "\t") * 2 > len(found):
            return "\t"
        widths = [len(each) for each in found if set(each) == {" "}]
        common = gcd(*widths) if widths else 4
        return " " * (common if common in (2, 3, 4, 8) else 2 if common % 2 == 0 or widths else 4)

    def line(self, number: int) -> str:
        """One line without its end; empty where there is none."""
        return self._raw(number).removesuffix("\r")

    def _raw(self, number: int) -> str:
        if not 0 < number <= len(self._starts):
            return ""
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : end]

    def indent(self, number: int) -> str:
        line = self.line(number)
        return line[: len(line) - len(line.lstrip(" \t"))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a place. Raises ``ValueError`` where there is none."""
        if not 0 < line <= len(self._starts) or not 0 < column <= len(self._raw(line)) + 1:
            raise ValueError(f"there is no {line}:{column} in {self.file}")
        return self._starts[line - 1] + column - 1

    def span(self, place: Place) -> str:
        """The text of a place that has an end."""
        return self.text[self.offset(place.line, place.column) : self._end(place)]

    def _end(self, place: Place) -> int:
        return self.offset(place.end_line or place.line, place.end_column or place.column)

    # ------------------------------------------------------------ making edits

    def replace(self, line: int, column: int, end_line: int, end_column: int, text: str) -> Edit:
        return Edit(Place(self.file, line, column, end_line, end_column), text.replace("\n", self.newline))

    def replace_line(self, number: int, text: str) -> Edit:
        """The line's words replaced; its indentation stays."""
        indent, line = self.indent(number), self.line(number)
        return self.replace(number, len(indent) + 1, number, len(line.rstrip()) + 1, text)

    def insert(self, line: int, column: int, text: str) -> Edit:
        return self.replace(line, column, line, column, text)

    def insert_lines(self, before: int, lines: Iterable[str]) -> Edit:
        """Whole lines in front of line ``before``; at the end of the file for the number behind the last one."""
        block = "\n".join(line.rstrip() for line in lines)
        if before <= self.count:
            return self.insert(before, 1, f"{block}\n")
        last = max(self.count, 1)
        if self.text.endswith("\n"):
            return Edit(Place(self.file, last + 1, 1, last + 1, 1), f"{block}\n".replace("\n", self.newline))
        return self.insert(last, len(self.line(last)) + 1, f"\n{block}" if self.text else block)

    def remove_line(self, number: int) -> Edit:
        """The line taken out with its end."""
        if number < len(self._starts):
            return Edit(Place(self.file, number, 1, number + 1, 1), "")
        return self.replace(number, 1, number, len(self.line(number)) + 1, "")

    def indented(self, lines: Iterable[str], indent: str) -> list[str]:
        """Lines of a block to paste, in the file's own steps, at an indentation."""
        given = list(lines)
        widths = [len(line) - len(line.lstrip(" ")) for line in given if line.strip() and line.startswith(" ")]
        step = gcd(*widths) if widths else 4
        return [self._stepped(line, step, indent) for line in given]

    def _stepped(self, line: str, step: int, indent: str) -> str:
        body = line.lstrip(" ")
        depth, rest = divmod(len(line) - len(body), step or 1)
        return f"{indent}{self.unit * depth}{' ' * rest}{body}" if body else ""

    # ------------------------------------------------------------ applying them

    def apply(self, edits: Iterable[Edit]) -> str:
        """The text with the edits in it; the same edit asked for twice is made once. Raises ``Overlap`` and ``ValueError``."""
        spans: list[tuple[int, int, str]] = []
        for edit in dict.fromkeys(edits):
            at = edit.place
            start = self._offset_of(at.line, at.column)
            spans.append((start, self._offset_of(at.end_line or at.line, at.end_column or at.column), edit.text))
        pieces, done = [], 0
        for start, end, text in sorted(spans, key=lambda span: span[:2]):
            if start < done or end < start:
                raise Overlap(f"two edits of {self.file} change the same text")
            pieces += [self.text[done:start], text]
            done = end
        return "".join((*pieces, self.text[done:]))

    def _offset_of(self, line: int, column: int) -> int:
        return len(self.text) if line == len(self._starts) + 1 and column == 1 else self.offset(line, column)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
