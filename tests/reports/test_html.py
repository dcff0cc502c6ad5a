"""The HTML page: whole, safe, without a request, and with pictures that say what the words say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.model import Bound, DecidedBy, Handshake, Heartbeat, Limit, Path, Report
from advisor.reports import grouping, html, pictures

from .samples import ALL, BREAKS, HOSTILE, PATH, WORKS

NGINX = DecidedBy("nginx", "default", PATH.hops[-1].id)
APP = DecidedBy("app", "default", None, name="Uvicorn")
CLOCKS = Limit("idle_timeout", 60, "s", NGINX, along=(Bound(NGINX, 60), Bound(APP, 3600)))


@pytest.mark.parametrize("name", ALL)
def test_page_is_whole(name: str) -> None:
    """Every report makes a page with its verdict and every finding, once each."""
    report = ALL[name]
    page = html.render(report)

    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")
    numbers = range(1, len(grouping.findings(report.findings)) + 1)
    assert [f"finding-{number}" for number in numbers] == re.findall(r'id="(finding-\d+)"', page)


@pytest.mark.parametrize("name", ALL)
def test_page_asks_for_nothing(name: str) -> None:
    """No script, no style sheet, no image, no font: what is loaded stands in the page, and links are only to be followed."""
    page = html.render(ALL[name])
    loading = re.findall(r"<(?:script|link|img|iframe|object|embed|audio|video|source)\b|@import|url\(|\bsrc=|\bon\w+=", page)

    assert [] == loading
    assert "default-src 'none'" in page


def test_nothing_hostile_passes() -> None:
    """Text of a scanned file cannot become markup, and control characters and secrets do not arrive."""
    page = html.render(HOSTILE)

    assert [] == [sign for sign in ("\x1b", "<script", "javascript:") if sign in page]


@given(st.text(max_size=80))
def test_any_text_is_only_text(text: str) -> None:
    """Whatever a file says, the page has the elements that it has without it."""
    finding = replace(BREAKS.findings[0], message=text, why=(text,), snippet=text, remedy=text)

    def elements(report: Report) -> list[str]:
        return re.findall(r"<[a-z][\w-]*", html.render(report).partition("<main")[2])

    plain = replace(BREAKS.findings[0], message="x", why=("x",), snippet="x", remedy="x")
    expected = elements(replace(BREAKS, findings=(plain,)))
    shown = elements(replace(BREAKS, findings=(replace(finding, snippet=text or "x", remedy=text or "x"),)))
    assert expected == shown


def mended(path: Path, **changes: object) -> Path:
    return replace(path, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (mended(PATH, handshake=Handshake("accepted", 101, None)), ["end", "passed", "end"]),
        (mended(PATH, handshake=Handshake("refused", 400, PATH.hops[0].id)), ["end", "deciding", "beyond"]),
        (mended(PATH, handshake=Handshake("refused", None, "app")), ["end", "passed", "deciding"]),
        (mended(PATH, steps=(), handshake=Handshake("accepted", 101, None)), ["end", "unknown", "end"]),
    ],
    ids=["accepted", "refused by a hop", "refused by the app", "nothing in front"],
)
def test_deciding_hop_is_marked(path: Path, expected: list[str]) -> None:
    """The picture marks who decides, fades what is not reached, and shows a gap as a gap."""
    one = replace(path, steps=path.steps[:1])

    assert expected == [box.mark for box in pictures.boxes(one)]


@pytest.mark.parametrize(
    ("beat", "expected"),
    [
        (Heartbeat("server", "default", 25), [("nginx", False), ("Uvicorn", False)]),
        (Heartbeat("server", "default", 60), [("nginx", True), ("Uvicorn", False)]),
        (Heartbeat("none", "default"), [("nginx", True), ("Uvicorn", True)]),
        (None, [("nginx", True), ("Uvicorn", True)]),
    ],
    ids=["in time", "too late for one", "none", "not known"],
)
def test_heartbeat_against_every_clock(beat: Heartbeat | None, expected: list[tuple[str, bool]]) -> None:
    """A clock that runs out before the next heartbeat is drawn as one that fails."""
    drawn = pictures.timeline(replace(PATH, limits=(CLOCKS,), heartbeat=beat))

    assert drawn is not None
    assert expected == [(bar.name, bar.fails) for bar in drawn.bars]
    assert [bar.seconds for bar in drawn.bars] == sorted(bar.seconds for bar in drawn.bars)
    assert drawn.bars[0].x < drawn.bars[1].x == pictures.RIGHT


def test_no_clock_no_timeline() -> None:
    """A path without a known idle limit has no timeline to draw."""
    assert pictures.timeline(replace(PATH, limits=())) is None
    assert "<h4>An idle socket" not in html.render(replace(WORKS, paths=(replace(PATH, limits=()),)))
