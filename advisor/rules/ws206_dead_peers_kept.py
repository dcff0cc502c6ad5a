"""The server never drops a peer that stopped answering.

A phone that loses its network sends no close. Without a ping and a deadline for its answer the server keeps the connection,
its memory and its place in every room until the operating system gives up, which takes from minutes to hours.

Ping every connection, and terminate the one that did not answer the last ping.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Heartbeat, Severity, Use
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place
from advisor.stack.library import libraries

ID = "WS206"
NAME = "dead-peers-kept"
SEVERITY: Severity = "info"
OF_CODE = True


def check(scan: Scan) -> Iterator[Finding]:
    told: set[tuple[str, int]] = set()
    for path in scan.paths:
        server, heartbeat = path.server, path.heartbeat
        if server is None or heartbeat is None or heartbeat.timeout_s is not None or server.runs_in in ("function", "platform"):
            continue
        place = heartbeat.place or app_place(server)
        if _ends_silent(server) or _may_end(heartbeat) or (place.file, place.line) in told:
            continue
        told.add((place.file, place.line))
        sends = (
            "sends no ping"
            if heartbeat.sender == "none"
            else "sends a heartbeat, but nothing drops a peer that does not answer it"
        )
        yield Finding(
            ID,
            NAME,
            SEVERITY,
            "note",
            "likely",
            f"{server.name} at {path.endpoint} keeps peers that stopped answering.",
            place,
            why=(f"the server {sends}", "a peer that vanishes without a close is then kept until TCP itself gives up"),
            remedy="Ping every connection and terminate the one that did not answer the last ping.",
            snippet=remedies.heartbeat_block(path, 30),
            path=path.id,
            who="app",
        )


def _may_end(heartbeat: Heartbeat) -> bool:
    """True where the library ends silent peers by itself, after a time that the code computes or the sheet leaves open."""
    if heartbeat.sender == "none":
        return False
    known = libraries().get((heartbeat.fact or "").partition("/")[0])
    default = known.heartbeat(None) if known is not None else None
    return heartbeat.source == "default" or (default is not None and default.timeout_s is not None)


def _ends_silent(server: Use) -> bool:
    """True where the server itself closes a connection from which nothing comes for a while."""
    amount = server.idle.amount if server.idle is not None else None
    return isinstance(amount, int | float) and amount > 0
