"""What an open WebSocket means to a limit on connections, measured on the real programs."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.model import Forward, Quota, handshake
from advisor.proxies import nginx
from tests.proxies import nginx_program, traefik_program
from tests.proxies.bench import Bench, Case, connect, free_port, read_head, request_bytes
from tests.proxies.nginx_headers import UP, location
from tests.proxies.recorder import Recorder
from tests.proxies.traefik_cases import to_app, traefik

REQUIRED = os.environ.get("WSADVISE_PROXIES") == "require"
NGINX = nginx_program.programs()
TRAEFIK = traefik_program.programs()
WS = f"proxy_http_version 1.1; {UP}"
ZONE = "limit_conn_zone $binary_remote_addr zone=addr:1m;\n"
RATE = "limit_req_zone $binary_remote_addr zone=hits:1m rate=1r/m;\n"
NAMES = [program.version for program in NGINX] or ["missing"]


@contextlib.contextmanager
def started(bench: Bench, case: Case) -> Iterator[int]:
    """The port at which the program serves the case."""
    ports = {**bench.ports(case), "PORT": free_port()}
    with tempfile.TemporaryDirectory() as folder:
        words = {name: str(port) for name, port in ports.items()} | {"DIR": folder} | bench.words()
        words |= {"CERT": bench.certificate[0], "KEY": bench.certificate[1]}
        bench.write(Path(folder), case, words)
        with bench.running(folder, ports["PORT"], variables=bench.variables(case, words)) as process:
            assert not isinstance(process, str), process
            yield ports["PORT"]


def knock(case: Case, port: int) -> tuple[int, socket.socket]:
    """The status of one handshake, and its connection, still open."""
    stream = connect(case, port)
    stream.sendall(request_bytes(case, port))
    head, _ = read_head(stream)
    assert head is not None
    return int(head.split(" ", 2)[1]), stream


def in_turn(bench: Bench, *cases: Case) -> list[int]:
    """The statuses of handshakes that are made one after the other while those before stay open."""
    with started(bench, cases[0]) as port:
        knocked = [knock(case, port) for case in cases]
        for _, stream in knocked:
            stream.close()
    return [status for status, _ in knocked]


def quotas(config: str) -> tuple[Quota, ...]:
    outcome = nginx.trace(
        nginx.load("a.conf", {"a.conf": config.replace("@PORT@", "8080").replace("@APP@", "3000")}.get, lambda pattern: []),
        handshake("ws", "a.example", "/ws", port=8080),
        "1.28.0",
    )
    assert isinstance(outcome, Forward)
    return outcome.quotas


@pytest.mark.skipif(not NGINX and not REQUIRED, reason="no nginx here")
@pytest.mark.parametrize("program", NGINX or [None], ids=NAMES)
def test_an_open_socket_fills_limit_conn(
    program: nginx_program.Program | None, recorder: Recorder, certificate: tuple[str, str]
) -> None:
    """As many sockets as the line says stay open for an address; the next handshake gets 503."""
    assert program is not None
    bench = nginx_program.Bench(program, recorder, certificate)
    one = Case("one", location(f"{WS} limit_conn addr 1;", ZONE))
    two = Case("two", location(f"{WS} limit_conn addr 2;", ZONE))

    assert [101, 503] == in_turn(bench, one, one)
    assert [101, 101, 503] == in_turn(bench, two, two, two)
    assert [2] == [quota.amount for quota in quotas(two.config)]


@pytest.mark.skipif(not NGINX and not REQUIRED, reason="no nginx here")
@pytest.mark.parametrize("program", NGINX or [None], ids=NAMES)
def test_a_closed_socket_makes_room(
    program: nginx_program.Program | None, recorder: Recorder, certificate: tuple[str, str]
) -> None:
    """Once the first socket is closed the next handshake opens one."""
    assert program is not None
    case = Case("one", location(f"{WS} limit_conn addr 1;", ZONE))
    with started(nginx_program.Bench(program, recorder, certificate), case) as port:
        first, stream = knock(case, port)
        stream.close()
        statuses = []
        for _ in range(200):
            status, stream = knock(case, port)
            stream.close()
            statuses.append(status)
            if status == 101:
                break

    assert 101 == first
    assert 101 == statuses[-1]


@pytest.mark.skipif(not NGINX and not REQUIRED, reason="no nginx here")
@pytest.mark.parametrize("program", NGINX or [None], ids=NAMES)
def test_limit_req_counts_handshakes(
    program: nginx_program.Program | None, recorder: Recorder, certificate: tuple[str, str]
) -> None:
    """Without a burst the second handshake within the time gets 503; with one it opens."""
    assert program is not None
    bench = nginx_program.Bench(program, recorder, certificate)
    plain = Case("plain", location(f"{WS} limit_req zone=hits;", RATE))
    burst = Case("burst", location(f"{WS} limit_req zone=hits burst=1 nodelay;", RATE))

    assert [101, 503] == in_turn(bench, plain, plain)
    assert [101, 101, 503] == in_turn(bench, burst, burst, burst)
    assert [0, 1] == [quota.burst for case in (plain, burst) for quota in quotas(case.config)]


@pytest.mark.skipif(not TRAEFIK and not REQUIRED, reason="no traefik here")
def test_an_open_socket_is_in_flight(recorder: Recorder, certificate: tuple[str, str]) -> None:
    """Traefik counts it as a request in flight: by the host where no criterion is given, else by the address."""
    bench = traefik_program.Bench(TRAEFIK[0], recorder, certificate)
    routed = to_app("PathPrefix(`/`)", ", middlewares: [m]")
    by_host = [traefik("host", routed, "m: {inFlightReq: {amount: 1}}", host=f"{name}.example.com:@PORT@") for name in ("a", "b")]
    address = "m: {inFlightReq: {amount: 1, sourceCriterion: {ipStrategy: {depth: 0}}}}"
    by_address = [traefik("address", routed, address, host=f"{name}.example.com:@PORT@") for name in ("a", "b")]

    assert [101, 429, 101] == in_turn(bench, by_host[0], by_host[0], by_host[1])
    assert [101, 429] == in_turn(bench, *by_address)
