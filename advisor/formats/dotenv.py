"""A ``.env`` file -> the names it sets, with places. Values are kept back, except those of harmless names.

Form: as python-dotenv and the npm package dotenv read it: ``NAME=value`` or ``export NAME=value`` a line, quoted values over
several lines, ``#`` comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from advisor.formats.document import Unreadable
from advisor.formats.source import Source, checked
from advisor.model import Place

HARMLESS = frozenset({"PORT", "HOST", "NODE_ENV", "WEB_CONCURRENCY"})
"""Names whose values may be handed out: they are no secrets and decide where and how often a process listens."""

_ENTRY = re.compile(
    r"""[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*(?P<sign>=[ \t]*|:[ \t]+)?"""
    r"""(?:"(?P<double>[^"\\]*(?:\\.[^"\\]*)*)"|'(?P<single>[^'\\]*(?:\\.[^'\\]*)*)'|`(?P<tick>[^`]*)`|(?P<bare>[^\n#]*))?""",
    re.DOTALL,
)
_LINE_END = re.compile(r"[^\n]*(?:\n|\Z)")
_IGNORED = re.compile(r"[ \t\r]*(?:#[^\n]*)?(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Name:
    """A variable that the file sets. ``place`` is the name's; ``value`` is there for ``HARMLESS`` names only."""

    name: str
    place: Place
    value: str | None = None


def parse(text: str, file: str, skipped: list[Unreadable] | None = None) -> list[Name]:
    """The variables in the order written; one that stands twice is there twice (the last one holds).

    Lines of another form are appended to ``skipped``; without that list, and where no name is left, ``Unreadable`` is
    raised. Its reason never quotes the line.
    """
    source = checked(text, file)
    found: list[Name] = []
    problems: list[Unreadable] = []
    at = 0
    while at < len(source.text):
        ignored = _IGNORED.match(source.text, at)
        if ignored is not None:
            at = ignored.end() if ignored.end() > at else at + 1
            continue
        entry = _ENTRY.match(source.text, at)
        if entry is None or (entry["sign"] is None and (entry["bare"] or "").strip()):
            problems.append(
                Unreadable("is not an environment file: a line is not of the form NAME=value", source.position(at)[0])
            )
            end = at
        else:
            found.append(_name(entry, source))
            end = entry.end()
        rest = _LINE_END.match(source.text, end)
        at = rest.end() if rest is not None else len(source.text)
    if problems and (skipped is None or not found):
        raise problems[0]
    if skipped is not None:
        skipped.extend(problems)
    return found


def _name(entry: re.Match[str], source: Source) -> Name:
    name = entry["name"]
    value = next((part for part in (entry["double"], entry["single"], entry["tick"]) if part is not None), None)
    if value is None:
        value = (entry["bare"] or "").strip()
    return Name(name, source.place(*entry.span("name")), value if name in HARMLESS and entry["sign"] else None)
