"""The process, as it is started, can never answer a WebSocket handshake with 101.

A WSGI worker answers requests and holds no connection; an ASGI application behind it is never asked. An ASGI server without a
WebSocket package refuses every upgrade. The code is right, and the start command is not.

Start the app with a server that can hold WebSockets.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Path, Place, Severity
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, related
from advisor.stack.starting import start_command

ID = "WS110"
NAME = "server-cannot-upgrade"
SEVERITY: Severity = "error"


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        if path.handshake.cause == "cannot_upgrade" and path.server is not None:
            yield _finding(path, path.handshake.place or app_place(path.server))


def _finding(path: Path, place: Place) -> Finding:
    assert path.server is not None  # noqa: S101 - the caller asked
    app = path.app.id if path.app else "the app"
    better = start_command(path.runs, path.server) if path.runs else ""
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty == "explicit" else "likely",
        f"{app} is started in a way that can never answer a handshake: {path.handshake.reason}.",
        place,
        why=(
            f"{path.server.name} accepts sockets at {path.endpoint}",
            f"the process is started with: {path.process.command}"
            if path.process and path.process.command
            else "its start command decides",
            path.handshake.reason,
        ),
        remedy="Start the app with a server that can hold WebSockets.",
        snippet=better,
        verify=remedies.curl(path),
        related=related(app_place(path.server), "the app listens here"),
        path=path.id,
        who="app",
    )
