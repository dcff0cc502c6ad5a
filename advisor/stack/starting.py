"""A start command that cannot hold sockets, and the use it should serve -> a command that can."""

from __future__ import annotations

from advisor.model import Server, Use


def start_command(server: Server, use: Use) -> str:
    """The command to start the same app with a server that upgrades; empty where none is known."""
    port = str(server.port) if server.port_from == "literal" and server.port else "$PORT"
    entry = (server.entry or "").replace("wsgi", "asgi")
    if use.runs_in == "asgi":
        module, _, name = entry.partition(":")
        app = f"{module or 'main'}:{name or ('application' if module.endswith('asgi') else 'app')}"
        if use.library == "django-channels":
            return f"daphne -b 0.0.0.0 -p {port} {app}"
        return f"uvicorn {app} --host 0.0.0.0 --port {port}"
    if use.runs_in == "wsgi" and server.entry:
        return f"gunicorn --worker-class gthread --threads 100 --workers 1 --bind 0.0.0.0:{port} {server.entry}"
    return ""
