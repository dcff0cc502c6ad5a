"""``wsadvise data``: checks of the knowledge base itself, for those who edit it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli import formats, known, output
from advisor.cli.progress import Progress
from advisor.cli.scanning import AsOfOption
from advisor.options import BadOptions, parse_day

if TYPE_CHECKING:
    from advisor.refresh.look import Looked

PROBLEMS = TO_READ = 1
app = typer.Typer(
    help="Check the knowledge base: its form, its age, its schema.",
    rich_markup_mode=None,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def check(
    as_of: AsOfOption = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="List the keys that wait for a reader.")] = False,
) -> None:
    """Check every fact: form, units, periods, sources; and count the keys of files that no reader reads yet.

    Exits with 1 where something is wrong.
    """
    from advisor.knowledge.checks import run_checks

    problems = run_checks(today=_day(as_of))
    for problem in problems:
        output.write(f"{problem.file}: {problem.message}\n")
    if problems:
        raise typer.Exit(PROBLEMS)
    output.write("The knowledge base has no problems.\n")
    _waiting(verbose=verbose)


def _waiting(*, verbose: bool) -> None:
    """The keys that set something and that no reader hands out: a file's value would be passed over for the default."""
    from advisor.knowledge import load

    waiting = [(each, key) for each in load().platforms() for key in load().platform(each).settings() if key.waits]
    if waiting:
        told = "key waits" if len(waiting) == 1 else "keys wait"
        output.write(f"{len(waiting)} {told} for a reader{'' if verbose else ' (--verbose lists them)'}.\n")
    for platform, key in waiting if verbose else ():
        output.write(f"{platform}  {key.format}: {key.key}\n")


@app.command()
def stale(as_of: AsOfOption = None) -> None:
    """List the facts that are due to be confirmed again."""
    from advisor.knowledge import load

    due = load().stale(_day(as_of))
    for statement in due:
        confirmed = statement.confirmed
        output.write(f"{confirmed.on}  {statement.id}  {statement.value}  ({confirmed.how.replace('_', ' ')})\n")
    if not due:
        output.write("Every fact was confirmed in time.\n")


@app.command()
def refresh(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Platforms; without any, all.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Read the sources on the web; nothing is done without it.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Keep fingerprints of passages that have none.")] = False,
    format: Annotated[
        list[str] | None, typer.Option("--format", "-f", metavar="F[:FILE]", help="text or json.", show_default="text")
    ] = None,
    file: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there.")] = None,
) -> None:
    """Read the cited sources on the web, and list those that a person has to read again.

    Compares the passage that the facts rest on with its fingerprint; what else changes on a page stays quiet. One request at
    a time for each host, by way of the environment's proxies. Exits with 1 where something is to be read again.

    \b
    Examples:
      wsadvise data refresh --check nginx vercel
      wsadvise data refresh --check --write
    """
    wanted = formats.parse(format or (), file, ("text", "json"))
    if not check:
        raise BadOptions("`wsadvise data refresh` reads the sources on the web; say --check to let it.")
    known.check_platforms(ids or ())
    looked = _looked(ids or (), write=write)
    from advisor.refresh.look import TO_READ as LEFT

    formats.deliver(wanted, lambda name, screen: _refreshed(looked, name, screen))
    if any(each.status in LEFT for each in looked):
        raise typer.Exit(TO_READ)


def _looked(ids: Sequence[str], *, write: bool) -> tuple[Looked, ...]:
    from advisor.knowledge import load
    from advisor.refresh import fingerprints
    from advisor.refresh.cited import cited
    from advisor.refresh.look import look
    from advisor.refresh.store import store

    home = fingerprints.home()
    if write and home is None:
        raise BadOptions("--write keeps fingerprints beside the profiles, so it needs a source checkout of wsadvise.")
    kept = fingerprints.load()
    profiles = {each: load().platform(each) for each in load().platforms()}
    sources = cited(profiles[each] for each in ids) if ids else cited(profiles.values())
    with Progress(wanted=output.progress_wanted(), doing="Reading sources", seen="pages seen") as progress:
        looked = look(sources, kept, tell=progress)
    if not write or home is None:
        return looked
    try:
        return store(home, cited(profiles.values()), looked, kept, date.today())
    except OSError as error:
        raise BadOptions(f"{home} cannot be written: {(error.strerror or str(error)).lower()}.") from None


def _refreshed(looked: Sequence[Looked], format: str, screen: output.Screen) -> str:
    from advisor.reports import refresh as report

    if format == "json":
        return report.render_json(looked)
    return report.text(looked, width=screen.width, colour=screen.colour)


@app.command("schema")
def data_schema() -> None:
    """Print the JSON Schema of a platform's file."""
    import json

    from advisor.knowledge.schema import Profile

    output.write(json.dumps(Profile.model_json_schema(), indent=2, ensure_ascii=False) + "\n")


def _day(as_of: str | None) -> date:
    return parse_day(as_of) if as_of else date.today()
