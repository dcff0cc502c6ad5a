"""HAProxy and lighttpd reloaded under an open socket: what happens is what the settings say; skipped where they are missing."""

from __future__ import annotations

import os

import pytest

from advisor.model import Forward
from tests.proxies.bench import Case
from tests.proxies.haproxy_cases import behind
from tests.proxies.haproxy_program import Bench as HaproxyBench
from tests.proxies.haproxy_program import programs as haproxies
from tests.proxies.lighttpd_cases import proxied
from tests.proxies.lighttpd_program import Bench as LighttpdBench
from tests.proxies.lighttpd_program import programs as lighttpds
from tests.proxies.recorder import Recorder
from tests.proxies.test_haproxy import TABLE as HAPROXY
from tests.proxies.test_lighttpd import TABLE as LIGHTTPD

WANTED = os.environ.get("WSADVISE_PROXIES") == "require"
LONG = behind("timeout tunnel 1h")


@pytest.mark.skipif(not haproxies() and not WANTED, reason="no haproxy here")
@pytest.mark.parametrize(("before", "keeps"), [("", True), ("global\n hard-stop-after 1s\n", False)])
def test_haproxy_cuts_only_after_hard_stop_after(
    recorder: Recorder, certificate: tuple[str, str], before: str, keeps: bool
) -> None:
    """The old process keeps its tunnels, unless it is told how long."""
    case = Case("reload", before + LONG)
    assert haproxies()
    for program in haproxies():
        outcome = HAPROXY.traced(case, program.version)
        assert isinstance(outcome, Forward)
        stops = [setting.amount for setting in outcome.settings if setting.key == "hard-stop-after"]

        assert ([] if keeps else [1.0]) == stops
        assert keeps is HaproxyBench(program, recorder, certificate).reload(case, 2.5)


@pytest.mark.skipif(not lighttpds() and not WANTED, reason="no lighttpd here")
@pytest.mark.parametrize(("seconds", "keeps"), [(60, True), (1, False)])
def test_lighttpd_cuts_after_its_graceful_timeout(
    recorder: Recorder, certificate: tuple[str, str], seconds: int, keeps: bool
) -> None:
    """A restart waits for open sockets as long as the feature flag says, and then closes them."""
    case = Case("reload", proxied(f'server.feature-flags = ( "server.graceful-shutdown-timeout" => {seconds} )'))
    assert lighttpds()
    for program in lighttpds():
        outcome = LIGHTTPD.traced(case, program.version)
        assert isinstance(outcome, Forward)
        stops = [setting.amount for setting in outcome.settings if setting.key == "server.graceful-shutdown-timeout"]

        assert [seconds] == stops
        assert keeps is LighttpdBench(program, recorder, certificate).reload(case, 3.5)
