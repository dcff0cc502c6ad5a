"""An open socket at a reload and in silence: what the real programs did with it, and what ``trace`` says they do."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from advisor.knowledge import load
from advisor.limits import Conditions
from advisor.model import Hop, Place
from advisor.subject import Subject
from advisor.trace import Ending, trace
from advisor.versions import before
from tests.proxies import (
    test_apache,
    test_caddy,
    test_envoy,
    test_haproxy,
    test_lighttpd,
    test_nginx,
    test_squid,
    test_traefik,
    test_varnish,
)
from tests.proxies.bench import NAMED_PORTS
from tests.proxies.open_sockets import QUICK_S, SLOW_S, WATCHES, Watch, plain
from tests.proxies.recorder import Recorder
from tests.proxies.table import WANTED, Table, stored

OPEN = Path(__file__).parent / "measured" / "open"
LATE_S = 3
"""How much later than its clock a program may close: lighttpd looks at its clocks once a second, and has two of them."""
TABLES = (test_nginx, test_haproxy, test_apache, test_caddy, test_envoy, test_traefik, test_varnish, test_lighttpd, test_squid)
BY_NAME = {module.TABLE.name: (module.TABLE, module.programs) for module in TABLES}
PLATFORMS = {"apache": "apache-httpd"}


def kept() -> Iterator[tuple[str, Path, Watch]]:
    for path in sorted(OPEN.glob("*.json")):
        name = path.name.partition("-")[0]
        for watch in WATCHES[name]:
            if not before(path.stem.partition("-")[2], watch.since):
                yield name, path, watch


def ending(table: Table, watch: Watch, version: str) -> Ending:
    """What ``wsadvise trace`` says of the case."""
    platform = PLATFORMS.get(table.name, table.name)
    hop = Hop(table.name, platform, table.name, Place(table.main), version=version)
    subject = Subject(hop, table.module, table.configuration(watch.case), tuple(table.given(watch.case).items()))
    url = f"ws://app.example.com:{NAMED_PORTS[watch.case.port]}{watch.case.path}"
    found = trace(subject, url, (), load(), Conditions(date(2026, 11, 25), {}))
    assert found.depends_on is None, found.depends_on
    return found.ending


def agree(table: Table, watch: Watch, ends_s: int | None, version: str) -> None:
    """Fails where ``trace`` says anything else of the open socket than what was measured."""
    told = ending(table, watch, version)

    assert "accepted" == told.outcome
    if watch.reload:
        after = {"cuts": 0.0, "keeps": None}.get(told.reload or "", told.reload_after_s)
        assert told.reload in ("cuts", "keeps", "cuts_after")
    else:
        after = told.idle.seconds if told.idle is not None else None
    if ends_s is None:
        assert after is None or after >= watch.watched_s, watch.name
    else:
        assert after is not None, watch.name
        assert (0 if watch.spread else after) <= ends_s <= after + LATE_S, watch.name


@pytest.mark.parametrize(
    ("name", "path", "watch"), list(kept()), ids=lambda each: getattr(each, "stem", getattr(each, "name", ""))
)
def test_trace_says_what_was_measured(name: str, path: Path, watch: Watch) -> None:
    """``trace`` tells the reload and the clock of every case as they were measured."""
    data = stored(path)
    if watch.name not in data["cases"]:
        pytest.fail(f"{path.name} has no measurement of {watch.name}: run with WSADVISE_PROXIES=record")
    assert watch.watched_s == data["cases"][watch.name]["watched_s"]

    agree(BY_NAME[name][0], watch, data["cases"][watch.name]["ends_s"], data["version"])


@pytest.mark.parametrize("name", BY_NAME)
def test_the_programs_still_do_what_is_stored(name: str, recorder: Recorder, certificate: tuple[str, str]) -> None:
    """What takes some seconds is measured again wherever the program is, the rest where it is asked for."""
    table, programs = BY_NAME[name]
    if not programs() and WANTED == "require":
        pytest.fail(f"WSADVISE_PROXIES=require, but there is no {name} here")
    if not programs():
        pytest.skip(f"no {name} here; the stored measurements stand")
    for program in programs():
        bench = table.bench(program, recorder, certificate)
        path = OPEN / f"{name}-{program.version}.json"

        def measured(watch: Watch, bench: Any = bench) -> dict[str, Any]:
            ends = bench.open_for(watch.case, watch.watched_s, watch.reload, watch.changed)
            return {"watched_s": watch.watched_s, "ends_s": plain(ends)}

        watches = [watch for watch in WATCHES[name] if wanted(watch) and not before(program.version, watch.since)]
        with ThreadPoolExecutor(len(watches)) as pool:
            again = dict(zip([watch.name for watch in watches], pool.map(measured, watches), strict=True))
        if WANTED == "record":
            OPEN.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"program": name, "version": program.version, "cases": again}, indent=1) + "\n")
        for watch in watches:
            agree(table, watch, again[watch.name]["ends_s"], program.version)


def wanted(watch: Watch) -> bool:
    most = {"record": math.inf, "require": SLOW_S}.get(WANTED, QUICK_S)
    return watch.watched_s <= most
