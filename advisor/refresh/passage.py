"""The blocks of a page and the anchors of a source -> the passage that its facts rest on, and its fingerprint."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from advisor.refresh.text import Block, normalised

_LINES = re.compile(r"#L(\d+)(?:-L(\d+))?")
_MOST = 40
"""Blocks after a named one that is no heading."""


class Missing(LookupError):
    """The page has no such heading, phrase or anchor; the message is that anchor."""


def passage(page: Sequence[Block], anchors: Sequence[str]) -> tuple[str, ...]:
    """The texts of the blocks that the anchors point at, in the page's order; of all blocks where there is no anchor.

    A heading stands for its section, ``#name`` for what follows that name up to the next one, any other phrase for the
    blocks that hold it and their neighbours. Raises :class:`Missing`.
    """
    if not anchors:
        return tuple(block.text for block in page)
    wanted: set[int] = set()
    for anchor in anchors:
        found = set(_lines(page, anchor) or _named(page, anchor) if anchor.startswith("#") else _phrase(page, normalised(anchor)))
        if not found:
            raise Missing(anchor)
        wanted |= found
    return tuple(page[number].text for number in sorted(wanted))


def fingerprint(texts: Sequence[str]) -> str:
    """24 hexadecimal digits of the passage's digest."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:24]


def _lines(page: Sequence[Block], anchor: str) -> list[int]:
    span = _LINES.fullmatch(anchor)
    if span is None:
        return []
    first, last = int(span[1]), int(span[2] or span[1])
    return [number for number, block in enumerate(page) for name in block.names[:1] if first <= _line(name) <= last]


def _line(name: str) -> int:
    return int(name[1:]) if name.startswith("L") and name[1:].isdigit() else -1


def _named(page: Sequence[Block], anchor: str) -> Iterator[int]:
    start = next((number for number, block in enumerate(page) if anchor[1:] in block.names), None)
    if start is None:
        return
    if page[start].level:
        yield from _section(page, start)
        return
    yield start
    for number in range(start + 1, min(start + _MOST, len(page))):
        if page[number].level or page[number].names:
            return
        yield number


def _phrase(page: Sequence[Block], phrase: str) -> Iterator[int]:
    holding = [number for number, block in enumerate(page) if phrase in block.text]
    heads = [number for number in holding if page[number].level and (page[number].level > 1 or page[number].text == phrase)]
    if heads:
        for number in heads:
            yield from _section(page, number)
        return
    for number in holding:
        yield from (near for near in (number - 1, number, number + 1) if 0 <= near < len(page) and not page[near].level)
        yield number


def _section(page: Sequence[Block], start: int) -> Iterator[int]:
    yield start
    for number in range(start + 1, len(page)):
        if 0 < page[number].level <= page[start].level:
            return
        yield number
