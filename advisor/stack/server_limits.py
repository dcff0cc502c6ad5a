"""A server program as started -> what it decides itself for every socket: age, silence, message size, HTTP/1.0."""

from __future__ import annotations

from typing import Literal

from advisor.model import Place, Server, Setting, Use
from advisor.stack.library import Library, libraries

_DIMENSIONS = (("max_connection_duration", "lifetime"), ("idle_timeout", "idle"), ("max_message_size", "max_message"))


def program_library(server: Server) -> Library | None:
    """The entry of the program that ends the sockets: uvicorn for gunicorn with a uvicorn worker."""
    worker = (server.worker_class or "").lower()
    id = "uvicorn" if "uvicorn" in worker or server.program == "fastapi" else server.program
    return libraries().get(id)


def own_limits(server: Server, place: Place) -> tuple[tuple[str, Setting], ...]:
    """Dimension and setting for each limit of the program; flags come before the defaults. -1 and 0 take a limit away."""
    library = program_library(server)
    if library is None:
        return ()
    found = []
    for dimension, name in _DIMENSIONS:
        key: str | None = getattr(library, f"{name}_key")
        default: float | None = getattr(library, "max_message" if name == "max_message" else f"{name}_s")
        written = server.options.get((key or "").lstrip("-").replace("_", "-")) if key else None
        amount = _number(written) if written is not None else default
        if amount is not None and amount > 0:
            source = "command" if written is not None else "default"
            found.append((dimension, Setting(key or name, written or f"{default:g}", place, amount, source)))
    return tuple(found)


def http10(server: Server | None, use: Use) -> tuple[Literal["accepts", "refuses"] | None, str]:
    """What becomes of an upgrade request over HTTP/1.0, and who decides it: the library, or the program that runs it."""
    program = program_library(server) if server is not None and use.runs_in == "asgi" else None
    if server is not None and use.runs_in == "wsgi" and "geventwebsocket" in (server.worker_class or "").lower():
        program = libraries()["gevent-websocket"]
    if use.http10 is None and program is not None:
        return program.http10, program.name
    return use.http10, use.name


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
