"""A proxy's table of configurations: what its programs did as it is stored, and what ``trace`` says they do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from advisor.model import Answer, Depends, Forward, Invalid, Outcome, handshake
from tests.proxies.bench import NAMED_PORTS, PATIENCE_S, Bench, Case, Program, fill

MEASURED = Path(__file__).parent / "measured"
WANTED = os.environ.get("WSADVISE_PROXIES", "")
CLOCKED = ("idle_s", "client_ping_keeps", "backend_ping_keeps")
"""What of a measurement was read from a clock of a second or two."""
PORTS = {name: str(port) for name, port in NAMED_PORTS.items()}


@dataclass(frozen=True)
class Table:
    """The cases of one program.

    ``name`` begins the names of its stored files, ``main`` is the name of its main file, ``clocks`` are the settings that an idle
    drop is compared with; ``words`` fill in what a configuration may hold beside ports.
    """

    name: str
    module: ModuleType
    main: str
    cases: Mapping[str, Case]
    clocks: tuple[str, ...]
    root: str
    words: Mapping[str, str]
    bench: Callable[..., Bench]
    options: Callable[[Case], dict[str, Any]] = lambda case: {}
    """What ``load`` is told beside the files."""

    def stored(self) -> list[Path]:
        return sorted(MEASURED.glob(f"{self.name}-*.json"))

    def filled(self, text: str) -> str:
        return fill(text, {**PORTS, "CERT": "cert.pem", "KEY": "key.pem", "DIR": self.root, **self.words})

    def configuration(self, case: Case) -> Any:
        """The case as the scanner would find it: the main file and its includes in a small tree."""
        files = {self.main: self.filled(case.config)} | {name: self.filled(text) for name, text in case.files}
        options = {"environment": self.given(case) or None, **self.options(case)}
        return self.module.load(
            self.main, files.get, lambda pattern: [path for path in files if fnmatchcase(path, pattern)], **options
        )

    def given(self, case: Case) -> dict[str, str]:
        return {name: self.filled(value) for name, value in case.environment}

    def traced(self, case: Case, version: str) -> Outcome:
        path, _, query = case.path.partition("?")
        port = NAMED_PORTS[case.port]
        host = self.filled(case.host) if case.host is not None else f"app.example.com:{port}"
        request = handshake("wss" if case.secure else "ws", host.partition(":")[0], path, query, port)
        own = {"host": host, "origin": f"{'https' if case.secure else 'http'}://{host}"}
        headers = tuple((key, own.get(key.lower(), value)) for key, value in request.headers) + case.headers
        outcome: Outcome = self.module.trace(
            self.configuration(case),
            request.at(headers=headers, method=case.method),
            version,
            environment=self.given(case) or None,
        )
        return outcome

    def agree(self, case: Case, measured: dict[str, Any], version: str) -> None:
        """Fails where ``trace`` says anything else than what was measured."""
        outcome = chosen(self.traced(case, version), case)

        assert shown(measured, outcome) == told(outcome), case.name
        if measured["status"] == 101 and isinstance(outcome, Forward):
            assert measured["echo"]
        if measured["idle_s"] is not None:
            assert isinstance(outcome, Forward)
            timers = {setting.key: setting.amount for setting in outcome.settings}
            assert measured["idle_s"] == next((timers[key] for key in self.clocks if key in timers), None)
            assert measured["client_ping_keeps"] is (outcome.idle_reset_by in ("any", "from_client"))
        elif measured["client_ping_keeps"]:
            assert isinstance(outcome, Forward)
            amounts = [setting.amount for setting in outcome.settings if setting.key in self.clocks]
            assert all(not amount or amount > PATIENCE_S for amount in amounts if isinstance(amount, int | float))
        if measured["backend_ping_keeps"] is not None:
            assert isinstance(outcome, Forward)
            assert measured["backend_ping_keeps"] is (outcome.idle_reset_by in ("any", "from_upstream"))

    def measure_all(self, bench: Bench) -> dict[str, Any]:
        with ThreadPoolExecutor(4) as pool:
            measured = pool.map(bench.measure, self.cases.values())
            return {name: each.plain() for name, each in zip(self.cases, measured, strict=True)}

    def settled(self, again: dict[str, Any], path: Path, bench: Bench) -> dict[str, Any]:
        """The measurements, a clock that was read otherwise than it is stored once more, alone: a busy machine is late.

        Whatever else differs is left as it is.
        """
        before = stored(path)["cases"] if path.exists() and WANTED != "record" else {}
        for name, was in before.items():
            now = again.get(name, was)
            if now != was and all(now[key] == was[key] for key in now if key not in CLOCKED):
                again[name] = bench.measure(self.cases[name]).plain()
        return again

    def check(self, path: Path, name: str) -> None:
        """Fails where the stored measurement of a case and ``trace`` differ."""
        data = stored(path)
        if name not in data["cases"]:
            pytest.fail(f"{path.name} has no measurement of {name}: run with WSADVISE_PROXIES=record")
        self.agree(self.cases[name], data["cases"][name], data["version"])

    def check_again(self, programs: Sequence[Program], recorder: Any, certificate: tuple[str, str]) -> None:
        """Measures every case on every program of this machine; fails where one does not come out as stored."""
        if not programs and WANTED == "require":
            pytest.fail(f"WSADVISE_PROXIES=require, but there is no {self.name} here")
        if not programs:
            pytest.skip(f"no {self.name} here; the stored measurements stand")
        for program in programs:
            bench = self.bench(program, recorder, certificate)
            path = MEASURED / f"{self.name}-{program.version}.json"
            again = self.settled(self.measure_all(bench), path, bench)
            if WANTED == "record":
                MEASURED.mkdir(exist_ok=True)
                data = {"program": self.name, "version": program.version, "cases": again}
                path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
            if path.exists():
                before = stored(path)["cases"]
                assert {} == {name: (before.get(name), now) for name, now in again.items() if before.get(name) != now}
            for name, measured in again.items():
                self.agree(self.cases[name], measured, program.version)


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
    known = {"$remote_addr": "127.0.0.1", "%[src]": "127.0.0.1", "$server_name": "127.0.0.1"}
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
