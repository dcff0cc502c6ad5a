"""Apache reloaded under an open socket; skipped where there is no Apache."""

from __future__ import annotations

import os

import pytest

from tests.proxies.apache_cases import PROXY, UPGRADE, one
from tests.proxies.apache_program import Bench, Program, programs
from tests.proxies.recorder import Recorder

FOUND = programs()
pytestmark = pytest.mark.skipif(not FOUND and os.environ.get("WSADVISE_PROXIES") != "require", reason="no Apache here")


@pytest.mark.parametrize("program", FOUND or [None], ids=lambda program: program.version if program else "missing")
def test_a_graceful_restart_keeps_open_sockets(program: Program, recorder: Recorder, certificate: tuple[str, str]) -> None:
    """What ``apachectl graceful`` and Debian's reload do leaves a tunnel in the old process."""
    assert Bench(program, recorder, certificate).reload(one("reload", PROXY, UPGRADE), 2.5)
