"""``wsadvise why``: from what is seen to the hop that explains it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from advisor.cli import formats, known, output
from advisor.cli.progress import Progress
from advisor.cli.scanning import AsOfOption, AssumeOption, EnvironmentOption, Said, options_of
from advisor.options import BadOptions, Options, parse_assumptions, parse_day

if TYPE_CHECKING:
    from advisor.diagnose import Diagnosis

FORMATS = ("text", "json")


def why(
    context: typer.Context,
    symptom: Annotated[str, typer.Argument(metavar="SYMPTOM", help="What you see, in quotes; - reads it from standard input.")],
    path: Annotated[
        str | None,
        typer.Argument(metavar="PATH", help="The repository; without it, what is known of all platforms.", show_default=False),
    ] = None,
    format: Annotated[
        list[str] | None, typer.Option("--format", "-f", metavar="F[:FILE]", help="text or json.", show_default="text")
    ] = None,
    file: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there.")] = None,
    as_of: AsOfOption = None,
    environment: EnvironmentOption = None,
    assume: AssumeOption = None,
    full: Annotated[bool, typer.Option("--full", help="Tell every cause in the text.")] = False,
) -> None:
    """Say what explains a symptom, the likeliest first, with a test for each.

    Paste a console line, a status, a close code with its time, a line of a router's or proxy's log, or curl's answer.
    Queries, credentials and tokens in it are not shown again.

    \b
    Examples:
      wsadvise why "Unexpected response code: 400" .
      wsadvise why "1006 after 60s" .
      wsadvise why H15
      tail -1 error.log | wsadvise why - .
    """
    wanted = formats.parse(format or (), file, FORMATS)
    text = _text(symptom)
    if context.args or (path is not None and not Path(path).exists()):
        quoted = 'wsadvise why "1006 after 60s" .'
        raise BadOptions(f"There is no file or directory {path!r}. A symptom of several words stands in quotes: {quoted}")
    said = Said(path or ".", as_of=as_of, environment=environment, assume=assume)
    options = options_of(said) if path is not None else _options_without_files(said)
    diagnosis = _diagnosed(text, path, options)
    formats.deliver(wanted, lambda name, screen: _rendered(diagnosis, name, screen, full=full))


def _options_without_files(said: Said) -> Options:
    options = Options(assume=parse_assumptions(said.assume or ()))
    known.check(options)
    return replace(options, as_of=parse_day(said.as_of)) if said.as_of else options


def _text(symptom: str) -> str:
    text = sys.stdin.read(20_000) if symptom == "-" else symptom
    if not text.strip():
        raise BadOptions('A symptom was expected, but got nothing. For instance: wsadvise why "1006 after 60s" .')
    return text


def _diagnosed(text: str, path: str | None, options: Options) -> Diagnosis:
    from advisor import advise, diagnose
    from advisor.knowledge import load

    symptom = diagnose.parsed(text, load())
    if path is None:
        return diagnose.from_knowledge(symptom, load(), options.as_of, options.assume)
    with Progress(wanted=output.progress_wanted()) as progress:
        try:
            tree = advise.read(Path(path), progress)
        except OSError as error:
            raise BadOptions(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from None
        scan = advise.look(tree, options)
        return diagnose.on_repository(symptom, scan, advise.judge(scan, options))


def _rendered(diagnosis: Diagnosis, format: str, screen: output.Screen, *, full: bool) -> str:
    from advisor.reports import why as report

    if format == "json":
        return report.render_json(diagnosis)
    return report.text(diagnosis, width=screen.width, colour=screen.colour, full=full)
