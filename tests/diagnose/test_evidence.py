"""Sockets that open and close at once, and messages that are too large: what the files show raises a cause, or rules it out."""

from __future__ import annotations

from datetime import date

import pytest

from advisor import diagnose
from advisor.advise import judge, look, words
from advisor.diagnose import Cause
from advisor.knowledge import load
from advisor.options import Options
from advisor.tree import Tree

PACKAGE = '{"name": "chat", "dependencies": {"socket.io": "4.8.1", "ws": "8.18.0"}, "scripts": {"start": "node server.js"}}'
COMPOSE = """\
services:
  proxy:
    image: nginx:1.27
    ports: ["80:80"]
    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf"]
  web:
    build: .
{more}"""
DOCKERFILE = 'FROM node:22\nCOPY . .\nCMD ["node", "server.js"]\n'
NGINX = """\
server {
  listen 80;
  location / {
    proxy_pass http://web:3000;
    proxy_http_version 1.1;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
    proxy_read_timeout 1h;
  }
}
"""
IO_ALONE = (
    "const {{ Server }} = require('socket.io');\nconst io = new Server(3000{options});\nio.on('connection', (socket) => {{}});\n"
)
WS_ALONE = (
    "const {{ WebSocketServer }} = require('ws');\nconst wss = new WebSocketServer({{ port: 3000{options} }});\n"
    "wss.on('connection', (socket) => {{ socket.on('message', (m) => socket.send(m)); }});\n"
)

PYTHON = """\
import asyncio
import websockets

async def echo(socket):
    async for message in socket:
        await socket.send(message)

async def main():
    async with websockets.serve(echo, "0.0.0.0", 3000, origins={origins}):
        await asyncio.Future()

asyncio.run(main())
"""


def causes(symptom: str, server: str, more: str = "", nginx: str = NGINX) -> tuple[Cause, ...]:
    """The causes in a small repository: a proxy that is right, and a server."""
    files = {
        "package.json": PACKAGE,
        "docker-compose.yml": COMPOSE.format(more=more),
        "Dockerfile": DOCKERFILE,
        "nginx.conf": nginx,
        "server.js": server,
    }
    options = Options(as_of=date(2026, 11, 25))
    scan = look(Tree.of(files, words()), options)
    return diagnose.on_repository(diagnose.parsed(symptom, load()), scan, judge(scan, options)).causes


def causes_in_python(symptom: str, origins: str) -> tuple[Cause, ...]:
    """The causes for a server of the websockets library with a list of origins."""
    files = {
        "requirements.txt": "websockets==15.0\n",
        "server.py": PYTHON.format(origins=origins),
        "Dockerfile": 'FROM python:3.12\nCOPY . .\nCMD ["python", "server.py"]\n',
        "docker-compose.yml": COMPOSE.format(more=""),
        "nginx.conf": NGINX,
    }
    options = Options(as_of=date(2026, 11, 25))
    scan = look(Tree.of(files, words()), options)
    return diagnose.on_repository(diagnose.parsed(symptom, load()), scan, judge(scan, options)).causes


def about(found: tuple[Cause, ...], name: str) -> Cause | None:
    return next((cause for cause in found if cause.about == name), None)


def test_listed_origins_come_first_for_a_socket_that_closes_at_once() -> None:
    """The list and its line are shown."""
    first = causes_in_python("it closes immediately", '["https://chat.example.org"]')[0]

    assert "origin_rejected" == first.about
    assert "likely" == first.likelihood
    assert "https://chat.example.org" in first.because[0]


def test_any_origin_rules_the_origin_out() -> None:
    """What accepts every origin rejects none."""
    found = causes_in_python("it closes immediately", '["*"]')

    assert about(found, "origin_rejected") is None


@pytest.mark.parametrize(("replicas", "likely"), [(3, True), (1, False)])
def test_session_unknown_is_likely_with_several_instances(replicas: int, likely: bool) -> None:
    """And no cause at all where one runs."""
    found = causes(
        '{"code":1,"message":"Session ID unknown"}', IO_ALONE.format(options=""), f"    deploy: {{replicas: {replicas}}}\n"
    )

    assert likely is any(cause.likelihood == "likely" for cause in found)


def test_one_request_needs_no_affinity() -> None:
    """A bare WebSocket is one connection: several instances do not explain a 400."""
    found = causes("400", WS_ALONE.format(options=""), "    deploy: {replicas: 3}\n")

    assert about(found, "session_unknown") is None


def test_the_limit_on_messages_is_shown() -> None:
    """With its value and its line."""
    first = causes("closes with 1009", WS_ALONE.format(options=", maxPayload: 65536"))[0]

    assert "message_too_large" == first.about
    assert "65,536 bytes" in first.because[0]
    assert first.place is not None
    assert "server.js" == first.place.file


def test_the_heartbeat_explains_its_own_time() -> None:
    """Socket.IO pings every 25 s and waits 20 s: a peer that is gone is dropped after 45 s."""
    found = causes("transport close after 45 s", IO_ALONE.format(options=""))
    beat = about(found, "heartbeat_unanswered")

    assert beat is not None
    assert "every 25 s" in beat.because[0]


def test_a_heartbeat_in_time_makes_the_idle_clock_doubtful() -> None:
    """It is told, but as a possibility, with the heartbeat named."""
    found = causes("1006 after 60s", IO_ALONE.format(options=""), nginx=NGINX.replace("    proxy_read_timeout 1h;\n", ""))
    idle = about(found, "idle_timeout")

    assert idle is not None
    assert "possible" == idle.likelihood
    assert any("heartbeat every 25 s" in clause for clause in idle.because)
