"""Whatever a script holds: an answer, never an exception; and nothing that takes long."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.stack.library import libraries

from .trees import detect, uses

_PIECES = st.sampled_from(
    [
        "const ws = new WebSocket(",
        "url",
        ")",
        ";",
        "\n",
        "import { WebSocketServer } from 'ws'",
        "new WebSocketServer({ port: ",
        "}",
        "{",
        "(",
        "process.env.PORT || 3000",
        "ws.onclose = ",
        "() => ",
        "setTimeout(",
        "connect",
        ", 1000)",
        "function connect() {",
        "setInterval(",
        "ws.send(x)",
        "io.emit('x')",
        "require('socket.io')(",
        "x = x + ",
        "const x = ",
        "x",
        "`${",
        "}`",
        "? a : b",
        "location.host",
        "class A extends B {",
        "this.x = ",
        "return ",
        "for (const c of clients) ",
        "await ",
        "[",
        "]",
        "...",
        "=> x()",
        "if (n < 5) ",
        "export ",
        "export default ",
        "@WebSocketGateway(",
        "/re/",
        "'",
        '"',
        "\u2028",
        "\ud7ff",
        "<script>",
        "</script>",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_PIECES, max_size=40).map("".join), st.sampled_from(["a.js", "a.ts", "a.tsx", "a.vue", "a.html", "a.astro"]))
def test_pieces(code: str, path: str) -> None:
    """Scripts put together at random are read without an exception."""
    detect({path: code, "b.js": f"import x from './{path}';\nnew WebSocket(x);"})


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_text(code: str) -> None:
    """Any text whatever is read without an exception."""
    detect({"a.js": code + "\nnew WebSocket(u)", "a.html": f"<script>{code} new WebSocket(u)"})


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("const a = b; const b = a; new WebSocket(a);", id="constants-in-a-circle"),
        pytest.param("const a = () => a(); new WebSocket(a());", id="function-that-returns-itself"),
        pytest.param("let u = 'ws://a'; u = u + u; u = u + u; u = u + u; new WebSocket(u + u + u + u);", id="doubling"),
        pytest.param(
            "function f() { ws.onclose = f; g(); } function g() { f(); } const ws = new WebSocket(u); f();",
            id="calls-in-a-circle",
        ),
        pytest.param("new WebSocket(" + "(" * 300 + "u" + ")" * 300 + ");", id="parentheses"),
        pytest.param("new WebSocket(" + " + ".join(["a ? 'x' : 'y'"] * 200) + ");", id="branches"),
        pytest.param("new WebSocket(" + "a ? b : " * 300 + "c);", id="ternaries"),
    ],
)
def test_circles_and_towers(code: str) -> None:
    """Definitions in circles and expressions of great depth end."""
    assert 1 == len(uses({"a.js": code}))


def test_imports_in_a_circle() -> None:
    """Modules that export each other's exports end."""
    files = {"a.js": "export { U } from './b';\nimport { U } from './b';\nnew WebSocket(U);", "b.js": "export { U } from './a';"}
    assert [(None,)] == [tuple(url.host for url in use.urls) for use in uses(files)]


def test_too_deep_is_told() -> None:
    """A script that nobody wrote by hand is named, not dropped in silence."""
    found = detect({"a.js": "x = " + "[\n" * 5000 + "]" * 5000 + "; new WebSocket(u)"})
    assert [("a.js", True)] == [(item.file, "levels deep" in item.reason) for item in found.not_read]


def test_no_way_out_of_the_tree() -> None:
    """An import that leads out of the tree is not followed."""
    assert [(None,)] == [
        tuple(url.host for url in use.urls) for use in uses({"a.js": "import u from '../../etc/u';\nnew WebSocket(u);"})
    ]


def test_every_library_with_shapes_has_words() -> None:
    """A library whose files the pre-filter cannot find would never be seen."""
    assert [] == [
        library.id for library in libraries().values() if library.ecosystem == "npm" and library.shapes and not library.words
    ]
