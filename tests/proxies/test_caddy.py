"""The table of Caddy configurations: what the real programs did, and what ``trace`` says they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.proxies import caddy
from tests.proxies import caddy_cases
from tests.proxies.caddy_program import Bench, programs
from tests.proxies.recorder import Recorder
from tests.proxies.table import Table

TABLE = Table(
    "caddy",
    caddy,
    "Caddyfile",
    {case.name: case for case in caddy_cases.CASES},
    ("reverse_proxy.transport.read_timeout",),
    "/etc/caddy",
    {"ADMIN": "2019"},
    Bench,
)


@pytest.mark.parametrize("path", TABLE.stored(), ids=lambda path: path.stem)
@pytest.mark.parametrize("name", TABLE.cases)
def test_trace_says_what_was_measured(path: Path, name: str) -> None:
    """For every case ``trace`` gives what the program of that version did, header by header."""
    TABLE.check(path, name)


def test_the_programs_still_do_what_is_stored(recorder: Recorder, certificate: tuple[str, str]) -> None:
    """Measured again on every Caddy of this machine, each case comes out as stored."""
    TABLE.check_again(programs(), recorder, certificate)
