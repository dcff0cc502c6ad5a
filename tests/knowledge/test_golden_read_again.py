"""Answers that were corrected when their sources were read again, so that an older page does not bring the wrong ones back."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.knowledge import Special, load
from tests.knowledge.test_golden import TODAY, Golden

GOLDEN = [
    Golden("traefik", "http2_extended_connect", "unsupported", version="2.11.18"),
    Golden("traefik", "http2_extended_connect", Special.UNKNOWN, version="2.11.17"),
    Golden("traefik", "http2_extended_connect", Special.UNKNOWN, version="3.2.4"),
    Golden("traefik", "http2_extended_connect", "unsupported", version="3.2.5"),
    Golden("traefik", "http2_extended_connect", Special.UNKNOWN, version="3.3.0"),
    Golden("traefik", "http2_extended_connect", "unsupported", version="3.3.1"),
    Golden("cloudflare-workers", "deploy_grace", 900, given={"model": "container"}),
]


@pytest.mark.parametrize("golden", GOLDEN, ids=str)
def test_answers_what_was_read(golden: Golden) -> None:
    """The value as its source has it."""
    known = load().fact(
        golden.platform, golden.dimension, at=date.fromisoformat(golden.at), version=golden.version, **golden.given
    )

    assert known.statement is not None, known
    assert (type(golden.answer), golden.answer) == (type(known.statement.value), known.statement.value)


@pytest.mark.parametrize(("version", "can_be"), [("2.6.4", ()), ("2.7.0", ("cuts", "cuts_after"))])
def test_caddy_delays_closing_only_since_it_can(version: str, can_be: tuple[str, ...]) -> None:
    """stream_close_delay came with 2.7.0; before it a reload always cut."""
    statement = load().fact("caddy", "reload_behaviour", at=date.fromisoformat(TODAY), version=version).statement

    assert statement is not None
    assert ("cuts", can_be) == (statement.value, statement.can_be)
