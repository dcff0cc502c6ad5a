"""Servers that own their sockets: websockets, aiohttp, Tornado, Autobahn, gevent-websocket."""

from __future__ import annotations

import pytest

from tests.stack.python.trees import only, paths, uses


@pytest.mark.parametrize(
    ("call", "listens"),
    [
        ('websockets.serve(f, "localhost", 8765)', ("localhost", 8765, "literal")),
        ('websockets.serve(f, host="0.0.0.0", port=int(os.environ["PORT"]))', ("0.0.0.0", None, "environment")),
        ('websockets.serve(f, "", 80)', ("0.0.0.0", 80, "literal")),
        ("websockets.serve(f, HOST, PORT)", ("127.0.0.1", 9001, "literal")),
        ("websockets.serve(f, port=1)", (None, 1, "literal")),
        ("websockets.serve(f, host(), port())", (None, None, None)),
    ],
)
def test_websockets_listens(call: str, listens: tuple[object, ...]) -> None:
    """Host and port are read as arguments, constants and environment variables."""
    use = only(f'import os, websockets\nHOST = "127.0.0.1"\nPORT = 9001\nasync def main():\n    async with {call}: ...\n')
    endpoint = use.endpoints[0]
    assert "websockets-py" == use.library
    assert listens == (endpoint.bind, endpoint.port, endpoint.port_from)


@pytest.mark.parametrize(
    ("options", "beat"),
    [
        ("", ("both", 20, 20, "default")),
        (", ping_interval=None", ("none", None, None, "configured")),
        (", ping_interval=60, ping_timeout=5", ("both", 60, 5, "configured")),
        (", ping_interval=interval()", None),
    ],
)
def test_websockets_heartbeat(options: str, beat: tuple[object, ...] | None) -> None:
    """The library pings every 20 s unless the call says otherwise; a computed interval is not guessed."""
    found = only(f"import websockets\nwebsockets.serve(f, 'a', 1{options})\n").heartbeat
    assert beat == (found and (found.sender, found.interval_s, found.timeout_s, found.source))


def test_websockets_details() -> None:
    """Import style, origins, size, the answer to a plain request and HTTP/1.0."""
    use = only(
        "from websockets.asyncio.server import serve\n"
        "serve(f, 'a', 1, origins=['https://a.example'], max_size=2 * 1024, process_request=health)\n"
    )
    assert (("https://a.example",), None, "refuses") == (use.origins, use.plain_get, use.http10)
    assert use.max_message is not None
    assert 2048 == use.max_message.amount
    assert 426 == only("import websockets\nwebsockets.serve(f, 'a', 1)\n").plain_get


def test_websockets_broadcast() -> None:
    """``broadcast(CONNECTIONS, ...)`` sends to all sockets of this process."""
    use = only("import websockets\nasync def f(ws):\n    websockets.broadcast(ALL, 'x')\nwebsockets.serve(f, 'a', 1)\n")
    assert use.broadcasts is not None
    assert 3 == use.broadcasts.line


_AIOHTTP = (
    "from aiohttp import web\n{}async def handler(request):\n    ws = web.WebSocketResponse({})\n"
    "    await ws.prepare(request)\n    return ws\n{}"
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "app = web.Application()\napp.router.add_get('/ws', handler)\nweb.run_app(app)\n", ("/ws", False)),
        ("", "app.add_routes([web.get('/ws/{id}', handler)])\n", ("/ws/", True)),
        ("routes = web.RouteTableDef()\n@routes.get('/live')\n", "", ("/live", False)),
        ("", "app.router.add_route('GET', '/x', handler)\n", ("/x", False)),
        ("", "", (None, False)),
    ],
)
def test_aiohttp_routes(before: str, after: str, expected: tuple[str | None, bool]) -> None:
    """The handler that makes a WebSocketResponse is followed to the path it is registered at."""
    use = only(_AIOHTTP.format(before, "", after))
    assert ("aiohttp", [expected]) == (use.library, paths(use))


def test_aiohttp_heartbeat_and_port() -> None:
    """aiohttp pings only where heartbeat is set; run_app listens on 8080."""
    on, off = (only(_AIOHTTP.format("", option, "web.run_app(app)\n")) for option in ("heartbeat=30", ""))
    assert on.heartbeat is not None
    assert off.heartbeat is not None
    assert (("server", 30.0), ("none", None)) == (
        (on.heartbeat.sender, on.heartbeat.interval_s),
        (off.heartbeat.sender, off.heartbeat.interval_s),
    )
    assert (8080, "default") == (on.endpoints[0].port, on.endpoints[0].port_from)


_TORNADO = (
    "import tornado.web, tornado.websocket\nclass Echo(tornado.websocket.WebSocketHandler):\n    def on_message(self, m): ...\n{}"
    "app = tornado.web.Application([(r'/ws', Echo){}]{})\napp.listen(8888)\n"
)


def test_tornado() -> None:
    """Handler, route, port, and no ping unless the application sets one; other origins are refused."""
    use = only(_TORNADO.format("", "", ""))
    assert ("tornado", [("/ws", False)], 8888, ("{same origin}",)) == (
        use.library,
        paths(use),
        use.endpoints[0].port,
        use.origins,
    )
    assert use.heartbeat is not None
    assert "none" == use.heartbeat.sender


def test_tornado_configured() -> None:
    """websocket_ping_interval switches pings on, and check_origin can let everybody in."""
    use = only(_TORNADO.format("    def check_origin(self, origin):\n        return True\n", "", ", websocket_ping_interval=10"))
    assert use.heartbeat is not None
    assert (("*",), 10) == (use.origins, use.heartbeat.interval_s)


def test_autobahn() -> None:
    """The factory's URL gives the port, its protocol options the pings."""
    use = only(
        "from autobahn.asyncio.websocket import WebSocketServerFactory\n"
        "factory = WebSocketServerFactory('ws://127.0.0.1:9000')\nfactory.setProtocolOptions(autoPingInterval=15)\n"
    )
    assert use.heartbeat is not None
    assert ("autobahn-python", 9000, 15) == (use.library, use.endpoints[0].port, use.heartbeat.interval_s)


def test_gevent_websocket() -> None:
    """A WSGI server with the handler class of gevent-websocket accepts sockets."""
    use = only(
        "from gevent import pywsgi\nfrom geventwebsocket.handler import WebSocketHandler\n"
        "pywsgi.WSGIServer(('0.0.0.0', 5000), app, handler_class=WebSocketHandler).serve_forever()\n"
    )
    assert ("gevent-websocket", "0.0.0.0", 5000) == (use.library, use.endpoints[0].bind, use.endpoints[0].port)


@pytest.mark.parametrize(
    "code",
    [
        "import websockets\nprint(websockets.__version__)\n",
        "import aiohttp\nasync def f(s: aiohttp.ClientSession):\n    await s.get('http://x')  # WebSocketResponse\n",
        "import tornado.web\nclass A(tornado.web.RequestHandler): ...\n# WebSocketHandler\n",
        "from gevent import pywsgi\npywsgi.WSGIServer(('', 80), app)  # geventwebsocket\n",
        "def serve(f): ...\nserve(1)  # websockets\n",
    ],
)
def test_mentions_are_no_use(code: str) -> None:
    """An import, an HTTP client or a handler of another kind is no socket server."""
    assert () == uses(code)
