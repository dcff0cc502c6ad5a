"""Caddy reloaded under an open socket; skipped where there is no Caddy."""

from __future__ import annotations

import os

import pytest

from advisor.versions import before
from tests.proxies.caddy_cases import APP, one
from tests.proxies.caddy_program import Bench, Program, programs
from tests.proxies.recorder import Recorder

FOUND = programs()
pytestmark = pytest.mark.skipif(not FOUND and os.environ.get("WSADVISE_PROXIES") != "require", reason="no Caddy here")
VERSIONS = pytest.mark.parametrize("program", FOUND or [None], ids=lambda program: program.version if program else "missing")


@VERSIONS
def test_a_reload_cuts_open_sockets(program: Program, recorder: Recorder, certificate: tuple[str, str]) -> None:
    """A reload closes every socket at once."""
    assert not Bench(program, recorder, certificate).reload(one("reload", APP), 2.5)


@VERSIONS
def test_stream_close_delay_keeps_them_for_a_while(program: Program, recorder: Recorder, certificate: tuple[str, str]) -> None:
    """With ``stream_close_delay`` they stay until it is over (2.7 and later)."""
    if before(program.version, "2.7.0"):
        pytest.skip("stream_close_delay came with 2.7")
    bench = Bench(program, recorder, certificate)

    assert bench.reload(one("kept", f"{APP} {{\n\tstream_close_delay 30s\n}}"), 2.5)
    assert not bench.reload(one("cut", f"{APP} {{\n\tstream_close_delay 1s\n}}"), 4)
