"""``wsadvise library``: every entry is told in every format, and package names lead to it."""

from __future__ import annotations

import json

import pytest

from advisor.reports import library as pages
from advisor.reports.markup import escape
from advisor.stack import describe
from advisor.stack.library import libraries
from tests.cli.conftest import Said


def test_all_are_listed(said: Said) -> None:
    """Without an id, every library is named in every format."""
    for format in ("text", "markdown", "json"):
        code, out, _ = said("library", "--format", format)
        assert (0, set()) == (code, {id for id in libraries() if id not in out})


def test_one_in_json(said: Said) -> None:
    """The JSON of one library carries its figures as the entry has them."""
    told = json.loads(said("library", "socket-io", "--format", "json")[1])

    assert ("Socket.IO", "/socket.io/", 1_000_000) == (told["name"], told["path"], told["max_message"])
    assert [("server", 25, 20)] == [
        (beat["sender"], beat["interval_s"], beat["timeout_s"]) for beat in told["heartbeats"] if beat["until"] is None
    ]
    assert "socket-io-redis-adapter" in told["joined_by"]


def test_package_name_leads_to_it(said: Said) -> None:
    """A person may give the name of the package that stands in their manifest."""
    assert said("library", "socket.io")[1] == said("library", "socket-io")[1]


def test_unknown_library(said: Said) -> None:
    """A name that does not exist is a wrong usage, with the nearest one."""
    code, out, err = said("library", "socket-oi")

    assert (2, "") == (code, out)
    assert "Did you mean 'socket-io'?" in err


@pytest.mark.parametrize("id", sorted(libraries()))
def test_every_entry_has_a_page(id: str) -> None:
    """No entry breaks the page, and each says when it was confirmed and by what."""
    told = describe.page(id)
    text = pages.page(told)

    assert [] == [label for label in ("known", "source") if f"\n  {label}" not in text]
    assert f"# {escape(told['name'])}\n" in pages.page_markdown(told)


@pytest.mark.parametrize(
    ("beat", "expected"),
    [
        ({"sender": "server", "interval_s": 25, "timeout_s": 20}, "every 25 s from the server, drops a peer silent for 20 s"),
        ({"sender": "both", "interval_s": 60, "timeout_s": None}, "every 60 s from both sides"),
        ({"sender": "none", "interval_s": None, "timeout_s": None}, "none by itself"),
        (
            {"sender": "server", "interval_s": 3, "timeout_s": None, "answered": False},
            "every 3 s from the server, which the other side does not answer",
        ),
    ],
    ids=["server", "both", "none", "unanswered"],
)
def test_heartbeat_in_words(beat: dict[str, object], expected: str) -> None:
    """Sender, interval and timeout make one clause."""
    assert expected == pages.heartbeat({"answered": True, **beat})
