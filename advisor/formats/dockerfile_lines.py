"""Dockerfile text -> its instructions as BuildKit joins them from lines: continuations, comments and heredocs resolved.

Source: https://docs.docker.com/reference/dockerfile/ and BuildKit's frontend/dockerfile/parser.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.formats.document import Unreadable
from advisor.formats.source import Source
from advisor.model import Place

KEYWORDS = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME "
    "WORKDIR".split()
)
_WITH_HEREDOC = frozenset({"ADD", "COPY", "RUN"})
_DIRECTIVE = re.compile(r"#[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*(.+)\Z")
_COMMENT = re.compile(r"[ \t]*#")
_HEREDOC = re.compile(r"""<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_.]*)\2""")
_WORD = re.compile(r"""(?:[^\s"'\\]|\\.?|"[^"\\]*(?:\\.[^"\\]*)*"|'[^']*'|["'])+""", re.DOTALL)
_FLAG = re.compile(r"--([A-Za-z][A-Za-z0-9-]*)(?:=(\S*))?(?:[ \t]+|\Z)")


@dataclass(frozen=True, slots=True)
class Logical:
    """One instruction: ``text`` without continuations and comments; heredoc bodies apart."""

    keyword: str
    text: str
    """What follows the keyword and its ``--flags``."""
    flags: tuple[tuple[str, str], ...]
    heredocs: tuple[str, ...]
    place: Place
    pieces: tuple[tuple[int, int], ...]
    """Where parts of ``text`` come from: offset in ``text``, offset in the file."""
    source: Source

    def flag(self, name: str) -> str | None:
        """The value of the last ``--name=value``; empty for a bare flag, ``None`` where it is not given."""
        return next((value for key, value in reversed(self.flags) if key == name), None)

    def part(self, start: int, end: int) -> Place:
        """The place of ``text[start:end]``."""
        return self.source.place(self._offset(start), self._offset(end - 1) + 1 if end > start else self._offset(start))

    def words(self) -> Iterator[tuple[str, Place]]:
        """The words as written, quotes included, with their places."""
        for match in _WORD.finditer(self.text):
            yield match[0], self.part(*match.span())

    def _offset(self, index: int) -> int:
        piece = bisect_right(self.pieces, (index, len(self.source.text))) - 1
        start, offset = self.pieces[max(piece, 0)]
        return offset + index - start


def directives(source: Source) -> dict[str, str]:
    """The parser directives (``# syntax=``, ``# escape=``), which only count before everything else."""
    found: dict[str, str] = {}
    for line in source.text.split("\n"):
        match = _DIRECTIVE.match(line.strip())
        if match is None or match[1].lower() in found:
            break
        found[match[1].lower()] = match[2]
    return found


def instructions(source: Source, escape: str) -> Iterator[Logical]:
    """The instructions in order. Raises ``Unreadable`` for an unknown keyword and a heredoc that does not end."""
    lines = source.text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    continued = re.compile(re.escape(escape) + r"[ \t]*\Z")
    number = 0
    while number < len(lines):
        if not lines[number].strip() or _COMMENT.match(lines[number]):
            number += 1
            continue
        parts: list[str] = []
        pieces: list[tuple[int, int]] = []
        length, first, last = 0, number, number
        while number < len(lines):
            line = lines[number].rstrip("\r")
            number += 1
            if parts and (_COMMENT.match(line) or not line.strip()):
                continue
            ending = continued.search(line[-500:])
            kept = line[: len(line) - len(ending[0])] if ending else line
            pieces.append((length, starts[number - 1]))
            parts.append(kept)
            length += len(kept)
            last = number - 1
            if not ending:
                break
        if not "".join(parts).strip():
            continue
        bodies, number = _heredocs("".join(parts), lines, number, first)
        end = starts[number - 1] + len(lines[number - 1].rstrip("\r")) if bodies else starts[last] + len(lines[last].rstrip("\r"))
        yield _logical("".join(parts), pieces, end, bodies, source, first + 1)


def _heredocs(text: str, lines: list[str], number: int, first: int) -> tuple[tuple[str, ...], int]:
    """The bodies of the heredocs that an instruction opens, and the number of the line after them."""
    if text.split(None, 1)[0].upper() not in _WITH_HEREDOC or "<<" not in text:
        return (), number
    bodies: list[str] = []
    for word in _WORD.finditer(text):
        opening = _HEREDOC.fullmatch(word[0].lstrip("0123456789"))
        if opening is None:
            continue
        body: list[str] = []
        while True:
            if number >= len(lines):
                raise Unreadable(f"is not a valid Dockerfile: the heredoc {opening[3]} does not end", first + 1)
            line = lines[number].rstrip("\r")
            number += 1
            line = line.lstrip("\t") if opening[1] else line
            if line == opening[3]:
                break
            body.append(line + "\n")
        bodies.append("".join(body))
    return tuple(bodies), number


def _logical(text: str, pieces: list[tuple[int, int]], end: int, heredocs: tuple[str, ...], source: Source, line: int) -> Logical:
    start = len(text) - len(text.lstrip())
    written = text[start:].split(None, 1)[0]
    keyword = written.upper()
    if keyword not in KEYWORDS:
        shown = written if len(written) <= 20 else written[:20] + "..."
        raise Unreadable(f"is not a valid Dockerfile: {shown} is not an instruction", line)
    at = start + len(written)
    at += len(text[at:]) - len(text[at:].lstrip())
    flags: list[tuple[str, str]] = []
    while (flag := _FLAG.match(text, at)) is not None:
        flags.append((flag[1].lower(), flag[2] or ""))
        at = flag.end()
    shifted = tuple((offset - at, begin) for offset, begin in pieces)
    first, begin = next(piece for piece in reversed(pieces) if piece[0] <= start)
    place = source.place(begin + start - first, end)
    return Logical(keyword, text[at:].rstrip(), tuple(flags), heredocs, place, shifted, source)
