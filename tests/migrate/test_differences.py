"""What differs between two sides, from values alone."""

from __future__ import annotations

from typing import Any

import pytest

from advisor.knowledge import load
from advisor.knowledge.statements import Special
from advisor.migrate.differences import Differences, differences
from advisor.migrate.held import Held, say


def one(name: str, value: Any, **more: Any) -> Held:
    """What holds for a dimension, with its fact."""
    dimension = load().dimensions[name]
    return Held(dimension, value, say(value, dimension.unit), (f"x/{name}",), **more)


def between(name: str, old: Any, new: Any) -> Differences:
    return differences({name: one(name, old)}, {name: one(name, new)})


@pytest.mark.parametrize(
    ("name", "old", "new", "gains", "losses"),
    [
        ("idle_timeout", 55, 3600, 1, 0),
        ("idle_timeout", 55, Special.NONE, 1, 0),
        ("max_message_size", Special.NONE, 131072, 0, 1),
        ("deploy_grace", 30, 5, 0, 1),
        ("scale_to_zero", "sleeps", "never_sleeps", 1, 0),
        ("session_affinity", "cookie", "none", 0, 1),
        ("session_affinity", "cookie", "ip", 0, 0),
        ("tls_termination", "none", "edge", 1, 0),
        ("binary_frames", "passes", "unsupported", 0, 1),
        ("max_message_size", None, 131072, 0, 0),
        ("idle_timeout", 60, 60, 0, 0),
        ("forwarded_headers", ("X-Forwarded-Proto", "Via"), ("X-Forwarded-Proto",), 0, 1),
        ("forwarded_headers", ("Via",), ("Via", "X-Real-IP"), 0, 0),
        ("how_to_enable", "a", "b", 0, 0),
    ],
)
def test_better_and_worse(name: str, old: Any, new: Any, gains: int, losses: int) -> None:
    """More of a limit is better, options are ranked by the vocabulary, and what is not known is no difference."""
    found = between(name, old, new)

    assert (gains, losses) == (len(found.gains), len(found.losses))


def test_what_can_be_had_counts() -> None:
    """Affinity that is off by default and can be switched on is no loss; nor is a gain that the other side could have."""
    old, new = one("session_affinity", "none", can_be=("cookie",)), one("session_affinity", "cookie")

    assert Differences() == differences({"session_affinity": old}, {"session_affinity": new})


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ((55, Special.NONE), (Special.NONE, 300), "An idle clock becomes a lifetime"),
        ((Special.NONE, 300), (55, Special.NONE), "A lifetime becomes an idle clock"),
        ((Special.NONE, Special.NONE), (55, Special.NONE), "Silent sockets are closed from now on"),
        ((55, Special.NONE), (55, 300), "Every socket ends after a fixed time"),
    ],
)
def test_clocks_change_kind(old: tuple[Any, Any], new: tuple[Any, Any], text: str) -> None:
    """A clock that comes, goes or turns into the other kind changes what the app has to do."""
    names = ("idle_timeout", "max_connection_duration")
    before, after = ({name: one(name, value) for name, value in zip(names, side, strict=True)} for side in (old, new))

    assert [text] == [change.text[: len(text)] for change in differences(before, after).kinds]


def test_what_resets_a_clock_is_a_kind() -> None:
    """A ping that counted no longer does."""
    before = {"idle_timeout": one("idle_timeout", 60, reset_by="any")}
    after = {"idle_timeout": one("idle_timeout", 60, reset_by="data_frames")}

    assert ["The idle clock is reset by messages, not pings, instead of any byte."] == [
        change.text for change in differences(before, after).kinds
    ]


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (55, "s", "55 s"),
        (0.5, "s", "0.5 s"),
        (60, "s", "60 s"),
        (300, "s", "5 min"),
        (131072, "bytes", "128 KiB"),
        (1000000, "bytes", "1,000,000 bytes"),
        (500, "count/s", "500/s"),
        (1024, "count", "1,024"),
        (Special.NONE, "s", "no limit"),
        (Special.UNPUBLISHED, "s", "not published"),
        (None, None, "not known"),
        ("until_lifetime", None, "until lifetime"),
        (("a", "b"), None, "a, b"),
    ],
)
def test_values_in_words(value: Any, unit: str | None, expected: str) -> None:
    """Durations and sizes in the largest unit that fits."""
    assert expected == say(value, unit)
