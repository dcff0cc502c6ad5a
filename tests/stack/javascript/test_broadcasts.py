"""Broadcasts, backplanes and affinity: what one process keeps, and what joins several."""

from __future__ import annotations

import pytest

from .trees import detect, one, package, uses

WS = "const { WebSocketServer } = require('ws');\nconst wss = new WebSocketServer({ port: 1 });\nconst clients = new Map();\n"
IO = "const io = require('socket.io')(1);\n"


@pytest.mark.parametrize(
    ("code", "line"),
    [
        pytest.param(
            "wss.on('connection', (ws) => ws.on('message', (m) => wss.clients.forEach((c) => c.send(m))));", 4, id="clients"
        ),
        pytest.param("function all(m) {\n for (const c of wss.clients) { if (c.readyState === 1) c.send(m); }\n}", 5, id="loop"),
        pytest.param("function all(m) {\n for (const [id, c] of clients) c.ws.send(m);\n}", 5, id="map-of-sockets"),
        pytest.param("function room(r, m) {\n rooms[r].members.forEach((p) => p.send(m));\n}", 5, id="room"),
        pytest.param("wss.on('connection', (ws) => ws.on('message', (m) => clients.get(m.to).send(m)));", 4, id="to-another"),
        pytest.param(
            "setInterval(() => { wss.clients.forEach((c) => c.send(JSON.stringify(games))); }, 50);", 4, id="state-on-a-timer"
        ),
    ],
)
def test_raw_broadcast(code: str, line: int) -> None:
    """Sending to sockets that this process keeps is told with its place."""
    place = one(WS + code).broadcasts
    assert line == (place and place.line)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("wss.on('connection', (ws) => ws.on('message', (m) => ws.send(m)));", id="echo"),
        pytest.param("setInterval(() => wss.clients.forEach((c) => c.send(new Date().toString())), 1000);", id="clock"),
        pytest.param("setInterval(() => wss.clients.forEach((c) => c.ping()), 1000);", id="pings"),
        pytest.param("wss.on('connection', (ws) => history.forEach((m) => ws.send(m)));", id="history-to-one-socket"),
        pytest.param("process.on('SIGTERM', () => wss.clients.forEach((c) => c.close()));", id="closing"),
    ],
)
def test_no_raw_broadcast(code: str) -> None:
    """Answering each socket alone, or telling what every process knows, needs no other process."""
    assert one(WS + code).broadcasts is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("io.on('connection', (s) => s.on('m', (m) => io.emit('m', m)));", True, id="to-all"),
        pytest.param("io.on('connection', (s) => s.on('m', (m) => io.to('r').emit('m', m)));", True, id="to-a-room"),
        pytest.param("io.on('connection', (s) => s.on('m', (m) => s.broadcast.emit('m', m)));", True, id="to-the-others"),
        pytest.param("io.on('connection', (s) => s.on('m', (m) => s.to('r').emit('m', m)));", True, id="from-a-socket-to-a-room"),
        pytest.param("io.of('/x').emit('m', 1);", True, id="namespace"),
        pytest.param("io.on('connection', (s) => s.on('m', (m) => s.emit('m', m)));", False, id="echo"),
        pytest.param("io.on('connection', (s) => bus.emit('joined', s.id));", False, id="event-emitter"),
        pytest.param("setInterval(() => io.emit('time', Date.now()), 1000);", False, id="clock"),
    ],
)
def test_socket_io_broadcast(code: str, expected: bool) -> None:
    """Rooms and broadcasts of Socket.IO live in one process without an adapter."""
    assert expected == (one(IO + code).broadcasts is not None)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "const { createAdapter } = require('@socket.io/redis-adapter');\nio.adapter(createAdapter(pub, sub));",
            ("socket-io-redis-adapter", "network"),
            id="redis",
        ),
        pytest.param(
            "const { createAdapter } = require('@socket.io/redis-adapter');\nconst a = createAdapter(pub, sub);\nio.adapter(a);",
            ("socket-io-redis-adapter", "network"),
            id="kept-first",
        ),
        pytest.param(
            "const { createAdapter } = require('@socket.io/cluster-adapter');\nio.adapter(createAdapter());",
            ("socket-io-cluster-adapter", "host"),
            id="one-machine",
        ),
        pytest.param(
            "const { createAdapter } = require('@socket.io/redis-adapter');\nconst a = createAdapter(pub, sub);",
            (None, None),
            id="never-attached",
        ),
        pytest.param("const { createAdapter } = require('@socket.io/redis-adapter');", (None, None), id="only-imported"),
        pytest.param(
            "// io.adapter(createAdapter(pub, sub)) from '@socket.io/redis-adapter'", (None, None), id="only-in-a-comment"
        ),
    ],
)
def test_adapter(code: str, expected: tuple[object, ...]) -> None:
    """A backplane counts where it is really attached."""
    server = next(use for use in uses({"server.js": IO + code}) if use.role == "server")
    assert expected == (server.backplane, server.backplane_scope)


def test_adapter_as_an_option() -> None:
    """``new Server({adapter: createAdapter(...)})`` attaches it as well."""
    code = (
        "import { Server } from 'socket.io';\n"
        "import { createAdapter } from '@socket.io/redis-adapter';\n"
        "new Server(1, { adapter: createAdapter(p, s) });"
    )
    assert ["socket-io-redis-adapter"] == [use.backplane for use in uses({"server.mjs": code}) if use.role == "server"]


def test_adapter_of_a_nest_io_adapter() -> None:
    """Nest's own adapter class in another file attaches it for the gateways."""
    files = {
        "src/chat.gateway.ts": "import { WebSocketGateway } from '@nestjs/websockets';\n"
        "@WebSocketGateway()\n"
        "export class Chat {}",
        "src/redis.adapter.ts": (
            "import { createAdapter } from '@socket.io/redis-adapter';\nexport class R extends IoAdapter { private ctor;\n"
            "async connect() { this.ctor = createAdapter(pub, sub); }\n"
            "createIOServer(p, o) { const server = super.createIOServer(p, o); server.adapter(this.ctor); return server; } }"
        ),
    }
    assert ["socket-io-redis-adapter"] == [use.backplane for use in uses(files) if use.role == "server"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("sub.subscribe('chat', (m) => wss.clients.forEach((c) => c.send(m)));", "node-redis-pubsub", id="handler"),
        pytest.param(
            "sub.subscribe('chat');\n"
            "sub.on('message', (ch, m) => broadcast(m));\n"
            "function broadcast(m) { wss.clients.forEach((c) => c.send(m)); }",
            "node-redis-pubsub",
            id="message-event",
        ),
        pytest.param("sub.subscribe('jobs', (m) => work(m));", None, id="subscription-for-something-else"),
        pytest.param("sub.set('a', 1);", None, id="only-a-store"),
    ],
)
def test_pub_sub_of_the_app(code: str, expected: str | None) -> None:
    """A subscription joins the processes where its messages go to sockets."""
    found = one(WS + "const { createClient } = require('redis');\nconst sub = createClient();\n" + code)
    assert expected == found.backplane


def test_sticky() -> None:
    """``@socket.io/sticky`` sends all requests of a client to one worker."""
    code = IO + "const { setupWorker } = require('@socket.io/sticky');\nsetupWorker(io);"
    assert (True, False) == (one(code).sticky, one(IO).sticky)


def test_apps_do_not_lend_each_other_a_backplane() -> None:
    """An adapter in one example says nothing about the next."""
    files = {
        "a/package.json": package(),
        "a/server.js": IO + "const { createAdapter } = require('@socket.io/redis-adapter');\nio.adapter(createAdapter(p, s));",
        "b/package.json": package(),
        "b/server.js": IO,
    }
    assert [("a", "socket-io-redis-adapter"), ("b", None)] == [(app.id, app.servers()[0].backplane) for app in detect(files).apps]
