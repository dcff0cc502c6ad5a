"""Blocks for an nginx file that let a WebSocket through, fitted to the address and path of the user's own."""

from __future__ import annotations

from advisor.model import Forward


def upgrade_block(forward: Forward, path: str) -> str:
    """A location of its own for the socket's path: ordinary requests are treated as before."""
    return _location(path, _target(forward))


def route_block(path: str, host: str, port: int | None) -> str:
    """A location that leads the socket's path to the app."""
    return _location(path, f"http://{host}:{port}" if port else f"http://{host}")


def _location(path: str, target: str) -> str:
    return (
        f"location {path or '/'} {{\n"
        f"    proxy_pass {target};\n"
        "    proxy_http_version 1.1;\n"
        "    proxy_set_header Upgrade $http_upgrade;\n"
        '    proxy_set_header Connection "upgrade";\n'
        "    proxy_set_header Host $host;\n"
        "    proxy_set_header X-Forwarded-Proto $scheme;\n"
        "    proxy_read_timeout 3600s;\n"
        "}"
    )


def _target(forward: Forward) -> str:
    """The ``proxy_pass`` that is in force, as written."""
    written = next((move.does for move in forward.moves if move.at == "proxy_pass"), "")
    sends = written.rpartition(" to ")[2]
    return f"{forward.address.scheme}://{sends or forward.address}"
