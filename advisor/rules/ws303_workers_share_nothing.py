"""Several worker processes behind one port, each with its own memory.

The operating system hands every new connection to any worker. Rooms and broadcasts of one worker do not reach the sockets of
another, and no proxy in front can keep a client on one worker, since all of them share one address. A transport that needs
several requests (Socket.IO's polling) then fails as well.

Run one worker for each address, or join the workers with a backplane; for polling use the WebSocket transport alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Path, Severity, Use
from advisor.rules.instances import Copies, backplane, instances, joining, needs_affinity, workers
from advisor.rules.scan import Scan, app_place, related

ID = "WS303"
NAME = "workers-share-nothing"
SEVERITY: Severity = "warning"
OF_CODE = True
OVER = ("WS302",)


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        copies, server = workers(path), path.server
        if copies is None or server is None or (copies.assumed and instances(scan, path) is not None):
            continue
        polls = needs_affinity(path)[0] and not server.sticky
        alone = server.broadcasts is not None and not backplane(path.app, server, across_hosts=False)
        if polls or alone:
            yield _finding(path, server, copies, polls=polls, alone=alone)


def _finding(path: Path, server: Use, copies: Copies, *, polls: bool, alone: bool) -> Finding:
    reasons = [copies.told]
    if alone:
        reasons.append(f"{server.broadcasts} sends to sockets in the memory of one process, and no backplane joins them")
    if polls:
        reasons.append("HTTP long-polling needs all requests of a client on one worker, and nothing keeps them there")
    if copies.assumed:
        reasons.append("with one worker nothing is lost")
    join = f"join the workers with a backplane{joining(server, across_hosts=False)}" if alone else ""
    alone_too = "use the WebSocket transport alone on client and server" if polls else ""
    return Finding(
        ID,
        NAME,
        "info" if copies.assumed else SEVERITY,
        "depends" if copies.assumed else "degrades",
        "possible" if copies.assumed else "certain" if path.certainty == "explicit" else "likely",
        f"{server.name} at {path.endpoint} {'may run' if copies.assumed else 'runs'} in several worker processes that share "
        "nothing.",
        copies.place,
        why=tuple(reasons),
        remedy=f"Run one worker, or {' and '.join(each for each in (join, alone_too) if each)}.",
        related=related(server.broadcasts or app_place(server), "the sockets are kept here"),
        path=path.id,
        who="app",
    )
