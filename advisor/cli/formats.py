"""``--format text,json:FILE`` and ``-o FILE`` -> which report goes where."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TypeVar

from advisor.cli import output
from advisor.model import Report
from advisor.nearest import did_you_mean, one_of
from advisor.options import BadOptions

T = TypeVar("T")
NAMES = ("text", "json", "markdown")
"""What every command that prints a page can do."""
REPORTS = (*NAMES, "html", "sarif", "github", "junit")
"""What a report of a scan can be."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One format, and the file it goes to; ``None``: standard output."""

    format: str
    file: str | None = None


def parse(values: Iterable[str], file: str | None = None, names: tuple[str, ...] = NAMES) -> tuple[Wanted, ...]:
    """The formats asked for, ``text`` where none is. ``file`` is that of ``-o``.

    Raises :class:`BadOptions` for an unknown format, for two that would share standard output, and for a ``-o`` too many.
    """
    wanted = [each for value in values for each in _split(value, names)] or [Wanted(names[0])]
    for each in wanted:
        if each.format not in names:
            raise BadOptions(f"There is no format {each.format!r}.{did_you_mean(each.format, names)} It is {one_of(names)}.")
    loose = [number for number, each in enumerate(wanted) if each.file is None]
    if len(loose) > 1:
        both = " and ".join(wanted[number].format for number in loose[:2])
        raise BadOptions(
            f"{both} would both go to standard output; write one of them to a file: --format {wanted[1].format}:FILE."
        )
    if file is not None:
        if not loose:
            raise BadOptions(f"-o {file} has no format left: every --format names a file of its own.")
        wanted[loose[0]] = Wanted(wanted[loose[0]].format, file)
    return tuple(wanted)


def deliver(wanted: Iterable[Wanted], render: Callable[[str, output.Screen], str]) -> None:
    """Renders each format for the place it goes to, and writes it there."""
    for each in wanted:
        if each.file is None or each.file == "-":
            output.write(render(each.format, output.screen()))
        else:
            output.write_file(each.file, render(each.format, output.Screen()))


def page(data: T, format: str, screen: output.Screen, text: Callable[..., str], markdown: Callable[[T], str]) -> str:
    """Plain data in one of ``NAMES``: ``text`` takes ``width`` and ``colour`` as well."""
    if format == "json":
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    return markdown(data) if format == "markdown" else text(data, width=screen.width, colour=screen.colour)


def rendered(report: Report, format: str, screen: output.Screen, *, full: bool = False, quiet: bool = False) -> str:
    """A report in one of ``REPORTS``, each of which is a module of ``advisor.reports`` with a function ``render``."""
    if format == "text":
        from advisor.reports import text

        return text.render(report, width=screen.width, colour=screen.colour, full=full, quiet=quiet)
    told: str = import_module(f"advisor.reports.{format}").render(report)
    return told


def _split(value: str, names: tuple[str, ...]) -> list[Wanted]:
    """A comma ends an entry that names no file; one that does ends where another format follows."""
    following = "|".join(names)
    parts = re.split(rf",(?=(?:{following})(?:[:,]|$))", value) if ":" in value else value.split(",")
    entries = [part.partition(":") for part in parts]
    return [Wanted(name.strip().lower(), file or None) for name, _, file in entries]
