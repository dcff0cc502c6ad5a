"""Confidence is computed from sources and age, and what is due for a check is listed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from advisor.knowledge import Knowledge, load
from advisor.knowledge.confidence import confidence
from advisor.knowledge.statements import Confirmed, How, Source, SourceKind
from tests.knowledge.made import TODAY, fact, files, statement


def source(kind: SourceKind, page_date: date | None = None) -> Source:
    return Source("docs", "https://example.com/docs", kind, TODAY, page_date)


@pytest.mark.parametrize(
    ("kinds", "how", "days", "level"),
    [
        (["vendor_docs"], "read", 10, "documented"),
        (["vendor_docs"], "taken_over", 10, "documented"),
        (["vendor_changelog", "community"], "read", 10, "documented"),
        (["source_code"], "measured", 10, "measured"),
        (["measurement"], "read", 10, "measured"),
        (["maintainer"], "read", 10, "reported"),
        (["community"], "read", 10, "reported"),
        (["source_code"], "measured", 101, "documented"),
        (["vendor_docs"], "read", 101, "reported"),
        (["community"], "read", 101, "doubtful"),
    ],
)
def test_confidence_follows_sources_and_age(kinds: list[SourceKind], how: How, days: int, level: str) -> None:
    """A stale statement counts a step less."""
    confirmed = Confirmed(TODAY - timedelta(days=days), how)

    assert level == confidence([source(kind) for kind in kinds], confirmed, TODAY, 100)


def test_a_report_gone_old_is_doubtful() -> None:
    """People's measurements of six years ago, read again today."""
    old = source("community", TODAY - timedelta(days=6 * 365))

    assert "doubtful" == confidence([old], Confirmed(TODAY, "read"), TODAY, 100)
    assert "reported" == confidence([old, source("community")], Confirmed(TODAY, "read"), TODAY, 100)


def test_stale_lists_what_is_due_and_not_what_is_over() -> None:
    """By the dimension's budget, a statement's own, and without past statements."""
    old = {"confirmed": {"on": "2026-08-01", "how": "read"}}
    data = files(
        fact(
            "idle_timeout",
            statement(30, reset_by="any", until="2020-01-01", **old),
            statement(60, reset_by="any", since="2020-01-01", **old),
        ),
        fact("websocket_support", statement("native", recheck_days=2)),
    )

    assert ["sample/idle_timeout", "sample/websocket_support"] == [each.id for each in Knowledge(data).stale(TODAY)]


def test_nothing_that_ships_is_stale_on_its_own_day() -> None:
    """And betas are due first."""
    knowledge = load()
    day = date.fromisoformat("-".join(knowledge.version.split(".")[:3]))

    assert () == knowledge.stale(day)
    assert "vercel/websocket_support" in {each.id for each in knowledge.stale(day + timedelta(days=61))}
