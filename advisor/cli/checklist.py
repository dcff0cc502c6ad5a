"""``wsadvise checklist``: what has to change, as a Markdown list to tick off."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from advisor.cli import output
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
from advisor.options import BadOptions


def checklist(
    path: PathArgument = ".",
    file: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Write or bring up to date this file.")
    ] = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    as_of: AsOfOption = None,
    environment: EnvironmentOption = None,
    assume: AssumeOption = None,
) -> None:
    """Write the required changes as a Markdown checklist.

    They are grouped by who makes them: app, client, proxy, platform.

    Run again on the same file, it keeps your ticks and whatever you wrote under an item, and moves what no longer holds
    to the end.

    \b
    Examples:
      wsadvise checklist . -o WEBSOCKETS.md
      wsadvise checklist . --select WS2
    """
    from advisor.reports import checklist as report_checklist

    options = options_of(Said(path, select, ignore, as_of, environment, assume))
    before = _before(file) if file is not None else ""
    text = report_checklist.render(scanned(path, options), before)
    if file is None:
        output.write(text)
    else:
        output.write_file(file, text)


def _before(file: str) -> str:
    """The file as it is. Raises :class:`BadOptions` where it is something else than a checklist of ours."""
    from advisor.reports.checklist import is_checklist

    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise BadOptions(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is no UTF-8 text'}.") from None
    if text.strip() and not is_checklist(text):
        raise BadOptions(f"{file} exists and is no checklist that wsadvise wrote; nothing was changed. Choose another name.")
    return text
