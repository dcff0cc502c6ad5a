"""HAProxy text -> its sections with their lines, each split into words the way HAProxy splits them.

Words follow ``parse_line`` (HAProxy 2.8, src/tools.c): blanks separate, ``"..."`` expands variables of the environment, ``'...'``
keeps all as it is, a backslash keeps the next character, ``#`` begins a comment. A variable that is not given stays as written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from advisor.formats.document import Problem, Unreadable
from advisor.model import Place

PROXIES = ("defaults", "frontend", "backend", "listen")
_SECTIONS = frozenset(
    (
        *PROXIES,
        *"global userlist peers resolvers mailers cache http-errors ring program log-forward fcgi-app crt-store traces".split(),
        *"log-profile acme dynamic-update healthcheck".split(),
    )
)
_CONTROL = re.compile(
    r"\{%-?\s*(?:if|for|else|elif|set|block|include|macro|raw|extends)\b"
    r"|\{\{-?\s*(?:if|else|end|range|with|template|define|block|\$\w+\s*:=)"
    r"|<%-?\s*(?![=#])\w"
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", " ": " ", "#": "#", "\\": "\\", '"': '"', "'": "'", "$": "$"}
_TRUE, _FALSE = ("1", "true"), ("0", "false")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its words, unquoted, and its place."""

    words: tuple[str, ...]
    place: Place

    @property
    def name(self) -> str:
        return self.words[0]

    @property
    def args(self) -> tuple[str, ...]:
        return self.words[1:]


@dataclass(frozen=True, slots=True)
class Section:
    """One section. ``place`` runs from its head to its last line; ``name`` is empty where it has none."""

    kind: str
    name: str
    args: tuple[str, ...]
    place: Place
    lines: tuple[Line, ...] = ()
    head: Place | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """All sections of one file. ``undecided``: lines of ``.if`` whose condition hangs on the machine."""

    file: str
    sections: tuple[Section, ...]
    problems: tuple[Problem, ...] = ()
    undecided: tuple[Place, ...] = ()


def parse(text: str, file: str, environment: Mapping[str, str] | None = None) -> Document:
    """Reads a whole file. Raises ``Unreadable`` for binary content and for templates with control flow."""
    if "\0" in text:
        raise Unreadable("holds binary content instead of an HAProxy configuration")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise Unreadable(f"is a template whose branches another program chooses ({control[0].strip()} ...)", line)
    return _Reader(file, environment or {}).read(text)


class _Reader:
    """One pass over a text."""

    def __init__(self, file: str, environment: Mapping[str, str]) -> None:
        self.file = file
        self.environment = environment
        self.problems: list[Problem] = []
        self.undecided: list[Place] = []
        self.sections: list[Section] = []
        self.lines: list[Line] = []
        self.branches: list[bool | None] = []
        """For each open ``.if``: whether its lines count now; ``None``: not known, so they do not."""
        self.done: list[bool] = []

    def read(self, text: str) -> Document:
        rows = text.removeprefix("\ufeff").split("\n")
        for number, row in enumerate(rows, 1):
            row = row.removesuffix("\r")
            place = Place(self.file, number, len(row) - len(row.lstrip()) + 1, number, len(row) + 1)
            words = self.words(row, place)
            if words and not self.directive(words, place) and all(self.branches):
                self.line(Line(tuple(words), place))
        if rows[-1].strip():
            reason = f"Missing LF on last line, file might have been truncated at position {len(rows[-1]) + 1}."
            self.refuse(reason, Place(self.file, len(rows)))
        self.close()
        return Document(self.file, tuple(self.sections), tuple(self.problems), tuple(self.undecided))

    def line(self, line: Line) -> None:
        if line.name in _SECTIONS:
            self.close()
            name = line.args[0] if line.args else ""
            self.sections.append(Section(line.name, name, line.args[1:], line.place, (), line.place))
        elif not self.sections:
            self.refuse(f"unknown keyword '{line.name}' out of section.", line.place)
        else:
            self.lines.append(line)

    def close(self) -> None:
        """Ends the open section."""
        if self.sections and self.lines:
            last, head = self.lines[-1].place, self.sections[-1]
            place = Place(self.file, head.place.line, head.place.column, last.end_line, last.end_column)
            self.sections[-1] = Section(head.kind, head.name, head.args, place, tuple(self.lines), head.head)
        self.lines = []

    def directive(self, words: list[str], place: Place) -> bool:
        """``.if`` and its kin; true where the line was one."""
        name, condition = words[0], " ".join(words[1:]).strip().lower()
        if name == ".if":
            known = condition in _TRUE if condition in (*_TRUE, *_FALSE) else None
            if known is None:
                self.undecided.append(place)
            self.branches.append(known)
            self.done.append(bool(known))
        elif name in (".elif", ".else") and self.branches:
            open_one = self.branches[-1] is None
            chosen = (name == ".else" or condition in _TRUE) and not self.done[-1]
            self.branches[-1] = None if open_one else chosen
            self.done[-1] = self.done[-1] or chosen
        elif name == ".endif" and self.branches:
            self.branches.pop()
            self.done.pop()
        return name in (".if", ".elif", ".else", ".endif", ".diag", ".notice", ".warning", ".alert")

    def words(self, row: str, place: Place) -> list[str]:
        """The words of one line."""
        words: list[str] = []
        word: list[str] | None = None
        at, opened, size, quote = 0, 0, len(row), ""
        while at < size:
            sign = row[at]
            if quote == "'":
                at += 1
                if sign == "'":
                    quote = ""
                else:
                    word = _add(word, sign)
            elif sign == '"':
                quote, opened = ("", opened) if quote else ('"', at)
                word, at = word if word is not None else [], at + 1
            elif sign == "\\" and at + 1 < size:
                kept, at = _escape(row, at, quote)
                word = _add(word, kept)
            elif quote and sign == "$":
                kept, at = self.variable(row, at, place)
                word = _add(word, kept)
            elif not quote and sign == "'":
                quote, opened, word, at = "'", at, word if word is not None else [], at + 1
            elif not quote and sign == "#":
                break
            elif not quote and sign in " \t":
                if word is not None:
                    words.append("".join(word))
                word, at = None, at + 1
            else:
                word, at = _add(word, sign), at + 1
        if quote:
            self.refuse(f"unmatched quote at position {opened + 1}:", place)
            return []
        if word is not None:
            words.append("".join(word))
        return words

    def variable(self, row: str, at: int, place: Place) -> tuple[str, int]:
        """What ``$NAME`` or ``${NAME-default}`` at this position becomes, and where to go on."""
        braced = row[at + 1 : at + 2] == "{"
        start = at + (2 if braced else 1)
        name = _NAME.match(row, start)
        if name is None:
            self.refuse(f"forbidden first char in environment variable name at position {start + 1}:", place)
            return "$", at + 1
        end = name.end()
        fallback: str | None = None
        if braced:
            close = row.find("}", end)
            if close < 0:
                self.refuse(f"missing closing brace in environment variable name at position {end + 1}:", place)
                return row[at:], len(row)
            rest = row[end:close].removeprefix("[*]")
            fallback = rest[1:] if rest.startswith("-") else None
            end = close + 1
        return self.environment.get(name[0], row[at:end] if fallback is None else fallback), end

    def refuse(self, reason: str, place: Place) -> None:
        if len(self.problems) < 20:
            self.problems.append(Problem(reason, place))


def _add(word: list[str] | None, text: str) -> list[str]:
    if word is None:
        return [text]
    word.append(text)
    return word


def _escape(row: str, at: int, quote: str) -> tuple[str, int]:
    """What a backslash and what follows it become; in double quotes it keeps only what has a meaning there."""
    following = row[at + 1]
    if following == "x" and re.fullmatch(r"[0-9A-Fa-f]{2}", row[at + 2 : at + 4]):
        return chr(int(row[at + 2 : at + 4], 16)), at + 4
    known = '\\"$' if quote else "\\ #\"'nrt"
    if following in known:
        return _ESCAPED[following], at + 2
    return "\\" + following, at + 2


def looks_like_haproxy(text: str) -> bool:
    """True where the text is an HAProxy configuration, judged by its sections and what stands in them."""
    heads = re.findall(r"^[ \t]*(frontend|backend|listen|defaults|global)\b[^\n{;=]*$", text, re.MULTILINE)
    signs = re.search(
        r"^[ \t]+(?:bind[ \t]+\S*:\d|server[ \t]+\S+[ \t]+\S+|default_backend[ \t]|use_backend[ \t]|mode[ \t]+(?:http|tcp)\b"
        r"|timeout[ \t]+(?:client|server|connect|tunnel)\b)",
        text,
        re.MULTILINE,
    )
    return bool(heads) and bool(signs)
