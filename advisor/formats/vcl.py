"""VCL text -> its declarations and subroutines, each statement with its place.

Source: https://varnish-cache.org/docs/trunk/reference/vcl.html. Expressions stay lists of words; who asks evaluates them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.formats.document import Unreadable
from advisor.formats.source import MAX_DEPTH, checked
from advisor.model import Place

_TOKEN = re.compile(
    r"(?P<gap>\s+|#[^\n]*|//[^\n]*|/\*.*?\*/)"
    r"|(?P<code>C\{.*?\}C)"
    r'|(?P<long>\{".*?"\}|""".*?""")'
    r'|(?P<text>"[^"\n]*")'
    r"|(?P<word>[A-Za-z_][\w.-]*|\d+(?:\.\d+)?[a-z]*)"
    r"|(?P<sign>&&|\|\||!=|!~|==|<=|>=|\+=|-=|\*=|/=|[{}();,!~=<>+\-*/.:%@$^?|&\[\]])",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a statement. ``kind``: word, text (without its quotes) or sign."""

    kind: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Statement:
    """``set req.url = ...;`` or a block: ``words`` up to the semicolon or brace, ``block`` what stands in braces."""

    words: tuple[Token, ...]
    place: Place
    block: tuple[Statement, ...] | None = None

    @property
    def name(self) -> str:
        return self.words[0].value if self.words else ""

    def text(self, start: int = 0) -> str:
        """The words as one text, for the reader."""
        return " ".join(f'"{word.value}"' if word.kind == "text" else word.value for word in self.words[start:])


def parse(text: str, file: str) -> tuple[Statement, ...]:
    """The statements of a VCL file. Raises ``Unreadable`` where a brace is not closed or a sign is none of VCL's."""
    tokens = list(_tokens(checked(text, file).text))
    statements, at = _block(tokens, 0, file, 0)
    if at < len(tokens):
        raise Unreadable("is not valid VCL: a brace is closed that was not opened", tokens[at].line)
    return statements


def _tokens(text: str) -> Iterator[Token]:
    at, line = 0, 1
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise Unreadable(f"is not valid VCL: {text[at]!r} stands where a word is expected", line)
        kind, value = found.lastgroup or "", found[0]
        if kind in ("long", "text"):
            width = 1 if kind == "text" else 3 if value.startswith('"""') else 2
            yield Token("text", value[width:-width], line)
        elif kind != "gap":
            yield Token("sign" if kind == "sign" else "word", value, line)
        line += value.count("\n")
        at = found.end()


def _block(tokens: list[Token], at: int, file: str, depth: int) -> tuple[tuple[Statement, ...], int]:
    if depth > MAX_DEPTH:
        raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep", tokens[at - 1].line)
    found: list[Statement] = []
    words: list[Token] = []
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "sign" and token.value == "}":
            break
        at += 1
        if token.kind == "sign" and token.value == ";":
            if words:
                found.append(Statement(tuple(words), Place(file, words[0].line)))
            words = []
        elif token.kind == "sign" and token.value == "{":
            inner, at = _block(tokens, at, file, depth + 1)
            if at >= len(tokens):
                raise Unreadable("is not valid VCL: a brace is not closed", token.line)
            end = tokens[at].line
            at += 1
            start = words[0].line if words else token.line
            found.append(Statement(tuple(words), Place(file, start, end_line=end), inner))
            words = []
        else:
            words.append(token)
    if words:
        raise Unreadable("is not valid VCL: a statement does not end", words[0].line)
    return tuple(found), at
