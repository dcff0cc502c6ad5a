"""Several instances, a transport that needs several requests, and a hop that spreads requests without affinity.

Socket.IO begins with HTTP long-polling unless it is told otherwise: one session is then several requests, and all of them must
reach the process that opened it. On any other process the session is unknown (HTTP 400, "Session ID unknown"). A plain
WebSocket is one connection and needs no affinity.

Keep each client on one instance at every hop that spreads requests, or use the WebSocket transport alone on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Path, Severity, Use
from advisor.rules import remedies
from advisor.rules.instances import Copies, Spread, instances, needs_affinity, without_affinity
from advisor.rules.scan import Scan, app_place, related

ID = "WS301"
NAME = "sticky-sessions-missing"
SEVERITY: Severity = "error"
_WEBSOCKET_ALONE = "const socket = io(url, { transports: ['websocket'] });"
_ALONE = {
    "signalr": "builder.withUrl(url, { skipNegotiation: true, transport: signalR.HttpTransportType.WebSockets });",
    "spring-websocket": "",
}

_NEGOTIATES = "asks for a connection by POST before it opens the socket: both requests belong to one instance"
_SOCKJS = "may fall back to HTTP streaming and polling: one session is several requests"
_SEVERAL = {
    "signalr": (_NEGOTIATES, "404 (No Connection with that ID)"),
    "blazor-server": (f"{_NEGOTIATES}, which keeps the state of the page", "404 (No Connection with that ID)"),
    "spring-stomp": (_SOCKJS, "404 (session not found)"),
    "spring-websocket": (_SOCKJS, "404 (session not found)"),
    "vertx-sockjs": (_SOCKJS, "404 (session not found)"),
}
"""Libraries apart from Socket.IO: why one client makes several requests, and what the wrong instance answers."""


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        copies = instances(scan, path)
        needed, first = needs_affinity(path)
        if copies is None or not needed or path.server is None or not path.steps:
            continue
        spread = without_affinity(scan, path)
        if spread is not None:
            yield _finding(path, path.server, copies, spread, first)


def _finding(path: Path, server: Use, copies: Copies, spread: Spread, first: bool) -> Finding:
    hop = spread.step.hop
    how = "begins with" if first else "may fall back to"
    several, answer = _SEVERAL.get(
        server.library, (f"{how} HTTP long-polling: one session is several requests", "400 (Session ID unknown)")
    )
    severity: Severity = "error" if first else "warning"
    open_ended = spread.hidden or copies.assumed
    if open_ended:
        severity = "warning" if first else "info"
    affinity = (
        f"{hop.name} can keep clients together, but no file shows whether that is on; if it is off, requests reach different"
        if spread.hidden
        else f"no affinity is set at {hop.name}, so they reach different"
    )
    verb = "may spread" if open_ended else "spreads"
    return Finding(
        ID,
        NAME,
        severity,
        "depends" if open_ended else "breaks" if first else "degrades",
        "possible" if open_ended else "likely" if path.certainty == "weak" or copies.count is None else "certain",
        f"{server.name} needs all requests of a client on one instance, and {hop.name} {verb} them.",
        copies.place,
        why=(
            copies.told,
            f"{server.name} {several}",
            f"{affinity} instances, which answer {answer}",
        ),
        remedy=(
            f"Set transports to websocket alone on client and server; {hop.name} has no affinity that could be turned on."
            if spread.never
            else f"Turn session affinity on at {hop.name}, or set transports to websocket alone on client and server."
        ),
        snippet=_blocks(spread, server),
        related=related(app_place(server), "the server is set up here"),
        path=path.id,
        facts=(spread.fact,) if spread.fact else (),
        who="platform",
    )


def _blocks(spread: Spread, server: Use) -> str:
    """Affinity in the hop's own file where it can be written there, and the way that needs none."""
    affinity = "" if spread.never else remedies.affinity_block(spread.step)
    alone = _ALONE.get(server.library, _WEBSOCKET_ALONE if "socket" in server.library else "")
    return f"{affinity}\n\n// or instead\n{alone}" if affinity and alone else affinity or alone
