"""A place in an nginx configuration -> the directive that stands there, in the file itself and with its includes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from advisor.fixes.steps import text_of
from advisor.fixes.text import Text
from advisor.formats.document import Unreadable
from advisor.formats.nginx import Directive, parse
from advisor.model import Place, Step
from advisor.rules.scan import Scan


@dataclass(frozen=True, slots=True)
class Found:
    """A directive as its own file has it; ``resolved`` are its inner directives with what they include."""

    text: Text
    directive: Directive
    resolved: tuple[Directive, ...]


def find(scan: Scan, step: Step, place: Place) -> Found | None:
    """The directive that begins at a place; ``None`` where the file does not hold it as it was loaded (a template, a heredoc)."""
    text = text_of(scan, place.file)
    if text is None:
        return None
    try:
        document = parse(text.text, place.file)
    except Unreadable:
        return None
    here = [
        each
        for each in _all(document.directives)
        if each.place.line == place.line and (place.column == 1 or each.place.column == place.column)
    ]
    loaded = [each for each in _all(scan.ways.config(step.hop).directives) if each.place.file == place.file]
    for directive in here:
        same = next((each for each in loaded if (each.place, each.name) == (directive.place, directive.name)), None)
        if same is not None and directive.block is not None:
            return Found(text, directive, same.block or ())
    return None


def http_level(scan: Scan, step: Step) -> tuple[Text, int] | None:
    """The file and line in front of the first server block, where a map may stand."""
    for directive in _servers(scan.ways.config(step.hop).directives):
        text = text_of(scan, directive.place.file)
        if text is not None and text.line(directive.place.line).lstrip().startswith("server"):
            line = directive.place.line
            while line > 1 and text.line(line - 1).lstrip().startswith("#"):
                line -= 1
            return text, line
    return None


def _servers(directives: Iterable[Directive]) -> Iterator[Directive]:
    for directive in directives:
        if directive.name == "http":
            yield from _servers(directive.block or ())
        elif directive.name == "server" and directive.block is not None:
            yield directive


def _all(directives: Iterable[Directive]) -> Iterator[Directive]:
    waiting = list(directives)
    while waiting:
        directive = waiting.pop()
        yield directive
        waiting.extend(directive.block or ())
