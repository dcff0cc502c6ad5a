"""``wsadvise platform``: what is known about a platform, with dates and sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from advisor.cli import formats, known
from advisor.cli.scanning import AsOfOption
from advisor.options import BadOptions, parse_day


def platform(
    id: Annotated[str | None, typer.Argument(metavar="ID", help="A platform's id.", autocompletion=known.platform_ids)] = None,
    format: Annotated[
        list[str] | None, typer.Option("--format", "-f", metavar="F[:FILE]", help="text, json or markdown.", show_default="text")
    ] = None,
    file: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write it there.")] = None,
    as_of: AsOfOption = None,
    version: Annotated[str | None, typer.Option("--version", metavar="V", help="Facts of this version.")] = None,
    when: Annotated[
        list[str] | None, typer.Option("--when", metavar="KEY=VALUE", help="Facts under this condition, e.g. plan=hobby.")
    ] = None,
) -> None:
    """List the platforms, or tell what is known about one.

    \b
    Examples:
      wsadvise platform
      wsadvise platform heroku
      wsadvise platform vercel --as-of 2026-06-21
      wsadvise platform nginx --version 1.28 --format json
    """
    from advisor.knowledge import describe, load
    from advisor.reports import platform as one
    from advisor.reports import platforms as table

    wanted = formats.parse(format or (), file)
    day = parse_day(as_of) if as_of else date.today()
    if id is None:
        if version is not None or when:
            raise BadOptions("--version and --when are about one platform; give its id, for instance `wsadvise platform nginx`.")
        every = describe.listing(load(), day)
        formats.deliver(wanted, lambda name, screen: formats.page(every, name, screen, table.listing, table.listing_markdown))
        return
    known.check_platforms([id])
    conditions = _conditions(when or ())
    known.check_conditions({f"{id}.{key}": value for key, value in conditions.items()})
    told = describe.page(load().platform(id), day, version, conditions)
    formats.deliver(wanted, lambda name, screen: formats.page(told, name, screen, one.page, one.page_markdown))


def _conditions(pairs: Sequence[str]) -> dict[str, str]:
    conditions = {}
    for pair in pairs:
        key, sign, value = (part.strip() for part in pair.partition("="))
        if not (sign and key and value):
            raise BadOptions(f"--when expects KEY=VALUE, for instance plan=hobby, but got {pair!r}.")
        conditions[key] = value
    return conditions
