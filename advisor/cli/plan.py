"""``wsadvise plan``: what it takes to run the app on another host."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli import formats, known, output
from advisor.cli.scanning import AsOfOption, AssumeOption, EnvironmentOption, PathArgument, Said, options_of, tree_of
from advisor.options import BadOptions

if TYPE_CHECKING:
    from advisor.migrate import Plan

NAMES = ("markdown", "json")


def plan(
    path: PathArgument = ".",
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="ID",
            help="The platform to move to: fly-io, heroku, nginx, ...",
            autocompletion=known.platform_ids,
        ),
    ] = "",
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="ID",
            help="The platform that is left, where the files do not show it.",
            autocompletion=known.platform_ids,
        ),
    ] = None,
    format: Annotated[
        list[str] | None, typer.Option("--format", "-f", metavar="F[:FILE]", help="markdown or json.", show_default="markdown")
    ] = None,
    file: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the plan there.")] = None,
    write: Annotated[
        str | None,
        typer.Option("--write", metavar="DIR", help="Write the planned files below DIR; none that is there is touched."),
    ] = None,
    as_of: AsOfOption = None,
    environment: EnvironmentOption = None,
    assume: AssumeOption = None,
) -> None:
    """Plan a move to another host: what must change, and the files for it.

    Both hosts are compared fact by fact, for what this app does with its sockets.

    \b
    Examples:
      wsadvise plan . --to fly-io
      wsadvise plan . --to aws-alb --from heroku --assume replicas=3 -o MOVE.md
      wsadvise plan . --to render --write .
      wsadvise plan . --to vercel --format json
    """
    from advisor.migrate import plan as planned

    if not to:
        raise BadOptions("--to says where to move, for instance --to fly-io; `wsadvise platform` lists all ids.")
    known.check_platforms([to, *([from_] if from_ else [])])
    wanted = formats.parse(format or (), file, NAMES)
    options = options_of(Said(path, as_of=as_of, environment=environment, assume=assume))
    found = planned(tree_of(path), options, to, from_)
    formats.deliver(wanted, lambda name, _: _rendered(found, name))
    if write is not None:
        _write(found, Path(write))


def _rendered(found: Plan, format: str) -> str:
    from advisor.reports import plan as reports

    return reports.render_json(found) if format == "json" else reports.markdown(found)


def _write(found: Plan, below: Path) -> None:
    """Writes what is not there yet, and says so on standard error."""
    for each in found.files:
        place = below / each.path
        if place.exists() or place.is_symlink():
            output.complain(f"{place} is there already and was left as it is.")
            continue
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadOptions(f"{place.parent} cannot be made: {(error.strerror or str(error)).lower()}.") from None
        output.write_file(str(place), each.content)
        output.complain(f"wrote {place}")
