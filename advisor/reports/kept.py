"""A checklist as a person left it -> ticks, notes and finished items, so that writing it anew loses nothing.

Everything that wsadvise writes stands between two comments. The first carries what the item is (its fingerprints) and a mark
for each line, so that a line a person wrote is told from one of ours even between the comments.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

_BEGIN = re.compile(r"\s*<!-- wsadvise:begin (head|group|item|gone) ((?:[\w.-]+ )*)\| ?([0-9a-f ]*) ?-->\s*")
_END = re.compile(r"\s*<!-- wsadvise:end -->\s*")
_BOX = re.compile(r"^(\s*[-*+] \[)([ xX])(\] )")
_MARK = 8


@dataclass(slots=True)
class Entry:
    """One block of ours as it stands in the file, and what the person wrote in it or below it."""

    kind: str
    """``head``, ``group``, ``item``, ``gone``; ``before``: what stands above the first block."""
    ids: tuple[str, ...] = ()
    ticked: bool = False
    title: str = ""
    """The text behind the box."""
    notes: list[str] = field(default_factory=list)


def block(kind: str, ids: Iterable[str], text: str) -> str:
    """Text of ours between its comments. ``ids`` are words of letters, digits, points and dashes."""
    lines = text.strip("\n").split("\n")
    marks = " ".join(_mark(line) for line in lines if line.strip())
    names = "".join(f"{id} " for id in ids)
    indent = "  " if kind in ("item", "gone") else ""
    return "\n".join((f"<!-- wsadvise:begin {kind} {names}| {marks} -->", *lines, f"{indent}<!-- wsadvise:end -->"))


def is_checklist(text: str) -> bool:
    """True where the text holds the head that wsadvise writes."""
    return any((found := _BEGIN.fullmatch(line)) and found[1] == "head" for line in text.splitlines())


def read(text: str) -> list[Entry]:
    """The blocks of a checklist in their order. Any text is read; what is not ours becomes a note of the block above it."""
    entries = [Entry("before")]
    marks: Counter[str] | None = None
    for line in text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"):
        begin = _BEGIN.fullmatch(line)
        if begin is not None:
            entries.append(Entry(begin[1], tuple(begin[2].split())))
            marks = Counter(begin[3].split())
        elif marks is None:
            entries[-1].notes.append(line)
        elif _END.fullmatch(line):
            marks = None
        else:
            _inside(entries[-1], line, marks)
    for entry in entries:
        entry.notes = _trimmed(entry.notes)
    return entries


def _inside(entry: Entry, line: str, marks: Counter[str]) -> None:
    """A line between our comments: ours as often as its mark was written, else the person's."""
    box = _BOX.match(line)
    if box and not entry.title:
        entry.ticked = box[2] != " "
        entry.title = line[box.end() :].strip()
    mark = _mark(line)
    if line.strip() and marks[mark] == 0:
        entry.notes.append(line)
    elif not line.strip() and entry.notes:
        entry.notes.append("")
    marks[mark] -= 1


def _mark(line: str) -> str:
    """A line's mark: the same whether its box is ticked or not, and however it is indented."""
    return hashlib.sha256(_BOX.sub(r"\1 \3", line).strip().encode("utf-8", "replace")).hexdigest()[:_MARK]


def _trimmed(lines: list[str]) -> list[str]:
    """Without the empty lines at both ends."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []
