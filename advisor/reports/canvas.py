"""Lines of text for a terminal or a file: headings, aligned rows, labelled paragraphs, with colours where they are shown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from advisor.reports import clean

Style = Literal["heading", "strong", "quiet", "error", "warning", "info", "good"]
_CODES: dict[Style, str] = {
    "heading": "1",
    "strong": "1",
    "quiet": "2",
    "error": "1;31",
    "warning": "1;33",
    "info": "36",
    "good": "1;32",
}
LABEL = 9
"""Columns of a label and the gap behind it."""


@dataclass(slots=True)
class Canvas:
    """Collects lines. Every text is made clean here, so nothing of a scanned file reaches the terminal as it is."""

    width: int
    colour: bool
    lines: list[str] = field(default_factory=list)

    def paint(self, text: str, style: Style | None) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and style and text else text

    def add(self, line: str = "") -> None:
        """A finished line."""
        self.lines.append(line.rstrip())

    def heading(self, text: str) -> None:
        """A heading with an empty line above it."""
        self.add()
        self.add(self.paint(clean.line(text), "heading"))

    def paragraph(self, text: str, indent: int = 0, style: Style | None = None) -> None:
        """Text, wrapped."""
        for line in self._wrapped(text, indent):
            self.add(" " * indent + self.paint(line, style))

    def item(self, text: str, indent: int = 2) -> None:
        """An entry of a list: its first line at the indent, what is wrapped two columns further in."""
        lines = self._wrapped(text, indent + 2)
        for number, line in enumerate(lines):
            self.add(" " * (indent if number == 0 else indent + 2) + line)

    def labelled(self, label: str, text: str, indent: int = 2, style: Style | None = None) -> None:
        """A label, and text wrapped beside it; nothing for an empty text."""
        start = indent + max(LABEL, len(label) + 1)
        for number, line in enumerate(self._wrapped(text, start)):
            self.add(self._label(label if number == 0 else "", indent, start) + self.paint(line, style))

    def labelled_list(self, label: str, texts: Iterable[str], indent: int = 2) -> None:
        """Several texts under one label, each begun on a line of its own."""
        for number, text in enumerate(texts):
            self.labelled(label if number == 0 else "", text, indent)

    def block(self, label: str, text: str, indent: int = 2) -> None:
        """Lines that must stay as they are (a block to paste, a command), beside a label."""
        start = indent + LABEL
        for number, line in enumerate(clean.text(text).strip("\n").split("\n") if text.strip() else ()):
            self.add(self._label(label if number == 0 else "", indent, start) + line.expandtabs(4))

    def rows(self, rows: Sequence[Sequence[str]], indent: int = 2) -> None:
        """Aligned columns; the last one is wrapped, or goes below where the others leave it no room."""
        cells = [[clean.line(cell) for cell in row] for row in rows]
        if not cells:
            return
        widths = [min(max(len(row[column]) for row in cells), self.width // 2) for column in range(len(cells[0]) - 1)]
        start = indent + sum(widths) + 2 * len(widths)
        below = start > self.width * 9 // 20
        for row in cells:
            front = " " * indent + "".join(f"{cell:<{width}}  " for cell, width in zip(row, widths, strict=False))
            last = self._wrapped(row[-1], indent + 4 if below else start)
            if below:
                self.add(front)
                for line in last:
                    self.add(" " * (indent + 4) + self.paint(line, "quiet"))
            else:
                self.add(front + (last[0] if last else ""))
                for line in last[1:]:
                    self.add(" " * start + line)

    def text(self) -> str:
        """All lines, with a closing line feed."""
        return "\n".join(self.lines).strip("\n") + "\n"

    def _label(self, label: str, indent: int, start: int) -> str:
        return " " * indent + self.paint(label, "quiet") + " " * (start - indent - len(label))

    def _wrapped(self, text: str, indent: int) -> list[str]:
        room = max(self.width - indent, 20)
        return textwrap.wrap(clean.line(text), room, break_long_words=False, break_on_hyphens=False)


def folded(parts: Sequence[str], most: int, what: str) -> list[str]:
    """At most ``most`` of the parts, and ``and 37 more files`` for the rest; one more is shown rather than counted."""
    if len(parts) <= most + 1:
        return list(parts)
    return [*parts[:most], f"and {len(parts) - most:,} more {what}"]
