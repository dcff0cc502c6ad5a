"""Start commands: which server they run, where it listens, and whether it can ever answer 101."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.model import Heartbeat, Place, Server, Use
from advisor.stack.commands import (
    gunicorn_config,
    heartbeat_of,
    interpret,
    is_development,
    pm2_config,
    server_heartbeat,
    servers,
    serves,
)


def _run(command: str, **options: object) -> Server:
    server = interpret(command, **options)  # type: ignore[arg-type]
    assert server is not None
    return server


@pytest.mark.parametrize(
    ("command", "program", "can_upgrade"),
    [
        pytest.param("gunicorn app:app", "gunicorn", False, id="gunicorn-default-worker"),
        pytest.param("gunicorn -k sync --threads 1 app:app", "gunicorn", False, id="gunicorn-sync"),
        pytest.param("gunicorn --threads 8 app:app", "gunicorn", None, id="gunicorn-threads"),
        pytest.param("gunicorn --threads $THREADS app:app", "gunicorn", None, id="gunicorn-threads-computed"),
        pytest.param("gunicorn -k gthread app:app", "gunicorn", None, id="gunicorn-gthread"),
        pytest.param("gunicorn -k gevent app:app", "gunicorn", None, id="gunicorn-gevent"),
        pytest.param("gunicorn -k uvicorn.workers.UvicornWorker app:app", "gunicorn", True, id="gunicorn-uvicorn"),
        pytest.param("gunicorn --worker-class=uvicorn_worker.UvicornWorker a:b", "gunicorn", True, id="gunicorn-uvicorn-worker"),
        pytest.param("gunicorn -k asgi app:app", "gunicorn", True, id="gunicorn-own-asgi"),
        pytest.param("gunicorn -k geventwebsocket.gunicorn.workers.GeventWebSocketWorker a:b", "gunicorn", True, id="geventws"),
        pytest.param("gunicorn -k aiohttp.GunicornWebWorker a:b", "gunicorn", True, id="gunicorn-aiohttp"),
        pytest.param("gunicorn -k $CLASS a:b", "gunicorn", None, id="gunicorn-computed-class"),
        pytest.param("gunicorn -c conf.py a:b", "gunicorn", None, id="gunicorn-config-not-read"),
        pytest.param("GUNICORN_CMD_ARGS='-k asgi' gunicorn a:b", "gunicorn", True, id="gunicorn-arguments-variable"),
        pytest.param("uvicorn main:app", "uvicorn", True, id="uvicorn"),
        pytest.param("uvicorn main:app --ws none", "uvicorn", False, id="uvicorn-ws-none"),
        pytest.param("uvicorn main:app --interface wsgi", "uvicorn", False, id="uvicorn-wsgi"),
        pytest.param("daphne proj.asgi:application", "daphne", True, id="daphne"),
        pytest.param("hypercorn app:app", "hypercorn", True, id="hypercorn"),
        pytest.param("hypercorn wsgi:app:app", "hypercorn", False, id="hypercorn-wsgi"),
        pytest.param("granian --interface asgi app:app", "granian", True, id="granian"),
        pytest.param("granian --interface wsgi app:app", "granian", False, id="granian-wsgi"),
        pytest.param("granian --interface asgi --no-ws app:app", "granian", False, id="granian-no-ws"),
        pytest.param("fastapi run main.py", "fastapi", True, id="fastapi"),
        pytest.param("python -m uvicorn main:app", "uvicorn", True, id="python-m-uvicorn"),
        pytest.param("python3 -u app.py", "python", None, id="python-file"),
        pytest.param("python -m pkg.main", "python", None, id="python-module"),
        pytest.param("python -m http.server 8080", "http.server", False, id="http-server"),
        pytest.param("flask run", "flask", None, id="flask"),
        pytest.param("python manage.py runserver", "runserver", None, id="runserver"),
        pytest.param("waitress-serve app:app", "waitress", False, id="waitress"),
        pytest.param("uwsgi --http :80 --module a:b", "uwsgi", None, id="uwsgi"),
        pytest.param("streamlit run app.py", "streamlit", True, id="streamlit"),
        pytest.param("node server.js", "node", None, id="node"),
        pytest.param("serve -s build", "serve", False, id="serve"),
        pytest.param("npx serve -s build", "serve", False, id="npx-serve"),
        pytest.param("next start", "next", None, id="next"),
        pytest.param("nginx -g 'daemon off;'", "nginx", None, id="nginx"),
    ],
)
def test_program_and_upgrade(command: str, program: str, can_upgrade: bool | None) -> None:
    """The program is found, and a process that can never upgrade is told from one that may."""
    server = _run(command)
    assert (program, can_upgrade) == (server.program, server.can_upgrade)
    assert server.reason or can_upgrade is None


@pytest.mark.parametrize(
    "command",
    [
        "python manage.py migrate",
        "python manage.py collectstatic --noinput && python manage.py migrate",
        "celery -A proj worker",
        "python -m celery -A proj worker",
        "npm ci",
        "npm run build",
        "echo gunicorn app:app",
        "pip install gunicorn",
        "python -c 'print(1)'",
        "pm2 logs",
        "",
        "   ",
        "exec",
        "sh -c ''",
    ],
)
def test_no_server(command: str) -> None:
    """What only prepares, works in the background or names a server in passing runs none."""
    assert interpret(command, scripts={"build": "tsc"}) is None


@pytest.mark.parametrize(
    "command",
    [
        "exec gunicorn app:app",
        "sh -c 'gunicorn app:app'",
        'bash -lc "python manage.py migrate && exec gunicorn app:app"',
        "python manage.py migrate --noinput; gunicorn app:app",
        "cd src && gunicorn app:app",
        "DJANGO_SETTINGS_MODULE=a.b PYTHONUNBUFFERED=1 gunicorn app:app",
        "env A=b gunicorn app:app",
        "poetry run gunicorn app:app",
        "uv run --no-dev --with x gunicorn app:app",
        "pipenv run gunicorn app:app",
        "dumb-init -- gunicorn app:app",
        "/usr/bin/tini -g -- gunicorn app:app",
        "newrelic-admin run-program gunicorn app:app",
        "ddtrace-run gunicorn app:app",
        "doppler run --project x -- gunicorn app:app",
        "./wait-for-it.sh db:5432 -- gunicorn app:app",
        "/entrypoint.sh gunicorn app:app",
        "bin/start-nginx gunicorn app:app",
        "gosu app gunicorn app:app",
        "/opt/venv/bin/gunicorn app:app",
        "python -m gunicorn app:app",
        "python manage.py migrate && \\\n  gunicorn \\\n  app:app",
    ],
)
def test_wrappers_are_seen_through(command: str) -> None:
    """Shells, chains, assignments and wrappers do not hide the server."""
    server = _run(command)
    assert ("gunicorn", "app:app", False) == (server.program, server.entry, server.can_upgrade)


@pytest.mark.parametrize(
    ("command", "listens"),
    [
        pytest.param("uvicorn a:b", ("127.0.0.1", 8000, "default"), id="uvicorn-default-is-loopback"),
        pytest.param("uvicorn a:b --host 0.0.0.0 --port $PORT", ("0.0.0.0", None, "environment"), id="uvicorn-variable"),
        pytest.param("uvicorn a:b --host 0.0.0.0 --port ${PORT:-80}", ("0.0.0.0", 80, "environment"), id="uvicorn-fallback"),
        pytest.param("UVICORN_PORT=81 uvicorn a:b", ("127.0.0.1", 81, "literal"), id="uvicorn-environment"),
        pytest.param("uvicorn a:b --uds /run/a.sock", ("unix:/run/a.sock", None, None), id="uvicorn-socket"),
        pytest.param("gunicorn a:b", ("127.0.0.1", 8000, "default"), id="gunicorn-default"),
        pytest.param("PORT=90 gunicorn a:b", ("0.0.0.0", 90, "literal"), id="gunicorn-port-variable"),
        pytest.param("gunicorn -b :$PORT a:b", ("0.0.0.0", None, "environment"), id="gunicorn-every-interface"),
        pytest.param("gunicorn --bind=[::]:8080 a:b", ("::", 8080, "literal"), id="gunicorn-six"),
        pytest.param("gunicorn --bind unix:/tmp/g.sock a:b", ("unix:/tmp/g.sock", None, None), id="gunicorn-socket"),
        pytest.param("gunicorn -b0.0.0.0:5000 a:b", ("0.0.0.0", 5000, "literal"), id="gunicorn-glued"),
        pytest.param("daphne a:b", ("127.0.0.1", 8000, "default"), id="daphne-default"),
        pytest.param("daphne -p 8001 a:b", ("127.0.0.1", 8001, "literal"), id="daphne-port-alone-stays-loopback"),
        pytest.param("daphne -b 0.0.0.0 a:b", ("0.0.0.0", 8000, "default"), id="daphne-bind"),
        pytest.param("daphne -e ssl:443:privateKey=k:certKey=c a:b", ("0.0.0.0", 443, "literal"), id="daphne-endpoint"),
        pytest.param("daphne -u /tmp/d.sock a:b", ("unix:/tmp/d.sock", None, None), id="daphne-socket"),
        pytest.param("hypercorn a:b -b 0.0.0.0:$PORT", ("0.0.0.0", None, "environment"), id="hypercorn"),
        pytest.param("flask run", ("127.0.0.1", 5000, "default"), id="flask-default"),
        pytest.param("flask run --host=0.0.0.0 -p 80", ("0.0.0.0", 80, "literal"), id="flask"),
        pytest.param("python manage.py runserver", ("127.0.0.1", 8000, "default"), id="runserver-default"),
        pytest.param("python manage.py runserver 9000", ("127.0.0.1", 9000, "literal"), id="runserver-port-alone"),
        pytest.param("python manage.py runserver 0:9000", ("0.0.0.0", 9000, "literal"), id="runserver-zero"),
        pytest.param("fastapi run", ("0.0.0.0", 8000, "default"), id="fastapi-run"),
        pytest.param("fastapi dev", ("127.0.0.1", 8000, "default"), id="fastapi-dev"),
        pytest.param("waitress-serve --listen=*:8041 a:b", ("0.0.0.0", 8041, "literal"), id="waitress"),
        pytest.param("streamlit run a.py --server.port $PORT", ("0.0.0.0", None, "environment"), id="streamlit"),
        pytest.param("PORT=3001 node x.js", (None, 3001, "literal"), id="node-assignment"),
        pytest.param("next start -p 4000", (None, 4000, "literal"), id="next"),
    ],
)
def test_where_it_listens(command: str, listens: tuple[str | None, int | None, str | None]) -> None:
    """Host, port and the port's origin follow the flags, else the program's own defaults."""
    server = _run(command)
    assert listens == (server.bind, server.port, server.port_from)


def test_gunicorn_takes_the_platforms_port() -> None:
    """gunicorn without --bind listens on every interface where PORT is set."""
    server = _run("gunicorn a:b", port_variable="PORT")
    assert ("0.0.0.0", None, "environment") == (server.bind, server.port, server.port_from)


@pytest.mark.parametrize(
    ("command", "workers"),
    [
        ("gunicorn -w 4 a:b", 4),
        ("gunicorn a:b", 1),
        ("gunicorn -w $(nproc) a:b", None),
        ("gunicorn -w $((2 * $(nproc) + 1)) a:b", None),
        ("gunicorn -w ${WORKERS:-3} a:b", 3),
        ("WEB_CONCURRENCY=5 gunicorn a:b", 5),
        ("uvicorn a:b --workers 2", 2),
        ("daphne a:b", 1),
        ("pm2 start x.js -i max", None),
        ("pm2-runtime x.js -i 4", 4),
        ("pm2 start x.js", 1),
        ("node x.js", 1),
    ],
)
def test_workers(command: str, workers: int | None) -> None:
    """Worker processes are counted, and a computed number is not guessed."""
    assert workers == _run(command).workers


def test_workers_from_outside_are_not_known() -> None:
    """WEB_CONCURRENCY given by the platform leaves the number of workers open."""
    assert _run("gunicorn a:b", environment=("WEB_CONCURRENCY",)).workers is None


@pytest.mark.parametrize(
    ("command", "scripts", "entry"),
    [
        pytest.param("npm start", {"start": "node dist/main.js"}, "dist/main.js", id="npm-start"),
        pytest.param("npm run serve:prod", {"serve:prod": "node a.js"}, "a.js", id="npm-run"),
        pytest.param("yarn start", {"start": "npm run x", "x": "node b.js"}, "b.js", id="yarn-through-npm"),
        pytest.param("pnpm run start", {"start": "cross-env NODE_ENV=production tsx src/c.ts"}, "src/c.ts", id="pnpm"),
        pytest.param("bun run start", {"start": "bun d.ts"}, "d.ts", id="bun-script"),
        pytest.param("bun e.ts", {}, "e.ts", id="bun-file"),
        pytest.param("npm start", {"start": "npm start"}, None, id="endless-recursion"),
        pytest.param("npm start", {}, None, id="script-missing"),
    ],
)
def test_package_scripts(command: str, scripts: dict[str, str], entry: str | None) -> None:
    """Package scripts are followed to the program they run, and recursion ends."""
    server = interpret(command, scripts=scripts)
    assert entry == (server.entry if server else None)


def test_scripts_of_another_folder() -> None:
    """``cd server && npm start`` and ``--prefix`` read that folder's package.json."""
    files = {"server/package.json": '{"scripts": {"start": "node index.js"}}'}
    found = [_run(command, read=files.get).entry for command in ("cd server && npm start", "npm --prefix server start")]
    assert ["server/index.js", "server/index.js"] == found


def test_shell_script_is_read() -> None:
    """An entry script is followed to the server it starts, with the arguments it was given."""
    files = {
        "start.sh": "#!/bin/sh\nset -e\n# gunicorn old:app\npython manage.py migrate\nexec uvicorn a:b --port 80\n",
        "docker-entrypoint.sh": '#!/bin/sh\nif [ "$X" = 1 ]; then\n  echo hi\nfi\nexec "$@"\n',
    }
    commands = ("./start.sh", "/app/start.sh", "docker-entrypoint.sh uvicorn a:b --port 80", "sh start.sh")
    assert [("uvicorn", 80)] * 4 == [(found.program, found.port) for c in commands if (found := _run(c, read=files.get))]


def test_a_script_that_was_not_read_is_named() -> None:
    """Where a script cannot be read the answer is open and says so."""
    server = _run("./start.sh")
    assert ("sh", None, "./start.sh was not read") == (server.program, server.can_upgrade, server.reason)


def test_branches_that_differ_are_open() -> None:
    """A script that starts one of two servers promises neither."""
    text = '#!/bin/bash\nif [ "$DEBUG" = 1 ]; then\n  uvicorn a:b --reload\nelse\n  gunicorn a:b\nfi\n'
    server = _run("./run.sh", read={"run.sh": text}.get)
    assert server.can_upgrade is None
    assert "uvicorn or gunicorn" in server.reason


def test_servers_side_by_side() -> None:
    """All servers of a command are told, and the app's is preferred to the proxy beside it."""
    command = "gunicorn a:b & nginx -g 'daemon off;'"
    assert ["gunicorn", "nginx"] == [server.program for server in servers(command)]
    assert "gunicorn" == _run(command).program


def test_gunicorn_config_is_merged() -> None:
    """The command line wins over the file, the file over the defaults."""
    files = {
        "gunicorn.conf.py": 'bind = "0.0.0.0:9000"\nworkers = 3\nworker_class = "uvicorn.workers.UvicornWorker"\n',
        "conf/g.py": "import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n",
    }
    found = [_run(c, read=files.get) for c in ("gunicorn a:b", "gunicorn -w 2 a:b", "gunicorn -c conf/g.py a:b")]
    assert [(True, 3, 9000), (True, 2, 9000), (False, None, 8000)] == [(s.can_upgrade, s.workers, s.port) for s in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('bind = "0.0.0.0:80"', {"bind": "0.0.0.0:80"}, id="text"),
        pytest.param("import os\nbind = f\"0.0.0.0:{os.environ.get('PORT', 80)}\"", {"bind": "0.0.0.0:${PORT:-80}"}, id="format"),
        pytest.param('import os\nbind = "0.0.0.0:" + os.environ["PORT"]', {"bind": "0.0.0.0:${PORT}"}, id="joined"),
        pytest.param('import os\nworkers = int(os.getenv("W", "2"))', {"workers": "${W:-2}"}, id="getenv"),
        pytest.param("workers = cpu_count() * 2", {"workers": None}, id="computed"),
        pytest.param('port = 80\nbind = f":{port}"', {"port": "80", "bind": ":80"}, id="name"),
        pytest.param('bind = ["a:1", "b:2"]', {"bind": "a:1,b:2"}, id="list"),
        pytest.param("def x(:", {}, id="not-python"),
    ],
)
def test_gunicorn_config(text: str, expected: dict[str, str | None]) -> None:
    """Top-level literals are read as flags would write them; the rest is open."""
    assert expected == gunicorn_config(text)


@pytest.mark.parametrize(
    "text",
    [
        "module.exports = { apps: [{ name: 'api', script: './x.js', instances: 'max', exec_mode: 'cluster', env: {PORT: 80} }] }",
        '{"apps": [{"name": "api", "script": "./x.js", "instances": "max", "exec_mode": "cluster", "env": {"PORT": 80}}]}',
        "apps:\n  - name: api\n    script: ./x.js\n    instances: max\n    exec_mode: cluster\n    env: {PORT: 80, KEY: v}\n",
    ],
)
def test_pm2_config(text: str) -> None:
    """The ecosystem file says the same in each of its three notations, and only harmless variables are kept."""
    expected = {"name": "api", "script": "./x.js", "instances": "max", "exec_mode": "cluster", "env.PORT": "80"}
    assert (expected,) == pm2_config(text)


def test_pm2_ecosystem_is_followed() -> None:
    """The one app of an ecosystem file gives entry, workers and port; several give none."""
    one = "module.exports = {apps: [{script: 'a.js', instances: 2, env: {PORT: 4000}}]}"
    two = "module.exports = {apps: [{name: 'a', script: 'a.js'}, {name: 'b', script: 'b.js'}]}"
    found = [_run("pm2-runtime ecosystem.config.js", read={"ecosystem.config.js": text}.get) for text in (one, two)]
    assert [("a.js", 2, 4000), (None, None, None)] == [(s.entry, s.workers, s.port) for s in found]


def _use(library: str, runs_in: str) -> Use:
    return Use(library, library, "server", "app", Place("app.py"), runs_in=runs_in)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("command", "library", "runs_in", "expected"),
    [
        pytest.param("gunicorn --threads 9 a:b", "flask-socketio", "wsgi", True, id="flask-socketio-threads"),
        pytest.param("gunicorn a:b", "flask-socketio", "wsgi", False, id="flask-socketio-sync"),
        pytest.param("gunicorn -k gevent a:b", "flask-sock", "wsgi", True, id="flask-sock-gevent"),
        pytest.param("uvicorn a:b", "flask-sock", "wsgi", False, id="flask-sock-asgi"),
        pytest.param("gunicorn -k gthread p.wsgi", "django-channels", "asgi", False, id="channels-threads"),
        pytest.param("waitress-serve p.wsgi:application", "django-channels", "asgi", False, id="channels-waitress"),
        pytest.param("uwsgi --module p.wsgi", "django-channels", "asgi", False, id="channels-uwsgi"),
        pytest.param("gunicorn -k asgi p.asgi", "django-channels", "asgi", True, id="channels-asgi"),
        pytest.param("daphne p.asgi:application", "django-channels", "asgi", True, id="channels-daphne"),
        pytest.param("uvicorn p.wsgi:application", "django-channels", "asgi", None, id="channels-wsgi-entry"),
        pytest.param("python manage.py runserver", "django-channels", "asgi", None, id="channels-runserver"),
        pytest.param("python main.py", "fastapi", "asgi", None, id="fastapi-from-code"),
        pytest.param("uvicorn a:b", "fastapi", "asgi", True, id="fastapi-uvicorn"),
        pytest.param("serve -s build", "socket-io", "own_process", False, id="static"),
        pytest.param("node a.js", "ws", "own_process", None, id="node"),
        pytest.param("gunicorn -k aiohttp.GunicornWebWorker a:b", "aiohttp", "own_process", True, id="aiohttp-worker"),
    ],
)
def test_serves(command: str, library: str, runs_in: str, expected: bool | None) -> None:
    """The same server can serve one kind of app and not another."""
    answer, reason = serves(_run(command), _use(library, runs_in))
    assert expected == answer
    assert reason


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("uvicorn a:b", ("server", 20, 20, "default")),
        ("uvicorn a:b --ws-ping-interval 300 --ws-ping-timeout 5", ("server", 300, 5, "configured")),
        ("gunicorn -k uvicorn.workers.UvicornWorker a:b", ("server", 20, 20, "default")),
        ("daphne a:b", ("server", 20, 30, "default")),
        ("daphne --ping-interval 100 a:b", ("server", 100, 30, "configured")),
        ("hypercorn a:b", ("none", None, None, "default")),
        ("hypercorn --websocket-ping-interval 15 a:b", ("server", 15, None, "configured")),
        ("granian --interface asgi a:b", ("none", None, None, "default")),
        ("gunicorn -k asgi a:b", ("none", None, None, "default")),
    ],
)
def test_server_heartbeat(command: str, expected: tuple[object, ...]) -> None:
    """ASGI servers ping by their flags, else by their defaults, and some do not ping."""
    beat = server_heartbeat(_run(command))
    assert beat is not None
    assert expected == (beat.sender, beat.interval_s, beat.timeout_s, beat.source)


def test_whose_heartbeat_counts() -> None:
    """The app's own pings first, then those of the program that runs, then those of the code's own start."""
    code = Heartbeat("server", "configured", 300)
    own = Heartbeat("server", "observed", 15)
    running = _run("uvicorn a:b")
    base = _use("fastapi-starlette", "asgi")
    found = [
        heartbeat_of(replace(base, heartbeat=own), running),
        heartbeat_of(replace(base, heartbeat=code), running),
        heartbeat_of(replace(base, heartbeat=code), _run("python app.py")),
        heartbeat_of(replace(base, heartbeat=code), None),
        heartbeat_of(base, running),
        heartbeat_of(replace(_use("sanic", "own_process"), heartbeat=code), running),
    ]
    assert [15, 20, 300, 300, 20, 300] == [beat.interval_s for beat in found if beat]


def test_scripts_side_by_side() -> None:
    """``concurrently`` and ``run-p`` start several package scripts, also by pattern."""
    scripts = {"start:api": "node api.js", "start:web": "serve web"}
    commands = ("run-p start:*", 'concurrently "npm:start:api" "npm:start:web"', 'concurrently "npm run start:api" "serve web"')
    assert [["node", "serve"]] * 3 == [[server.program for server in servers(c, scripts=scripts)] for c in commands]


def test_no_heartbeat_of_its_own() -> None:
    """A WSGI server or a Node program says nothing about pings; a computed interval is not guessed."""
    commands = ("gunicorn a:b", "node a.js", "uvicorn a:b --ws-ping-interval $X")
    assert [None] * 3 == [server_heartbeat(_run(command)) for command in commands]


@pytest.mark.parametrize(
    ("command", "expected"),
    [("uvicorn a:b --reload", True), ("nodemon a.js", True), ("flask run", True), ("next dev", True), ("next start", False)],
)
def test_development(command: str, expected: bool) -> None:
    """Servers that reload on changes are for development."""
    assert expected == is_development(_run(command))


def test_secrets_are_not_kept() -> None:
    """Values of flags that hold secrets never leave the reader."""
    assert "hunter2" not in str(_run("uvicorn a:b --ssl-keyfile-password hunter2"))


_PIECES = st.sampled_from(
    [
        *"gunicorn uvicorn python -m -c sh node npm run start cd && || ; & | if then fi case -k -b = : -- pm2".split(),
        *("'", '"', "`", "$(", ")", "${", "}", "\n", "\\"),
    ]
)


@given(st.lists(st.one_of(_PIECES, st.text(max_size=6)), max_size=30).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_any_command_is_answered(command: str) -> None:
    """No text raises, whatever it holds."""
    interpret(command, scripts={"start": command}, read=lambda name: command)
    gunicorn_config(command)
    pm2_config(command)
