"""The table of nginx configurations: what the real program did, and what ``trace`` says it does."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from advisor.model import Answer, Depends, Forward, Invalid, Outcome, handshake
from advisor.proxies.nginx import Config, load, trace
from tests.proxies import nginx_faults, nginx_headers, nginx_more, nginx_routing, nginx_servers
from tests.proxies.nginx_program import NAMED_PORTS, Bench, Case, Program, fill, programs
from tests.proxies.recorder import Recorder

CASES = {
    case.name: case for part in (nginx_headers, nginx_routing, nginx_servers, nginx_faults, nginx_more) for case in part.CASES
}
MEASURED = Path(__file__).parent / "measured"
STORED = sorted(MEASURED.glob("nginx-*.json"))
WANTED = os.environ.get("WSADVISE_PROXIES", "")
PORTS = {name: str(port) for name, port in NAMED_PORTS.items()}
WORDS = {**PORTS, "CERT": "cert.pem", "KEY": "key.pem", "DIR": "/etc/nginx", "STREAM": ""}


def configuration(case: Case) -> Config:
    """The case as the scanner would find it: the main file and its includes in a small tree."""
    files = {"nginx.conf": fill(case.config, WORDS)} | {name: fill(text, WORDS) for name, text in case.files}
    return load(
        "nginx.conf",
        files.get,
        lambda pattern: [path for path in files if fnmatchcase(path, pattern)],
        template=bool(case.environment),
    )


def traced(case: Case, version: str) -> Outcome:
    path, _, query = case.path.partition("?")
    port = NAMED_PORTS[case.port]
    host = fill(case.host, WORDS) if case.host is not None else f"app.example.com:{port}"
    request = handshake("wss" if case.secure else "ws", host.partition(":")[0], path, query, port)
    headers = tuple((key, value.replace(f"app.example.com:{port}", host)) for key, value in request.headers)
    given = tuple((key, f"{'https' if case.secure else 'http'}://{host}" if key == "Origin" else value) for key, value in headers)
    given = tuple((key, host if key == "Host" else value) for key, value in given) + case.headers
    environment = {name: fill(value, WORDS) for name, value in case.environment}
    return trace(configuration(case), request.at(headers=given), version, environment=environment or None)


def told(outcome: Outcome) -> dict[str, Any]:
    """An outcome in the words of a measurement: only what the program can show."""
    if isinstance(outcome, Invalid):
        return {"starts": False, "reason": outcome.reason}
    if isinstance(outcome, Answer):
        if outcome.status is None:
            return {"starts": True, "echo": False}
        return {"starts": True, "status": None if outcome.status == 444 else outcome.status, "location": outcome.location}
    assert isinstance(outcome, Forward)
    request = outcome.request
    if request.http_version.startswith("2"):
        return {"starts": True, "echo": False}
    accepted = request.upgrades()
    known = {"$remote_addr": "127.0.0.1"}
    headers = [[key, _known(value, known)] for key, value in request.headers]
    return {
        "starts": True,
        "status": 101 if accepted else 426,
        "seen_at": next((name for name in ("APP", "APP2", "SAFE") if str(outcome.address.port) == PORTS[name]), None),
        "seen": {
            "method": request.method,
            "target": f"{request.path}?{request.query}" if request.query else request.path,
            "http_version": request.http_version,
            "headers": sorted(headers),
        },
    }


def _known(value: str, known: dict[str, str]) -> str:
    for name, text in known.items():
        value = value.replace(name, text)
    return value


def shown(measured: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    """The same keys of a measurement as ``told`` gives for this kind of outcome."""
    return {key: measured[key] for key in told(outcome)}


def chosen(outcome: Outcome, case: Case) -> Outcome:
    """The branch that a measurement on loopback is of, where the answer depends on something no file shows."""
    if not isinstance(outcome, Depends):
        assert case.branch is None, f"the answer should depend on something: {outcome}"
        return outcome
    assert case.branch is not None, f"{outcome.on}: {[name for name, _ in outcome.branches]}"
    fitting = [branch for name, branch in outcome.branches if case.branch in name]
    assert len(fitting) == 1, (outcome.on, [name for name, _ in outcome.branches])
    return fitting[0]


def stored(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text())
    return data


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", CASES)
def test_trace_says_what_was_measured(path: Path, name: str) -> None:
    """For every case ``trace`` gives what the program of that version did, header by header."""
    data = stored(path)
    if name not in data["cases"]:
        pytest.fail(f"{path.name} has no measurement of {name}: run with WSADVISE_PROXIES=record")
    agree(CASES[name], data["cases"][name], data["version"])


def agree(case: Case, measured: dict[str, Any], version: str) -> None:
    """Fails where ``trace`` says anything else than what was measured."""
    outcome = chosen(traced(case, version), case)

    assert shown(measured, outcome) == told(outcome), case.name
    if measured["status"] == 101:
        assert measured["echo"]
    if measured["idle_s"] is not None:
        assert isinstance(outcome, Forward)
        timers = {setting.key: setting.amount for setting in outcome.settings}
        assert measured["idle_s"] == timers.get("proxy_read_timeout", timers.get("proxy_timeout"))
        assert measured["client_ping_keeps"] is (outcome.idle_reset_by in ("any", "from_client"))
    if measured["backend_ping_keeps"] is not None:
        assert isinstance(outcome, Forward)
        assert measured["backend_ping_keeps"] is (outcome.idle_reset_by in ("any", "from_upstream"))


def test_the_programs_still_do_what_is_stored(recorder: Recorder, certificate: tuple[str, str]) -> None:
    """Measured again on every nginx of this machine, each case comes out as stored."""
    found = programs()
    if not found and WANTED == "require":
        pytest.fail("WSADVISE_PROXIES=require, but there is no nginx here")
    if not found:
        pytest.skip("no nginx here; the stored measurements stand")
    for program in found:
        again = measure_all(program, recorder, certificate)
        path = MEASURED / f"nginx-{program.version}.json"
        if WANTED == "record":
            MEASURED.mkdir(exist_ok=True)
            data = {"program": "nginx", "version": program.version, "cases": again}
            path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
        if path.exists():
            before = stored(path)["cases"]
            assert {} == {name: (before.get(name), now) for name, now in again.items() if before.get(name) != now}
        for name, measured in again.items():
            agree(CASES[name], measured, program.version)


def measure_all(program: Program, recorder: Recorder, certificate: tuple[str, str]) -> dict[str, Any]:
    bench = Bench(program, recorder, certificate)
    with ThreadPoolExecutor(4) as pool:
        return {name: measured.plain() for name, measured in zip(CASES, pool.map(bench.measure, CASES.values()), strict=True)}
