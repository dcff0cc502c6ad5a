"""What only mentions a socket library is no use of it."""

from __future__ import annotations

import json

import pytest

from .trees import detect, package, uses


@pytest.mark.parametrize(
    ("path", "code"),
    [
        pytest.param("a.js", "// const wss = new WebSocketServer({ port: 1 }) from 'ws'", id="comment"),
        pytest.param(
            "a.js", "const help = \"import { WebSocketServer } from 'ws'; new WebSocketServer({ port: 1 })\";", id="text"
        ),
        pytest.param("a.ts", "import type { WebSocketServer } from 'ws';\nlet s: WebSocketServer;", id="type-import"),
        pytest.param(
            "a.ts",
            "import { type WebSocket } from 'ws';\nexport function f(ws: WebSocket) { ws.send('x'); }",
            id="inline-type-import",
        ),
        pytest.param(
            "a.ts",
            "import { Server, Socket } from 'socket.io';\nexport class Handler { constructor(private io: Server) {} }",
            id="imported-for-types",
        ),
        pytest.param(
            "a.js",
            "import WebSocket from 'ws';\nif (ws.readyState === WebSocket.OPEN) { ws.send('x'); }",
            id="constant-of-a-class",
        ),
        pytest.param(
            "a.js", "class WebSocketServer { constructor(o) {} }\nnew WebSocketServer({ port: 1 });", id="class-of-its-own"
        ),
        pytest.param(
            "a.js", "import { WebSocketServer } from './sockets';\nnew WebSocketServer({ port: 1 });", id="class-of-another-file"
        ),
        pytest.param("a.js", "function f(WebSocket) { return new WebSocket('x'); }", id="parameter-of-that-name"),
        pytest.param(
            "a.ts",
            "import { WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';\nnew WebSocketApi(this, 'WebSocket');",
            id="cdk-construct",
        ),
        pytest.param(
            "a.js", "import { Server } from 'http';\nnew Server(3000); // not socket.io", id="server-of-another-package"
        ),
        pytest.param("a.js", "app.get('/ws', (req, res) => res.send('WebSocket'));", id="plain-route"),
        pytest.param(
            "vite.config.ts", "import { WebSocketServer } from 'ws';\nnew WebSocketServer({ port: 1 });", id="tool-configuration"
        ),
        pytest.param(
            "webpack.config.js",
            "module.exports = { devServer: { webSocketServer: 'ws', client: { webSocketURL: 'ws://localhost:8080/ws' } } };",
            id="dev-server",
        ),
        pytest.param(
            "dist/server.js", "const { WebSocketServer } = require('ws');\nnew WebSocketServer({ port: 1 });", id="build-output"
        ),
        pytest.param("README.md", "```js\nnew WebSocketServer({ port: 1 }) // from 'ws'\n```", id="readme"),
        pytest.param(
            "node_modules/ws/lib/x.js",
            "const { WebSocketServer } = require('ws');\nnew WebSocketServer({ port: 1 });",
            id="installed-package",
        ),
        pytest.param("public/socket.io.js", "new WebSocket(uri);" + "/* the library itself */" * 500, id="copy-of-the-library"),
        pytest.param("a.html", '<script type="text/template">new WebSocket("wss://a.example")</script>', id="template"),
        pytest.param("a.html", '<script type="application/ld+json">{"a": "new WebSocket"}</script>', id="data"),
        pytest.param(
            "a.js",
            "const { createClient } = require('@supabase/supabase-js');\nconst db = createClient(u, k); // 'presence' channel",
            id="supabase-without-a-channel",
        ),
        pytest.param("a.js", "const Ably = require('ably');\nnew Ably.Rest({ key });", id="rest-only"),
        pytest.param("a.js", "const io = new IntersectionObserver(f);\nio.observe(x); // = io(", id="another-io"),
    ],
)
def test_mention(path: str, code: str) -> None:
    """Comments, texts, types, classes of that name, tools and build output are no sockets."""
    assert [] == uses({"package.json": package(), path: code})


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        pytest.param({"dependencies": {"ws": "8"}}, [], id="ws-may-be-a-peer"),
        pytest.param({"devDependencies": {"socket.io": "4"}}, [], id="development-only"),
        pytest.param({"dependencies": {"jsdom": "1", "vite": "5", "webpack-dev-server": "5", "puppeteer": "1"}}, [], id="tools"),
        pytest.param({"dependencies": {"socket.io": "^4.8.1"}}, [("socket-io", "weak", "4.8.1")], id="a-server-package"),
    ],
)
def test_manifest_alone(manifest: dict[str, object], expected: list[object]) -> None:
    """A package in the manifest alone is at most weak, and nothing where it may be there for something else."""
    found = uses({"package.json": json.dumps({"name": "a", **manifest}), "index.js": "console.log(1)"})
    assert expected == [(use.library, use.certainty, use.version) for use in found]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("server.js", "production"),
        ("test/server.js", "test"),
        ("src/chat.test.js", "test"),
        ("examples/server.js", "example"),
        ("docs/server.js", "documentation"),
        ("bench/server.js", "development"),
    ],
)
def test_scope(path: str, expected: str) -> None:
    """A server in tests, examples or documents is one of those."""
    found = uses({"package.json": package(), path: "const { Server } = require('ws');\nnew Server({ port: 1 });"})
    assert [expected] == [use.scope for use in found]


def test_the_scope_of_the_app_holds_for_its_files() -> None:
    """Everything in an example app is an example."""
    files = {
        "examples/a/package.json": package(),
        "examples/a/server.js": "const { Server } = require('ws');\nnew Server({ port: 1 });",
    }
    assert [("example", ["example"])] == [(app.scope, [use.scope for use in app.uses]) for app in detect(files).apps]
