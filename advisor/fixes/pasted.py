"""The block that a finding offers -> its parts, each with the place that the comment above it names.

The blocks are written in ``advisor.proxies`` and ``advisor.rules``, for people: a comment says where each part goes. The same
comments are read here, so that a fix and the block to paste are one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.model import Place

STAYS = "what stands there stays"
"""The comment in a block that stands for the lines that are there already."""
_HEAD = re.compile(
    r"(?:#|//) (?:or instead, )?(?P<how>instead of the location|beside the location|instead of the line|before the line"
    r"|before the RewriteRule|behind the section|in the site|before the route|beside the router|the rule"
    r"|in frontend|before the other|before|once, beside the server blocks|at|in the|or instead|a heartbeat)\b(?P<rest>.*)"
)
_PLACE = re.compile(r"^ ?(?:at |in )?(?P<file>[^\n]+?):(?P<line>\d+)(?=$|[;,:]| and | must )")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines to paste; ``how`` are the first words of the comment above (``beside the location``), ``place`` what it names."""

    how: str
    rest: str
    place: Place | None
    lines: tuple[str, ...]


def parts(snippet: str) -> tuple[Part, ...]:
    """The parts of a block in their order; lines that no comment leads have an empty ``how``."""
    return tuple(part for part in _parts(snippet) if part.lines)


def _parts(snippet: str) -> Iterator[Part]:
    how, rest, lines = "", "", list[str]()
    for line in snippet.splitlines():
        head = _HEAD.fullmatch(line)
        if head is None:
            lines.append(line)
            continue
        yield _part(how, rest, lines)
        how, rest, lines = head["how"], head["rest"], []
    yield _part(how, rest, lines)


def _part(how: str, rest: str, lines: list[str]) -> Part:
    found = _PLACE.search(rest)
    trimmed = "\n".join(lines).strip("\n").split("\n") if any(line.strip() for line in lines) else []
    return Part(how, rest.strip(), Place(found["file"].strip(), int(found["line"])) if found else None, tuple(trimmed))
