"""The page of a platform: facts with their conditions and dates, whatever the profile leaves out."""

from __future__ import annotations

from datetime import date

import jsonschema
import pytest

from advisor.knowledge import describe, load
from advisor.reports import platform, platforms
from advisor.reports.schema import schema

from .test_markdown import tokens

FACT = {
    "dimension": "idle_timeout",
    "value": 60,
    "unit": "s",
    "min": 1,
    "max": 4000,
    "reset_by": "any",
    "when": {"plan": ["hobby", "pro"]},
    "since": "2024-01-01",
    "until": None,
    "confidence": "documented",
    "confirmed": {"on": "2026-11-23", "how": "taken_over"},
    "set_by": [{"format": "terraform", "key": "aws_lb.idle_timeout"}],
    "sources": [{"url": "https://docs.example.com/idle", "kind": "vendor_docs"}],
}
BARE = {
    "id": "lb",
    "name": "A Balancer",
    "kind": "load_balancer",
    "as_of": "2026-11-23",
    "lifecycle": {"status": "active"},
    "facts": [FACT],
}


def test_fact_in_words() -> None:
    """Value, bounds and condition are one line; the rest follows with labels."""
    shown = platform.page(BARE)
    assert "idle timeout: 60 s (at least 1 s and at most 4,000 s) if plan is hobby or pro\n" in shown
    assert "  holds    since 2024-01-01\n" in shown
    assert "  reset by any byte\n" in shown
    assert "  set by   aws_lb.idle_timeout (terraform)\n" in shown
    assert "  known    documented, taken over on 2026-11-23 [1]\n" in shown
    assert "  [1]  https://docs.example.com/idle, vendor docs\n" in shown


def test_a_key_says_when_it_acts_and_whether_it_is_read() -> None:
    """A condition that is open, and that no scan reads it, stand beside the key."""
    key = {"format": "bicep", "key": "lb.idle", "condition": "the balancer is the classic one", "waits": True}
    shown = platform.page({**BARE, "facts": [{**FACT, "set_by": [key]}]})
    assert "lb.idle (bicep, which no scan reads yet) if the balancer is the classic one" in shown


def test_other_times_stand_apart() -> None:
    """What no longer holds is dated and under a heading of its own."""
    past = {**FACT, "when": {}, "until": "2024-01-01", "since": None, "value": 30, "holds": "before"}
    shown = platform.page({**BARE, "history": [past, {**past, "holds": "after", "since": "2027-01-01", "until": None}]})
    before, after = shown.index("What was so before"), shown.index("What comes later")
    assert "idle timeout: 30 s" in shown[before:after]
    assert "until 2024-01-01" in shown[before:after]
    assert "since 2027-01-01" in shown[after:]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"file": "fly.toml", "certainty": "explicit"}, "the file fly.toml (explicit)"),
        (
            {"kubernetes": "Gateway", "has": ["spec > gatewayClassName = x"], "certainty": "strong"},
            "a Kubernetes object of kind Gateway with spec > gatewayClassName = x (strong)",
        ),
        (
            {"package": "gh", "shows": "a script", "words": ["y"], "certainty": "weak", "note": "Seldom."},
            "the package gh with a script (a hint only). Seldom.",
        ),
        ({"unseen": "Nothing shows it.", "certainty": "weak"}, "by --assume hop= alone. Nothing shows it."),
    ],
)
def test_signs_in_words(entry: dict[str, object], expected: str) -> None:
    """Where it is seen, what must stand there, and how sure that makes."""
    assert expected == platform.sign(entry)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("none", "s", "no limit"),
        ("none", None, "none"),
        ("unpublished", "s", "not published"),
        ([80, 443], None, "80 and 443"),
        (True, None, "yes"),
        (1_048_576, "bytes", "1 MiB"),
        (20, "connections", "20 connections"),
    ],
)
def test_values(value: object, unit: str | None, expected: str) -> None:
    """Every kind of value reads as words."""
    assert expected == platform.amount(value, unit)


@pytest.mark.parametrize("id", load().platforms())
def test_every_profile_has_a_page(id: str) -> None:
    """Each shipped profile fits the schema and is told with every source, and adds no markup of its own."""
    told = describe.page(load().platform(id), date(2026, 11, 23))
    jsonschema.validate(told, schema("platform"))
    shown = platform.page(told)
    marked = platform.page_markdown(told)
    urls = {source["url"] for fact in told["facts"] for source in fact["sources"]}
    assert [] == [url for url in urls if url not in shown or f"<{url}>" not in marked]
    assert set() == {token.type for token in tokens(marked)} & {"html_block", "html_inline", "em_open", "table_open"}


def test_listing() -> None:
    """A line for each platform, as text and as a Markdown table."""
    every = describe.listing(load(), date(2026, 11, 23))
    shown = platforms.listing(every)
    table = [token for token in tokens(platforms.listing_markdown(every)) if token.type == "tr_open"]
    assert len(every) + 1 == len(table)
    assert [] == [each["id"] for each in every if f"\n{each['id']} " not in f"\n{shown}"]


@pytest.mark.parametrize("width", [60, 100, 160])
def test_the_table_fits(width: int) -> None:
    """The limits of each platform are told in the room there is."""
    every = describe.listing(load(), date(2026, 11, 23))
    shown = platforms.listing(every, width=width)
    assert [] == [line for line in shown.splitlines() if len(line) > width]
    assert [] == [each["id"] for each in every if each["id"] not in shown]


def cell(*values: object, unit: str | None = "s", known: str = "one", can_be: list[str] | None = None) -> dict[str, object]:
    return {"known": known, "values": list(values), "unit": unit, "can_be": can_be or []}


@pytest.mark.parametrize(
    ("known", "expected"),
    {
        "a figure": (cell(60), "60 s"),
        "no limit": (cell("none"), "none"),
        "looked for": (cell("unknown", known="unknown"), "?"),
        "kept by the vendor": (cell("unpublished", known="unknown"), "?"),
        "nothing said": (cell(known="absent"), "-"),
        "no sockets": (cell("unsupported"), "-"),
        "one of two": (cell(60, 240, known="several"), "from 60 s"),
        "two that fit": (cell(30, "none", known="several"), "30 s or none"),
        "the least of several": (cell("unknown", 900, 30, known="several"), "from 30 s"),
        "off, and can be set": (cell("none", unit=None, can_be=["cookie"]), "settable"),
        "on, and can be another": (cell("cookie", unit=None, can_be=["none"]), "cookie"),
        "several words": (cell("unknown", "with_configuration", "unsupported", unit=None, known="several"), "depends"),
    }.values(),
)
def test_cells(known: dict[str, object], expected: str) -> None:
    """A few characters each; a figure that is not known never looks like one that is not there."""
    assert expected == platforms.cell(known)
