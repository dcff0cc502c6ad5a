"""The text report, compared with golden files: WSADVISE_UPDATE=1 writes them anew, to be read before they are committed."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.model import Handshake, Heartbeat, Limit, Place, Report, SetAside
from advisor.reports import text, words

from .samples import ALL, BREAKS, HOSTILE, LIMITS, MANY, NO_WEBSOCKET, NOT_FORWARDED, PATH, WORKS, insecure

EXPECTED = Path(__file__).parent / "expected"


@pytest.mark.parametrize("name", ALL)
def test_golden(name: str) -> None:
    """Each sample reads as the file beside it."""
    file = EXPECTED / f"{name}.txt"
    actual = text.render(ALL[name])
    if os.environ.get("WSADVISE_UPDATE"):
        file.write_text(actual, encoding="utf-8")
    expected = file.read_text(encoding="utf-8")
    assert expected == actual


def test_order() -> None:
    """Verdict, files, stack, paths, findings, unread files, summary stand in this order."""
    shown = text.render(BREAKS)
    marks = (
        "WebSockets do not open",
        "Taken for production",
        "Stack",
        "Path\n",
        "error[WS101]",
        "info[WS702]",
        "Not read",
        "2 errors",
    )
    places = [shown.index(mark) for mark in marks]
    assert sorted(places) == places


def test_healthy_is_short() -> None:
    """A healthy repository gets at most ten lines, a repository without sockets one."""
    assert len(text.render(WORKS).splitlines()) <= 10
    assert len(text.render(NO_WEBSOCKET, width=110).splitlines()) == 1


def test_ways_that_read_alike_are_told_once() -> None:
    """Two hops that differ in nothing that is shown make one line."""
    twice = replace(WORKS, paths=(*WORKS.paths, *(replace(path, environment="europe") for path in WORKS.paths)))
    assert text.render(WORKS) == text.render(twice).replace("2 paths", "1 path")


def test_wrapped_sentence_is_told_once() -> None:
    """A repository without sockets has its one sentence once, however narrow the page is."""
    shown = " ".join(text.render(replace(NO_WEBSOCKET, sentence="No WebSocket in all of it."), width=20).split())
    assert 1 == shown.count("No WebSocket in")


def test_what_was_set_aside_is_counted() -> None:
    """A report says how many findings its reader does not see."""
    aside = SetAside(BREAKS.findings[0], "the bot pings", Place("nginx.conf", 3))

    assert "No findings, 1 finding set aside" == words.total(replace(WORKS, set_aside=(aside,)))
    assert "set aside" not in words.total(WORKS)


def test_full_folds_nothing() -> None:
    """With ``full``, every finding and file is named, and no line says that there are more."""
    shown = text.render(MANY, full=True)
    assert [] == re.findall(r"and \d+ more", shown)
    assert all(str(insecure(number).place) in shown for number in range(1, 28))
    assert "deploy/site49.conf" in shown


def test_identical_findings_are_told_once() -> None:
    """One fault on three paths is one finding that lists the three."""
    shown = text.render(MANY)
    assert shown.count("[WS301]") == 1
    assert "/ws/1, /ws/2, /ws/3" in shown


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("colour", [False, True])
def test_nothing_hostile_passes(colour: bool, full: bool) -> None:
    """Escape sequences, control characters and reordering marks of scanned files never reach the output."""
    shown = text.render(HOSTILE, colour=colour, full=full)
    own = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "\x1b" not in own
    assert set() == {
        character for character in own if (ord(character) < 32 and character != "\n") or character in "\x7f\x9b\u202e\ud800"
    }
    assert "31m" not in own
    shown.encode("utf-8")


def test_colour_changes_no_word() -> None:
    """With its colours taken away, the coloured report is the plain one."""
    assert text.render(BREAKS) == re.sub(r"\x1b\[[0-9;]*m", "", text.render(BREAKS, colour=True))


@pytest.mark.parametrize("width", [60, 80, 110])
def test_width(width: int) -> None:
    """Prose stays within the width; only commands to copy may be longer."""
    for line in text.render(BREAKS, width=width).splitlines():
        assert len(line) <= width or "curl" in line or "https://" in line or "proxy_set_header" in line, line


@pytest.mark.parametrize(
    ("line", "column", "end", "expected"),
    [
        ("\tproxy_pass x;", 2, 15, "    ^^^^^^^^^^^^^"),
        ("proxy_pass x;", 1, None, "^^^^^^^^^^^^^"),
        ("a\tb", 3, 4, "    ^"),
        ("x" * 300, 290, 300, None),
    ],
    ids=["tab", "to the end", "tab within", "beyond the cut"],
)
def test_mark_stands_under_the_place(line: str, column: int, end: int | None, expected: str | None) -> None:
    """Tabs and cuts do not move the mark; a place that is cut off has none."""
    place = Place("a.conf", 5, column, 5 if end else None, end)
    shown = text.render(replace(BREAKS, findings=(replace(NOT_FORWARDED, place=place, excerpt=((5, line),)),)), width=80)
    marks = [each.split("│ ")[1] for each in shown.splitlines() if each.strip().startswith("│") and "^" in each]
    assert ([expected] if expected else []) == marks


@pytest.mark.parametrize(
    ("shake", "expected"),
    [
        (Handshake("redirected", 301, "h2", "to /ws/"), "Application Load Balancer [redirected 301] →"),
        (Handshake("depends", None, "h3", "a dashboard switch"), "Cloudflare [depends] →"),
        (Handshake("refused", 404, "app", "no such path"), "→ web [refused 404]"),
        (Handshake("invalid_config", None, "h1"), "nginx 1.27 [invalid configuration] →"),
    ],
    ids=lambda value: value.outcome if isinstance(value, Handshake) else "",
)
def test_deciding_hop_is_marked(shake: Handshake, expected: str) -> None:
    """The hop that ends the handshake carries how it ends."""
    assert expected in words.chain(replace(PATH, handshake=shake))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.5, "500 ms"),
        (1, "1 s"),
        (55, "55 s"),
        (60, "60 s"),
        (90, "90 s"),
        (300, "5 min"),
        (3600, "1 h"),
        (86400, "24 h"),
        (4000, "4,000 s"),
    ],
)
def test_durations(seconds: float, expected: str) -> None:
    """Durations are told in the largest unit that divides them."""
    assert expected == words.duration(seconds)


@pytest.mark.parametrize(
    ("number", "expected"), [(100, "100 bytes"), (1_000_000, "1 MB"), (1_048_576, "1 MiB"), (65_536, "64 KiB")]
)
def test_sizes(number: int, expected: str) -> None:
    """Sizes are told in the largest unit that divides them."""
    assert expected == words.size(number)


def test_limit_that_depends_tells_every_branch() -> None:
    """A limit that hangs on a plan is told with its condition and the other values."""
    limit = Limit("idle_timeout", 60, "s", LIMITS[1].decided_by, depends_on="plan is hobby", others=((300, "plan is pro"),))
    assert "60 s if plan is hobby, decided by nginx (deploy/nginx.conf:23); 5 min if plan is pro" == words.limit(limit, PATH)


def test_heartbeat_names_its_source() -> None:
    """A configured heartbeat is told with the line that sets it."""
    beat = Heartbeat("both", "configured", 20.0, place=Place("server.js", 4))
    assert "heartbeat every 20 s from both sides (server.js:4)" == words.heartbeat(beat)


@given(st.text(), st.text(), st.integers(1, 400), st.integers(20, 200))
def test_any_text_renders(message: str, line: str, column: int, width: int) -> None:
    """Whatever a scanned file holds, the report is written, in characters that every terminal shows as they are."""
    finding = replace(
        NOT_FORWARDED, message=message, why=(line,), excerpt=((1, line),), place=Place(message, 1, column), snippet=line
    )
    report: Report = replace(BREAKS, findings=(finding,), sentence=message)
    shown = text.render(report, width=width)
    shown.encode("utf-8")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)
