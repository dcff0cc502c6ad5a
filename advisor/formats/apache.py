"""Apache httpd text -> its directives and sections with places, read line by line the way httpd reads them.

After ``ap_cfg_getline``, ``ap_getword_conf`` and ``ap_build_config`` (httpd 2.4, util.c and config.c): a backslash at the end of
a line joins the next one, a comment fills its whole line, names ignore case. No include is followed, no condition judged and no
variable filled in here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from advisor.formats.document import Problem, Unreadable
from advisor.model import Place

DEEPEST = 60
"""Sections nested deeper than this are refused; real ones end far earlier."""


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive or section: its name as written, the text behind it, and its inner directives (``None``: no section).

    ``place`` runs from the first character of the name (or ``<``) to the end of the line or of the closing tag.
    """

    name: str
    text: str
    place: Place
    block: tuple[Directive, ...] | None = None

    @property
    def key(self) -> str:
        """The name in lower case, as names are compared."""
        return self.name.lower()

    @property
    def args(self) -> tuple[str, ...]:
        return words(self.text)

    def each(self, *names: str) -> Iterator[Directive]:
        """The directives of these names (lower case) directly in the section."""
        yield from (inner for inner in self.block or () if inner.key in names)


@dataclass(frozen=True, slots=True)
class Document:
    """All directives that could be read, and what httpd would not accept; reading goes on behind a problem."""

    file: str
    directives: tuple[Directive, ...]
    problems: tuple[Problem, ...] = ()


_SPACE = " \t\r\f\v"


def words(text: str) -> tuple[str, ...]:
    """The words of a line: parted by blanks, kept together by quotes, in which a backslash keeps a quote or a backslash."""
    found: list[str] = []
    at, size = 0, len(text)
    while at < size:
        if text[at] in _SPACE:
            at += 1
        elif text[at] in "\"'":
            quote, start, piece = text[at], at, ""
            at += 1
            while at < size and text[at] != quote:
                if text[at] == "\\" and at + 1 < size and text[at + 1] in (quote, "\\"):
                    at += 1
                piece += text[at]
                at += 1
            at += 1
            if at > size:
                piece = text[start + 1 :]
            found.append(piece)
        else:
            start = at
            while at < size and text[at] not in _SPACE:
                at += 1
            found.append(text[start:at])
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with what continues it: its text, where it begins and where it ends."""

    text: str
    number: int
    column: int
    last: int
    end: int


def _lines(text: str) -> Iterator[_Line]:
    raw = text.split("\n")
    number = 0
    while number < len(raw):
        first = number
        line = raw[number].rstrip("\r")
        pieces = [line]
        while pieces[-1].endswith("\\") and number + 1 < len(raw):
            pieces[-1] = pieces[-1][:-1]
            number += 1
            pieces.append(raw[number].rstrip("\r"))
        last = len(pieces[-1]) + 1
        joined = "".join(pieces)
        number += 1
        stripped = joined.strip(_SPACE)
        if stripped and not stripped.startswith("#"):
            yield _Line(stripped, first + 1, len(joined) - len(joined.lstrip(_SPACE)) + 1, number, last)


@dataclass(slots=True)
class _Open:
    """A section that has not been closed yet."""

    name: str
    text: str
    line: _Line | None
    inner: list[Directive] = field(default_factory=list)


_NAME = re.compile(r"[^\s<>]+")
_CONTROL = re.compile(
    r"\{%-?\s*(?:if|for|else|elif|set|block|include|macro)\b|<%-?\s*(?![=#])\w|\{\{-?\s*(?:if|range|with|define)\b"
)


def parse(text: str, file: str) -> Document:
    """Reads a whole file.

    Raises ``Unreadable`` for binary content and for templates with control flow; everything else gives a document whose
    ``problems`` say what httpd would refuse.
    """
    if "\0" in text:
        raise Unreadable("holds binary content instead of an Apache configuration")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise Unreadable(f"is a template whose branches another program chooses ({control[0].strip()} ...)", line)
    return _Reader(file).read(text)


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.stack: list[_Open] = [_Open("", "", None)]

    def read(self, text: str) -> Document:
        for line in _lines(text):
            if line.text.startswith("</"):
                self.leave(line)
            elif line.text.startswith("<"):
                self.enter(line)
            else:
                name = _NAME.match(line.text)
                if name is None:
                    self.refuse(f"Invalid command '{line.text[:40]}'", line)
                    continue
                rest = line.text[name.end() :].strip(_SPACE)
                self.stack[-1].inner.append(Directive(name[0], rest, self.place(line)))
        while len(self.stack) > 1:
            opened = self.stack.pop()
            if opened.line is not None:
                self.refuse(f"<{opened.name}> was not closed.", opened.line)
            self.add(opened, opened.line)
        return Document(self.file, tuple(self.stack[0].inner), tuple(self.problems))

    def enter(self, line: _Line) -> None:
        name = _NAME.match(line.text, 1)
        if name is None:
            self.refuse(
                "Invalid command '<', perhaps misspelled or defined by a module not included in the server configuration", line
            )
            return
        rest = line.text[name.end() :].strip(_SPACE)
        if not rest.endswith(">"):
            self.refuse(f"<{name[0]}> directive missing closing '>'", line)
        else:
            rest = rest[:-1].rstrip(_SPACE)
        if len(self.stack) > DEEPEST:
            self.refuse(f"sections are nested more than {DEEPEST} deep", line)
            return
        self.stack.append(_Open(name[0], rest, line))

    def leave(self, line: _Line) -> None:
        name = line.text[2:].rstrip(_SPACE).removesuffix(">").strip(_SPACE)
        if len(self.stack) == 1:
            self.refuse(f"</{name}> without matching <{name}> section", line)
            return
        opened = self.stack[-1]
        if opened.name.lower() != name.lower():
            self.refuse(f"Expected </{opened.name}> but saw </{name}>", line)
            if not any(each.name.lower() == name.lower() for each in self.stack[1:]):
                return
            while self.stack[-1].name.lower() != name.lower():
                self.add(self.stack.pop(), line)
        self.add(self.stack.pop(), line)

    def add(self, opened: _Open, until: _Line | None) -> None:
        if opened.line is not None:
            place = self.place(opened.line, until)
            self.stack[-1].inner.append(Directive(opened.name, opened.text, place, tuple(opened.inner)))

    def place(self, line: _Line, until: _Line | None = None) -> Place:
        end = until or line
        return Place(self.file, line.number, line.column, end.last, end.end)

    def refuse(self, reason: str, line: _Line) -> None:
        if len(self.problems) < 20:
            self.problems.append(Problem(reason, self.place(line)))


# ---------------------------------------------------------------- is it Apache at all?

_SECTIONS = (
    r"VirtualHost|Location(?:Match)?|Directory(?:Match)?|Proxy(?:Match)?|IfModule|IfDefine|IfVersion|Files(?:Match)?|Macro"
)
_SIGN = re.compile(
    rf"^[ \t]*(?:<(?:{_SECTIONS})\b[^>\n]*>"
    r"|ProxyPass(?:Match|Reverse)?[ \t]+\S|RewriteEngine[ \t]+(?:on|off)\b|LoadModule[ \t]+\w+_module\b|ProxyPreserveHost[ \t]"
    r"|BalancerMember[ \t]|RewriteRule[ \t]+\S+[ \t]+\S)",
    re.IGNORECASE | re.MULTILINE,
)
_OTHER = re.compile(
    r"^[ \t]*(?:server|location|upstream|http|frontend|backend)\b[^\n]*(?:\{[ \t]*)?$|<\?xml|<\?php|<!DOCTYPE|<html",
    re.IGNORECASE | re.MULTILINE,
)
_PROSE = re.compile(r"^(?:```|#+ \w.*\n=+|\.\. )", re.MULTILINE)


def looks_like_apache(text: str) -> bool:
    """True where the text is an Apache configuration or a part of one, judged by its directives and not by its name."""
    sample = text[:200_000]
    if "\0" in sample or not _SIGN.search(sample) or _PROSE.search(sample):
        return False
    plain = "\n".join(line for line in sample.splitlines() if not line.lstrip().startswith("#"))
    return _SIGN.search(plain) is not None and not _OTHER.search(plain)
