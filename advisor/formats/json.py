"""JSON text, also with comments and trailing commas -> a document with places, or plain data without them.

Python's own parser judges the text and gives the errors; a second pass over the then valid tokens finds the places.
"""

from __future__ import annotations

import json
import re
from typing import Any

from advisor.formats.document import Node, Unreadable
from advisor.formats.source import MAX_DEPTH, Duplicate, Source, as_written, checked
from advisor.model import Place, Value

_COMMENT = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|//[^\r\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_COMMA = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{,]\s*,|,(?=\s*[\]}])', re.DOTALL)
_SURROGATE = re.compile(r"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[dD][89a-fA-F]..")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,:\[\]{}"]+|[\[\]{},]', re.DOTALL)
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}


def parse(text: str, file: str, duplicates: list[Duplicate] | None = None) -> Node:
    """The document of a JSON file; comments and trailing commas are taken as white space.

    Of a key that stands twice the last one holds; both are appended to ``duplicates`` where a list is given. Raises
    ``Unreadable``, also for ``NaN`` and ``Infinity``, which JSON does not have, and for nesting beyond ``MAX_DEPTH``.
    """
    source = checked(text, file)
    source.text, _ = _valid(source)
    return _Reader(source, duplicates if duplicates is not None else []).document()


def load(text: str, file: str = "") -> Any:
    """The same as plain data, without places: ten times as fast, for lock files."""
    return _valid(checked(text, file))[1]


def _valid(source: Source) -> tuple[str, Any]:
    """The text as plain JSON of the same length, and its data."""
    text = source.text
    if "\\u" in text:
        text = _SURROGATE.sub(lambda match: r"\ufffd" if len(match[0]) == 6 else match[0], text)
    try:
        return text, _loads(text)
    except json.JSONDecodeError as error:
        relaxed = _relaxed(text, source)
        if relaxed == text:
            raise _unreadable(error) from None
    except RecursionError:
        raise _too_deep(None) from None
    try:
        return relaxed, _loads(relaxed)
    except json.JSONDecodeError as error:
        raise _unreadable(error) from None
    except RecursionError:
        raise _too_deep(None) from None


def _loads(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return json.loads(text, parse_constant=_refuse, parse_int=_integer)


def _refuse(name: str) -> Any:
    raise Unreadable(f"is not valid JSON: {name} is not a JSON value")


def _integer(text: str) -> int | float:
    """Python bounds the digits of an integer; beyond that the number's size is all that can matter."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def _relaxed(text: str, source: Source) -> str:
    """The text with comments and trailing commas blanked, every other character at its old offset."""

    def blank(match: re.Match[str]) -> str:
        found = match[0]
        if found[0] in '"[{' or (found[0] == "," and len(found) > 1):
            return found
        if found.startswith("/*") and (len(found) < 4 or not found.endswith("*/")):
            raise Unreadable("is not valid JSON: a comment is not closed", source.position(match.start())[0])
        return re.sub(r"[^\r\n]", " ", found)

    return _COMMA.sub(blank, _COMMENT.sub(blank, text))


class _Reader:
    """Walks the tokens of text that is known to be valid."""

    def __init__(self, source: Source, duplicates: list[Duplicate]) -> None:
        self.source = source
        self.duplicates = duplicates
        self.tokens = _TOKEN.finditer(source.text)

    def document(self) -> Node:
        return self._value(next(self.tokens), None, 1)

    def _value(self, token: re.Match[str], key_place: Place | None, depth: int) -> Node:
        first = token[0][0]
        if first not in "{[":
            return Node(_scalar(token[0]), self._place(token), key_place)
        if depth > MAX_DEPTH:
            raise _too_deep(self.source.position(token.start())[0])
        members: dict[str, Node] | list[Node] = self._mapping(depth) if first == "{" else self._list(depth)
        return Node(members, self.source.place(token.start(), self.end), key_place)

    def _place(self, token: re.Match[str]) -> Place:
        line, column = self.source.position(token.start())
        return Place(self.source.file, line, column, line, column + token.end() - token.start())

    def _mapping(self, depth: int) -> dict[str, Node]:
        members: dict[str, Node] = {}
        for token in self.tokens:
            if token[0] == "}":
                self.end = token.end()
                break
            if token[0] == ",":
                continue
            key, place = str(_scalar(token[0])), self._place(token)
            if key in members:
                self.duplicates.append(Duplicate(key, place, members[key].key_place or place))
            members[key] = self._value(next(self.tokens), place, depth + 1)
        return members

    def _list(self, depth: int) -> list[Node]:
        members: list[Node] = []
        for token in self.tokens:
            if token[0] == "]":
                self.end = token.end()
                break
            if token[0] != ",":
                members.append(self._value(token, None, depth + 1))
        return members


def _scalar(token: str) -> Value:
    if token[0] == '"':
        return token[1:-1] if "\\" not in token else str(json.loads(token))
    if token in _WORDS:
        return _WORDS[token]
    return as_written(float(token) if any(sign in token for sign in ".eE") else _integer(token), token)


def _unreadable(error: json.JSONDecodeError) -> Unreadable:
    """Python's sentence about the error; a file that just ends is said to be cut off."""
    if not error.doc.strip():
        return Unreadable("is empty where JSON is expected", 1)
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string"):
        return Unreadable("is not valid JSON: the file ends in the middle (cut off?)", error.lineno)
    return Unreadable(f"is not valid JSON: {error.msg[0].lower()}{error.msg[1:]}", error.lineno)


def _too_deep(line: int | None) -> Unreadable:
    return Unreadable(f"is nested more than {MAX_DEPTH} levels deep", line)
