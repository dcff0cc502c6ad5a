"""``wsadvise data``: checks of the knowledge base itself, for those who edit it."""

from __future__ import annotations

from datetime import date

import typer

from advisor.cli import output
from advisor.cli.scanning import AsOfOption
from advisor.options import parse_day

PROBLEMS = 1
app = typer.Typer(
    help="Check the knowledge base: its form, its age, its schema.",
    rich_markup_mode=None,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def check(as_of: AsOfOption = None) -> None:
    """Check every fact: form, units, periods, sources.

    Exits with 1 where something is wrong.
    """
    from advisor.knowledge.checks import run_checks

    problems = run_checks(today=_day(as_of))
    for problem in problems:
        output.write(f"{problem.file}: {problem.message}\n")
    if problems:
        raise typer.Exit(PROBLEMS)
    output.write("The knowledge base has no problems.\n")


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


@app.command("schema")
def data_schema() -> None:
    """Print the JSON Schema of a platform's file."""
    import json

    from advisor.knowledge.schema import Profile

    output.write(json.dumps(Profile.model_json_schema(), indent=2, ensure_ascii=False) + "\n")


def _day(as_of: str | None) -> date:
    return parse_day(as_of) if as_of else date.today()
