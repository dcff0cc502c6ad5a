"""A call of a Python server (``gunicorn``, ``uvicorn``, ``flask run`` ...) -> what it runs and whether that can upgrade.

Flags, defaults and worker classes as read in the programs' own sources (gunicorn 27.0, uvicorn 0.54, daphne 4.2,
hypercorn 0.18, granian 2.8, fastapi-cli 0.0.34, Flask 3.1, waitress 3.0).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Literal

from advisor.model import Server
from advisor.stack.calls import Call
from advisor.stack.flags import Flags, PortFrom, address, count, flags, literal, port, variable
from advisor.stack.process_files import gunicorn_config

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - what the program binds, not something bound here
_HERE = "127.0.0.1"

_Judgement = tuple[Literal["asgi", "wsgi", "node", "cgi", "other"], bool | None, str]

# ---------------------------------------------------------------- gunicorn

_GUNICORN_SHORT = {
    "b": "bind", "w": "workers", "k": "worker-class", "c": "config", "t": "timeout", "e": "env", "n": "name", "p": "pid",
    "D": "daemon", "R": "enable-stdio-inheritance", "u": "user", "g": "group", "m": "umask",
}  # fmt: skip
_GUNICORN_SWITCHES = frozenset(
    "reload spew check-config print-config preload reuse-port daemon initgroups log-syslog capture-output "
    "disable-redirect-access-to-syslog enable-stdio-inheritance enable-backlog-metric suppress-ragged-eofs "
    "do-handshake-on-connect permit-obsolete-folding strip-header-spaces permit-unconventional-http-method "
    "permit-unconventional-http-version casefold-http-method".split()
)


def gunicorn(call: Call) -> Server:
    """Command line over GUNICORN_CMD_ARGS over the configuration file over the defaults."""
    told = flags((*_words(call.environment.get("GUNICORN_CMD_ARGS", "")), *call.words), _GUNICORN_SHORT, _GUNICORN_SWITCHES)
    file = _gunicorn_file(told)
    text = call.text(file)
    settings = {name.replace("_", "-"): value for name, value in gunicorn_config(text or "").items()}
    merged: dict[str, str | None] = {**settings, **told.values}
    unread = told.has("config") and text is None
    protocol, can_upgrade, reason = _gunicorn_worker(merged, file if unread else None)
    host, number, origin = _gunicorn_address(merged, call, unread)
    entry = told.rest[-1] if told.rest else merged.get("wsgi-app")
    return Server(
        "gunicorn",
        protocol,
        can_upgrade,
        reason,
        entry,
        _effective_class(merged) if "worker-class" in merged or not unread else None,
        _workers(merged, call, unread),
        number,
        origin,
        host,
        {name: value for name, value in merged.items() if value is not None},
        _several(merged),
    )


def _gunicorn_file(told: Flags) -> str:
    name = told.get("config") or "gunicorn.conf.py"
    if name.startswith("python:"):
        return name.removeprefix("python:").replace(".", "/") + ".py"
    return name.removeprefix("file:").removeprefix("./")


def _effective_class(merged: Mapping[str, str | None]) -> str | None:
    """gunicorn takes gthread where the class is sync and there is more than one thread."""
    name = merged.get("worker-class", "sync")
    name = "sync" if name and name.endswith("SyncWorker") else name
    threads = count(merged.get("threads", "1"))
    return "gthread" if name == "sync" and threads != 1 and "threads" in merged else name


def _gunicorn_worker(merged: Mapping[str, str | None], unread: str | None) -> _Judgement:
    name = _effective_class(merged)
    if unread and "worker-class" not in merged:
        return "other", None, f"gunicorn takes its worker class from {unread}, which was not read"
    if name is None or "$" in name:
        return "other", None, "gunicorn's worker class is computed"
    lowered = name.lower()
    if name == "sync":
        given = "gunicorn's" if "worker-class" in merged else "gunicorn's default"
        return "wsgi", False, f"{given} worker class is sync, which speaks WSGI and cannot hold a WebSocket"
    if "uvicorn" in lowered:
        return "asgi", True, f"gunicorn's worker class {name} speaks ASGI and answers upgrades"
    if name == "asgi" or name.endswith("gasgi.ASGIWorker"):
        return "asgi", True, "gunicorn's own ASGI worker answers upgrades"
    if "geventwebsocket" in lowered:
        return "wsgi", True, "gevent-websocket's worker answers upgrades"
    if name.startswith(("aiohttp.", "sanic.")):
        return "other", True, f"gunicorn's worker class {name} runs the framework's own server"
    if name == "eventlet":
        return "wsgi", None, "the eventlet worker speaks WSGI and was removed in gunicorn 27"
    if name == "tornado":
        return "wsgi", None, "the tornado worker upgrades only for a Tornado application"
    if name in ("gthread", "gevent", "gevent_wsgi", "gevent_pywsgi"):
        return "wsgi", None, f"gunicorn's {name} worker speaks WSGI, so only a socket library for WSGI can upgrade on it"
    return "other", None, f"what gunicorn's worker class {name} speaks is not known"


def _gunicorn_address(
    merged: Mapping[str, str | None], call: Call, unread: bool
) -> tuple[str | None, int | None, PortFrom | None]:
    bind = merged.get("bind")
    if bind:
        return address(bind.split(",")[0].strip())
    if "bind" in merged or unread:
        return None, None, None
    if "PORT" in call.environment:
        return _EVERYWHERE, *port(call.environment["PORT"])
    if call.port_variable == "PORT":
        return _EVERYWHERE, None, "environment"
    return _HERE, 8000, "default"


def _several(merged: Mapping[str, str | None]) -> bool:
    """True where the number of workers follows the machine's cores: ``$(nproc)``, or a calculation of the configuration file."""
    if "workers" not in merged or count(merged["workers"]) is not None:
        return False
    return merged["workers"] is None or re.search(r"nproc|cpu", merged["workers"]) is not None


def _workers(merged: Mapping[str, str | None], call: Call, unread: bool = False) -> int | None:
    """``--workers`` over WEB_CONCURRENCY over one."""
    if "workers" in merged:
        return count(merged["workers"])
    if unread:
        return None
    return count(call.environment["WEB_CONCURRENCY"]) if "WEB_CONCURRENCY" in call.environment else call.concurrency


# ---------------------------------------------------------------- ASGI servers

_UVICORN_SWITCHES = frozenset(
    "reload http2 access-log use-colors proxy-headers server-header date-header factory reset-contextvars version".split()
)


def uvicorn(call: Call) -> Server:
    told = flags((*_from_environment(call, "UVICORN"), *call.words), None, _UVICORN_SWITCHES)
    number, origin = _port(told, call, 8000)
    can_upgrade, reason = True, "uvicorn speaks ASGI and answers upgrades"
    if told.get("ws") == "none":
        can_upgrade, reason = False, "uvicorn is started with --ws none, which refuses every upgrade"
    elif told.get("interface") == "wsgi":
        can_upgrade, reason = False, "uvicorn is started with --interface wsgi, which knows no WebSockets"
    socket = told.get("uds")
    return Server(
        "uvicorn",
        "wsgi" if told.get("interface") == "wsgi" else "asgi",
        can_upgrade,
        reason,
        next(iter(told.rest), call.environment.get("UVICORN_APP")),
        None,
        _workers(told.values, call),
        None if socket else number,
        None if socket else origin,
        f"unix:{socket}" if socket else _host(told.get("host"), _HERE),
        told.values,
    )


_DAPHNE_SHORT = {"b": "bind", "p": "port", "u": "unix-socket", "e": "endpoint", "v": "verbosity", "t": "http-timeout"}
_DAPHNE_SHORT |= {"s": "server-name"}


def daphne(call: Call) -> Server:
    told = flags(call.words, _DAPHNE_SHORT, frozenset({"proxy-headers"}))
    number, origin = _port(told, call, 8000)
    host: str | None = _host(told.get("bind"), _HERE)
    if told.has("unix-socket", "fd") and not told.has("bind", "port"):
        host, number, origin = f"unix:{told.get('unix-socket') or 'fd'}", None, None
    elif told.has("endpoint") and not told.has("bind", "port"):
        host, number, origin = _twisted_endpoint(told.values["endpoint"])
    reason = "daphne speaks ASGI and answers upgrades"
    return Server("daphne", "asgi", True, reason, next(iter(told.rest), None), None, 1, number, origin, host, told.values)


def _twisted_endpoint(text: str) -> tuple[str | None, int | None, PortFrom | None]:
    """Twisted's endpoint strings: ``ssl:443:privateKey=...:interface=0.0.0.0``."""
    parts = text.split(":")
    if parts[0] not in ("tcp", "ssl", "tcp6") or len(parts) < 2:
        return None, None, None
    named = dict(part.split("=", 1) for part in parts[1:] if "=" in part)
    plain = next((part for part in parts[1:] if "=" not in part), named.get("port"))
    return named.get("interface", _EVERYWHERE), *port(plain)


_HYPERCORN_SHORT = {"b": "bind", "w": "workers", "k": "worker-class", "c": "config", "D": "daemon", "g": "group"}
_HYPERCORN_SHORT |= {"p": "pid", "m": "umask", "u": "user"}


def hypercorn(call: Call) -> Server:
    told = flags(call.words, _HYPERCORN_SHORT, frozenset({"daemon", "debug", "reload"}))
    entry = next(iter(told.rest), None)
    bind = told.get("bind", "insecure-bind")
    unread = told.has("config")
    host, number, origin = address(bind) if bind else (None, None, None) if unread else (_HERE, 8000, "default")
    workers = count(told.values["workers"]) if told.has("workers") else None if unread else 1
    if entry and entry.startswith("wsgi:"):
        reason = "hypercorn is told to run a WSGI application, which knows no WebSockets"
        return Server("hypercorn", "wsgi", False, reason, entry, None, workers, number, origin, host, told.values)
    reason = "hypercorn speaks ASGI and answers upgrades"
    return Server("hypercorn", "asgi", True, reason, entry, told.get("worker-class"), workers, number, origin, host, told.values)


_GRANIAN_SWITCHES = frozenset(
    "ws http1-keep-alive http1-pipeline-flush http2-adaptive-window log access-log ssl-client-verify metrics reload factory "
    "respawn-failed-workers reload-ignore-worker-failure".split()
)


def granian(call: Call) -> Server:
    told = flags((*_from_environment(call, "GRANIAN"), *call.words), None, _GRANIAN_SWITCHES)
    interface = (told.get("interface") or "rsgi").lower()
    number, origin = _port(told, call, 8000)
    can_upgrade, reason = True, f"granian speaks {interface.upper()} and answers upgrades"
    if interface == "wsgi":
        can_upgrade, reason = False, "granian is started with --interface wsgi, which knows no WebSockets"
    elif told.has("no-ws") or (told.get("websockets") or "").lower() in ("0", "false", "no", "off"):
        can_upgrade, reason = False, "granian is started with its WebSockets switched off (--no-ws)"
    elif told.get("http") == "2":
        can_upgrade, reason = False, "granian is started for HTTP/2 only, where it accepts no WebSockets"
    protocol: Literal["asgi", "wsgi", "other"] = (
        "wsgi" if interface == "wsgi" else "asgi" if interface.startswith("asgi") else "other"
    )
    workers = count(told.values["workers"]) if told.has("workers") else 1
    entry = next(iter(told.rest), None)
    host = _host(told.get("host"), _HERE)
    return Server("granian", protocol, can_upgrade, reason, entry, None, workers, number, origin, host, told.values)


def fastapi(call: Call) -> Server | None:
    """``fastapi run`` (every interface) and ``fastapi dev`` (this machine); both take the port from PORT where it is set."""
    if not call.words or call.words[0] not in ("run", "dev"):
        return None
    told = flags(call.words[1:], {"e": "entrypoint", "v": "verbose"}, frozenset({"reload", "proxy-headers", "verbose"}))
    number, origin = _port(told, call, 8000, "PORT")
    host = _host(told.get("host"), _EVERYWHERE if call.words[0] == "run" else _HERE)
    reason = f"fastapi {call.words[0]} starts uvicorn, which speaks ASGI and answers upgrades"
    entry = next(iter(told.rest), told.get("entrypoint"))
    workers = _workers(told.values, call)
    options = {**told.values, "command": call.words[0]}
    return Server("fastapi", "asgi", True, reason, entry, None, workers, number, origin, host, options)


# ---------------------------------------------------------------- WSGI servers and development servers


def waitress(call: Call) -> Server:
    told = flags(call.words, None, frozenset({"call", "ipv4", "ipv6", "expose-tracebacks", "log-socket-errors"}))
    listen = told.get("listen")
    host, number, origin = address(listen.split()[0]) if listen and listen.split() else (None, None, None)
    if not listen:
        number, origin = _port(told, call, 8080)
        host = _host(told.get("host"), _EVERYWHERE)
    reason = "waitress speaks WSGI and has no way to hand a connection over, so it cannot hold a WebSocket"
    return Server(
        "waitress", "wsgi", False, reason, next(iter(told.rest), None), None, 1, number, origin, _everywhere(host), told.values
    )


def uwsgi(call: Call) -> Server:
    told = flags(
        call.words,
        {"p": "processes", "s": "socket", "w": "module", "M": "master", "H": "home", "x": "xml", "d": "daemonize"},
        frozenset({"master", "http-websockets", "enable-threads", "vacuum", "die-on-term", "lazy-apps", "single-interpreter"}),
    )
    bind = told.get("http", "http-socket", "socket", "https")
    host, number, origin = address(bind) if bind else (None, None, None)
    reason = "uWSGI speaks WSGI and upgrades only with http-websockets, a concurrent mode such as gevent, and a library for it"
    workers = count(told.get("processes", "workers")) if told.has("processes", "workers") else None
    entry = told.get("module", "wsgi-file") or next(iter(told.rest), None)
    return Server("uwsgi", "wsgi", None, reason, entry, None, workers, number, origin, host, told.values)


def flask(call: Call) -> Server | None:
    """``flask [--app x] run``; any other subcommand serves nothing."""
    outer = flags(call.words, {"A": "app", "e": "env-file"}, frozenset({"debug"}), only_leading=True)
    if not outer.rest or outer.rest[0] != "run":
        return None
    switches = frozenset({"reload", "debugger", "debug", "with-threads", "without-threads"})
    told = flags(outer.rest[1:], {"h": "host", "p": "port", "A": "app"}, switches)
    number, origin = _port(told, call, 5000, "FLASK_RUN_PORT")
    host = _host(told.get("host") or call.environment.get("FLASK_RUN_HOST"), _HERE)
    reason = "flask run is Flask's development server, which upgrades only where the socket library takes the connection over"
    entry = outer.get("app") or told.get("app") or call.environment.get("FLASK_APP")
    return Server("flask", "wsgi", None, reason, entry, None, 1, number, origin, host, {**outer.values, **told.values})


def manage(call: Call, file: str) -> Server | None:
    """Django's ``manage.py runserver [address]``; any other subcommand serves nothing."""
    told = flags(call.words, None, frozenset({"noreload", "nothreading", "insecure", "ipv6", "noasgi", "nostatic"}))
    if not told.rest or told.rest[0] not in ("runserver", "runserver_plus"):
        return None
    given = told.rest[1] if len(told.rest) > 1 else ""
    host, number, origin = address(given) if given else (_HERE, 8000, "default")
    if given and (given.isdigit() or variable(given)):
        host = _HERE
    if number is None and origin is None:
        number, origin = 8000, "default"
    reason = (
        "runserver is Django's development server, which upgrades only where daphne (or channels before 4) "
        "stands in INSTALLED_APPS"
    )
    return Server("runserver", "other", None, reason, file, None, 1, number, origin, host, told.values)


def streamlit(call: Call) -> Server | None:
    if not call.words or call.words[0] != "run":
        return None
    told = flags(call.words[1:])
    number, origin = port(told.get("server.port") or call.environment.get("STREAMLIT_SERVER_PORT"))
    if origin is None:
        number, origin = 8501, "default"
    host = _host(told.get("server.address"), _EVERYWHERE)
    entry = next(iter(told.rest), None)
    reason = "Streamlit's own server answers upgrades"
    return Server("streamlit", "other", True, reason, entry, None, 1, number, origin, host, told.values)


def own_server(call: Call) -> Server:
    """A framework with a server of its own (``chainlit run``, ``panel serve``, ``marimo run``, ``jupyter lab`` ...)."""
    told = flags(call.words)
    number, origin = port(told.get("port", "ServerApp.port"))
    host = literal(told.get("host", "address", "ip", "ServerApp.ip"))
    entry = next((word for word in told.rest if word.endswith((".py", ".ipynb")) or ":" in word), None)
    reason = f"{call.program}'s own server answers upgrades"
    return Server(call.program, "other", True, reason, entry, None, None, number, origin, host, told.values)


def file_server(call: Call) -> Server:
    told = flags(call.words, {"b": "bind", "d": "directory", "p": "protocol"}, frozenset({"cgi"}))
    number, origin = port(next(iter(told.rest), None))
    reason = "http.server only hands out files, so it cannot hold a WebSocket"
    host = _host(told.get("bind"), _EVERYWHERE)
    return Server("http.server", "other", False, reason, None, None, 1, number or 8000, origin or "default", host, told.values)


PROGRAMS: Mapping[str, Callable[[Call], Server | None]] = {
    "gunicorn": gunicorn,
    "uvicorn": uvicorn,
    "daphne": daphne,
    "hypercorn": hypercorn,
    "granian": granian,
    "fastapi": fastapi,
    "waitress-serve": waitress,
    "waitress": waitress,
    "uwsgi": uwsgi,
    "flask": flask,
    "streamlit": streamlit,
    "http.server": file_server,
    **dict.fromkeys(("chainlit", "panel", "bokeh", "marimo", "solara", "jupyter", "shiny", "reflex", "sanic"), own_server),
}


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _from_environment(call: Call, prefix: str) -> list[str]:
    """click's ``auto_envvar_prefix``: ``UVICORN_PORT=80`` is ``--port 80``."""
    pairs = ((name, value) for name, value in call.environment.items() if name.startswith(f"{prefix}_"))
    return [f"--{name.removeprefix(f'{prefix}_').lower().replace('_', '-')}={value}" for name, value in pairs]


def _port(told: Flags, call: Call, default: int, name: str | None = None) -> tuple[int | None, PortFrom | None]:
    """``--port`` over the program's own variable ``name`` over its default."""
    if told.has("port"):
        return port(told.get("port"))
    if name and name in call.environment:
        return port(call.environment[name])
    if name and name == call.port_variable:
        return default, "environment"
    return default, "default"


def _host(text: str | None, default: str) -> str | None:
    return default if text is None else _everywhere(literal(text))


def _everywhere(host: str | None) -> str | None:
    return _EVERYWHERE if host == "*" else host
