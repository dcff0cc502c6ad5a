"""Servers: where they listen, what they accept, and how they answer a plain request."""

from __future__ import annotations

import pytest

from advisor.model import Use

from .trees import one, package, uses

WS = "const { WebSocketServer } = require('ws');\n"
IO = "const { Server } = require('socket.io');\nconst http = require('http');\n"


def _where(use: Use) -> tuple[object, ...]:
    endpoint = use.endpoints[0]
    return use.library, endpoint.path, endpoint.port, endpoint.port_from, endpoint.bind


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            "import { WebSocketServer } from 'ws';\nnew WebSocketServer({ port: 8080 });",
            ("ws", None, 8080, "literal", None),
            id="esm",
        ),
        pytest.param(
            "import WebSocket from 'ws';\nnew WebSocket.Server({ port: 8080 });",
            ("ws", None, 8080, "literal", None),
            id="default-member",
        ),
        pytest.param(
            "import * as WS from 'ws';\nnew WS.WebSocketServer({ port: 1 });", ("ws", None, 1, "literal", None), id="namespace"
        ),
        pytest.param(
            "import { WebSocketServer as S } from 'ws';\nnew S({ port: 1 });", ("ws", None, 1, "literal", None), id="renamed"
        ),
        pytest.param(
            "new (require('ws').Server)({ port: 8080, path: '/chat' });",
            ("ws", "/chat", 8080, "literal", None),
            id="require-member",
        ),
        pytest.param(
            "const WebSocket = require('ws');\nconst S = WebSocket.Server;\nnew S({ port: 1 });",
            ("ws", None, 1, "literal", None),
            id="alias",
        ),
        pytest.param(
            "const { Server: S } = await import('ws');\nnew S({ port: 1 });",
            ("ws", None, 1, "literal", None),
            id="dynamic-import",
        ),
        pytest.param(
            WS + "new WebSocketServer({ port: process.env.PORT || 3000 });",
            ("ws", None, 3000, "environment", None),
            id="environment",
        ),
        pytest.param(
            WS + "const PORT = Number(process.env.PORT ?? 3000);\nnew WebSocketServer({ port: PORT });",
            ("ws", None, 3000, "environment", None),
            id="constant",
        ),
        pytest.param(
            WS + "const { PORT = 3000 } = process.env;\nnew WebSocketServer({ port: PORT });",
            ("ws", None, 3000, "environment", None),
            id="destructured",
        ),
        pytest.param(
            WS + "new WebSocketServer({ host: '127.0.0.1', port: 9 });", ("ws", None, 9, "literal", "127.0.0.1"), id="bind"
        ),
        pytest.param(
            WS + "const app = require('express')();\n"
            "const server = require('http').createServer(app);\n"
            "new WebSocketServer({ server });\n"
            "server.listen(5000, '0.0.0.0');",
            ("ws", None, 5000, "literal", "0.0.0.0"),
            id="attached",
        ),
        pytest.param(
            WS + "const app = require('express')();\n"
            "const server = app.listen(process.env.PORT || 5000);\n"
            "new WebSocketServer({ server, path: '/live' });",
            ("ws", "/live", 5000, "environment", None),
            id="express-listen",
        ),
        pytest.param(
            IO + "const s = http.createServer();\nnew Server(s);\ns.listen({ port: 3000, host: 'localhost' });",
            ("socket-io", "/socket.io/", 3000, "literal", "localhost"),
            id="socket-io",
        ),
        pytest.param(
            "const io = require('socket.io')(3000);", ("socket-io", "/socket.io/", 3000, "literal", None), id="socket-io-factory"
        ),
        pytest.param(
            "const io = require('socket.io')();\nio.listen(4000);",
            ("socket-io", "/socket.io/", 4000, "literal", None),
            id="socket-io-listen",
        ),
        pytest.param(
            IO + "new Server(3000, { path: '/rt' });", ("socket-io", "/rt/", 3000, "literal", None), id="socket-io-path"
        ),
        pytest.param(
            "Bun.serve({ port: 4000, fetch(req, server) { server.upgrade(req); }, websocket: { message() {} } });",
            ("bun-serve", None, 4000, "literal", None),
            id="bun",
        ),
        pytest.param(
            "Bun.serve({ fetch(req, server) { if (new URL(req.url).pathname === '/ws') "
            "return server.upgrade(req); }, websocket: {} });",
            ("bun-serve", "/ws", 3000, "default", None),
            id="bun-path",
        ),
        pytest.param(
            "Deno.serve({ port: 8001 }, (req) => { const { socket, response } = Deno.upgradeWebSocket(req); return response; });",
            ("deno-upgrade", None, 8001, "literal", None),
            id="deno",
        ),
        pytest.param(
            "const app = require('express')();\nrequire('express-ws')(app);\napp.ws('/echo', (ws) => {});\napp.listen(3000);",
            ("express-ws", "/echo", 3000, "literal", None),
            id="express-ws",
        ),
        pytest.param(
            "const f = require('fastify')();\n"
            "f.register(require('@fastify/websocket'));\n"
            "f.get('/ws', { websocket: true }, (s) => {});\n"
            "f.listen({ port: 3000, host: '0.0.0.0' });",
            ("fastify-websocket", "/ws", 3000, "literal", "0.0.0.0"),
            id="fastify",
        ),
        pytest.param(
            "import uWS from 'uWebSockets.js';\nuWS.App().ws('/*', { message() {} }).listen(9001, () => {});",
            ("uwebsockets-js", None, 9001, "literal", None),
            id="uws",
        ),
        pytest.param(
            "import { Elysia } from 'elysia';\nnew Elysia().ws('/chat', { message() {} }).listen(3000);",
            ("elysia", "/chat", 3000, "literal", None),
            id="elysia",
        ),
        pytest.param(
            "import { Hono } from 'hono';\n"
            "import { upgradeWebSocket } from 'hono/bun';\n"
            "const app = new Hono();\n"
            "app.get('/ws', upgradeWebSocket(() => ({})));",
            ("hono", "/ws", None, None, None),
            id="hono",
        ),
        pytest.param(
            "const sockjs = require('sockjs');\nconst s = sockjs.createServer({ prefix: '/echo' });",
            ("sockjs-node", "/echo", None, None, None),
            id="sockjs",
        ),
        pytest.param(
            "const faye = require('faye');\nnew faye.NodeAdapter({ mount: '/faye' });",
            ("faye", "/faye", None, None, None),
            id="faye",
        ),
        pytest.param(
            "import { Server } from 'colyseus';\nnew Server({});", ("colyseus", None, 2567, "environment", None), id="colyseus"
        ),
    ],
)
def test_endpoint(code: str, expected: tuple[object, ...]) -> None:
    """Library, path, port, its origin and the bound host, in every spelling."""
    assert expected == _where(one(code))


def test_upgrade_handler_in_another_file() -> None:
    """The file that routes upgrades names the server by the same name."""
    files = {
        "ws.js": "import { WebSocketServer } from 'ws';\nexport const wss = new WebSocketServer({ noServer: true });",
        "server.js": (
            "import { wss } from './ws.js';\nserver.on('upgrade', (req, socket, head) => {\n"
            "if (req.url === '/live') wss.handleUpgrade(req, socket, head, done); });"
        ),
    }
    assert ["/live"] == [use.endpoints[0].path for use in uses(files)]


def test_short_form_of_options() -> None:
    """``{ server, path }`` is read like ``{ server: server, path: path }``."""
    code = (
        WS + "const path = '/ws';\nconst server = require('http').createServer();\n"
        "new WebSocketServer({ server, path });\nserver.listen(8000);"
    )
    use = one(code)
    assert (("ws", "/ws", 8000, "literal", None), 0) == (_where(use), use.plain_get)


def test_settings_in_another_file() -> None:
    """A port that a module exports is followed through a relative import."""
    files = {
        "package.json": package(ws="^8.0.0"),
        "config.js": "export const config = { port: process.env.PORT || 7000 };",
        "server.js": "import { WebSocketServer } from 'ws';\n"
        "import { config } from './config.js';\n"
        "new WebSocketServer({ port: config.port });",
    }
    assert [("ws", None, 7000, "environment", None)] == [_where(use) for use in uses(files)]


def test_server_that_another_file_starts() -> None:
    """A class that is handed the HTTP server listens where the app listens."""
    files = {
        "package.json": package(ws="^8.0.0"),
        "sockets.ts": "import { WebSocketServer } from 'ws';\n"
        "export class Sockets { constructor(server) { this.wss = new WebSocketServer({ server }); } }",
        "main.ts": "import http from 'http';\n"
        "import { Sockets } from './sockets';\n"
        "const server = http.createServer();\n"
        "new Sockets(server);\n"
        "server.listen(6000);",
    }
    assert [("ws", None, 6000, "literal", None)] == [_where(use) for use in uses(files)]


def test_package_of_the_same_repository() -> None:
    """A constant of a workspace package is followed; a library's own package stays the library."""
    files = {
        "packages/shared/package.json": '{"name": "@acme/shared"}',
        "packages/shared/src/index.ts": "export const PATH = '/rt';",
        "packages/socket.io/package.json": '{"name": "socket.io", "version": "4.8.0"}',
        "packages/socket.io/lib/index.ts": "export class Server {}",
        "api/package.json": package(**{"socket.io": "4"}),
        "api/server.ts": (
            "import { Server } from 'socket.io';\nimport { PATH } from '@acme/shared';\nnew Server(3000, { path: PATH });"
        ),
    }
    assert [("socket-io", "/rt/", 3000, "literal", None)] == [_where(use) for use in uses(files)]


def test_reexported_library() -> None:
    """A library that the project exports again under a name of its own is still that library."""
    files = {
        "lib/sockets.js": "export { WebSocketServer as Sockets } from 'ws';",
        "server.js": "import { Sockets } from './lib/sockets';\nnew Sockets({ port: 1 }); // ws WebSocket 'ws'",
    }
    assert ["ws"] == [use.library for use in uses(files)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(WS + "new WebSocketServer({ port: 1 });", 426, id="ws-port"),
        pytest.param(
            WS + "const s = require('http').createServer();\nnew WebSocketServer({ server: s });\ns.listen(1);",
            0,
            id="ws-on-a-bare-server",
        ),
        pytest.param(
            WS + "const s = require('http').createServer((q, r) => r.end());\nnew WebSocketServer({ server: s });\ns.listen(1);",
            None,
            id="ws-with-a-handler",
        ),
        pytest.param(IO + "new Server(3000);", 404, id="socket-io-port"),
        pytest.param(IO + "const s = http.createServer();\nnew Server(s);\ns.listen(1);", 0, id="socket-io-on-a-bare-server"),
        pytest.param(
            IO + "const app = require('express')();\nconst s = http.createServer(app);\nnew Server(s);\ns.listen(1);",
            None,
            id="socket-io-with-express",
        ),
        pytest.param(
            IO + "const s = http.createServer();\ns.on('request', (q, r) => r.end());\nnew Server(s);\ns.listen(1);",
            None,
            id="request-event",
        ),
    ],
)
def test_plain_request(code: str, expected: int | None) -> None:
    """What ``GET /`` gets: the library's status, nothing at all (0), or the app's own answer (``None``)."""
    assert expected == one(code).plain_get


@pytest.mark.parametrize(
    ("guard", "expected"),
    [
        pytest.param("if (new URL(req.url, 'http://x').pathname === '/ws') {", ("/ws", False), id="equal"),
        pytest.param("if (req.url.startsWith('/ws')) {", ("/ws", True), id="starts-with"),
        pytest.param("if (pathname !== '/ws') { socket.destroy(); return; }\n{", ("/ws", False), id="guard"),
        pytest.param("switch (pathname) { case '/ws':\n{", ("/ws", False), id="switch"),
        pytest.param("if (pathname === WS_PATH) {", ("/ws", False), id="constant"),
        pytest.param("{", (None, False), id="no-check"),
    ],
)
def test_upgrade_handler(guard: str, expected: tuple[str | None, bool]) -> None:
    """A server without a path of its own accepts what the upgrade handler compares."""
    end = "}" if guard.startswith("switch") else ""
    code = (
        WS + "const WS_PATH = '/ws';\n"
        "const wss = new WebSocketServer({ noServer: true });\n"
        "server.on('upgrade', (req, socket, head) => {\n"
        "const pathname = req.url;\n" + guard + "\nwss.handleUpgrade(req, socket, head, () => {}); }" + end + "\n});"
    )
    endpoint = one(code).endpoints[0]
    assert expected == (endpoint.path, endpoint.prefix)


def test_two_servers_on_one_port_keep_their_paths() -> None:
    """Each ``noServer`` server has the path whose branch hands the upgrade to it."""
    code = (
        WS + "const a = new WebSocketServer({ noServer: true });\nconst b = new WebSocketServer({ noServer: true });\n"
        "server.on('upgrade', (req, s, h) => { if (req.url === '/a') { a.handleUpgrade(req, s, h, f); }\n"
        "else if (req.url === '/b') { b.handleUpgrade(req, s, h, f); } });"
    )
    assert ["/a", "/b"] == [use.endpoints[0].path for use in uses({"server.js": code})]


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        pytest.param("maxPayload: 1024 * 1024", 1048576, id="calculated"),
        pytest.param("maxPayload: LIMIT", 65536, id="constant"),
        pytest.param("maxPayload: limit()", None, id="unknown"),
    ],
)
def test_message_limit(option: str, expected: float | None) -> None:
    """A limit that the code sets is known with its place, also where its amount is not."""
    setting = one(WS + f"const LIMIT = 65_536;\nnew WebSocketServer({{ port: 1,\n {option} }});").max_message
    assert setting is not None
    assert ("maxPayload", expected, 4) == (setting.key, setting.amount, setting.place.line)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(WS + "new WebSocketServer({ port: 1 });", None, id="ws-unchecked"),
        pytest.param(
            WS + "new WebSocketServer({ port: 1, verifyClient: (i) => i.origin === 'https://a.example' });",
            ("https://a.example",),
            id="verify-client",
        ),
        pytest.param(WS + "new WebSocketServer({ port: 1, verifyClient: check });", (), id="checked-elsewhere"),
        pytest.param(
            WS + "const w = new WebSocketServer({ port: 1 });\n"
            "w.on('connection', (s, req) => { if (req.headers.origin !== 'https://a.example') { s.close(); return; } });",
            ("https://a.example",),
            id="checked-on-connection",
        ),
        pytest.param(
            WS + "const w = new WebSocketServer({ port: 1 });\nw.on('connection', (s, req) => console.log(req.headers.origin));",
            None,
            id="origin-only-logged",
        ),
        pytest.param(IO + "new Server(1, { cors: { origin: 'https://a.example' } });", None, id="cors-is-for-polling"),
        pytest.param(
            IO + "new Server(1, { allowRequest: (r, cb) => cb(null, r.headers.origin === 'https://a.example') });",
            ("https://a.example",),
            id="allow-request",
        ),
    ],
)
def test_origins(code: str, expected: tuple[str, ...] | None) -> None:
    """Only what checks the WebSocket handshake itself counts."""
    assert expected == one(code).origins


def test_transports() -> None:
    """Socket.IO polls first by default; a list in the code decides."""
    assert (("polling", "websocket"), ("websocket",)) == (
        one(IO + "new Server(1);").transports,
        one(IO + "new Server(1, { transports: ['websocket'] });").transports,
    )


def test_forks() -> None:
    """Worker processes that the code itself starts are told with their place."""
    from .trees import detect

    files = {
        "package.json": package(),
        "server.js": "import cluster from 'node:cluster';\n"
        "if (cluster.isPrimary) { cluster.fork(); }\n"
        "new (require('ws').Server)({ port: 1 });",
    }
    forks = detect(files).apps[0].forks
    assert ("server.js", 2) == (forks and forks.file, forks and forks.line)
