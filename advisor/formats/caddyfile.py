"""Caddyfile text -> its blocks and directives with places, read token by token the way Caddy reads them.

After ``caddyconfig/caddyfile/lexer.go`` and ``parse.go`` (Caddy 2.11): a brace counts only as a word of its own at the end of a
line, a ``#`` only at the start of a word, and the end of the file closes what is open. No import is followed here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from advisor.formats.document import Problem, Unreadable
from advisor.model import Place

DEEPEST = 60
"""Blocks nested deeper than this are refused; real ones end far earlier."""


@dataclass(frozen=True, slots=True)
class Directive:
    """One line and the block that it opens (``None`` where it opens none).

    At the top of a file that is a site (``name`` and ``args`` are its addresses), a snippet (``(name)``), a named route
    (``&(name)``), an import, or the global options (``name`` empty).
    """

    name: str
    args: tuple[str, ...]
    place: Place
    block: tuple[Directive, ...] | None = None
    braced: bool = True
    """False for a site that takes the whole file without braces."""

    def each(self, *names: str) -> Iterator[Directive]:
        """The directives of these names directly in the block."""
        yield from (inner for inner in self.block or () if inner.name in names)

    def first(self, *names: str) -> Directive | None:
        return next(self.each(*names), None)


@dataclass(frozen=True, slots=True)
class Document:
    """All blocks that could be read, and what Caddy would not accept."""

    file: str
    blocks: tuple[Directive, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    line: int
    quoted: bool = False

    def is_brace(self, sign: str) -> bool:
        return self.text == sign and not self.quoted


_ENVIRONMENT = re.compile(r"\{\$([^{}:\s]+)(?::([^{}\n]*))?\}")
_TOKEN = re.compile(
    r"""(?P<newline>\r?\n)
      |(?P<space>[ \t\r\f\v]+|\\\r?\n)
      |(?P<comment>\#[^\n]*)
      |<<(?P<mark>[A-Za-z0-9_-]+)[ \t\r]*\n(?P<heredoc>.{0,20000}?)\n[ \t]*(?P=mark)(?=\s|$)
      |"(?P<double>(?:[^"\\]|\\.)*)"
      |`(?P<tick>[^`]*)`
      |(?P<word>(?:\\\n[ \t]*|[^\s])+)""",
    re.VERBOSE | re.DOTALL,
)
_CONTROL = re.compile(
    r"\{%-?\s*(?:if|for|else|elif|set|block|include|macro)\b|\{\{-?\s*(?:if|range|with|define)\b|<%-?\s*(?![=#])\w"
)


def filled(text: str, environment: Mapping[str, str]) -> str:
    """``{$NAME:default}`` replaced as Caddy does before it reads the text; a name that is not known stays as written."""

    def value(found: re.Match[str]) -> str:
        known = environment.get(found[1])
        if known is None:
            known = found[2]
        return found[0] if known is None else known.replace("\n", " ")

    return _ENVIRONMENT.sub(value, text)


def parse(text: str, file: str) -> Document:
    """Reads a whole file.

    Raises ``Unreadable`` for binary content and for templates with control flow; everything else gives a document whose
    ``problems`` say what Caddy would refuse.
    """
    if "\0" in text:
        raise Unreadable("holds binary content instead of a Caddyfile")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise Unreadable(f"is a template whose branches another program chooses ({control[0].strip()} ...)", line)
    return _Reader(text, file).read()


class _Lines:
    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def line(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def place(self, start: int, end: int) -> Place:
        first, last = self.line(start), self.line(end)
        return Place(self._file, first, start - self._starts[first - 1] + 1, last, end - self._starts[last - 1] + 1)


@dataclass(slots=True)
class _Reader:
    text: str
    file: str
    lines: _Lines = field(init=False)
    tokens: list[_Token] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    at: int = 0

    def __post_init__(self) -> None:
        self.lines = _Lines(self.text, self.file)

    def read(self) -> Document:
        self.tokens = list(self.split())
        blocks: list[Directive] = []
        while self.at < len(self.tokens):
            blocks.append(self.top(first=not blocks))
        return Document(self.file, tuple(blocks), tuple(self.problems))

    def split(self) -> Iterator[_Token]:
        """The words with the line on which they begin; a backslash before a line's end joins the next line to it."""
        position, joined = 1 if self.text.startswith("\ufeff") else 0, 0
        while position < len(self.text):
            found = _TOKEN.match(self.text, position)
            if found is None:
                self.refuse("unterminated quote", position)
                return
            start, position = position, found.end()
            if found["space"] is not None and "\n" in found["space"]:
                joined += 1
            elif found["newline"] is not None:
                joined = 0
            for kind in ("word", "double", "tick", "heredoc"):
                body = found[kind]
                if body is None:
                    continue
                if kind == "double":
                    body = body.replace('\\"', '"')
                elif kind == "word":
                    body = re.sub(r"\\\n[ \t]*", "", body)
                yield _Token(body, start, position, self.lines.line(start) - joined, kind != "word")
                joined += self.text.count("\n", start, position)

    def row(self) -> list[_Token]:
        """The words of the next line."""
        start = self.at
        line = self.tokens[start].line
        while self.at < len(self.tokens) and self.tokens[self.at].line == line:
            self.at += 1
        return self.tokens[start : self.at]

    def top(self, first: bool) -> Directive:
        """A site, a snippet or the global options."""
        keys = self.row()
        while keys[-1].text.endswith(",") and self.at < len(self.tokens):
            keys += self.row()
        if keys[-1].is_brace("{"):
            block = self.block(1)
            return self.directive(keys[:-1], keys, block)
        if keys[0].text == "import":
            return self.directive(keys, keys, None)
        if keys[0].is_brace("}"):
            self.refuse("unexpected '}'", keys[0].start)
            return self.directive(keys, keys, None)
        return replace(self.directive(keys, keys, self.block(1, closes=False)), braced=False)

    def block(self, depth: int, closes: bool = True) -> tuple[Directive, ...]:
        """The lines up to the closing brace, or to the end of the file."""
        inner: list[Directive] = []
        while self.at < len(self.tokens):
            row = self.row()
            if row[0].is_brace("}"):
                if closes:
                    return tuple(inner)
                self.refuse("unexpected '}'", row[0].start)
                continue
            if row[-1].is_brace("{"):
                if depth > DEEPEST:
                    self.refuse(f"blocks are nested more than {DEEPEST} deep", row[0].start)
                    return tuple(inner)
                inner.append(self.directive(row[:-1], row, self.block(depth + 1)))
            else:
                inner.append(self.directive(row, row, None))
        return tuple(inner)

    def directive(self, words: list[_Token], row: list[_Token], block: tuple[Directive, ...] | None) -> Directive:
        texts = [
            word.text.rstrip(",") if len(word.text) > 1 and not word.quoted and block is not None else word.text for word in words
        ]
        name, *args = texts or [""]
        end = self.tokens[self.at - 1].end if block is not None else row[-1].end
        return Directive(name, tuple(args), self.lines.place(row[0].start, end), block)

    def refuse(self, reason: str, offset: int) -> None:
        if len(self.problems) < 20:
            self.problems.append(Problem(reason, self.lines.place(offset, offset)))


# ---------------------------------------------------------------- is it a Caddyfile at all?

_SIGN = re.compile(
    r"^[ \t]*(?:reverse_proxy|file_server|php_fastcgi|handle_path|handle|redir|encode|tls|respond|basic_?auth)\b", re.MULTILINE
)
_OTHER = re.compile(
    r";[ \t]*$|^[ \t]*<|^[ \t]*(?:frontend|backend|defaults|upstream|server[ \t]*\{|location[ \t])|^[ \t]*[\w-]+:[ \t]*$|^#!",
    re.MULTILINE,
)


def looks_like_caddyfile(text: str) -> bool:
    """True where the text is a Caddyfile or a part of one, judged by its directives and not by its name."""
    sample = "\n".join(line for line in text[:200_000].splitlines() if not line.lstrip().startswith("#"))
    return "\0" not in sample and _SIGN.search(sample) is not None and not _OTHER.search(sample)
