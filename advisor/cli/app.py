"""The commands put together, and what becomes of their exceptions: sentences on standard error, and exit codes."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from advisor import __version__
from advisor.cli import checklist, compare, data, fix, init, library, output, plan, platform, rule, scan, schema, site, trace, why
from advisor.options import BadOptions

USAGE, INTERRUPTED = 2, 130
EPILOG = "Start with: wsadvise scan ."

app = typer.Typer(
    name="wsadvise",
    help="Says what each hop between the browser and your app does to a WebSocket, and what to change.",
    epilog=EPILOG,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("scan")(scan.scan)
app.command("init")(init.init)
app.command("checklist")(checklist.checklist)
app.command("trace")(trace.trace)
app.command("why", context_settings={"allow_extra_args": True})(why.why)
app.command("plan")(plan.plan)
app.command("compare")(compare.compare)
app.command("fix")(fix.fix)
app.command("rule")(rule.rule)
app.command("platform")(platform.platform)
app.command("library")(library.library)
app.command("site")(site.site)
app.command("schema")(schema.schema)
app.add_typer(data.app, name="data")


def _show_version(wanted: bool) -> None:
    if wanted:
        output.write(f"wsadvise {__version__}\n")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def run(arguments: Sequence[str]) -> int:
    """Runs the command and answers its exit code; a mistake of the user's is told in a sentence on standard error."""
    given = [*arguments, "--help"] if list(arguments) == ["data"] else list(arguments)
    try:
        code = app(args=given, prog_name="wsadvise", standalone_mode=False)
    except BadOptions as mistake:
        output.complain(str(mistake))
        return USAGE
    except typer.Abort:
        return INTERRUPTED
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return _usage(error, given)
    return code if isinstance(code, int) else 0


def _usage(error: Exception, arguments: Sequence[str]) -> int:
    """A mistake that the parser of arguments found, with the help that would have avoided it."""
    message = str(error.format_message())  # type: ignore[attr-defined]
    first = next((each for each in arguments if not each.startswith("-")), "")
    names = [command.name or "" for command in app.registered_commands] + ["data"]
    hint = ""
    if first and first not in names and message.startswith("No such command"):
        close = difflib.get_close_matches(first, names, n=1)
        message = f"There is no command {first!r}."
        hint = f" Did you mean `wsadvise {close[0]}`?" if close else ""
        hint = f" Did you mean `wsadvise scan {first}`?" if not close and Path(first).exists() else hint
    where = f"wsadvise {first}" if first in names else "wsadvise"
    output.complain(f"{message}{hint} `{where} --help` shows how it is used.")
    return USAGE
