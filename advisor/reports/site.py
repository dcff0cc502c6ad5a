"""The knowledge base -> a folder of static pages: a table with search and filters, and one page a platform and a library.

No page asks for anything but its neighbours; the table's search is a few lines of script in the page, and works from a disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from advisor.reports import html, platforms
from advisor.reports import library as library_pages
from advisor.reports import platform as platform_pages

Pages = Iterator[tuple[str, str]]


def pages(
    listed: Sequence[Mapping[str, Any]],
    told: Mapping[str, Mapping[str, Any]],
    libraries: Sequence[Mapping[str, Any]],
    library: Mapping[str, Mapping[str, Any]],
    as_of: str,
    version: str,
) -> Pages:
    """Path below the folder and content of every page.

    ``listed`` and ``told`` are what ``wsadvise platform`` lists and tells by id as plain data, ``libraries`` and ``library``
    the same of ``wsadvise library``.
    """
    common = {"as_of": as_of, "version": version}
    rows = [(each, platforms.cells(each), platforms.confirmed(each)) for each in listed]
    kinds = sorted({each["kind"] for each in listed})
    verdicts = sorted({cells[0] for _, cells, _ in rows})
    yield (
        "index.html",
        html.filled(
            "site/index.html.jinja",
            rows=rows,
            kinds=kinds,
            verdicts=verdicts,
            heads=platforms.HEADS,
            legend=platforms.LEGEND,
            counts=(sum(each["facts"] for each in listed), sum(each["statements"] for each in listed)),
            **common,
        ),
    )
    for id, each in told.items():
        yield f"platform/{id}.html", _platform(each, set(told), common)
    yield "libraries.html", html.filled("site/libraries.html.jinja", libraries=libraries, beat=library_pages.heartbeat, **common)
    for id, each in library.items():
        lines = library_pages.lines(each)
        values = {"library": each, "standing": library_pages.standing(each), "lines": lines}
        yield f"library/{id}.html", html.filled("site/library.html.jinja", **values, **common)


def _platform(each: Mapping[str, Any], known: set[str], common: Mapping[str, str]) -> str:
    numbers = platform_pages.sources(each)
    return html.filled(
        "site/platform.html.jinja",
        platform=each,
        standing=platform_pages.standing(each),
        told=platform_pages.told,
        clauses=lambda fact: platform_pages.clauses(fact, numbers),
        remarks=[(title, lines) for title, lines in platform_pages.remarks(each, numbers) if title != "Alternatives"],
        alternatives=[(one, one["platform"] in known) for one in each.get("alternatives", ())],
        sources=[(source["url"], platform_pages.dated(source, url=False)) for source in numbers.values()],
        **common,
    )
