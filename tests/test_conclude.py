"""What a scan says in one word and one sentence: no_websocket, breaks, depends, works_with_changes, works."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.advise import advise, words
from advisor.conclude import gathered
from advisor.model import Finding, Place, Report
from advisor.options import Options
from advisor.tree import Tree

SERVER = """\
const http = require("http");
const { WebSocketServer } = require("ws");
const server = http.createServer((request, response) => response.end("ok"));
const wss = new WebSocketServer({ server, path: "/ws" });
wss.on("connection", (socket) => {
  socket.isAlive = true;
  socket.on("pong", () => (socket.isAlive = true));
  socket.on("message", (data) => socket.send(data.toString()));
});
setInterval(() => {
  for (const socket of wss.clients) {
    if (!socket.isAlive) return socket.terminate();
    socket.isAlive = false;
    socket.ping();
  }
}, 20000);
server.listen(process.env.PORT || 8080, "0.0.0.0");
"""
CLIENT = """\
let attempts = 0;
function connect() {
  const socket = new WebSocket("%s");
  socket.onopen = () => { attempts = 0; };
  socket.onclose = () => {
    const most = Math.min(30000, 1000 * 2 ** attempts++);
    setTimeout(connect, most / 2 + Math.random() * most / 2);
  };
}
connect();
"""
PACKAGE = '{"name": "chat", "scripts": {"start": "node server.js"}, "dependencies": {"ws": "8.18.0"}}'
NODE = {"package.json": PACKAGE, "server.js": SERVER}
FLY = {"fly.toml": 'app = "chat"\n[http_service]\n  internal_port = 8080\n  force_https = true\n  auto_stop_machines = "off"\n'}
DROPS = "server {\n listen 80;\n location /ws {\n  proxy_pass http://127.0.0.1:8080;\n }\n}\n"
PASSES = DROPS.replace(
    ";\n }",
    ';\n  proxy_http_version 1.1;\n  proxy_set_header Upgrade $http_upgrade;\n  proxy_set_header Connection "upgrade";\n }',
)
CARRIES = {"deploy/nginx.conf": PASSES}
GATEWAY = {
    "Dockerfile": 'FROM node:22\nCMD ["node", "server.js"]\n',
    "docker-compose.yml": "services:\n  edge:\n    image: nginxproxy/nginx-proxy:1.6\n    ports: ['80:80']\n"
    "    depends_on: [web]\n  web:\n    build: .\n    expose: ['8080']\n",
}
VERCEL = {
    "package.json": '{"name": "chat", "dependencies": {"ws": "8.18.0"}}',
    "api/ws.js": SERVER.replace("server.listen(process.env.PORT || 8080", "module.exports = server; void (0"),
}


def report(files: dict[str, str], **options: object) -> Report:
    """The report on a tree in memory."""
    return advise(Tree.of(files, words()), Options(as_of=date(2026, 11, 25), **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        pytest.param({}, "no_websocket", id="empty"),
        pytest.param({"index.js": "console.log(1);"}, "no_websocket", id="nothing"),
        pytest.param({"package.json": PACKAGE}, "no_websocket", id="only-a-dependency"),
        pytest.param(
            {"src/feed.js": CLIENT % "wss://stream.binance.com:9443/ws/btcusdt@trade"}, "no_websocket", id="foreign-feed-only"
        ),
        pytest.param(
            {
                "package.json": '{"dependencies": {"pusher-js": "8.4.0"}}',
                "src/live.js": "import Pusher from 'pusher-js';\nnew Pusher('key', { cluster: 'eu' }).subscribe('a');\n",
            },
            "no_websocket",
            id="managed-client-only",
        ),
        pytest.param({"examples/chat/package.json": PACKAGE, "examples/chat/server.js": SERVER}, "no_websocket", id="examples"),
        pytest.param({"test/server.js": SERVER, "package.json": PACKAGE}, "no_websocket", id="tests"),
        pytest.param(
            {
                "package.json": '{"name": "ws", "version": "8.18.0"}',
                "lib/websocket-server.js": SERVER,
                "index.js": "module.exports = require('./lib/websocket-server');",
            },
            "no_websocket",
            id="library-itself",
        ),
        pytest.param({**NODE, "deploy/nginx.conf": DROPS}, "breaks", id="proxy-drops-the-upgrade"),
        pytest.param({**NODE, "vercel.json": '{"fluid": false}', **VERCEL}, "breaks", id="platform-cannot"),
        pytest.param(NODE, "depends", id="nothing-in-front"),
        pytest.param({**NODE, "docs/nginx.conf": DROPS}, "depends", id="proxy-of-the-documentation"),
        pytest.param({**NODE, **GATEWAY}, "depends", id="hop-without-a-profile"),
        pytest.param({**VERCEL, "vercel.json": '{"regions": ["fra1"]}'}, "depends", id="open-question"),
        pytest.param({**NODE, "public/a.js": CLIENT % "ws://localhost:8080/ws"}, "depends", id="open-question-before-a-change"),
        pytest.param(
            {**NODE, **FLY, "public/a.js": CLIENT % "ws://localhost:8080/ws"}, "works_with_changes", id="localhost-in-client"
        ),
        pytest.param({"src/a.js": "new WebSocket('wss://chat.example.com/ws');"}, "works_with_changes", id="client-only-silent"),
        pytest.param({"src/a.js": CLIENT % "wss://chat.example.com/ws"}, "works", id="client-only"),
        pytest.param({**NODE, **FLY}, "works", id="host"),
        pytest.param({**NODE, **FLY, "public/a.js": CLIENT % "/ws"}, "works", id="host-and-client"),
        pytest.param({**NODE, **CARRIES}, "works", id="proxy"),
        pytest.param({**NODE, **FLY, "examples/nginx.conf": DROPS}, "works", id="broken-example-beside"),
    ],
)
def test_verdict(files: dict[str, str], verdict: str) -> None:
    """The first of the five that applies."""
    assert verdict == report(files).verdict


@pytest.mark.parametrize(
    ("files", "beginning"),
    [
        pytest.param({}, "No WebSocket found.", id="nothing"),
        pytest.param(
            {"src/feed.js": CLIENT % "wss://stream.binance.com/ws"},
            "No WebSocket of the project's own: src/feed.js:3 is a client of somebody else's service.",
            id="foreign",
        ),
        pytest.param(
            {"examples/package.json": PACKAGE, "examples/server.js": SERVER},
            "No WebSocket in production code, only in examples.",
            id="examples",
        ),
        pytest.param({**NODE, "deploy/nginx.conf": DROPS}, "WebSockets do not open: ", id="breaks"),
        pytest.param(NODE, "It depends on what stands in front of chat, which the repository does not show.", id="unfronted"),
        pytest.param({**NODE, **GATEWAY}, "It depends on what ", id="unknown-hop"),
        pytest.param(
            {**NODE, "public/a.js": CLIENT % "ws://localhost:8080/ws"},
            "It depends on what stands in front of chat, which the repository does not show; one thing to change whatever it is.",
            id="and-a-change",
        ),
        pytest.param(
            {"src/a.js": "new WebSocket('wss://chat.example.com/ws');"},
            "WebSockets open, but one thing needs a change: the client opens one WebSocket",
            id="one-change",
        ),
        pytest.param({**NODE, **FLY}, "WebSockets work on browser → Fly.io → chat; nothing needs a change.", id="works"),
        pytest.param(
            {"src/a.js": CLIENT % "wss://chat.example.com/ws"},
            "The project's own WebSocket clients need no change; no server of its own was found.",
            id="client-only",
        ),
    ],
)
def test_sentence(files: dict[str, str], beginning: str) -> None:
    """The verdict in words, with what decides."""
    assert report(files).sentence.startswith(beginning), report(files).sentence


def test_assumed_hop_answers_the_question() -> None:
    """What the user says stands in front is walked like what the files show."""
    assert "depends" == report(NODE).verdict
    assert ("works", ()) == (report(NODE, assume={"hop": "heroku"}).verdict, report(NODE, assume={"hop": "heroku"}).questions)


def test_environment_leaves_out_the_others() -> None:
    """With an environment named, paths and findings of the others say nothing."""
    files = {**NODE, **FLY, "deploy/staging/nginx.conf": DROPS}
    environments = {path.environment for path in report(files).paths}
    chosen = report(files, environment="production")

    assert {"production", "staging"} == environments
    assert "breaks" == report(files).verdict
    assert ("works", {"production"}) == (chosen.verdict, {path.environment for path in chosen.paths})
    assert [] == [finding for finding in chosen.findings if finding.severity != "info"]


def finding(place: str, **changes: object) -> Finding:
    """A finding at ``file:line``."""
    file, line = place.split(":")
    told = {"message": "It drops.", "together": "web", **changes}
    return Finding("WS701", "no-reconnect", "warning", "degrades", "likely", place=Place(file, int(line)), **told)  # type: ignore[arg-type]


def test_one_change_is_told_once() -> None:
    """Findings with one key become one that names the other places."""
    (one,) = gathered([finding("a.js:1"), finding("b.js:2"), finding("c.js:3", message="It drops too.")])

    assert "It drops; the same at 2 more places." == one.message
    assert [("b.js:2", "the same here"), ("c.js:3", "It drops too")] == [(str(each.place), each.message) for each in one.related]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(finding("b.js:2", together="admin"), id="another-app"),
        pytest.param(finding("b.js:2", together=""), id="no-key"),
        pytest.param(
            Finding("WS701", "no-reconnect", "info", "note", "likely", "It drops.", Place("b.js"), together="web"), id="quieter"
        ),
    ],
)
def test_two_changes_are_told_apart(other: Finding) -> None:
    """Another key, none, or another severity stays a finding of its own."""
    assert 2 == len(gathered([finding("a.js:1"), other]))


def test_an_ignore_beside_one_place_leaves_the_others() -> None:
    """What is told as one is still ignored place by place."""
    text = "// wsadvise: ignore[WS602] because this page runs on the kiosk itself\n%s"
    one = "new WebSocket('ws://localhost:8080/ws').onclose = connect;\nfunction connect() {}\n"
    report_ = report({**NODE, "public/a.js": text % one, "public/b.js": one})

    assert ["public/b.js:1"] == [str(each.place) for each in report_.findings if each.rule == "WS602"]
    assert [] == [each for each in report_.findings if each.rule == "WS904"]
