"""Clients: the URLs they open, whose service it is, and what they do after a close."""

from __future__ import annotations

import pytest

from advisor.model import Url

from .trees import one, uses


def _url(code: str, path: str = "src/client.ts") -> Url:
    urls = one(code, path).urls
    assert 1 == len(urls), urls
    return urls[0]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("new WebSocket('wss://a.example/ws')", ("wss", "a.example", None, "/ws", False), id="literal"),
        pytest.param("new WebSocket('chat.a.example/ws')", (None, "chat.a.example", None, "/ws", False), id="bare-host"),
        pytest.param("new WebSocket('127.0.0.1/ws')", (None, "127.0.0.1", None, "/ws", False), id="bare-address"),
        pytest.param(
            "new WebSocket((env.TLS === 'true' ? 'wss' : 'ws') + '://a.example/ws')",
            (None, "a.example", None, "/ws", False),
            id="scheme-by-a-switch",
        ),
        pytest.param("new WebSocket('ws://localhost:3000')", ("ws", "localhost", 3000, "/", False), id="localhost"),
        pytest.param("new WebSocket('/ws')", (None, None, None, "/ws", True), id="relative"),
        pytest.param(
            "new WebSocket(location.origin.replace(/^http/, 'ws') + '/ws')", (None, None, None, "/ws", True), id="origin-replaced"
        ),
        pytest.param(
            "new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`)",
            (None, None, None, "/ws", True),
            id="ternary",
        ),
        pytest.param(
            "const s = window.location.protocol === 'https:';\n"
            "new WebSocket((s ? 'wss://' : 'ws://') + window.location.host + '/ws')",
            (None, None, None, "/ws", True),
            id="secure-flag",
        ),
        pytest.param(
            "const p = location.protocol.replace('http', 'ws');\nnew WebSocket(`${p}//${location.host}/ws`)",
            (None, None, None, "/ws", True),
            id="protocol-replaced",
        ),
        pytest.param(
            "const u = new URL('/ws', location.href);\nu.protocol = u.protocol.replace('http', 'ws');\nnew WebSocket(u)",
            (None, None, None, "/ws", True),
            id="url-object",
        ),
        pytest.param(
            "let u; if (location.protocol === 'https:') u = 'wss://'; else u = 'ws://';\n"
            "new WebSocket(u + location.host + '/ws')",
            (None, None, None, "/ws", True),
            id="branches-by-protocol",
        ),
        pytest.param("new WebSocket(`wss://${location.host}/ws`)", ("wss", None, None, "/ws", True), id="host-only"),
        pytest.param("new WebSocket('ws://' + location.hostname + ':8080')", ("ws", None, 8080, "/", True), id="port-of-its-own"),
        pytest.param(
            "const { host } = window.location;\nnew WebSocket(`ws://${host}/ws`)",
            ("ws", None, None, "/ws", True),
            id="destructured",
        ),
        pytest.param(
            "const BASE = 'wss://a.example';\nnew WebSocket(`${BASE}/rooms/${id}?x=1`)",
            ("wss", "a.example", None, "/rooms/{id}", False),
            id="constant",
        ),
        pytest.param(
            "function url() { return 'wss://a.example/ws'; }\nnew WebSocket(url())",
            ("wss", "a.example", None, "/ws", False),
            id="function",
        ),
        pytest.param(
            "function open(path) { return new WebSocket('wss://a.example' + path); }\nopen('/ws');",
            ("wss", "a.example", None, "/ws", False),
            id="parameter",
        ),
        pytest.param("new WebSocket(url)", (None, None, None, None, False), id="unknown"),
        pytest.param("new WebSocket(import.meta.env.VITE_WS)", (None, None, None, None, False), id="environment"),
        pytest.param(
            "new WebSocket('wss://a.example/chat' + params)",
            ("wss", "a.example", None, "/chat", False),
            id="query-behind-the-path",
        ),
        pytest.param("new WebSocket(window.location)", (None, None, None, "/", True), id="location-itself"),
        pytest.param(
            "const path = '/ws';\nnew WebSocket(new URL(path, location))",
            (None, None, None, "/ws", True),
            id="path-against-location",
        ),
        pytest.param(
            "import { io } from 'socket.io-client';\nio();", (None, None, None, "/socket.io/", True), id="socket-io-same-origin"
        ),
        pytest.param(
            "import io from 'socket.io-client';\nio('https://a.example/admin', { path: '/rt' });",
            ("https", "a.example", None, "/rt/", False),
            id="socket-io-namespace-is-no-path",
        ),
        pytest.param(
            "import { io } from 'socket.io-client';\nio('localhost:3001');",
            (None, "localhost", 3001, "/socket.io/", False),
            id="socket-io-without-scheme",
        ),
    ],
)
def test_url(code: str, expected: tuple[object, ...]) -> None:
    """Scheme, host, port, path, and whether they follow the page's own address."""
    url = _url(code)
    assert expected == (url.scheme, url.host, url.port, url.path, url.derived)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("process.env.REACT_APP_WS || 'ws://localhost:3001'", ("localhost", True, "REACT_APP_WS"), id="fallback"),
        pytest.param("import.meta.env.VITE_WS ?? 'ws://localhost:3001'", ("localhost", True, "VITE_WS"), id="nullish"),
        pytest.param("'ws://localhost:3001'", ("localhost", False, None), id="unguarded"),
    ],
)
def test_fallback_is_guarded(expression: str, expected: tuple[object, ...]) -> None:
    """A literal behind a variable of the environment is only its fallback."""
    url = _url(f"const URL_ = {expression};\nnew WebSocket(URL_);")
    assert expected == (url.host, url.guarded, url.environment)


def test_a_literal_beside_a_variable_is_its_fallback() -> None:
    """A local address on one branch, and the variable of the environment on the other: the first is for developers."""
    code = "const H = several ? 'ws://localhost:1' : process.env.H || 'ws://localhost:1';\nnew WebSocket(H);"
    assert [True, True] == [url.guarded for url in one(code, "src/client.ts").urls]


def test_development_branch_is_guarded() -> None:
    """Of two branches the local one is for development, the other is not."""
    code = "const u = process.env.NODE_ENV === 'production' ? 'wss://a.example' : 'ws://localhost:3000';\nnew WebSocket(u);"
    assert [("a.example", False), ("localhost", True)] == [(url.host, url.guarded) for url in one(code, "src/a.js").urls]


def test_secrets_are_not_shown() -> None:
    """A token in a URL never reaches the report."""
    assert "wss://a.example/ws?token={secret}" == _url("new WebSocket('wss://a.example/ws?token=s3cr3t')").text


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("new WebSocket('wss://stream.binance.com:9443/ws')", True, id="exchange"),
        pytest.param("import WebSocket from 'ws';\nnew WebSocket('wss://api.openai.com/v1/realtime');", True, id="model"),
        pytest.param("new WebSocket('wss://feed.acme.example/?api_key=1')", True, id="api-key"),
        pytest.param("new WebSocket('wss://chat.acme.example/ws')", False, id="own-deployment"),
        pytest.param("new WebSocket('ws://localhost:1')", False, id="local"),
        pytest.param("new WebSocket(`wss://${location.host}`)", False, id="same-host"),
    ],
)
def test_foreign(code: str, expected: bool) -> None:
    """A client of somebody else's feed says nothing about the user's own sockets."""
    assert expected == one(code, "src/feed.js").foreign


@pytest.mark.parametrize(
    ("path", "code", "expected"),
    [
        pytest.param("src/chat.js", "new WebSocket('ws://a.example');", "browser", id="plain"),
        pytest.param(
            "client/index.ts",
            "import * as r from 'readline';\nconst s = new WebSocket('ws://a.example');\ns.onclose = () => process.exit();",
            "own_process",
            id="terminal",
        ),
        pytest.param("bridge.js", "const W = require('ws');\nnew W('ws://a.example');", "own_process", id="ws"),
        pytest.param("src/App.jsx", "import { io } from 'socket.io-client';\nio('http://localhost:1');", "browser", id="jsx"),
        pytest.param(
            "src/socket.js", "import { io } from 'socket.io-client';\nio('http://localhost:1');", "own_process", id="io"
        ),
        pytest.param(
            "src/socket.js",
            "import { io } from 'socket.io-client';\nio('http://localhost:1', { auth: localStorage.token });",
            "browser",
            id="io-of-a-page",
        ),
    ],
)
def test_where_a_client_runs(path: str, code: str, expected: str) -> None:
    """A page's code is told from a program of its own, for what a browser refuses only holds for pages."""
    assert expected == one(code, path).runs_in


def test_a_client_in_a_react_app_runs_in_the_browser() -> None:
    """The packages of the app decide where the file itself shows nothing."""
    found = one(
        "import { io } from 'socket.io-client';\nexport const socket = io('http://localhost:1');", "src/socket.js", react="19"
    )
    assert "browser" == found.runs_in


def test_a_close_that_ends_the_program_is_no_silence() -> None:
    """Whoever started it sees that it ended."""
    code = "import * as r from 'readline';\nconst s = new WebSocket('ws://a.example');\ns.onclose = () => process.exit();"
    assert one(code, "client/index.ts").reconnect is None


def test_react_state_reopens() -> None:
    """An effect that depends on a state which the close handler sets opens the socket again."""
    code = (
        "function Chat() { const [n, setN] = useState(0);\nuseEffect(() => { const ws = new WebSocket('wss://a.example');\n"
        "ws.onclose = () => setTimeout(() => setN((x) => x + 1), 4000); }, [n]); }"
    )
    found = one(code, "src/Chat.jsx").reconnect
    assert ("fixed", 4.0) == (found and found.kind, found and found.delay_s)


def test_polling_for_a_dead_socket_is_a_reconnect() -> None:
    """A timer that opens the socket when it is closed retries at its interval."""
    code = (
        "let ws;\n"
        "function open() { ws = new WebSocket('wss://a.example'); }\n"
        "open();\n"
        "setInterval(() => { if (ws.readyState === WebSocket.CLOSED) open(); }, 10000);"
    )
    found = one(code, "src/a.js").reconnect
    assert ("fixed", 10.0) == (found and found.kind, found and found.delay_s)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("import { io } from 'socket.io-client';\nio();", ("library", 1, 5, None), id="socket-io"),
        pytest.param(
            "import { io } from 'socket.io-client';\nio('/', { reconnectionAttempts: 3, reconnectionDelay: 2000 });",
            ("library", 2.0, 5, 3),
            id="socket-io-options",
        ),
        pytest.param(
            "import { io } from 'socket.io-client';\nio('/', { reconnection: false });",
            ("none", None, None, None),
            id="socket-io-off",
        ),
        pytest.param(
            "import R from 'reconnecting-websocket';\nnew R('wss://a.example', [], { maxRetries: 10 });",
            ("library", 1, 10, 10),
            id="reconnecting-websocket",
        ),
        pytest.param(
            "import u from 'react-use-websocket';\nu('wss://a.example');", ("none", None, None, None), id="react-hook-default"
        ),
        pytest.param(
            "import u from 'react-use-websocket';\nu('wss://a.example', { shouldReconnect: () => true });",
            ("fixed", 5, None, 20),
            id="react-hook-on",
        ),
        pytest.param(
            "import * as s from '@microsoft/signalr';\nnew s.HubConnectionBuilder().withUrl('/hub').build();",
            ("none", None, None, None),
            id="signalr-default",
        ),
        pytest.param(
            "import * as s from '@microsoft/signalr';\n"
            "new s.HubConnectionBuilder().withUrl('/hub').withAutomaticReconnect().build();",
            ("library", 0, 30, 4),
            id="signalr-on",
        ),
        pytest.param(
            "import * as s from '@microsoft/signalr';\n"
            "new s.HubConnectionBuilder().withUrl('/hub').withAutomaticReconnect([0, 2000]).build();",
            ("library", 0, 2, 2),
            id="signalr-steps",
        ),
        pytest.param(
            "import * as s from '@microsoft/signalr';\n"
            "new s.HubConnectionBuilder().withUrl('/hub').withAutomaticReconnect(forEver).build();",
            ("library", 0, 30, None),
            id="signalr-policy",
        ),
        pytest.param(
            "import { createClient } from 'graphql-ws';\n"
            "createClient({ url: 'wss://a.example/graphql', retryAttempts: Infinity });",
            ("library", 1, None, None),
            id="graphql-ws-unlimited",
        ),
        pytest.param(
            "import { Client } from '@stomp/stompjs';\nnew Client({ brokerURL: 'wss://a.example/ws', reconnectDelay: 200 });",
            ("fixed", 0.2, None, None),
            id="stomp",
        ),
    ],
)
def test_library_schedule(code: str, expected: tuple[object, ...]) -> None:
    """A library's schedule with the options that the code sets."""
    found = one(code, "src/a.js").reconnect
    assert found is not None
    assert expected == (found.kind, found.delay_s, found.max_delay_s, found.attempts)


@pytest.mark.parametrize(
    ("path", "code", "expected"),
    [
        pytest.param(
            "scripts/send.js", "const W = require('ws');\nnew W('ws://a.example').on('open', go);", True, id="scripts-folder"
        ),
        pytest.param("public/scripts/chat.js", "new WebSocket('wss://a.example');", False, id="scripts-of-a-page"),
        pytest.param(
            "src/check.js",
            "const ws = new WebSocket('wss://a.example');\nws.onmessage = (e) => { show(e); ws.close(); };",
            True,
            id="closes-after-the-answer",
        ),
        pytest.param(
            "src/check.js",
            "import { io } from 'socket.io-client';\nconst c = io('https://a.example', { reconnection: false });\n"
            "c.on('connect', () => { c.emit('login', x, (res) => { done(res); c.disconnect(); }); });",
            True,
            id="closes-after-the-acknowledgement",
        ),
        pytest.param(
            "src/chat.js",
            "const ws = new WebSocket('wss://a.example');\nws.onmessage = (e) => { if (e.data === 'bye') ws.close(); };",
            False,
            id="closes-on-a-condition",
        ),
    ],
)
def test_one_shot(path: str, code: str, expected: bool) -> None:
    """A client that asks once and ends needs no reconnect."""
    assert expected == one(code, path).one_shot


@pytest.mark.parametrize(
    ("path", "code", "line"),
    [
        pytest.param(
            "index.html", "<html>\n<script>\n  let x = 1;\n  new WebSocket('wss://a.example');\n</script>", 4, id="html"
        ),
        pytest.param(
            "src/Chat.vue",
            "<template/>\n<script setup lang=\"ts\">\nconst ws: WebSocket = new WebSocket('wss://a.example')\n</script>",
            3,
            id="vue",
        ),
        pytest.param(
            "src/Chat.svelte",
            "<script context=\"module\">\n</script>\n<script>\n\nnew WebSocket('wss://a.example')\n</script>",
            5,
            id="svelte",
        ),
        pytest.param("views/chat.ejs", "<% if (x) { %>\n<script>new WebSocket('wss://a.example')</script>", 2, id="ejs"),
    ],
)
def test_pages(path: str, code: str, line: int) -> None:
    """Script blocks of pages and components are read at the lines where they stand."""
    assert (path, line) == (one(code, path).place.file, one(code, path).place.line)


def test_global_io_needs_a_script_tag() -> None:
    """``io()`` is Socket.IO's where a page of the app loads it, and nothing where none does."""
    page = '<script src="/socket.io/socket.io.js"></script><script src="main.js"></script>'
    script = "const socket = io();"
    assert (["socket-io-client"], []) == (
        [use.library for use in uses({"public/index.html": page, "public/main.js": script})],
        [use.library for use in uses({"public/main.js": script})],
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("import Pusher from 'pusher-js';\nnew Pusher('key', { cluster: 'eu' });", "pusher-js", id="pusher"),
        pytest.param("import * as Ably from 'ably';\nnew Ably.Realtime({ key });", "ably", id="ably"),
        pytest.param(
            "import { createClient } from '@supabase/supabase-js';\n"
            "const s = createClient(u, k);\n"
            "s.channel('a').on('broadcast', {}, f).subscribe();",
            "supabase-realtime",
            id="supabase",
        ),
        pytest.param(
            "import { createClient } from '@liveblocks/client';\ncreateClient({ publicApiKey });", "liveblocks", id="liveblocks"
        ),
        pytest.param("import { ConvexReactClient } from 'convex/react';\nnew ConvexReactClient(u);", "convex", id="convex"),
    ],
)
def test_managed(code: str, expected: str) -> None:
    """A client of a managed service is one, and foreign."""
    use = one(code, "src/a.ts")
    assert (expected, "managed_client", True) == (use.library, use.role, use.foreign)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param("{ cluster: 'eu' }", "managed_client", id="cloud"),
        pytest.param("{ wsHost: location.hostname, wsPort: 6001 }", "client", id="own-server"),
    ],
)
def test_pusher_protocol_to_an_own_server(options: str, expected: str) -> None:
    """The same client is the user's own where it is sent to a server of the user's."""
    use = one(f"import Pusher from 'pusher-js';\nnew Pusher('key', {options});", "src/a.js")
    assert (expected, expected != "client") == (use.role, use.foreign)


def test_mqtt_over_tcp_is_no_websocket() -> None:
    """MQTT.js opens a WebSocket only where its URL says so."""
    code = "import mqtt from 'mqtt';\nmqtt.connect('%s');"
    assert (["mqtt-js"], []) == (
        [use.library for use in uses({"a.js": code % "wss://b.example/mqtt"})],
        [use.library for use in uses({"a.js": code % "mqtts://b.example"})],
    )


@pytest.mark.parametrize(
    ("code", "path", "runs_in"),
    [
        ('import { Socket } from "phoenix"\nnew Socket("/socket", {})', "/socket/websocket", "browser"),
        (
            'import { LiveSocket } from "phoenix_live_view"\n'
            'import { Socket } from "phoenix"\nnew LiveSocket("/live", Socket, {})',
            "/live/websocket",
            "browser",
        ),
        ('import { Socket } from "phoenix"\nnew Socket("wss://a.example/socket/", {})', "/socket/websocket", "browser"),
    ],
)
def test_phoenix_opens_the_transport_below_its_address(code: str, path: str, runs_in: str) -> None:
    """Phoenix's client puts the transport's name behind the address that it is given."""
    use = one(code, "assets/js/app.js")
    assert (path, runs_in) == (use.urls[0].path, use.runs_in)
