"""squid.conf text -> its lines with places: a directive, its words, and what stands behind its name.

Lines and words are parted as ``parseOneConfigFile`` and ``ConfigParser`` do it (squid 5.7, src/cache_cf.cc and
src/ConfigParser.cc). No include is followed and no condition judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.formats.document import Unreadable
from advisor.model import Place


@dataclass(frozen=True, slots=True)
class Word:
    """One word. ``quoted``: it stood in double quotes; ``whole``: they were closed."""

    text: str
    quoted: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One directive. ``rest`` stands behind the name, as written; ``last`` is the last physical line, of which Squid tells."""

    name: str
    words: tuple[Word, ...]
    rest: str
    place: Place
    last: str

    @property
    def args(self) -> tuple[str, ...]:
        """The words without their quotes."""
        return tuple(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Document:
    """All lines of a file that hold a directive."""

    file: str
    lines: tuple[Line, ...]


_WORD = re.compile(r'[ \t]*(?:(?P<comment>#).*|"(?P<quoted>(?:[^"\\]|\\.)*)(?P<end>"?)|(?P<word>[^ \t"#][^ \t]*))')
_CONTROL = re.compile(r"\{%-?\s*(?:if|for|else|set|block|include)\b|\{\{-?\s*(?:if|else|end|range|with)\b|<%-?\s*(?![=#])\w")
_SIGNS = re.compile(
    r"^[ \t]*(?:https?_port[ \t]+\S*\d|http_(?:reply_)?access[ \t]+(?:allow|deny)[ \t]"
    r"|cache_peer[ \t]+\S+[ \t]+(?:parent|sibling|multicast)[ \t]"
    r"|cache_peer_access[ \t]+\S+[ \t]+(?:allow|deny)[ \t]|http_upgrade_request_protocols[ \t]+\S)",
    re.MULTILINE,
)


def parse(text: str, file: str) -> Document:
    """Reads a whole file. Raises ``Unreadable`` for binary content and for templates with control flow."""
    if "\0" in text:
        raise Unreadable("holds binary content instead of a Squid configuration")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise Unreadable(f"is a template whose branches another program chooses ({control[0].strip()} ...)", line)
    return Document(file, tuple(_lines(text.removeprefix("\ufeff"), file)))


def _lines(text: str, file: str) -> Iterator[Line]:
    """Lines joined where a backslash ends one; comments and empty ones are left out."""
    pieces: list[str] = []
    first = column = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        if not pieces:
            first, column = number, len(line) - len(line.lstrip(" \t")) + 1
        pieces.append(line.removesuffix("\\"))
        if line.endswith("\\"):
            continue
        joined = "".join(pieces).strip(" \t")
        pieces = []
        if joined and not joined.startswith("#"):
            yield _line(joined, line.strip(), Place(file, first, column, number, len(line) + 1))
    joined = "".join(pieces).strip(" \t")
    if joined and not joined.startswith("#"):
        yield _line(joined, pieces[-1].strip(), Place(file, first, column))


def _line(joined: str, last: str, place: Place) -> Line:
    name = re.split(r"[ \t]", joined, maxsplit=1)[0]
    rest = joined[len(name) :].strip(" \t")
    return Line(name, tuple(words(rest)), rest, place, last)


def words(text: str) -> Iterator[Word]:
    """Words parted by blanks; a word that begins with ``#`` begins a comment, one that begins with a quote ends with it."""
    at = 0
    while (match := _WORD.match(text, at)) is not None and not match["comment"]:
        at = match.end()
        if match["quoted"] is not None:
            yield Word(re.sub(r"\\(.)", r"\1", match["quoted"]), quoted=True, whole=bool(match["end"]))
        else:
            yield Word(match["word"])


def looks_like_squid(text: str) -> bool:
    """True where the text is a Squid configuration or a part of one."""
    return bool(_SIGNS.search(text))


ACCELERATES = re.compile(
    r"^[ \t]*(?:https?_port[ \t][^#\n]*[ \t](?:accel|vhost)(?=\s|$)|cache_peer[ \t][^#\n]*[ \t]originserver(?=\s|$))",
    re.MULTILINE,
)
"""A line that makes Squid a reverse proxy: ``http_port ... accel``, ``cache_peer ... originserver``."""
