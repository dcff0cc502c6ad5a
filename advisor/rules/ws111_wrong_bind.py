"""The app listens on an address or port at which the platform does not look for it.

A platform that hands the app its port in a variable routes to that port and no other; one that is told a port routes to that.
And a server bound to 127.0.0.1 inside a container is reached by nothing outside it. Every request fails then, the handshake
among them (502, 503, or the deploy never goes live).

Read the port from the environment and bind to all addresses.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Endpoint, Finding, Path, Place, Severity
from advisor.rules.scan import Scan, related

ID = "WS111"
NAME = "wrong-bind"
SEVERITY: Severity = "error"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        if path.process is None or path.server is None or path.arrived is None or path.scope != "production":
            continue
        place, port, fixed = _port(path)
        bind_place, bind = _bind(path)
        if bind in _LOOPBACK and _apart(path):
            yield _finding(path, bind_place, f"listens on {bind}, which nothing outside its container reaches", "0.0.0.0")  # noqa: S104
        elif fixed and port is not None and path.process.port_variable == "PORT" and path.process.port_given is None:
            yield _finding(path, place, f"listens on port {port}, but the platform tells it the port in $PORT", "$PORT")
        elif fixed and port is not None and path.process.port_given not in (None, port) and path.process.host is not None:
            told = path.process.port_given
            yield _finding(path, place, f"listens on port {port}, but the platform sends to port {told}", str(told))


def _port(path: Path) -> tuple[Place, int | None, bool]:
    """Where the port is decided: the start command's flag, else the code."""
    assert path.process is not None  # noqa: S101 - the caller asked
    command = path.process.command_place or path.process.place
    if path.runs is not None and path.runs.port_from == "environment":
        return command, path.runs.port, False
    if path.runs is not None and path.runs.port is not None:
        return command, path.runs.port, True
    endpoint = _endpoint(path)
    return endpoint.place, endpoint.port, endpoint.port_from == "literal"


def _bind(path: Path) -> tuple[Place, str | None]:
    assert path.process is not None  # noqa: S101 - the caller asked
    if path.runs is not None and path.runs.bind is not None:
        return path.process.command_place or path.process.place, path.runs.bind.rsplit(":", 1)[0].strip("[]")
    endpoint = _endpoint(path)
    return endpoint.place, endpoint.bind


def _endpoint(path: Path) -> Endpoint:
    assert path.server is not None  # noqa: S101 - the caller asked
    numbered = (endpoint for endpoint in path.server.endpoints if endpoint.port is not None or endpoint.bind is not None)
    return next(numbered, next(iter(path.server.endpoints), Endpoint(None, path.server.place)))


def _apart(path: Path) -> bool:
    """True where the app runs in a container or host of its own, apart from the hop that sends to it."""
    assert path.process is not None  # noqa: S101 - the caller asked
    return bool(path.steps) and not path.steps[-1].hop.local and (path.process.host is not None or bool(path.process.names))


def _finding(path: Path, place: Place, what: str, wanted: str) -> Finding:
    app = path.app.id if path.app else "the app"
    last = path.steps[-1].hop if path.steps else None
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty == "explicit" else "likely",
        f"{app} {what}.",
        place,
        why=(
            f"{last.name} sends requests to the process at {path.process.place}"
            if last and path.process
            else "the platform sends requests",
            f"{app} {what}",
            "so no request arrives, and no handshake either",
        ),
        remedy=f"Let the app listen on {wanted}.",
        related=related(path.process.place if path.process else None, "the process is started here"),
        path=path.id,
        facts=(f"{last.platform}/listen_port",) if last else (),
        who="app",
    )
