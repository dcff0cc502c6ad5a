"""``wsadvise site``: the knowledge base as a folder of static pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from advisor.cli import output
from advisor.cli.scanning import AsOfOption
from advisor.options import BadOptions, parse_day


def site(
    folder: Annotated[str, typer.Option("--output", "-o", metavar="DIR", help="The folder; pages in it are written over.")] = "",
    as_of: AsOfOption = None,
) -> None:
    """Write the knowledge base as static pages.

    There is a table of all platforms with search and filters, and a page for each platform and library: facts, history,
    sources. The pages need no server and ask for nothing.

    \b
    Examples:
      wsadvise site -o public
      wsadvise site -o public --as-of 2026-06-21
    """
    from advisor import __version__
    from advisor.knowledge import describe as platforms
    from advisor.knowledge import load
    from advisor.reports import site as reports
    from advisor.stack import describe as libraries

    if not folder:
        raise BadOptions("-o says into which folder the pages go, for instance -o public.")
    day = parse_day(as_of) if as_of else date.today()
    knowledge = load()
    told = {id: platforms.page(knowledge.platform(id), day, None, {}) for id in knowledge.platforms()}
    listed = libraries.listing()
    library = {each["id"]: libraries.page(each["id"]) for each in listed}
    count = 0
    for path, text in reports.pages(platforms.listing(knowledge, day), told, listed, library, day.isoformat(), __version__):
        _write(Path(folder) / path, text)
        count += 1
    output.write(f"Wrote {count} pages; open {Path(folder) / 'index.html'}.\n")


def _write(file: Path, text: str) -> None:
    """Raises :class:`BadOptions` where the folder cannot be made or the page cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadOptions(f"{file.parent} cannot be made: {(error.strerror or str(error)).lower()}.") from None
    output.write_file(str(file), text)
