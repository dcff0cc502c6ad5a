"""``wsadvise compare``: every host against this app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli import formats, known, output
from advisor.cli.progress import Progress
from advisor.cli.scanning import AsOfOption, AssumeOption, EnvironmentOption, PathArgument, Said, options_of, tree_of

if TYPE_CHECKING:
    from advisor.migrate.compare import Comparison

NAMES = ("text", "json", "markdown", "html")


def compare(
    path: PathArgument = ".",
    platforms: Annotated[
        list[str] | None,
        typer.Option("--platforms", "-p", metavar="IDS", help="Only these, with commas.", autocompletion=known.platform_ids),
    ] = None,
    format: Annotated[
        list[str] | None,
        typer.Option("--format", "-f", metavar="F[:FILE]", help="text, json, markdown or html.", show_default="text"),
    ] = None,
    file: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there.")] = None,
    as_of: AsOfOption = None,
    environment: EnvironmentOption = None,
    assume: AssumeOption = None,
    full: Annotated[bool, typer.Option("--full", help="Every change, and what an open socket costs.")] = False,
) -> None:
    """Say where this app can run: every host against what it does with its sockets.

    Each host is planned and walked as `wsadvise plan` does it, so the reason is this app's own, with the same facts.

    \b
    Examples:
      wsadvise compare .
      wsadvise compare . --platforms fly-io,vercel,render --full
      wsadvise compare . --assume replicas=3 --format html:hosts.html
    """
    from advisor.migrate.compare import compare as compared

    asked = [each.strip() for value in platforms or () for each in value.split(",") if each.strip()]
    known.check_platforms(asked)
    wanted = formats.parse(format or (), file, NAMES)
    options = options_of(Said(path, as_of=as_of, environment=environment, assume=assume))
    tree = tree_of(path)
    with Progress(wanted=output.progress_wanted(), doing="Comparing", seen="hosts") as progress:
        found = compared(tree, options, asked, progress)
    formats.deliver(wanted, lambda name, screen: _rendered(found, name, screen, full=full))


def _rendered(found: Comparison, format: str, screen: output.Screen, *, full: bool) -> str:
    from advisor.reports import compare as reports

    if format == "json":
        return reports.render_json(found)
    if format == "markdown":
        return reports.markdown(found)
    if format == "html":
        return reports.page(found)
    return reports.text(found, width=screen.width, colour=screen.colour, full=full)
