"""The table of lighttpd configurations: what the real program did, and what ``trace`` says it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.proxies import lighttpd
from tests.proxies.lighttpd_cases import CASES
from tests.proxies.lighttpd_program import Bench, programs
from tests.proxies.recorder import Recorder
from tests.proxies.table import Table

TABLE = Table(
    name="lighttpd",
    module=lighttpd,
    main="lighttpd.conf",
    cases={case.name: case for case in CASES},
    clocks=("server.max-read-idle", "server.max-write-idle", "proxy.server.read-timeout"),
    root="/etc/lighttpd",
    words={},
    bench=Bench,
)


@pytest.mark.parametrize("name", TABLE.cases)
@pytest.mark.parametrize("path", TABLE.stored(), ids=lambda path: path.stem)
def test_trace_says_what_was_measured(path: Path, name: str) -> None:
    """The stored measurement and the virtual handshake agree."""
    TABLE.check(path, name)


def test_the_program_still_does_what_is_stored(recorder: Recorder, certificate: tuple[str, str]) -> None:
    """Measured again on this machine, each case comes out as stored and as told."""
    TABLE.check_again(programs(), recorder, certificate)
