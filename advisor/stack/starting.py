"""A start command that cannot hold sockets, and the use it should serve -> a command that can."""

from __future__ import annotations

from collections.abc import Collection

from advisor.model import Server, Use
from advisor.stack.library import libraries
from advisor.stack.node_servers import FILES_ONLY

PACKAGES = ("daphne", "uvicorn", "hypercorn", "eventlet", "gevent")
"""Packages that decide which command fits: what the app has already comes first."""


def start_command(server: Server, use: Use, has: Collection[str] = (), root: str = ".") -> str:
    """The command to start the same app with a server that upgrades; empty where none is known.

    ``has``: which of ``PACKAGES`` the app's manifests ask for; ``root``: the directory in which the command runs.
    """
    if use.runs_in == "asgi":
        return _asgi(server, use, has)
    if use.runs_in == "wsgi" and server.entry:
        entry, at = server.entry.replace("asgi", "wsgi") if server.protocol == "wsgi" else server.entry, _address(server)
        if use.library == "flask-socketio" and "eventlet" in has:
            return f"gunicorn --worker-class eventlet --workers 1 --bind {at} {entry}"
        if use.library == "flask-socketio" and "gevent" in has:
            return f"gunicorn --worker-class gevent --workers 1 --bind {at} {entry}"
        return f"gunicorn --worker-class gthread --threads 100 --workers 1 --bind {at} {entry}"
    if server.protocol == "rack":
        return f"bundle exec puma -b tcp://{_host(server)}:{_port(server)}"
    library = libraries().get(use.library)
    if library is not None and library.start_block:
        return library.start_block
    if server.program in FILES_ONLY and use.place.file.endswith((".js", ".mjs", ".cjs")):
        return f"node {use.place.file.removeprefix('' if root == '.' else root + '/')}"
    return ""


def _asgi(server: Server, use: Use, has: Collection[str]) -> str:
    module, _, name = (server.entry or "").replace("wsgi", "asgi").partition(":")
    app = f"{module or 'main'}:{name or ('application' if module.endswith('asgi') else 'app')}"
    host, port, socket = _host(server), _port(server), _socket(server)
    if use.library == "django-channels" and ("daphne" in has or "uvicorn" not in has):
        return f"daphne -u {socket} {app}" if socket else f"daphne -b {host} -p {port} {app}"
    if "hypercorn" in has and "uvicorn" not in has:
        return f"hypercorn {app} --bind {_address(server)}"
    return f"uvicorn {app} --uds {socket}" if socket else f"uvicorn {app} --host {host} --port {port}"


def _address(server: Server) -> str:
    socket = _socket(server)
    return f"unix:{socket}" if socket else f"{_host(server)}:{_port(server)}"


def _socket(server: Server) -> str | None:
    return server.bind.removeprefix("unix:") if server.bind and server.bind.startswith("unix:") else None


def _host(server: Server) -> str:
    """The address as it is bound now, where the command says so; all of them otherwise."""
    told = any(flag in server.options for flag in ("bind", "host", "listen"))
    return server.bind if server.bind and told else "0.0.0.0"  # noqa: S104 - written into a command


def _port(server: Server) -> str:
    return str(server.port) if server.port_from == "literal" and server.port else "$PORT"
