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

_LINE = re.compile(r"[ \t]*([A-Za-z0-9_-]+)[ \t]*:[ \t]*(.*)\Z")
_IGNORED = re.compile(r"[ \t]*(?:#.*)?\Z")


@dataclass(frozen=True, slots=True)
class ProcessType:
    """One line of a Procfile. ``place`` is the whole line, ``command_place`` the command alone; ``web`` gets traffic."""

    name: str
    command: str
    place: Place
    command_place: Place


def parse(text: str, file: str, skipped: list[Unreadable] | None = None) -> list[ProcessType]:
    """The process types in the order written; of two with one name the last holds.

    A line that is neither ``name: command`` nor a comment, and a name that stands twice, are appended to ``skipped``;
    without that list, and where no line is left, ``Unreadable`` is raised.
    """
    source = checked(text, file)
    problems: list[Unreadable] = []
    found: dict[str, ProcessType] = {}
    start = 0
    for number, written in enumerate(source.text.split("\n"), 1):
        line = written.rstrip()
        process = _process(line, start, source)
        if process is None:
            if not _IGNORED.match(line):
                problems.append(Unreadable("is not a Procfile: a line is not of the form name: command", number))
        else:
            if process.name in found:
                problems.append(Unreadable(f"names the process type {process.name} twice", number))
            found[process.name] = process
        start += len(written) + 1
    if problems and (skipped is None or not found):
        raise problems[0]
    if skipped is not None:
        skipped.extend(problems)
    return list(found.values())


def _process(line: str, start: int, source: Source) -> ProcessType | None:
    match = _LINE.match(line)
    if match is None or not match[2]:
        return None
    place = source.place(start + match.start(1), start + match.end(2))
    return ProcessType(match[1], match[2], place, source.place(start + match.start(2), start + match.end(2)))
