"""A Procfile -> process types with their commands, and where both stand.

Form: one ``name: command`` a line; the name holds letters, digits, ``-`` and ``_``
(https://devcenter.heroku.com/articles/procfile, read 2026-11-23). ``#`` lines are comments, as foreman and honcho take them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from advisor.formats.document import Unreadable
from advisor.formats.source import Source, checked
from advisor.model import Place

_LINE = re.compile(r"[ \t]*([A-Za-z0-9_-]+)[ \t]*:[ \t]*(.*?)[ \t]*\Z")
_IGNORED = re.compile(r"[ \t]*(?:#.*)?\Z")


@dataclass(frozen=True, slots=True)
class ProcessType:
    """One line of a Procfile. ``place`` is the whole line, ``command_place`` the command alone; ``web`` gets traffic."""

    name: str
    command: str
    place: Place
    command_place: Place


def parse(text: str, file: str) -> list[ProcessType]:
    """The process types in the order written.

    Raises ``Unreadable`` for a line that is neither ``name: command`` nor a comment, and where a name stands twice.
    """
    source = checked(text, file)
    found: dict[str, ProcessType] = {}
    start = 0
    for number, written in enumerate(source.text.split("\n"), 1):
        line = written.rstrip("\r")
        if not _IGNORED.match(line):
            process = _process(line, start, number, source)
            if process.name in found:
                raise Unreadable(f"names the process type {process.name} twice", number)
            found[process.name] = process
        start += len(written) + 1
    return list(found.values())


def _process(line: str, start: int, number: int, source: Source) -> ProcessType:
    match = _LINE.match(line)
    if match is None or not match[2]:
        raise Unreadable("is not a Procfile: a line is not of the form name: command", number)
    place = source.place(start + match.start(1), start + match.end(2))
    return ProcessType(match[1], match[2], place, source.place(start + match.start(2), start + match.end(2)))
