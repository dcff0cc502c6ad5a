"""``wsadvise scan``: the main job."""

from __future__ import annotations

from typing import Annotated

import typer

from advisor.cli import formats
from advisor.cli.scanning import (
    AsOfOption,
    AssumeOption,
    EnvironmentOption,
    IgnoreOption,
    PathArgument,
    Said,
    SelectOption,
    options_of,
    scanned,
)
from advisor.model import Report, Severity
from advisor.nearest import one_of
from advisor.options import FailOn

FINDINGS, NOT_READ = 1, 3
_AT_LEAST: dict[FailOn, tuple[Severity, ...]] = {
    "error": ("error",),
    "warning": ("error", "warning"),
    "info": ("error", "warning", "info"),
    "never": (),
}


def scan(
    path: PathArgument = ".",
    format: Annotated[
        list[str] | None,
        typer.Option("--format", "-f", metavar="F[:FILE]", help=f"{one_of(formats.REPORTS)}; several with commas or repeated."),
    ] = None,
    file: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report there.")] = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    fail_on: Annotated[
        str | None,
        typer.Option("--fail-on", metavar="SEVERITY", help="error, warning, info or never: exit with 1.", show_default="error"),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 where something could not be read.")] = False,
    as_of: AsOfOption = None,
    environment: EnvironmentOption = None,
    assume: AssumeOption = None,
    baseline: Annotated[
        str | None,
        typer.Option("--baseline", metavar="FILE", help="An earlier report in JSON; what it holds is set aside."),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Fold nothing in the text report.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing but the findings in the text report.")] = False,
) -> None:
    """Say what each hop does to your WebSockets, and what to change.

    Nothing of what is scanned is run, nothing is sent, and no connection is opened.

    \b
    Examples:
      wsadvise scan .
      wsadvise scan . --assume hop=cloudflare --assume replicas=3
      wsadvise scan . --format text --format json:report.json
      wsadvise scan . --select WS1,WS2 --fail-on warning
      wsadvise scan . --baseline wsadvise-baseline.json
    """
    wanted = formats.parse(format or (), file, formats.REPORTS)
    options = options_of(Said(path, select, ignore, as_of, environment, assume, fail_on, strict, baseline))
    report = scanned(path, options)
    formats.deliver(wanted, lambda name, screen: formats.rendered(report, name, screen, full=full, quiet=quiet))
    raise typer.Exit(exit_code(report, options.fail_on, strict=options.strict))


def exit_code(report: Report, fail_on: FailOn, *, strict: bool) -> int:
    """3 under ``strict`` where something was not read, as the findings are then incomplete; 1 with findings; else 0."""
    if strict and report.not_read:
        return NOT_READ
    return FINDINGS if any(finding.severity in _AT_LEAST[fail_on] for finding in report.findings) else 0
