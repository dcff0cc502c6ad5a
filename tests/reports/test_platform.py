"""The page of a platform: facts with their conditions and dates, whatever the profile leaves out."""

from __future__ import annotations

from datetime import date

import jsonschema
import pytest

from advisor.knowledge import describe, load
from advisor.reports import platform
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
    assert "  known    documented, taken over on 2026-11-23\n" in shown


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
    shown = platform.listing(every)
    table = [token for token in tokens(platform.listing_markdown(every)) if token.type == "tr_open"]
    assert len(every) + 1 == len(table)
    assert [] == [each["id"] for each in every if f"\n{each['id']} " not in f"\n{shown}"]
