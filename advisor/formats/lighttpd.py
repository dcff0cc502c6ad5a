"""lighttpd text -> its statements with places: assignments, conditions with their blocks, includes.

Tokens follow ``config_tokenizer`` (lighttpd 1.4, src/configfile.c). No include is followed and no variable looked up here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.formats.document import Problem, Unreadable
from advisor.model import Place

DEEPEST = 60
"""Blocks or lists nested deeper than this are refused."""


@dataclass(frozen=True, slots=True)
class Name:
    """A variable that a value reads: ``var.port``, ``env.HOME``, ``server.port``."""

    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """``( "key" => value, value )``: pairs, the key ``None`` where there is none."""

    items: tuple[tuple[Value | None, Value], ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Values joined with ``+``."""

    parts: tuple[Value, ...]


Value = str | int | Name | Listed | Joined


@dataclass(frozen=True, slots=True)
class Assign:
    """``name = value``; ``operator`` is ``=``, ``+=`` or ``:=``."""

    name: str
    operator: str
    value: Value
    place: Place


@dataclass(frozen=True, slots=True)
class Include:
    """``include "file"``; ``command`` for ``include_shell``, whose output no file shows."""

    path: Value
    place: Place
    command: bool = False


@dataclass(frozen=True, slots=True)
class Conditional:
    """``$HTTP["url"] =~ "..." { ... }``; ``key`` is ``None`` for a bare ``else``. ``otherwise``: it follows the one before."""

    key: str | None
    operator: str
    value: Value
    block: tuple[Statement, ...]
    place: Place
    otherwise: bool = False


Statement = Assign | Include | Conditional


@dataclass(frozen=True, slots=True)
class Document:
    """All statements that could be read before the first problem."""

    file: str
    statements: tuple[Statement, ...]
    problem: Problem | None = None


_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|\\\r?\n)
      |(?P<comment>\#[^\n]*)
      |"(?P<text>(?:[^"\\]|\\.)*)"
      |(?P<key>\$(?:HTTP|SERVER|PHYSICAL|REQUEST_HEADER|RESPONSE_HEADER)[ \t]*\[[ \t]*"[^"\n]*"[ \t]*\])
      |(?P<operator>=>|==|=~|=\^|=\$|!=|!~|\+=|:=|=|\+)
      |(?P<sign>[(){},])
      |(?P<number>-?\d+(?![\w.-]))
      |(?P<word>[A-Za-z0-9_.-]+)""",
    re.VERBOSE | re.DOTALL,
)
_CONTROL = re.compile(r"\{%-?\s*(?:if|for|else|set|block|include)\b|\{\{-?\s*(?:if|else|end|range|with)\b|<%-?\s*(?![=#])\w")
_CONDITIONS = ("==", "!=", "=~", "!~", "=^", "=$")
_NEAR = "parser failed somehow near here"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


class _Stop(Exception):
    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def parse(text: str, file: str) -> Document:
    """Reads a whole file. Raises ``Unreadable`` for binary content and for templates with control flow."""
    if "\0" in text:
        raise Unreadable("holds binary content instead of a lighttpd configuration")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise Unreadable(f"is a template whose branches another program chooses ({control[0].strip()} ...)", line)
    reader = _Reader(text, file)
    statements: list[Statement] = []
    try:
        reader.advance()
        for statement in reader.statements(0):
            statements.append(statement)
        if reader.token is not None:
            raise _Stop(_NEAR, reader.token.start)
    except _Stop as stop:
        return Document(file, tuple(statements), Problem(stop.reason, reader.place(stop.offset)))
    return Document(file, tuple(statements))


class _Reader:
    """One pass over a text, one token ahead."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._at = 1 if text.startswith("\ufeff") else 0
        self.last = 0
        self.token: _Token | None = None

    def place(self, start: int, end: int | None = None) -> Place:
        line = bisect_right(self._starts, start)
        column = start - self._starts[line - 1] + 1
        if end is None:
            return Place(self.file, line, column)
        last = bisect_right(self._starts, end)
        return Place(self.file, line, column, last, end - self._starts[last - 1] + 1)

    def advance(self) -> None:
        if self.token is not None:
            self.last = self.token.end
        while True:
            if self._at >= len(self.text):
                self.token = None
                return
            match = _TOKEN.match(self.text, self._at)
            if match is None:
                raise _Stop("invalid character in variable name", self._at)
            start, self._at = self._at, match.end()
            kind = match.lastgroup or ""
            if kind not in ("space", "comment"):
                self.token = _Token(kind, match[kind], start, match.end())
                return

    def take(self, text: str) -> None:
        if self.token is None or self.token.text != text or self.token.kind == "text":
            raise _Stop(_NEAR, self.token.start if self.token else len(self.text))
        self.advance()

    def at(self, *texts: str) -> bool:
        return self.token is not None and self.token.kind != "text" and self.token.text in texts

    def statements(self, depth: int) -> Iterator[Statement]:
        if depth > DEEPEST:
            raise _Stop("blocks are nested too deep", self.last)
        chained = False
        while self.token is not None and not self.at("}"):
            token = self.token
            if token.kind == "word" and token.text in ("else", "elsif", "elseif"):
                if not chained:
                    raise _Stop(_NEAR, token.start)
                self.advance()
                if self.at("if"):
                    self.advance()
                yield self.conditional(token.start, depth, otherwise=True)
            elif token.kind == "key":
                yield self.conditional(token.start, depth, otherwise=False)
                chained = True
                continue
            elif token.kind == "word" and token.text in ("include", "include_shell"):
                self.advance()
                value = self.value(0)
                yield Include(value, self.place(token.start, self.last), token.text == "include_shell")
            elif token.kind == "word" and token.text == "global":
                self.advance()
                self.take("{")
                yield from self.statements(depth + 1)
                self.take("}")
            elif token.kind == "word":
                yield self.assign(token)
            else:
                raise _Stop(_NEAR, token.start)
            chained = token.text in ("else", "elsif", "elseif")

    def assign(self, token: _Token) -> Assign:
        self.advance()
        operator = self.token
        if operator is None or operator.kind != "operator" or operator.text not in ("=", "+=", ":="):
            raise _Stop(_NEAR, operator.start if operator else len(self.text))
        self.advance()
        value = self.value(0)
        return Assign(token.text, operator.text, value, self.place(token.start, self.last))

    def conditional(self, start: int, depth: int, otherwise: bool) -> Conditional:
        key, operator = None, ""
        compared: Value = ""
        if self.token is not None and self.token.kind == "key":
            key = re.sub(r"\s", "", self.token.text)
            self.advance()
            if self.token is None or self.token.text not in _CONDITIONS:
                raise _Stop(_NEAR, self.token.start if self.token else len(self.text))
            operator = self.token.text
            self.advance()
            compared = self.value(0)
        self.take("{")
        block = tuple(self.statements(depth + 1))
        self.take("}")
        return Conditional(key, operator, compared, block, self.place(start, self.last), otherwise)

    def value(self, depth: int) -> Value:
        parts = [self.atom(depth)]
        while self.at("+"):
            self.advance()
            parts.append(self.atom(depth))
        return parts[0] if len(parts) == 1 else Joined(tuple(parts))

    def atom(self, depth: int) -> Value:
        token = self.token
        if token is None or depth > DEEPEST:
            raise _Stop(_NEAR, token.start if token else len(self.text))
        if token.kind == "text":
            self.advance()
            return re.sub(r"\\(.)", _unescaped, token.text, flags=re.DOTALL)
        if token.kind == "number":
            self.advance()
            return int(token.text) if len(token.text) < 19 else 0
        if token.kind == "word":
            self.advance()
            return {"enable": "enable", "disable": "disable"}.get(token.text) or Name(token.text)
        if token.text == "(":
            return self.listed(depth)
        raise _Stop(_NEAR, token.start)

    def listed(self, depth: int) -> Listed:
        self.take("(")
        items: list[tuple[Value | None, Value]] = []
        while not self.at(")"):
            first = self.value(depth + 1)
            if self.at("=>"):
                self.advance()
                items.append((first, self.value(depth + 1)))
            else:
                items.append((None, first))
            if not self.at(","):
                break
            self.advance()
        self.take(")")
        return Listed(tuple(items))


def _unescaped(match: re.Match[str]) -> str:
    """``\\"`` and ``\\\\`` lose the backslash; before anything else it stays, as patterns need it."""
    return {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}.get(match[1], match[0])


def looks_like_lighttpd(text: str) -> bool:
    """True where the text is a lighttpd configuration or a part of one, judged by its assignments and conditions."""
    signs = re.findall(
        r"^[ \t]*(?:server\.(?:modules|document-root|errorlog)|(?:proxy|fastcgi|wstunnel)\.(?:server|header|balance)"
        r"|url\.(?:rewrite|redirect)[\w-]*)[ \t]*[+:]?=",
        text,
        re.MULTILINE,
    )
    return bool(signs) or bool(re.search(r'^[ \t]*\$(?:HTTP|SERVER)\["[\w-]+"\][ \t]*[=!][=~]', text, re.MULTILINE))
