"""TOML text -> a document with places.

``tomllib`` judges the text and gives the values; a walk over the then valid text finds where each of them stands.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any

from advisor.formats.document import Node, Unreadable
from advisor.formats.source import MAX_DEPTH, Source, as_written, checked
from advisor.model import Place, Value

Path = tuple[str | int, ...]

_GAP = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*(?:([A-Za-z0-9_-]+)|("[^"\\\n]*(?:\\.[^"\\\n]*)*")|('[^'\n]*'))[ \t]*""")
_SCALAR = re.compile(
    r'"""[^"\\]*(?:(?:\\.|"{1,2}(?!"))[^"\\]*)*"{3,5}'
    r"|'''[^']*(?:'{1,2}(?!')[^']*)*'{3,5}"
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
    r"|'[^'\n]*'"
    r"|\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*"
    r"|[^\s,\[\]{}#]+",
    re.DOTALL,
)
_DEEP_KEY = re.compile(rf"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{MAX_DEPTH}}}""")
_AT_LINE = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")


def parse(text: str, file: str) -> Node:
    """The document of a TOML file: tables and inline tables are mappings, arrays of tables are lists, dates are text.

    A table's place runs from its header to its last value; ``key_place`` is the last part of its name. TOML itself
    forbids duplicate keys. Raises ``Unreadable``.
    """
    source = checked(text, file)
    if _DEEP_KEY.search(source.text):
        raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep")
    try:
        data = tomllib.loads(source.text)
    except RecursionError:
        raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep") from None
    except ValueError as error:
        raise _unreadable(error, source) from None
    walk = _Walk(source)
    walk.document()
    return _Builder(source, walk).node(data, ())


class _Walk:
    """Where every value and key stands: path -> offsets of start and end."""

    def __init__(self, source: Source) -> None:
        self.text = source.text
        self.values: dict[Path, tuple[int, int]] = {(): (0, len(source.text.rstrip()))}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.counts: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        at = self._gap(0)
        while at < len(self.text):
            if self.text[at] == "[":
                table, at = self._header(at)
            else:
                at = self._pair(at, table)
                if table:
                    self.values[table] = (self.values[table][0], at)
            at = self._gap(at)

    def _gap(self, at: int) -> int:
        match = _GAP.match(self.text, at)
        return match.end() if match else at

    def _header(self, start: int) -> tuple[Path, int]:
        several = self.text.startswith("[[", start)
        at = start + (2 if several else 1)
        path: Path = ()
        new: list[Path] = []
        while True:
            part, span, at = self._key(at)
            path += (part,)
            last = not self.text.startswith(".", at)
            if last and several:
                self.counts[path] = self.counts.get(path, -1) + 1
            if (last and not several) or path not in self.keys:
                self.keys[path] = span
            new.append(path)
            if path in self.counts:
                path += (self.counts[path],)
                new.append(path)
            if last:
                break
            at += 1
        end = at + (2 if several else 1)
        for made in new:
            self.values.setdefault(made, (start, end))
        if not several:
            self.values[path] = (start, end)
        return path, end

    def _pair(self, start: int, table: Path) -> int:
        path, at = table, start
        while True:
            part, span, at = self._key(at)
            path += (part,)
            self.keys.setdefault(path, span)
            if not self.text.startswith(".", at):
                break
            self.values.setdefault(path, (start, at))
            at += 1
        end = self._value(self._gap(at + 1), path)
        for length in range(len(table) + 1, len(path)):
            self.values[path[:length]] = (self.values[path[:length]][0], end)
        return end

    def _key(self, at: int) -> tuple[str, tuple[int, int], int]:
        match = _KEY.match(self.text, at)
        if match is None:
            raise Unreadable("is not read as TOML", None)
        group = match.lastindex or 1
        written = match[group]
        if group == 2 and "\\" in written:
            written = tomllib.loads(f"key = {written}")["key"]
        elif group > 1:
            written = written[1:-1]
        return written, match.span(group), match.end()

    def _value(self, start: int, path: Path) -> int:
        sign = self.text[start : start + 1]
        if sign == "[":
            end = self._members(start, path)
        elif sign == "{":
            at = self._gap(start + 1)
            while not self.text.startswith("}", at):
                at = self._gap(self._pair(at, path))
            end = at + 1
        else:
            match = _SCALAR.match(self.text, start)
            if match is None:
                raise Unreadable("is not read as TOML", None)
            end = match.end()
        self.values[path] = (start, end)
        return end

    def _members(self, start: int, path: Path) -> int:
        at = self._gap(start + 1)
        number = 0
        while not self.text.startswith("]", at):
            at = self._gap(self._value(at, (*path, number)))
            number += 1
        return at + 1


class _Builder:
    """Joins the values with their places."""

    def __init__(self, source: Source, walk: _Walk) -> None:
        self.source = source
        self.walk = walk

    def node(self, data: Any, path: Path) -> Node:
        start, end = self.walk.values[path]
        if len(path) > MAX_DEPTH:
            raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep", self.source.position(start)[0])
        place = self.source.place(start, end)
        key_place: Place | None = self.source.place(*self.walk.keys[path]) if path in self.walk.keys else None
        if isinstance(data, dict):
            return Node({key: self.node(value, (*path, key)) for key, value in data.items()}, place, key_place)
        if isinstance(data, list):
            return Node([self.node(value, (*path, number)) for number, value in enumerate(data)], place, key_place)
        return Node(_scalar(data, self.source.text[start:end]), place, key_place)


def _scalar(value: Any, written: str) -> Value:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return as_written(value, written)
    return str(value.isoformat())


def _unreadable(error: ValueError, source: Source) -> Unreadable:
    message = str(error)
    position = _AT_LINE.search(message)
    if position is None:
        return Unreadable(f"is not valid TOML: {message[:100]}")
    line = int(position[1]) if position[1] else source.text.count("\n") + 1
    problem = _AT_LINE.sub("", message)
    ends = " (cut off?)" if position[1] is None else ""
    return Unreadable(f"is not valid TOML: {problem[0].lower()}{problem[1:]}{ends}", line)
