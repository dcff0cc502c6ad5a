"""Several instances, a transport that needs several requests, and a hop that spreads requests without affinity.

Socket.IO begins with HTTP long-polling unless it is told otherwise: one session is then several requests, and all of them must
reach the process that opened it. On any other process the session is unknown (HTTP 400, "Session ID unknown"). A plain
WebSocket is one connection and needs no affinity.

Keep each client on one instance at every hop that spreads requests, or use the WebSocket transport alone on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Severity
from advisor.rules.instances import instances, needs_affinity, without_affinity
from advisor.rules.scan import Scan, app_place, related

ID = "WS301"
NAME = "sticky-sessions-missing"
SEVERITY: Severity = "error"


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        copies = instances(scan, path)
        needed, first = needs_affinity(path)
        if copies is None or not needed or path.server is None or (path.server.sticky and copies.count is None):
            continue
        hop = without_affinity(scan, path) if path.steps else None
        if hop is not None:
            how = "begins with" if first else "may fall back to"
            yield Finding(
                ID,
                NAME,
                "error" if first else "warning",
                "breaks" if first else "degrades",
                "certain" if path.certainty != "weak" else "likely",
                f"{path.server.name} needs all requests of a client on one instance, and {hop} spreads them.",
                copies.place,
                why=(
                    copies.told,
                    f"{path.server.name} {how} HTTP long-polling: one session is several requests",
                    f"no affinity is set at {hop}, so they reach different instances, which answer 400 (Session ID unknown)",
                ),
                remedy=f"Turn session affinity on at {hop}, or set transports to websocket alone on client and server.",
                snippet="const socket = io(url, { transports: ['websocket'] });" if "socket" in path.server.library else "",
                related=related(app_place(path.server), "the server is set up here"),
                path=path.id,
                facts=tuple(f"{step.hop.platform}/session_affinity" for step in path.steps if step.hop.name == hop),
                who="platform",
            )
