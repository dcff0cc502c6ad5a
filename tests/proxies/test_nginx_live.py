"""nginx with a WebSocket library behind it; skipped where there is no nginx."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from advisor.model import Forward, handshake
from advisor.proxies.nginx import load, trace
from tests.proxies.nginx_headers import UP, location
from tests.proxies.nginx_program import Bench, Case, Program, fill, free_port, programs
from tests.proxies.recorder import Recorder

FOUND = programs()
pytestmark = pytest.mark.skipif(not FOUND and os.environ.get("WSADVISE_PROXIES") != "require", reason="no nginx here")
VERSIONS = pytest.mark.parametrize("program", FOUND or [None], ids=lambda program: program.version if program else "missing")


@pytest.fixture(scope="module")
def echo() -> Iterator[int]:
    """A server of the websockets library that sends back what it gets."""

    def handle(connection: ServerConnection) -> None:
        for message in connection:
            connection.send(message)

    with serve(handle, "127.0.0.1", 0, max_size=None) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.socket.getsockname()[1]
        server.shutdown()
        thread.join()


def through(bench: Bench, config: str, echo: int) -> int:
    """The status of a handshake through nginx; after 101 a large message must come back whole."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        bench.write(Path(folder), Case("live", config), {"PORT": str(port), "APP": str(echo)})
        with bench.running(folder, port) as process:
            assert not isinstance(process, str), process
            try:
                with connect(f"ws://127.0.0.1:{port}/ws", max_size=None) as socket:
                    socket.send("x" * 300_000)
                    assert "x" * 300_000 == socket.recv()
                    assert socket.ping().wait(5)
            except InvalidStatus as refused:
                return refused.response.status_code
    return 101


def traced(config: str, version: str) -> Forward:
    text = fill(config, {"PORT": "8080", "APP": "3000"})
    found = load("nginx.conf", lambda path: text if path == "nginx.conf" else None, lambda pattern: [])
    outcome = trace(found, handshake("ws", "127.0.0.1", "/ws", port=8080), version)
    assert isinstance(outcome, Forward)
    return outcome


@VERSIONS
def test_a_library_that_wants_http_11_gets_what_trace_says(
    program: Program, recorder: Recorder, certificate: tuple[str, str], echo: int
) -> None:
    """The websockets library takes HTTP/1.1 with both headers, answers 505 to 1.0 and 426 where they are missing."""
    bench = Bench(program, recorder, certificate)
    for body in (UP, f"proxy_http_version 1.1; {UP}", f"proxy_http_version 1.0; {UP}", "proxy_http_version 1.1;"):
        request = traced(location(body), program.version).request
        expected = 505 if request.http_version == "1.0" else 101 if request.upgrades() else 426

        assert expected == through(bench, location(body), echo), body
