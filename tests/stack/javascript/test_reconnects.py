"""What clients do after a close: raw ones by their code, libraries by their schedule."""

from __future__ import annotations

import pytest

from .trees import one

CONNECT = "function connect() {\n  const ws = new WebSocket('wss://a.example/ws');\n  %s\n}\nconnect();\n"


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        pytest.param("ws.onmessage = show;", ("none", None, None, False, None), id="no-handler"),
        pytest.param("ws.onclose = () => console.log('closed');", ("none", None, None, False, None), id="only-logs"),
        pytest.param("ws.onclose = connect;", ("immediate", 0.0, None, False, None), id="immediate"),
        pytest.param("ws.onclose = () => setTimeout(connect, 3000);", ("fixed", 3.0, None, False, None), id="fixed-by-name"),
        pytest.param(
            "ws.addEventListener('close', () => { setTimeout(() => connect(), 5 * 1000); });",
            ("fixed", 5.0, None, False, None),
            id="fixed-inline",
        ),
        pytest.param(
            "ws.onclose = async () => { await sleep(2000); connect(); };", ("fixed", 2.0, None, False, None), id="awaited"
        ),
        pytest.param(
            "ws.onclose = () => setTimeout(connect, 1000 + Math.random() * 1000);", ("fixed", 1.0, None, True, None), id="jitter"
        ),
        pytest.param(
            "ws.onclose = () => { if (tries++ < 5) setTimeout(connect, 1000); };", ("fixed", 1.0, None, False, 5), id="gives-up"
        ),
        pytest.param(
            "ws.onclose = () => { if (tries >= MAX) return; tries++; setTimeout(connect, 1000); };",
            ("fixed", 1.0, None, False, 4),
            id="gives-up-by-guard",
        ),
        pytest.param(
            "ws.onclose = () => setTimeout(connect, Math.min(1000 * 2 ** tries, 30000));",
            ("exponential", 1.0, 30.0, False, None),
            id="exponential",
        ),
        pytest.param(
            "ws.onclose = () => { setTimeout(connect, delay); delay = Math.min(delay * 2, 20000); };",
            ("exponential", 0.5, 20.0, False, None),
            id="doubled-variable",
        ),
        pytest.param(
            "ws.onclose = () => setTimeout(connect, STEPS[tries] * 1000);",
            ("exponential", None, None, False, None),
            id="table",
        ),
        pytest.param("ws.onclose = later;", ("fixed", 1.5, None, False, None), id="named-handler"),
        pytest.param(
            "ws.onclose = () => setTimeout(connect, 2000 + Math.random() * 500);",
            ("fixed", 2.0, None, True, None),
            id="random-base",
        ),
    ],
)
def test_reconnect(handler: str, expected: tuple[object, ...]) -> None:
    """When a raw client opens the socket again, how the delay grows, and when it gives up."""
    code = (
        "let tries = 0; let delay = 500; const MAX = 4;\n"
        "function later() { setTimeout(() => { connect(); }, 1500); }\n" + CONNECT % handler
    )
    code = code if "later;" in handler else code.replace("function later() { setTimeout(() => { connect(); }, 1500); }\n", "")
    found = one(code, "src/a.js").reconnect
    assert found is not None
    assert expected == (found.kind, found.delay_s, found.max_delay_s, found.jitter, found.attempts)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            "export function open(onClose) { const ws = new WebSocket(u); ws.onclose = () => onClose(); }", id="callback"
        ),
        pytest.param(
            "class C extends E { open() { this.ws = new WebSocket(u); this.ws.onclose = () => this.emit('close'); } }", id="event"
        ),
        pytest.param("const ws = new WebSocket(u);\nws.onclose = () => manager.scheduleReconnect();", id="other-object"),
        pytest.param("const ws = new WebSocket(u);\nws.onclose = () => location.reload();", id="page-reload"),
        pytest.param(
            "const ws = new WebSocket(u);\nws.onclose = rx.complete.bind(rx);\nconst o = { complete: () => {} };",
            id="same-name-elsewhere",
        ),
    ],
)
def test_unknown_reconnect_is_not_none(code: str) -> None:
    """A close that is handed to code elsewhere may well be answered there."""
    assert one(code, "src/a.js").reconnect is None


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        pytest.param("ws.on('message', show);", "none", id="never"),
        pytest.param("ws.on('close', () => setTimeout(open, 1000));", "fixed", id="on-close"),
    ],
)
def test_reconnect_of_a_node_client(handler: str, expected: str) -> None:
    """The ws package's client is as raw as the browser's."""
    code = f"const W = require('ws');\nfunction open() {{ const ws = new W('wss://a.example');\n{handler} }}\nopen();"
    found = one(code, "src/a.js").reconnect
    assert expected == (found and found.kind)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("const s = Stomp.over(new WebSocket('wss://a.example/ws'));", id="over"),
        pytest.param("const sock = new WebSocket('wss://a.example/ws');\nconst s = Stomp.over(sock);", id="over-by-name"),
        pytest.param("const c = new Client({ webSocketFactory: () => new WebSocket('wss://a.example/ws') });", id="factory"),
    ],
)
def test_a_socket_that_a_library_is_given_is_not_judged_alone(code: str) -> None:
    """What happens after a close is then up to that library."""
    assert one(code, "src/a.js").reconnect is None


@pytest.mark.parametrize(
    ("delay", "growth"),
    [
        pytest.param("1000 * tries", "linear", id="times-the-count"),
        pytest.param("500 + tries * 1000", "linear", id="plus-the-count"),
        pytest.param("1000 * 2 ** tries", "doubling", id="power"),
        pytest.param("Math.min(1000 * Math.pow(2, tries), 9000)", "doubling", id="math-pow"),
    ],
)
def test_growth(delay: str, growth: str) -> None:
    """Waits that grow by the same amount are told from those that double."""
    found = one("let tries = 0;\n" + CONNECT % f"ws.onclose = () => {{ tries++; setTimeout(connect, {delay}); }};", "src/a.js")
    assert found.reconnect is not None
    assert ("exponential", growth) == (found.reconnect.kind, found.reconnect.growth)


def test_seconds_are_not_growth() -> None:
    """A delay that is kept in seconds is only converted."""
    found = one("const delay = 3;\n" + CONNECT % "ws.onclose = () => setTimeout(connect, delay * 1000);", "src/a.js").reconnect
    assert ("fixed", 3.0) == (found and found.kind, found and found.delay_s)


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        pytest.param("", False, id="nothing"),
        pytest.param("button.addEventListener('click', connect);", True, id="click"),
        pytest.param("retry.onclick = () => { tries = 0; connect(); };", True, id="onclick"),
        pytest.param("window.addEventListener('online', () => connect());", True, id="online"),
        pytest.param("export function useChat() { return { messages, connect }; }", True, id="handed-out"),
        pytest.param("export function useChat() { return { messages }; }", False, id="kept"),
        pytest.param("retry.onclick = () => location.reload();", True, id="page-reload"),
        pytest.param("button.addEventListener('click', send);", False, id="another-click"),
    ],
)
def test_resumed(around: str, expected: bool) -> None:
    """After it gave up, a click or the browser may start it again."""
    code = "let tries = 0;\n" + CONNECT % "ws.onclose = () => { if (tries++ < 5) setTimeout(connect, 1000); };" + f"\n{around}"
    found = one(code, "src/a.js").reconnect
    assert found is not None
    assert expected == found.resumed


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            "class S { listen = () => { const ws = new WebSocket(u);\n"
            "ws.onclose = () => setTimeout(() => this.listen(), 3000); }; }",
            id="field",
        ),
        pytest.param(
            "class S { listen() { const ws = new WebSocket(u);\nws.onclose = () => setTimeout(() => this.listen(), 3000); } }",
            id="method",
        ),
        pytest.param(
            "class S { #open() { this.#ws = new WebSocket(u);\n"
            "this.#ws.onclose = () => { setTimeout(() => this.#open(), 3000); }; } }",
            id="private",
        ),
        pytest.param(
            "const s = { open() { s.ws = new WebSocket(u);\ns.ws.onclose = () => setTimeout(() => s.open(), 3000); } };",
            id="object",
        ),
        pytest.param(
            "exports.open = function () { const ws = new WebSocket(u);\nws.onclose = () => setTimeout(exports.open, 3000); };",
            id="export",
        ),
        pytest.param(
            "const open = useCallback(() => { const ws = new WebSocket(u);\nws.onclose = () => setTimeout(open, 3000); }, []);",
            id="hook",
        ),
        pytest.param(
            "class S { start() { this.ws = new WebSocket(u);\nthis.ws.onclose = this.onClose.bind(this); }\n"
            "onClose() { setTimeout(() => this.start(), 3000); } }",
            id="bound-method",
        ),
        pytest.param(
            "function S() { var self = this;\nself.open = function () { self.ws = new WebSocket(u);\n"
            "self.ws.onclose = function () { setTimeout(self.open, 3000); }; }; }",
            id="self",
        ),
        pytest.param(
            "function open() { const ws = new WebSocket(u);\nws.onclose = () => check().then(() => setTimeout(open, 3000)); }",
            id="after-a-promise",
        ),
        pytest.param(
            "function open() { const ws = new WebSocket(u);\n"
            "ws.onclose = () => { clearTimeout(t); t = window.setTimeout(open, 3e3); }; }",
            id="window-timer",
        ),
    ],
)
def test_reconnect_in_every_dress(code: str) -> None:
    """Functions, methods, fields, hooks and bound handlers are all followed."""
    found = one(code, "src/a.js").reconnect
    assert ("fixed", 3.0) == (found and found.kind, found and found.delay_s)
