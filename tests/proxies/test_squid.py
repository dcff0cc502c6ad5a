"""The table of Squid configurations: what the real program did, and what ``trace`` says it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.proxies import squid
from tests.proxies.recorder import Recorder
from tests.proxies.squid_cases import CASES
from tests.proxies.squid_program import Bench, programs
from tests.proxies.table import Table

TABLE = Table("squid", squid, "squid.conf", {case.name: case for case in CASES}, ("read_timeout",), "/etc/squid", {}, Bench)


@pytest.mark.parametrize("path", TABLE.stored(), ids=lambda path: path.stem)
@pytest.mark.parametrize("name", TABLE.cases)
def test_trace_says_what_was_measured(path: Path, name: str) -> None:
    """For every case ``trace`` gives what the program did, header by header."""
    TABLE.check(path, name)


def test_the_program_still_does_what_is_stored(recorder: Recorder, certificate: tuple[str, str]) -> None:
    """Measured again on this machine, each case comes out as stored."""
    TABLE.check_again(programs(), recorder, certificate)
