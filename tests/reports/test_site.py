"""The static site: every page is there, every link leads to one, nothing is asked for, and each fact has its source."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from posixpath import dirname, join, normpath

from advisor.knowledge import describe as platforms
from advisor.knowledge import load
from advisor.reports import site
from advisor.stack import describe as libraries
from advisor.stack.library import libraries as known_libraries

DAY = date(2026, 11, 25)


@cache
def written() -> dict[str, str]:
    knowledge = load()
    told = {id: platforms.page(knowledge.platform(id), DAY, None, {}) for id in knowledge.platforms()}
    listed = libraries.listing()
    library = {each["id"]: libraries.page(each["id"]) for each in listed}
    return dict(site.pages(platforms.listing(knowledge, DAY), told, listed, library, DAY.isoformat(), "0.1.0"))


def test_every_platform_and_library_has_a_page() -> None:
    """Two tables, and one page for each entry of both."""
    expected = {"index.html", "libraries.html"}
    expected |= {f"platform/{id}.html" for id in load().platforms()} | {f"library/{id}.html" for id in known_libraries()}

    assert expected == set(written())


def test_every_link_inside_leads_to_a_page() -> None:
    """Links are relative, so that the folder works from a disk and below any address."""
    broken = [
        (path, link)
        for path, text in written().items()
        for link in re.findall(r'href="([^"#]+)"', text)
        if not link.startswith("https://") and normpath(join(dirname(path), link)) not in written()
    ]

    assert [] == broken


def test_nothing_is_asked_for() -> None:
    """No page loads anything; the table alone has a script, and that stands in the page."""
    loading = {
        path: found
        for path, text in written().items()
        if (found := re.findall(r"<(?:link|img|iframe|object|embed)\b|@import|url\(|\bsrc=|\bfetch\(|XMLHttpRequest", text))
    }

    assert {} == loading
    assert ["index.html"] == [path for path, text in written().items() if "<script" in text]


def test_facts_stand_with_their_sources() -> None:
    """A page shows the value, the history and the pages that say so."""
    page = written()["platform/vercel.html"]

    assert [] == [each for each in ("websocket support: beta", "What was so before", "https://vercel.com/") if each not in page]
