"""Heartbeats: set by options, by a library's default for its version, or by the app's own timers."""

from __future__ import annotations

import pytest

from advisor.model import Heartbeat

from .trees import one, package, uses

WS = "const { WebSocketServer } = require('ws');\nconst wss = new WebSocketServer({ port: 1 });\n"


def _beat(found: Heartbeat | None) -> tuple[object, ...]:
    assert found is not None
    return found.sender, found.source, found.interval_s, found.timeout_s, found.answered


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("", ("none", "default", None, None, True), id="ws-sends-nothing"),
        pytest.param(
            "setInterval(() => { wss.clients.forEach((ws) => ws.ping()); }, 30 * 1000);",
            ("server", "configured", 30.0, None, True),
            id="ping",
        ),
        pytest.param(
            "const EVERY = 30000;\nsetInterval(function ping() { wss.clients.forEach(function each(ws) {\n"
            "if (ws.isAlive === false) return ws.terminate();\nws.isAlive = false; ws.ping(); }); }, EVERY);",
            ("server", "configured", 30.0, 30.0, True),
            id="ping-with-terminate",
        ),
        pytest.param(
            "wss.on('connection', (ws) => { const t = setInterval(() => ws.ping(), 20000); });",
            ("server", "configured", 20.0, None, True),
            id="ping-per-connection",
        ),
        pytest.param(
            "setInterval(() => { for (const c of wss.clients) c.send(JSON.stringify({ type: 'ping' })); }, 15000);",
            ("server", "configured", 15.0, None, False),
            id="message-unanswered",
        ),
        pytest.param(
            "const onPong = () => {};\n"
            "setInterval(() => { const m = { type: 'ping' };\n"
            "wss.clients.forEach((c) => c.send(JSON.stringify(m))); }, 15000);",
            ("server", "configured", 15.0, None, True),
            id="message-answered",
        ),
        pytest.param(
            "setInterval(() => { wss.clients.forEach((c) => c.send(String(new Date()))); }, 1000);",
            ("server", "observed", 1.0, None, False),
            id="clock",
        ),
        pytest.param(
            "function beat() { wss.clients.forEach((c) => c.ping()); setTimeout(beat, 10000); }\nbeat();",
            ("server", "configured", 10.0, None, True),
            id="timer-that-starts-again",
        ),
        pytest.param(
            "setInterval(() => { redis.ping(); }, 1000);", ("none", "default", None, None, True), id="ping-of-a-database"
        ),
        pytest.param(
            "setInterval(() => { sessions.clear(); }, 1000);",
            ("none", "default", None, None, True),
            id="timer-that-sends-nothing",
        ),
        pytest.param(
            "setTimeout(() => wss.clients.forEach((c) => c.send('late')), 1000);",
            ("none", "default", None, None, True),
            id="once",
        ),
    ],
)
def test_timers_of_a_server(code: str, expected: tuple[object, ...]) -> None:
    """What a bare ws server sends on an idle connection is what the app's timers send."""
    assert expected == _beat(one(WS + code).heartbeat)


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        pytest.param("if (c.readyState === 1)", "strong", id="while-open"),
        pytest.param("if (changed)", "weak", id="only-when-something-changed"),
    ],
)
def test_data_that_may_not_be_sent_is_no_sure_heartbeat(test: str, expected: str) -> None:
    """A broadcast on a timer counts for less where a condition can keep it silent."""
    beat = one(WS + f"setInterval(() => {{ for (const c of wss.clients) {{ {test} c.send(state); }} }}, 1000);").heartbeat
    assert expected == (beat and beat.certainty)


@pytest.mark.parametrize(
    ("code", "version", "expected"),
    [
        pytest.param("require('socket.io')(1);", "^4.8.0", ("server", "default", 25, 20, True), id="socket-io"),
        pytest.param("require('socket.io')(1);", "^2.5.0", ("client", "default", 25, None, True), id="socket-io-2"),
        pytest.param(
            "require('socket.io')(1, { pingInterval: 10000, pingTimeout: 5000 });",
            "4",
            ("server", "configured", 10.0, 5.0, True),
            id="socket-io-options",
        ),
        pytest.param(
            "require('socket.io')(1, { pingTimeout: T() });",
            "4",
            ("server", "configured", 25, None, True),
            id="socket-io-computed",
        ),
    ],
)
def test_socket_io(code: str, version: str, expected: tuple[object, ...]) -> None:
    """Socket.IO beats by itself: by version, and as its options say."""
    found = uses({"package.json": package(**{"socket.io": version}), "server.js": code})
    assert expected == _beat(found[0].heartbeat)


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        pytest.param(
            '{"lockfileVersion": 3, "packages": {"node_modules/crossws": {"version": "0.3.5"}}}', ("none", None), id="without"
        ),
        pytest.param(
            '{"lockfileVersion": 3, "packages": {"node_modules/crossws": {"version": "0.4.1"}}}', ("server", 30), id="with"
        ),
    ],
)
def test_by_locked_version(lock: str, expected: tuple[object, ...]) -> None:
    """The same Nitro route beats or not by the version of crossws in the lock file."""
    files = {
        "package.json": package(nuxt="4"),
        "package-lock.json": lock,
        "server/routes/ws.ts": "export default defineWebSocketHandler({})",
    }
    beat = uses(files)[0].heartbeat
    assert beat is not None
    assert expected == (beat.sender, beat.interval_s)


def test_graphql_ws_pings_on_the_server_it_is_given() -> None:
    """``useServer`` pings every 12 s, or as its third argument says."""
    head = (
        "import { useServer } from 'graphql-ws/use/ws';\n"
        "import { WebSocketServer } from 'ws';\n"
        "const s = new WebSocketServer({ port: 1 });\n"
    )
    assert [("server", "default", 12.0), ("server", "configured", 30.0)] == [
        _beat(one(head + call).heartbeat)[:3] for call in ("useServer({ schema }, s);", "useServer({ schema }, s, 30000);")
    ]


def test_hocuspocus_on_a_server_that_carries_it() -> None:
    """A Hocuspocus that is handed another server's sockets is no second server, but beats on the first."""
    files = {
        "src/docs.ts": "import { Hocuspocus } from '@hocuspocus/server';\nexport const docs = new Hocuspocus({});",
        "src/server.ts": (
            "import { WebSocketServer } from 'ws';\n"
            "import { docs } from './docs';\n"
            "const wss = new WebSocketServer({ port: 1 });\n"
            "wss.on('connection', (ws, req) => docs.handleConnection(ws, req));"
        ),
        "alone/package.json": package(),
        "alone/server.ts": "import { Server } from '@hocuspocus/server';\nconst s = new Server({ port: 1234 });\ns.listen();",
    }
    assert [("ws", "both"), ("hocuspocus", "both")] == [
        (use.library, use.heartbeat and use.heartbeat.sender) for use in uses(files)
    ]


def test_heartbeat_in_another_file_of_the_app() -> None:
    """A module of the same app that pings the clients counts, with less certainty."""
    files = {
        "package.json": package(ws="8"),
        "server.js": WS,
        "beat.js": "export const start = (wss) => setInterval(() => wss.clients.forEach((ws) => ws.ping()), 25000);",
    }
    beat = uses(files)[0].heartbeat
    assert beat is not None
    assert (25.0, "strong", "beat.js") == (beat.interval_s, beat.certainty, beat.place and beat.place.file)


def test_another_apps_timer_does_not_count() -> None:
    """Timers of another directory with a manifest are another process's."""
    files = {
        "a/package.json": package(ws="8"),
        "a/server.js": WS,
        "b/package.json": package(),
        "b/beat.js": "setInterval(() => clients.forEach((ws) => ws.ping()), 25000);",
    }
    assert "none" == _beat(uses(files)[0].heartbeat)[0]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "setInterval(() => ws.send(JSON.stringify({ type: 'ping' })), 20000);",
            ("client", "configured", 20.0),
            id="ping-message",
        ),
        pytest.param(
            "setInterval(() => { if (ws.readyState === 1) ws.send('heartbeat'); }, HEART);",
            ("client", "configured", 5.0),
            id="while-open",
        ),
        pytest.param("setInterval(() => redraw(), 20000);", ("none", "default", None), id="unrelated"),
    ],
)
def test_client_timers(code: str, expected: tuple[object, ...]) -> None:
    """A page can only keep its socket alive with messages."""
    found = one("const HEART = 5e3;\nconst ws = new WebSocket('wss://a.example');\n" + code, "src/a.js").heartbeat
    assert expected == _beat(found)[:3]


def test_a_timer_that_retries_is_no_heartbeat() -> None:
    """What a new socket says at once is not said on an idle one."""
    code = (
        "let ws;\nfunction open() { ws = new WebSocket('wss://a.example'); ws.send('hello'); }\n"
        "setInterval(() => { if (!ws) open(); }, 1000);"
    )
    assert ("none", "default", None) == _beat(one(code, "src/a.js").heartbeat)[:3]


def test_a_page_of_the_same_app_is_no_heartbeat_of_the_server() -> None:
    """A hook of React that emits a ping belongs to the page, and says nothing of a server beside it."""
    files = {
        "server.js": WS,
        "hooks/socket.ts": (
            "import { useEffect } from 'react';\n"
            "export const useBeat = (socket) => useEffect(() => { setInterval(() => socket.send('ping'), 30000); });"
        ),
    }
    servers = [use for use in uses({"package.json": package(ws="8", react="19"), **files}) if use.role == "server"]
    assert ["none"] == [use.heartbeat.sender for use in servers if use.heartbeat]
