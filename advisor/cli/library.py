"""``wsadvise library``: what is known about a socket library, with dates and sources."""

from __future__ import annotations

from typing import Annotated

import typer

from advisor.cli import formats, known
from advisor.nearest import did_you_mean
from advisor.options import BadOptions


def library(
    id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="A library's id, or the name of a package.", autocompletion=known.library_ids),
    ] = None,
    format: Annotated[
        list[str] | None, typer.Option("--format", "-f", metavar="F[:FILE]", help="text, json or markdown.", show_default="text")
    ] = None,
    file: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there.")] = None,
) -> None:
    """List the socket libraries, or tell what is known about one.

    \b
    Examples:
      wsadvise library
      wsadvise library socket-io
      wsadvise library ws --format json
    """
    from advisor.reports import library as pages
    from advisor.stack import describe

    wanted = formats.parse(format or (), file)
    if id is None:
        every = describe.listing()
        formats.deliver(wanted, lambda name, screen: formats.page(every, name, screen, pages.listing, pages.listing_markdown))
        return
    told = describe.page(_known(id))
    formats.deliver(wanted, lambda name, screen: formats.page(told, name, screen, pages.page, pages.page_markdown))


def _known(wanted: str) -> str:
    """The id that is meant: an id itself, or the one library that brings a package of that name."""
    from advisor.stack.library import libraries

    known = libraries()
    if wanted in known:
        return wanted
    bringing = [each.id for each in known.values() if wanted in each.packages]
    if len(bringing) == 1:
        return bringing[0]
    if bringing:
        raise BadOptions(f"The package {wanted!r} belongs to several libraries: {', '.join(bringing)}. Give one of these ids.")
    raise BadOptions(f"There is no library {wanted!r}.{did_you_mean(wanted, known)} `wsadvise library` lists them all.")
