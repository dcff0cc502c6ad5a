"""``wsadvise data``: what the checks of the knowledge base say at the command line."""

from __future__ import annotations

from advisor.knowledge import load
from tests.cli.conftest import Said


def test_a_check_counts_the_keys_that_wait(said: Said) -> None:
    """As many as the profiles say, and listed only on request."""
    waiting = [key for each in load().platforms() for key in load().platform(each).settings() if key.waits]
    short, long = said("data", "check"), said("data", "check", "--verbose")

    assert (0, 0) == (short[0], long[0])
    assert f"{len(waiting)} keys wait for a reader (--verbose lists them).\n" in short[1]
    assert [] == [key.key for key in waiting if f"{key.format}: {key.key}\n" not in long[1] or key.key in short[1]]
