"""The process, as it is started, can never answer a WebSocket handshake with 101.

A WSGI worker answers requests and holds no connection; an ASGI application behind it is never asked. An ASGI server without a
WebSocket package refuses every upgrade. The code is right, and the start command is not.

Start the app with a server that can hold WebSockets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from advisor.model import Finding, Path, Place, Severity, Use
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, related
from advisor.stack.library import libraries
from advisor.stack.python.installed import declared, missing_websocket_package
from advisor.stack.starting import PACKAGES, start_command

ID = "WS110"
NAME = "server-cannot-upgrade"
SEVERITY: Severity = "error"
OF_CODE = True
_UVICORN = re.compile(r"(?<![\w-])uvicorn(?![\w\[-])")


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        if path.handshake.cause == "cannot_upgrade" and path.server is not None:
            found = _finding(scan, path, path.server, path.handshake.place or app_place(path.server))
            yield _beside(path, path.server, found) if _apart(path.server) else found


def _finding(scan: Scan, path: Path, server: Use, place: Place) -> Finding:
    app = path.app.id if path.app else "the app"
    lacks = path.app is not None and missing_websocket_package(scan.tree, path.app.root) == place
    command = path.process.command if path.process else None
    started = path.process.command_place or path.process.place if path.process else None
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty == "explicit" else "likely",
        f"{app} is started in a way that can never answer a handshake: {path.handshake.reason}.",
        place,
        why=(
            f"{server.name} accepts sockets at {path.endpoint}",
            f"the process is started with: {command}" if command else "its start command decides",
            path.handshake.reason,
        ),
        remedy="Install a package that the server upgrades with."
        if lacks
        else "Start the app with a server that can hold WebSockets.",
        snippet=_with_package(scan, place) if lacks else _command(scan, path, server),
        verify=remedies.curl(path),
        related=(
            *related(started if lacks else None, "the process is started here"),
            *related(app_place(server), "the app listens here"),
        ),
        path=path.id,
        who="app",
    )


def _apart(server: Use) -> bool:
    """True for a server that is always a process of its own, beside the one that answers requests."""
    library = libraries().get(server.library)
    return library is not None and library.start_block is not None


def _beside(path: Path, server: Use, found: Finding) -> Finding:
    """The same where the process is right as it is, and the one that holds the sockets is missing or is not sent to."""
    remedy = f"Run {server.name} as a process of its own, and send {path.endpoint} to its port."
    if path.steps:
        message = f"The handshake for {path.endpoint} ends at a process that cannot answer it: {path.handshake.reason}."
        return replace(found, message=message, remedy=remedy)
    return replace(
        found,
        severity="warning",
        verdict="depends",
        confidence="possible",
        message=f"No process that the files show runs {server.name}: {path.handshake.reason}.",
        why=(*found.why, f"where another machine or a process manager runs {server.name}, its sockets open"),
        remedy=remedy,
    )


def _command(scan: Scan, path: Path, server: Use) -> str:
    """A start command for the same app that can hold sockets, of the packages it has."""
    if path.runs is None or path.app is None:
        return ""
    return start_command(path.runs, server, declared(scan.tree, path.app.root, PACKAGES), path.app.root)


def _with_package(scan: Scan, place: Place) -> str:
    """The manifest's line with the extra that brings the package; a command that adds it where the line is of another kind."""
    lines = (scan.tree.text(place.file) or "").splitlines()
    line = lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""
    asks = _UVICORN.search(line) is not None and not re.match(r"uvicorn\s*=\s*[\"'{]", line)
    return _UVICORN.sub("uvicorn[standard]", line, count=1) if asks else "pip install 'uvicorn[standard]'"
