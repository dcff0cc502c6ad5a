"""python-socketio, Flask-SocketIO and Flask-Sock."""

from __future__ import annotations

import pytest

from tests.stack.python.trees import only, paths, uses


@pytest.mark.parametrize(
    ("code", "expected", "runs_in", "plain"),
    [
        pytest.param(
            "sio = socketio.AsyncServer(async_mode='asgi')\napp = socketio.ASGIApp(sio)\n", "/socket.io/", "asgi", 404, id="alone"
        ),
        pytest.param(
            "sio = socketio.AsyncServer()\napp = socketio.ASGIApp(sio, other, socketio_path='live')\n",
            "/live/",
            "asgi",
            None,
            id="beside-another-app",
        ),
        pytest.param(
            "sio = socketio.AsyncServer()\napp.mount('/ws', socketio.ASGIApp(sio))\n",
            "/ws/socket.io/",
            "asgi",
            None,
            id="mounted",
        ),
        pytest.param(
            "sio = socketio.AsyncServer()\nsub = socketio.ASGIApp(sio)\napp.mount('/ws', sub)\n",
            "/ws/socket.io/",
            "asgi",
            None,
            id="mounted-by-name",
        ),
        pytest.param("sio = socketio.Server()\napp = socketio.WSGIApp(sio, flask)\n", "/socket.io/", "wsgi", None, id="wsgi"),
        pytest.param(
            "sio = socketio.AsyncServer(async_mode='aiohttp')\nsio.attach(app)\n",
            "/socket.io/",
            "own_process",
            None,
            id="aiohttp",
        ),
    ],
)
def test_python_socketio(code: str, expected: str, runs_in: str, plain: int | None) -> None:
    """Path, what must host it, and what a plain request gets, by how the server is mounted."""
    use = only(f"import socketio\n{code}")
    assert ("python-socketio", [(expected, True)], runs_in, plain) == (use.library, paths(use), use.runs_in, use.plain_get)
    assert ("polling", "websocket") == use.transports


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("", ("{same origin}",)),
        ("cors_allowed_origins='*'", ("*",)),
        ("cors_allowed_origins=[]", ("*",)),
        ("cors_allowed_origins=['https://a.example']", ("https://a.example",)),
        ("cors_allowed_origins=origins()", ("{computed}",)),
    ],
)
def test_origins(option: str, expected: tuple[str, ...]) -> None:
    """By default only the same origin is let in; an empty list switches the check off."""
    assert expected == only(f"import socketio\nsio = socketio.AsyncServer({option})\n").origins


def test_heartbeat() -> None:
    """25 and 20 seconds unless set; before version 5 the client pings, every 25 s."""
    plain = only("import socketio\nsio = socketio.AsyncServer()\n").heartbeat
    told = only("import socketio\nsio = socketio.AsyncServer(ping_interval=(60, 5), ping_timeout=10)\n").heartbeat
    old = only({"requirements.txt": "python-socketio==4.6.1\n", "app.py": "import socketio\nsio = socketio.Server()\n"}).heartbeat
    assert [(25, 20, "default"), (60, 10, "configured")] == [(b.interval_s, b.timeout_s, b.source) for b in (plain, told) if b]
    assert old is not None
    assert ("client", 25, 60) == (old.sender, old.interval_s, old.timeout_s)


def test_client_manager() -> None:
    """A manager over a network joins processes, and is a backplane of its own."""
    found = uses("import socketio\nsio = socketio.AsyncServer(client_manager=socketio.AsyncRedisManager(url))\n")
    assert ["server", "backplane"] == [use.role for use in found]
    assert "socketio-redis-manager" == found[0].backplane
    assert only("import socketio\nsio = socketio.AsyncServer(client_manager=socketio.AsyncManager())\n").backplane is None


def test_rooms() -> None:
    """An emit to a room goes to sockets in memory; one to a single sid does not."""
    code = "import socketio\nsio = socketio.AsyncServer()\nasync def f(sid):\n    await sio.emit('x', {{}}, {})\n"
    found = [only(code.format(target)).broadcasts for target in ("room='r'", "to=sid")]
    assert [True, False] == [place is not None for place in found]


_FLASK = "from flask import Flask\nfrom flask_socketio import SocketIO, emit\napp = Flask(__name__)\n"


def test_flask_socketio() -> None:
    """The development server's address, the WSGI server it needs, and Socket.IO's own path."""
    use = only(_FLASK + "io = SocketIO(app)\nio.run(app)\n")
    endpoint = use.endpoints[0]
    assert ("flask-socketio", "wsgi", "/socket.io/") == (use.library, use.runs_in, endpoint.path)
    assert ("127.0.0.1", 5000, "default") == (endpoint.bind, endpoint.port, endpoint.port_from)


def test_flask_socketio_in_several_files() -> None:
    """Options given to init_app in another file count, as does a run in a third."""
    use = next(
        use
        for use in uses(
            {
                "app/ext.py": "from flask_socketio import SocketIO\nsocketio = SocketIO()\n",
                "app/__init__.py": "from flask import Flask\nfrom .ext import socketio\ndef create():\n    app = Flask('x')\n"
                "    socketio.init_app(app, message_queue='redis://', cors_allowed_origins='*', path='live')\n    return app\n",
                "run.py": "from app.ext import socketio\nfrom app import create\n"
                "socketio.run(create(), host='0.0.0.0', port=8080)  # flask\n",
            }
        )
        if use.role == "server"
    )
    endpoint = use.endpoints[0]
    assert ("socketio-redis-manager", ("*",), "/live/") == (use.backplane, use.origins, endpoint.path)
    assert ("0.0.0.0", 8080) == (endpoint.bind, endpoint.port)


def test_flask_emitter_is_no_server() -> None:
    """A SocketIO that only writes to the queue accepts nobody."""
    assert () == uses("from flask_socketio import SocketIO\nio = SocketIO(message_queue='redis://')\nio.emit('x', {})\n")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("emit('x', {})", False),
        ("emit('x', {}, broadcast=True)", True),
        ("io.emit('x', {})", True),
        ("emit('x', {}, room=sid)", False),
    ],
)
def test_flask_broadcast(line: str, expected: bool) -> None:
    """An answer to the sender is no broadcast."""
    use = only(_FLASK + f"io = SocketIO(app)\n@io.on('m')\ndef f(data):\n    {line}\n")
    assert expected == (use.broadcasts is not None)


def test_flask_sock() -> None:
    """Routes of a Sock object; it pings only with SOCK_SERVER_OPTIONS."""
    code = (
        "from flask import Flask\nfrom flask_sock import Sock\napp = Flask(__name__)\nsock = Sock(app)\n"
        "{}@sock.route('/echo')\ndef f(ws): ...\n"
    )
    plain = only(code.format(""))
    pings = only(code.format("app.config['SOCK_SERVER_OPTIONS'] = {'ping_interval': 25}\n"))
    assert ("flask-sock", "wsgi", [("/echo", False)]) == (plain.library, plain.runs_in, paths(plain))
    assert plain.heartbeat is not None
    assert pings.heartbeat is not None
    assert [("none", None), ("server", 25.0)] == [(b.sender, b.interval_s) for b in (plain.heartbeat, pings.heartbeat)]


@pytest.mark.parametrize(
    "code",
    [
        "import socketio\nprint(socketio.__version__)\n",
        "from flask import Flask\napp = Flask('x')\n@app.route('/echo')\ndef f(): ...\n# flask_sock flask_socketio\n",
        "from http.server import Server\nServer()  # socketio\n",
    ],
)
def test_mentions_are_no_use(code: str) -> None:
    """An import or an ordinary Flask route is no socket."""
    assert () == uses(code)
