"""A server as started and a use of a socket library -> whether that server can serve it, and what it sends on idle sockets."""

from __future__ import annotations

from advisor.model import Heartbeat, Server, Use
from advisor.stack.library import libraries

_OWN_RUNTIMES = frozenset({"python", "node", "nodejs", "tsx", "ts-node", "bun", "deno", "pm2", "php"})
_DEVELOPMENT = frozenset(
    "nodemon ts-node-dev tsnd flask runserver vite react-scripts live-server ng vue-cli-service craco webpack-dev-server".split()
)


def is_development(server: Server) -> bool:
    """True for development servers and for anything started to reload on changes."""
    told = server.options
    if server.program in _DEVELOPMENT or any(key in told for key in ("reload", "watch", "inspect", "inspect-brk")):
        return True
    return told.get("command") in ("dev", "develop")


def serves(server: Server, use: Use) -> tuple[bool | None, str]:
    """Whether this process can answer 101 for this use, with the reason; ``None`` where the command does not tell.

    It says nothing about which app the process runs: that the use lies in the process's app is the caller's knowledge.
    """
    if use.role != "server":
        return None, ""
    if server.can_upgrade is False:
        return False, server.reason
    if use.runs_in == "asgi":
        return _asgi(server, use)
    if use.runs_in == "wsgi":
        return _wsgi(server, use)
    if use.runs_in == "own_process":
        return _own(server, use)
    return None, ""


def _asgi(server: Server, use: Use) -> tuple[bool | None, str]:
    if server.protocol == "asgi":
        if use.library == "django-channels" and _is_wsgi_entry(server.entry):
            return None, f"{server.entry} is by Django's convention the WSGI entry point, where {use.name} is not reached"
        return True, server.reason
    if server.protocol == "wsgi":
        return False, f"{_speaker(server)} speaks WSGI, and {use.name} needs a server that speaks ASGI"
    return None, server.reason


def _wsgi(server: Server, use: Use) -> tuple[bool | None, str]:
    if server.protocol == "asgi":
        return False, f"{_speaker(server)} speaks ASGI, and {use.name} takes its connections over from a WSGI server"
    if server.protocol == "wsgi" and server.program == "gunicorn" and server.worker_class != "eventlet":
        if server.worker_class == "tornado":
            return None, server.reason
        return True, f"{use.name} upgrades on gunicorn's {server.worker_class} worker"
    return server.can_upgrade, server.reason


def _own(server: Server, use: Use) -> tuple[bool | None, str]:
    framework = (server.worker_class or "").partition(".")[0]
    if framework in ("aiohttp", "sanic"):
        return (True, server.reason) if use.library == framework else (None, server.reason)
    if server.program in _OWN_RUNTIMES:
        return server.can_upgrade, server.reason
    return None, server.reason


def _speaker(server: Server) -> str:
    return f"gunicorn with the worker class {server.worker_class}" if server.worker_class else server.program


def _is_wsgi_entry(entry: str | None) -> bool:
    return entry is not None and entry.partition(":")[0].rpartition(".")[2] == "wsgi"


def heartbeat_of(use: Use, server: Server | None, version: str | None = None) -> Heartbeat | None:
    """What is sent on this use's idle sockets when this server runs it.

    What the app itself sends comes first. With ASGI the program that runs decides next, and what the code would have started
    (``uvicorn.run`` in a file that the command does not run) only where no such program is known.
    """
    if use.heartbeat is not None and (use.runs_in != "asgi" or use.heartbeat.source == "observed"):
        return use.heartbeat
    known = server_heartbeat(server, version) if server is not None and server.protocol == "asgi" else None
    return known or use.heartbeat


def server_heartbeat(server: Server, version: str | None = None) -> Heartbeat | None:
    """The pings that an ASGI server sends on its own, by its flags, else by its defaults; ``None`` for other servers.

    ``version`` is the server's own (uvicorn's for gunicorn with a uvicorn worker).
    """
    if server.program in ("uvicorn", "fastapi") or "uvicorn" in (server.worker_class or "").lower():
        flags = ("ws-ping-interval", "ws-ping-timeout") if server.program == "uvicorn" else ("", "")
        return _beat(server, "uvicorn", flags, version)
    if server.program == "daphne":
        return _beat(server, "daphne", ("ping-interval", "ping-timeout"), version)
    if server.program == "hypercorn":
        return _beat(server, "hypercorn", ("websocket-ping-interval", ""), version)
    if server.program == "granian" or (server.program == "gunicorn" and server.protocol == "asgi"):
        return _beat(server, server.program, ("", ""), version)
    return None


def _beat(server: Server, library: str, names: tuple[str, str], version: str | None) -> Heartbeat | None:
    known = libraries().get(library)
    default = known.heartbeat(version) if known else None
    interval, timeout = (_number(server.options.get(name)) for name in names)
    configured = any(name in server.options for name in names if name)
    if configured and interval is None and names[0] in server.options:
        return None
    if default is None and interval is None:
        return None
    interval = interval if interval is not None else default.interval_s if default else None
    timeout = timeout if timeout is not None else default.timeout_s if default else None
    if not interval:
        return Heartbeat("none", "configured" if configured else "default", fact=f"{library}/heartbeat")
    return Heartbeat("server", "configured" if configured else "default", interval, timeout, fact=f"{library}/heartbeat")


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
