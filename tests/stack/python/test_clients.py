"""Clients: their URLs, and what they do after a close."""

from __future__ import annotations

import pytest

from advisor.model import Use
from tests.stack.python.trees import only, uses

_SERVER = "from fastapi import FastAPI, WebSocket\napp = FastAPI()\n@app.websocket('/x')\nasync def f(w: WebSocket): ...\n"


@pytest.mark.parametrize(
    ("code", "library", "kind", "delay"),
    [
        pytest.param(
            "import websockets\nasync def f():\n    async for ws in websockets.connect(U):\n        await ws.recv()\n",
            "websockets-py",
            "library",
            None,
            id="iterator",
        ),
        pytest.param(
            "import asyncio, websockets\nasync def f():\n    while True:\n        async with websockets.connect(U) as ws:\n"
            "            async for m in ws: ...\n        await asyncio.sleep(5)\n",
            "websockets-py",
            "fixed",
            5,
            id="loop",
        ),
        pytest.param(
            "import websockets\nasync def f():\n    while True:\n        async with websockets.connect(U) as ws:\n"
            "            async for m in ws: ...\n",
            "websockets-py",
            "immediate",
            0,
            id="loop-without-a-pause",
        ),
        pytest.param(
            "import asyncio, websockets\nasync def f():\n    delay = 1\n    while True:\n"
            "        async with websockets.connect(U) as ws:\n            async for m in ws: ...\n"
            "        await asyncio.sleep(delay)\n        delay = min(delay * 2, 60)\n",
            "websockets-py",
            "exponential",
            1,
            id="backoff",
        ),
        pytest.param(
            "from websockets.sync.client import connect\nwith connect(U) as ws:\n    for m in ws: ...\n",
            "websockets-py",
            "none",
            None,
            id="once",
        ),
        pytest.param(
            "import websocket\napp = websocket.WebSocketApp(U)\napp.run_forever(reconnect=7)\n",
            "websocket-client-py",
            "fixed",
            7,
            id="run-forever-reconnects",
        ),
        pytest.param(
            "import websocket\napp = websocket.WebSocketApp(U)\napp.run_forever()\n",
            "websocket-client-py",
            "none",
            None,
            id="run-forever",
        ),
        pytest.param(
            "import aiohttp, asyncio\nasync def f():\n    async with aiohttp.ClientSession() as s:\n"
            "        async with s.ws_connect(U) as ws:\n            async for m in ws: ...\n"
            "async def main():\n    await f()\nasyncio.run(main())\n",
            "aiohttp",
            "none",
            None,
            id="aiohttp",
        ),
        pytest.param("import socketio\nio = socketio.Client()\nio.connect(U)\n", "python-socketio", "library", 1, id="socketio"),
        pytest.param(
            "import socketio\nio = socketio.Client(reconnection=False)\nio.connect(U)\n",
            "python-socketio",
            "none",
            None,
            id="socketio-off",
        ),
    ],
)
def test_reconnect(code: str, library: str, kind: str, delay: float | None) -> None:
    """The schedule is the library's, that of the loop around the call, or none."""
    use = only(code)
    assert ("client", library) == (use.role, use.library)
    assert use.reconnect is not None
    assert (kind, delay) == (use.reconnect.kind, use.reconnect.delay_s)


def test_backoff_has_a_cap() -> None:
    """``min(delay * 2, 60)`` is a cap, and ``range(5)`` the last try."""
    capped = only(
        "import time, websocket\ndef f():\n    d = 1\n    while True:\n        ws = websocket.create_connection(U)\n"
        "        time.sleep(d)\n        d = min(d * 2, 60)\n"
    )
    bounded = only(
        "import time, websocket\ndef f():\n    for i in range(5):\n"
        "        ws = websocket.create_connection(U)\n        time.sleep(1)\n"
    )
    assert capped.reconnect is not None
    assert bounded.reconnect is not None
    assert (60, 5) == (capped.reconnect.max_delay_s, bounded.reconnect.attempts)


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("async def main():\n    while True:\n        await once()\n", id="called-in-a-loop"),
        pytest.param("", id="called-from-elsewhere"),
        pytest.param("async def main():\n    await once()\n", id="called-by-nobody-seen"),
        pytest.param("def on_close(w):\n    once()\nonce()\non_close(w)\nretry(once)\n", id="handed-on"),
    ],
)
def test_a_function_that_may_be_started_again_is_left_open(rest: str) -> None:
    """Where somebody else may call the function after a close, its schedule is not known."""
    code = (
        "import websockets\nasync def once():\n    async with websockets.connect(U) as ws:\n        async for m in ws: ...\n"
        + rest
    )
    assert only(code).reconnect is None


def test_a_method_is_left_open() -> None:
    """What a class offers is called by others."""
    code = "import websockets\nclass A:\n    async def go(self):\n        self.ws = await websockets.connect(U)\n"
    assert only(code).reconnect is None


def test_many_calls_in_one_file() -> None:
    """A file with hundreds of connections is generated or a test; fifty stand for all."""
    assert 50 == len(uses("import websockets\n" + "websockets.connect(U)\n" * 200))


def _client(expression: str, **files: str) -> Use:
    code = f"import os, websockets\nHOST = 'h.example'\nasync def f(ws_host):\n    await websockets.connect({expression})\n"
    (use,) = (use for use in uses({"client.py": code, "server.py": _SERVER, **files}) if use.role == "client")
    return use


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"ws://localhost:8000/ws"', ("ws", "localhost", 8000, "/ws", None, False)),
        ('"wss://a.example"', ("wss", "a.example", None, "/", None, False)),
        ('f"wss://{HOST}/ws/{room}"', ("wss", "h.example", None, "/ws/{room}", None, False)),
        ('f"ws://{ws_host}/ws"', ("ws", None, None, "/ws", None, False)),
        ('"ws://" + HOST + "/ws"', ("ws", "h.example", None, "/ws", None, False)),
        ('os.environ["WS_URL"]', (None, None, None, None, "WS_URL", False)),
        ('os.getenv("WS_URL", "ws://localhost:1/x")', ("ws", "localhost", 1, "/x", "WS_URL", True)),
        ("make()", (None, None, None, None, None, False)),
    ],
)
def test_urls(expression: str, expected: tuple[object, ...]) -> None:
    """The parts that the code shows are read; computed ones are left open."""
    url = _client(expression).urls[0]
    assert expected == (url.scheme, url.host, url.port, url.path, url.environment, url.guarded)


def test_secrets_in_urls_are_not_shown() -> None:
    """Neither a password nor a token of a URL leaves the reader."""
    shown = _client('"wss://me:hunter2@a.example/ws?token=hunter3&x=1"').urls[0].text
    assert "wss://{user}@a.example/ws?token={secret}&x=1" == shown


def test_foreign() -> None:
    """A known feed is somebody else's; any public host is, where the code serves no sockets itself."""
    assert _client('"wss://stream.binance.com/ws"').foreign
    assert not _client('"wss://api.mine.example/ws"').foreign
    assert only("import websockets\nwebsockets.connect('wss://api.mine.example/ws')\n").foreign
    assert not only("import websockets\nwebsockets.connect('ws://localhost/ws')\n").foreign


def test_one_shot() -> None:
    """A script that asks once and ends is told from one that listens."""
    once = only("import websocket\ndef f():\n    ws = websocket.create_connection(U)\n    ws.send('x')\n    return ws.recv()\n")
    stays = only("import websocket\ndef f():\n    ws = websocket.create_connection(U)\n    while True:\n        ws.recv()\n")
    assert [True, False] == [once.one_shot, stays.one_shot]


def test_heartbeat() -> None:
    """websockets pings by itself, websocket-client only where it is told to."""
    codes = (
        "import websockets\nwebsockets.connect(U)\n",
        "import websockets\nwebsockets.connect(U, ping_interval=None)\n",
        "import websocket\na = websocket.WebSocketApp(U)\na.run_forever(ping_interval=30)\n",
        "import websocket\na = websocket.WebSocketApp(U)\na.run_forever()\n",
    )
    beats = [only(code).heartbeat for code in codes]
    assert [("client", 20), ("none", None), ("client", 30), ("none", None)] == [(b.sender, b.interval_s) for b in beats if b]


@pytest.mark.parametrize(
    "code",
    [
        "import websockets\n",
        "from fastapi.testclient import TestClient\nTestClient(app).websocket_connect('/ws')\n",
        "from aiohttp.test_utils import TestClient\nasync def test(c):\n    await c.ws_connect('/ws')\n",
        "import sqlite3\nsqlite3.connect('websockets')\n",
        "import socket\nsocket.create_connection(('websocket', 80))\n",
    ],
)
def test_mentions_are_no_use(code: str) -> None:
    """Test clients and connections of other kinds are no clients."""
    assert () == uses(code)
