"""WebSocket routes of FastAPI, Starlette, Quart, Sanic and Litestar."""

from __future__ import annotations

import pytest

from tests.stack.python.trees import only, paths, uses

_FASTAPI = "from fastapi import FastAPI, WebSocket\napp = FastAPI()\n"


@pytest.mark.parametrize(
    ("code", "library", "expected"),
    [
        pytest.param(
            _FASTAPI + '@app.websocket("/ws")\nasync def f(websocket: WebSocket): ...\n',
            "fastapi-starlette",
            [("/ws", False)],
            id="fastapi",
        ),
        pytest.param(
            _FASTAPI + '@app.websocket("/ws/{room}/chat")\nasync def f(websocket: WebSocket): ...\n',
            "fastapi-starlette",
            [("/ws/", True)],
            id="parameter",
        ),
        pytest.param(
            _FASTAPI + '@app.websocket("/{room}")\nasync def f(websocket: WebSocket): ...\n',
            "fastapi-starlette",
            [(None, False)],
            id="parameter-first",
        ),
        pytest.param(
            _FASTAPI + 'PATH = "/x"\n@app.websocket(PATH)\nasync def f(websocket: WebSocket): ...\n',
            "fastapi-starlette",
            [("/x", False)],
            id="constant",
        ),
        pytest.param(
            'from fastapi import APIRouter, WebSocket\nr = APIRouter(prefix="/api")\n'
            '@r.websocket("/ws")\nasync def f(ws: WebSocket): ...\n',
            "fastapi-starlette",
            [("/api/ws", False)],
            id="router-prefix",
        ),
        pytest.param(
            _FASTAPI + 'async def f(ws: WebSocket): ...\napp.add_api_websocket_route("/ws", f)\n',
            "fastapi-starlette",
            [("/ws", False)],
            id="added",
        ),
        pytest.param(
            "from starlette.applications import Starlette\nfrom starlette.routing import Mount, WebSocketRoute\n"
            'app = Starlette(routes=[WebSocketRoute("/a", f), Mount("/m", routes=[WebSocketRoute("/b", g)])])\n',
            "fastapi-starlette",
            [("/a", False), ("/m/b", False)],
            id="starlette-routes",
        ),
        pytest.param(
            'from quart import Quart, websocket\napp = Quart(__name__)\n@app.websocket("/ws")\nasync def ws(): ...\n',
            "quart",
            [("/ws", False)],
            id="quart",
        ),
        pytest.param(
            'from sanic import Sanic\napp = Sanic("x")\n@app.websocket("/feed")\nasync def feed(request, ws): ...\n',
            "sanic",
            [("/feed", False)],
            id="sanic",
        ),
        pytest.param(
            'from litestar import websocket_listener\n@websocket_listener("/ws")\nasync def f(data: str) -> str: ...\n',
            "litestar",
            [("/ws", False)],
            id="litestar",
        ),
    ],
)
def test_routes(code: str, library: str, expected: list[tuple[str | None, bool]]) -> None:
    """Each way to declare a route is seen, with the path before its first parameter."""
    use = only(code)
    assert library == use.library
    assert expected == paths(use)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("from fastapi import FastAPI\napp = FastAPI()\n# @app.websocket('/ws')\n", id="comment"),
        pytest.param("from fastapi import FastAPI, WebSocket\napp = FastAPI()\n@app.get('/ws')\ndef f(): ...\n", id="http-route"),
        pytest.param('"""Use @app.websocket("/ws") in fastapi."""\n', id="docstring"),
        pytest.param(
            "from fastapi.testclient import TestClient\nclient = TestClient(app)\n"
            "def f():\n    with client.websocket_connect('/ws') as ws: ws.send_text('x')\n",
            id="test-client",
        ),
        pytest.param("import uvicorn\nuvicorn.run('main:app')\n", id="server-alone"),
        pytest.param("import gevent\nfrom gevent import monkey\nmonkey.patch_all()\n# websocket\n", id="gevent"),
    ],
)
def test_mentions_are_no_use(code: str) -> None:
    """A comment, an HTTP route, a test client or an ASGI server alone is no WebSocket."""
    assert () == uses(code)


def test_prefixes_are_followed_from_file_to_file() -> None:
    """A router's public path is built from every include on the way to the app."""
    use = only(
        {
            "app/main.py": "from fastapi import FastAPI\nfrom app.api.api import api_router\n"
            "from app.core.config import settings\napp = FastAPI()\napp.include_router(api_router, prefix=settings.API_V1)\n",
            "app/core/config.py": 'class Settings:\n    API_V1: str = "/api/v1"\nsettings = Settings()\n',
            "app/api/api.py": "from fastapi import APIRouter\nfrom app.api.endpoints import chat\n"
            'api_router = APIRouter()\napi_router.include_router(chat.router, prefix="/chat")\n',
            "app/api/endpoints/__init__.py": "",
            "app/api/endpoints/chat.py": "from fastapi import APIRouter, WebSocket\nrouter = APIRouter()\n"
            '@router.websocket("/ws/{id}")\nasync def f(websocket: WebSocket): ...\n',
        }
    )
    assert [("/api/v1/chat/ws/", True)] == paths(use)
    assert "app/api/endpoints/chat.py:3" == str(use.place)


def test_mounted_app() -> None:
    """A sub-application's routes stand below the path it is mounted at; relative imports are followed."""
    use = only(
        {
            "pkg/main.py": 'from fastapi import FastAPI\nfrom .sub import sub\napp = FastAPI()\napp.mount("/sub", sub)\n',
            "pkg/sub.py": _FASTAPI.replace("app =", "sub =") + '@sub.websocket("/ws")\nasync def f(w: WebSocket): ...\n',
        }
    )
    assert [("/sub/ws", False)] == paths(use)


def test_included_twice() -> None:
    """A router that is included twice has two public paths."""
    code = (
        'from fastapi import APIRouter, FastAPI, WebSocket\napp = FastAPI()\nr = APIRouter()\n@r.websocket("/ws")\n'
        'async def f(w: WebSocket): ...\napp.include_router(r, prefix="/a")\napp.include_router(r, prefix="/b")\n'
    )
    assert [("/a/ws", False), ("/b/ws", False)] == paths(only(code))


def test_routers_that_include_each_other_end() -> None:
    """A circle of includes is cut."""
    code = (
        "from fastapi import APIRouter, WebSocket\na = APIRouter()\nb = APIRouter()\na.include_router(b)\nb.include_router(a)\n"
        '@a.websocket("/ws")\nasync def f(w: WebSocket): ...\n'
    )
    assert "fastapi-starlette" == only(code).library


@pytest.mark.parametrize(
    ("call", "listens", "beat"),
    [
        ("uvicorn.run(app)", ("127.0.0.1", 8000, "default"), ("server", 20, "default")),
        ('uvicorn.run(app, host="0.0.0.0", port=9000)', ("0.0.0.0", 9000, "literal"), ("server", 20, "default")),
        (
            'uvicorn.run("app:app", host="0.0.0.0", port=int(os.environ.get("PORT", 5000)), ws_ping_interval=300)',
            ("0.0.0.0", 5000, "environment"),
            ("server", 300, "configured"),
        ),
        ("uvicorn.run(app, ws_ping_interval=None)", ("127.0.0.1", 8000, "default"), ("none", None, "configured")),
    ],
)
def test_server_started_by_the_code(call: str, listens: tuple[object, ...], beat: tuple[object, ...]) -> None:
    """``uvicorn.run`` in the same app says where it listens and how it pings."""
    use = only(f'import os, uvicorn\n{_FASTAPI}@app.websocket("/ws")\nasync def f(w: WebSocket): ...\n{call}\n')
    endpoint = use.endpoints[0]
    assert listens == (endpoint.bind, endpoint.port, endpoint.port_from)
    assert use.heartbeat is not None
    assert beat == (use.heartbeat.sender, use.heartbeat.interval_s, use.heartbeat.source)


def test_sanic_serves_itself() -> None:
    """Sanic's own run says where it listens, and its configuration how often it pings."""
    use = only(
        'from sanic import Sanic\napp = Sanic("x")\napp.config.WEBSOCKET_PING_INTERVAL = 50\n@app.websocket("/feed")\n'
        'async def feed(request, ws): ...\napp.run(host="0.0.0.0", port=9999)\n'
    )
    assert use.heartbeat is not None
    assert ("0.0.0.0", 9999, 50, "own_process") == (
        use.endpoints[0].bind,
        use.endpoints[0].port,
        use.heartbeat.interval_s,
        use.runs_in,
    )


def test_the_server_decides_the_heartbeat() -> None:
    """Without a server in the code the heartbeat is left to whatever serves ASGI."""
    use = only(_FASTAPI + '@app.websocket("/ws")\nasync def f(w: WebSocket): ...\n')
    assert (None, "asgi") == (use.heartbeat, use.runs_in)


def test_pings_of_the_app_itself() -> None:
    """A loop that sleeps and sends something called a ping is the app's own heartbeat."""
    use = only(
        _FASTAPI + '@app.websocket("/ws")\nasync def f(websocket: WebSocket):\n'
        '    while True:\n        await asyncio.sleep(15)\n        await websocket.send_json({"type": "ping"})\n'
        "import asyncio\n"
    )
    assert use.heartbeat is not None
    assert ("server", 15, "observed") == (use.heartbeat.sender, use.heartbeat.interval_s, use.heartbeat.source)


_MANAGER = """
class Manager:
    def __init__(self):
        self.active: list[WebSocket] = []
    async def connect(self, websocket: WebSocket):
        await websocket.accept()
        self.active.append(websocket)
    async def answer(self, message: str, websocket: WebSocket):
        await websocket.send_text(message)
"""
_BROADCAST = """    async def broadcast(self, message: str):
        for connection in self.active:
            await connection.send_text(message)
"""


def test_broadcast_from_memory() -> None:
    """Sending to sockets kept in a list is a broadcast; answering one's own socket is not."""
    route = '\n@app.websocket("/ws")\nasync def f(websocket: WebSocket): ...\n'
    sends = only(_FASTAPI + _MANAGER + _BROADCAST + route).broadcasts
    assert sends is not None
    assert 14 == sends.line
    assert only(_FASTAPI + _MANAGER + route).broadcasts is None


def test_sending_to_a_socket_looked_up() -> None:
    """A socket taken out of a shared dictionary is somebody else's."""
    use = only(
        _FASTAPI + 'rooms: dict[str, WebSocket] = {}\n@app.websocket("/ws")\nasync def f(websocket: WebSocket, id: str):\n'
        "    rooms[id] = websocket\n    other = rooms.get('x')\n    await other.send_text('hi')\n"
    )
    assert use.broadcasts is not None
    assert 8 == use.broadcasts.line


def test_backplane_of_redis() -> None:
    """A subscription in the same app joins its processes; a cache in Redis does not."""
    route = _FASTAPI + _MANAGER + _BROADCAST + '\n@app.websocket("/ws")\nasync def f(websocket: WebSocket): ...\n'
    listens = "import redis.asyncio as redis\nasync def listen():\n    p = redis.Redis().pubsub()\n    await p.subscribe('x')\n"
    caches = "import redis\ndef get():\n    return redis.Redis().get('x')  # pubsub\n"
    found = [only({"app.py": route, "hub.py": code}).backplane for code in (listens, caches)]
    assert ["redis", None] == found


def test_workers_in_code() -> None:
    """``uvicorn.run(workers=4)`` forks, ``workers=1`` does not."""
    from tests.stack.python.trees import found

    code = _FASTAPI + 'import uvicorn\n@app.websocket("/ws")\nasync def f(w: WebSocket): ...\nuvicorn.run("a:app", workers={})\n'
    assert [1, 0] == [len(found({"app.py": code.format(count)}).forks) for count in (4, 1)]


def test_cookies_and_origin() -> None:
    """Reading the cookie makes the session the socket's identity; reading Origin is a check of the app's own."""
    body = '@app.websocket("/ws")\nasync def f(websocket: WebSocket):\n    {}\n'
    cookies = only(_FASTAPI + body.format("user = websocket.cookies['session']"))
    origin = only(_FASTAPI + body.format("origin = websocket.headers.get('Origin')"))
    assert (True, None) == (cookies.cookies, cookies.origins)
    assert (False, ("{decided in code}",)) == (origin.cookies, origin.origins)


def test_scopes_are_kept_apart() -> None:
    """A test's own app is a use of its own, in the scope of tests."""
    code = _FASTAPI + '@app.websocket("/ws")\nasync def f(w: WebSocket): ...\n'
    assert {"production", "test"} == {use.scope for use in uses({"app.py": code, "tests/app.py": code})}


def test_a_socket_library_is_no_app() -> None:
    """The source of a package that is itself the library is not a deployment."""
    code = _FASTAPI + '@app.websocket("/ws")\nasync def f(w: WebSocket): ...\n'
    assert () == uses({"pyproject.toml": '[project]\nname = "starlette"\n', "starlette/app.py": code})
