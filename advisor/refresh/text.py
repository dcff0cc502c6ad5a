"""The bytes of a page -> its text in blocks (headings, paragraphs, list items, table rows), without what frames a page."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

_FRAME = frozenset("script style noscript template svg nav header footer aside button select iframe".split())
_ALWAYS_LEFT_OUT = frozenset("script style template svg".split())
_WITHIN = frozenset(
    "a abbr b bdi bdo cite code data del dfn em font i img input ins kbd label mark q s samp small span strong sub sup time tt u "
    "var wbr".split()
)
"""Tags that do not end a block."""
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ALIKE = {
    **dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xB6)),
    **dict.fromkeys((*range(0x2018, 0x201C), 0xB4, 0x60), "'"),
    **dict.fromkeys((*range(0x201C, 0x2020), 0xAB, 0xBB), '"'),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-"),
}
"""Soft hyphens, signs without width and permalink signs go; quotes and dashes of one kind are one sign."""
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_STARTS_A_BLOCK = re.compile(r"\s*(?:[-*+|>]|\d{1,3}[.)]\s|```|#{1,6}\s)")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*\s*(?:\{#([\w-]+)\})?\s*")


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of text, normalised. ``level``: 1 to 6 for a heading, else 0. ``names``: anchors that point at it."""

    text: str
    level: int = 0
    names: tuple[str, ...] = ()


def blocks(content: bytes, kind: str, charset: str | None = None) -> tuple[Block, ...]:
    """``kind``: the media type, such as ``text/html`` or ``text/markdown``. What cannot be decoded is replaced."""
    if kind in ("text/html", "application/xhtml+xml"):
        declared = _CHARSET.search(content[:2048])
        text = _decoded(content, charset or (declared[1].decode("ascii") if declared else None))
        return _html(text, _FRAME) or _html(text, _ALWAYS_LEFT_OUT)
    text = _decoded(content, charset)
    return tuple(_markdown(text) if kind == "text/markdown" else _lines(text))


def normalised(text: str) -> str:
    """Text without what a change of layout or typography changes: case, width, white space, quotes, dashes, permalink signs."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_ALIKE).casefold().split())


def _decoded(content: bytes, charset: str | None) -> str:
    try:
        codec = codecs.lookup(charset or "utf-8").name
        return content.decode(codec, "replace").removeprefix("\ufeff")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


def _html(text: str, left_out: frozenset[str]) -> tuple[Block, ...]:
    reader = _Reader(left_out)
    reader.feed(text)
    reader.close()
    reader.end_block()
    return tuple(reader.found)


class _Reader(HTMLParser):
    """Collects blocks. A frame that is never closed ends where the page's ``main`` or ``article`` begins."""

    def __init__(self, left_out: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Block] = []
        self._left_out = left_out
        self._inside: list[str] = []
        self._parts: list[str] = []
        self._names: list[str] = []
        self._level = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("main", "article"):
            self._inside.clear()
        if tag in self._left_out:
            self._inside.append(tag)
        if self._inside:
            return
        if tag not in _WITHIN and tag not in ("td", "th", "br"):
            self.end_block()
        self._parts += [" "] * (tag in ("td", "th", "br"))
        self._names += [value for key, value in attrs if value and (key == "id" or (key == "name" and tag == "a"))]
        self._level = _HEADINGS.get(tag, self._level)

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            if tag in self._inside:
                del self._inside[len(self._inside) - 1 - self._inside[::-1].index(tag) :]
            return
        if tag not in _WITHIN and tag not in ("td", "th", "br"):
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self._parts.append(data)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """A comment up to the next ``>``, as in browsers; the library would raise on an unknown one."""
        end = self.rawdata.find(">", i)
        return end + 1 if end >= 0 else -1

    def end_block(self) -> None:
        text = normalised("".join(self._parts))
        self._parts.clear()
        if text:
            self.found.append(Block(text, self._level, tuple(self._names)))
            self._names.clear()
            self._level = 0


def _markdown(text: str) -> Iterator[Block]:
    paragraph: list[str] = []
    for line in [*text.splitlines(), ""]:
        heading = _MARKDOWN_HEADING.fullmatch(line)
        if not line.strip() or heading or _STARTS_A_BLOCK.match(line):
            yield from _block(" ".join(paragraph))
            paragraph = []
        if heading:
            yield from _block(heading[2], len(heading[1]), (heading[3],) if heading[3] else (_slug(heading[2]),))
        elif line.strip():
            paragraph.append(line)


def _slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _lines(text: str) -> Iterator[Block]:
    for number, line in enumerate(text.splitlines(), 1):
        yield from _block(line, names=(f"L{number}",))


def _block(text: str, level: int = 0, names: tuple[str, ...] = ()) -> Iterator[Block]:
    plain = normalised(text)
    if plain:
        yield Block(plain, level, names)
