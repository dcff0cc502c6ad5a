"""Which upgrades nginx hands on: the usual lines all of them, the block that a finding offers only those to WebSocket."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from advisor.model import Forward, handshake
from advisor.proxies import nginx
from tests.proxies.bench import Case, connect, fill, read_head, request_bytes
from tests.proxies.nginx_headers import UP, location
from tests.proxies.nginx_program import Bench, Program, programs
from tests.proxies.recorder import Recorder, Seen

FOUND = programs()
pytestmark = pytest.mark.skipif(not FOUND and os.environ.get("WSADVISE_PROXIES") != "require", reason="no nginx here")
VERSIONS = pytest.mark.parametrize("program", FOUND or [None], ids=lambda program: program.version if program else "missing")
LOOSE = location(f"proxy_http_version 1.1; {UP}")
DOCUMENTED = location(
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;",
    "map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n",
)
H2C = (
    b"GET /ws HTTP/1.1\r\nHost: app.example.com\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
    b"HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
)


def narrowed() -> str:
    """The loose configuration with the offered block in its place, ports left open."""
    config = nginx.load("a.conf", {"a.conf": fill(LOOSE, {"PORT": "8080", "APP": "3000"})}.get, lambda pattern: [])
    outcome = nginx.trace(config, handshake("ws", "app.example.com", "/ws", port=8080), "1.28.0")
    assert isinstance(outcome, Forward)
    block = nginx.narrow_block(config, outcome, "/ws", "/ws").replace("127.0.0.1:3000", "127.0.0.1:@APP@")
    inside, _, beside = block.partition("\n\n# once, beside the server blocks\n")
    return f"{beside}\nserver {{ listen @PORT@;\n{inside}\n}}\n"


def sent(program: Program, recorder: Recorder, certificate: tuple[str, str], config: str) -> tuple[int, Seen, Seen]:
    """The status of a WebSocket handshake, what the app saw of it, and what it saw of a request for HTTP/2."""
    bench = Bench(program, recorder, certificate)
    case = Case("upgrades", config)
    ports = bench.ports(case)
    with tempfile.TemporaryDirectory() as folder:
        bench.write(Path(folder), case, {name: str(port) for name, port in ports.items()})
        with bench.running(folder, ports["PORT"]) as process:
            assert not isinstance(process, str), process
            heads = []
            for request in (request_bytes(case, ports["PORT"]), H2C):
                stream = connect(case, ports["PORT"])
                stream.sendall(request)
                head, _ = read_head(stream)
                stream.close()
                assert head is not None
                heads.append(int(head.split(" ", 2)[1]))
    first, second = recorder.seen[ports["APP"]]
    return heads[0], first, second


@VERSIONS
@pytest.mark.parametrize("config", [LOOSE, DOCUMENTED], ids=["constant", "documented map"])
def test_the_usual_lines_hand_any_upgrade_on(
    program: Program | None, config: str, recorder: Recorder, certificate: tuple[str, str]
) -> None:
    """The app is asked for HTTP/2 just as the client asked."""
    assert program is not None
    status, socket, other = sent(program, recorder, certificate, config)

    assert 101 == status
    assert "websocket" == socket.header("Upgrade")
    assert ("h2c", "upgrade") == (other.header("Upgrade"), other.header("Connection"))


@VERSIONS
def test_the_offered_block_hands_on_websocket_alone(
    program: Program | None, recorder: Recorder, certificate: tuple[str, str]
) -> None:
    """The handshake passes as before, and a request for HTTP/2 arrives as an ordinary one."""
    assert program is not None
    status, socket, other = sent(program, recorder, certificate, narrowed())

    assert 101 == status
    assert ("websocket", "upgrade") == (socket.header("Upgrade"), socket.header("Connection"))
    assert ("", "") == (other.header("Upgrade"), other.header("Connection"))
