"""Shell text that a pipeline or a person runs, and a deployment that one of its lines or steps makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.deployment.parts import Purpose
from advisor.formats.document import Node
from advisor.model import Certainty, Place, Setting

_STAGING = re.compile(r"stag|preview|preprod|\bqa\b|[-_.:]qa\b|uat", re.IGNORECASE)
_DEVELOPING = re.compile(r"(?:^|[-_.: ])dev(?:elop(?:ment)?)?(?:$|[-_.: ])", re.IGNORECASE)
_BLOCK = re.compile(r"[|>][-+\d]{0,2}[ \t]*(?:#.*)?$")
"""How a line ends after which a scalar begins on the next one."""
_MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """One command line, and the lines that it is written on."""

    parts: tuple[tuple[str, Place], ...]

    @property
    def text(self) -> str:
        return " ".join(text for text, _ in self.parts)

    @property
    def place(self) -> Place:
        return self.parts[0][1]

    def place_of(self, word: str) -> Place:
        """The line that holds the word first; else that on which the command begins."""
        return next((place for text, place in self.parts if word in text), self.place)


@dataclass(frozen=True, slots=True)
class Script:
    """Commands as a shell reads them. ``places`` has the place of each line; ``where`` says for what it deploys."""

    text: str
    places: tuple[Place, ...]
    folder: str
    where: Purpose
    certainty: Certainty = "explicit"
    apart: bool = False
    """True where each line has a shell of its own, so that ``cd`` holds for its own line only."""

    def lines(self) -> Iterator[Line]:
        """The logical lines: a backslash at the end goes on."""
        parts: list[tuple[str, Place]] = []
        for number, line in enumerate(self.text.split("\n")[:_MOST_LINES]):
            goes_on = line.rstrip().endswith("\\")
            parts.append((line.rstrip()[:-1] if goes_on else line, self.places[min(number, len(self.places) - 1)]))
            if not goes_on:
                yield Line(tuple(parts))
                parts = []
        if parts:
            yield Line(tuple(parts))


@dataclass(frozen=True, slots=True)
class Deploy:
    """One step or line: the platform it deploys to, the directory, where it stands, and for which environment.

    Without a ``platform`` it deploys to something that other files show (a cluster, a stack, a machine), told by ``what``.
    """

    platform: str | None
    folder: str
    place: Place
    where: Purpose
    settings: tuple[Setting, ...] = ()
    certainty: Certainty = "explicit"
    what: str = ""
    copies: tuple[int, int] | None = None
    """Least and most instances that it asks for."""
    port: int | None = None
    """The port that it tells the platform the app listens on."""


def whole(text: str, file: str, folder: str, where: Purpose, certainty: Certainty = "strong", *, apart: bool = False) -> Script:
    """A script that is a file of its own."""
    count = min(text.count("\n") + 1, _MOST_LINES)
    return Script(text, tuple(Place(file, number) for number in range(1, count + 1)), folder, where, certainty, apart)


def written(node: Node, source: str, folder: str, where: Purpose) -> Script:
    """A script that stands in a YAML document: a scalar or a list of commands. ``source`` is the file's text."""
    members = list(node.each()) if isinstance(node.value, list) else [node]
    texts: list[str] = []
    places: list[Place] = []
    lines = source.split("\n")
    for member in members:
        text = (member.text() or "").rstrip("\n")
        own = text.split("\n")
        at = member.place if isinstance(node.value, list) else node.key_place or node.place
        first = member.place.line
        same = [line.strip() for line in lines[first : first + len(own)]] == [line.strip() for line in own]
        block = _BLOCK.search(lines[first - 1] if 0 < first <= len(lines) else "") is not None
        texts += own
        places += [Place(at.file, first + 1 + number) if same and block else at for number in range(len(own))]
    return Script("\n".join(texts), tuple(places) or (node.place,), folder, where)


def purpose(*names: str | None) -> Purpose:
    """What a job, a stage, a target or an environment of these names deploys for; production where none says otherwise."""
    for name in names:
        if name and _STAGING.search(name):
            return Purpose("production", "staging")
    for name in names:
        if name and _DEVELOPING.search(name):
            return Purpose("development", "development")
    return Purpose("production", "production")
