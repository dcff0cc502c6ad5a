"""Connections, or what is known about them, are kept in the memory of a function or isolate.

Such an instance may vanish between two messages and may exist many times at once. What one has noted the next has never
heard of: a list of connections in a variable loses members without a trace, and a message for all reaches only some.

Keep what several calls share in a store, or in something that is one for all of them, such as a durable object for each room.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Hop, Path, Place, Severity
from advisor.rules.instances import backplane
from advisor.rules.scan import Scan, app_place, related

ID = "WS304"
NAME = "memory-on-ephemeral-host"
SEVERITY: Severity = "warning"
OF_CODE = True
OVER = ("WS302",)
_EPHEMERAL = ("function_host", "edge_runtime")
_HANDLERS = ("platform", "function")


def check(scan: Scan) -> Iterator[Finding]:
    told: set[Place] = set()
    for path in scan.paths:
        server, host = path.server, _host(scan, path)
        if server is None or host is None or server.broadcasts is None or server.broadcasts in told:
            continue
        if path.handshake.outcome == "refused" or backplane(path.app, server, across_hosts=True):
            continue
        told.add(server.broadcasts)
        yield _finding(scan, path, host, server.broadcasts)


def _host(scan: Scan, path: Path) -> Hop | None:
    """The hop of the path that runs the code for a while only: a function host, a runtime of isolates, a caller of handlers."""
    for hop in path.hops:
        if hop.platform not in scan.knowledge.platforms():
            continue
        runs_handlers = path.server is not None and path.server.runs_in in _HANDLERS
        owns = str(scan.value(hop, "websocket_support")) == "own_protocol" and runs_handlers
        if owns or scan.knowledge.platform(hop.platform).kind in _EPHEMERAL:
            return hop
    return None


def _finding(scan: Scan, path: Path, host: Hop, kept: Place) -> Finding:
    assert path.server is not None  # noqa: S101 - the caller asked
    known = [scan.fact(host, dimension).statement for dimension in ("instance_model", "shared_state")]
    facts = tuple(statement.id for statement in known if statement is not None)
    notes = tuple(statement.note for statement in known if statement is not None and statement.note)
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "degrades",
        "likely",
        f"Connections are kept in the memory of one instance, and {host.name} runs several that come and go.",
        kept,
        why=(
            "this line relies on connections that only this instance's memory holds",
            f"{host.name} starts and ends instances of {path.server.name} as it needs them, several at a time",
            *notes[:2],
        ),
        remedy="Keep the connections in a store that every instance asks, or in one object that owns them all.",
        related=(
            *related(app_place(path.server), "the server is set up here"),
            *related(host.place, f"this runs it on {host.name}"),
        ),
        path=path.id,
        facts=facts,
        who="app",
    )
