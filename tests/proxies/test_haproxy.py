"""The table of HAProxy configurations: what the real programs did, and what ``trace`` says they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.proxies import haproxy
from tests.proxies.haproxy_cases import CASES
from tests.proxies.haproxy_program import Bench, programs
from tests.proxies.recorder import Recorder
from tests.proxies.table import Table

TABLE = Table(
    name="haproxy",
    module=haproxy,
    main="haproxy.cfg",
    cases={case.name: case for case in CASES},
    clocks=("timeout tunnel", "timeout client", "timeout server"),
    root="/etc/haproxy",
    words={},
    bench=Bench,
)


@pytest.mark.parametrize("name", TABLE.cases)
@pytest.mark.parametrize("path", TABLE.stored(), ids=lambda path: path.stem)
def test_trace_says_what_was_measured(path: Path, name: str) -> None:
    """The stored measurement of every version and the virtual handshake agree."""
    TABLE.check(path, name)


def test_the_programs_still_do_what_is_stored(recorder: Recorder, certificate: tuple[str, str]) -> None:
    """Measured again on every HAProxy of this machine, each case comes out as stored and as told."""
    TABLE.check_again(programs(), recorder, certificate)
