"""The client opens a WebSocket and never opens it again.

Every deploy, every restart and every lost network ends sockets. A client that does not reconnect goes silent until the page is
reloaded, and nobody is told.

Open it again after each close, later each time, with some randomness.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Severity
from advisor.rules import remedies
from advisor.rules.scan import Scan

ID = "WS701"
NAME = "no-reconnect"
SEVERITY: Severity = "warning"


def check(scan: Scan) -> Iterator[Finding]:
    for use in scan.stack.uses():
        if use.role != "client" or use.foreign or use.one_shot or use.scope != "production":
            continue
        if use.reconnect is not None and use.reconnect.kind == "none":
            yield Finding(
                ID,
                NAME,
                SEVERITY,
                "degrades",
                "likely",
                "The client opens one WebSocket and never opens it again.",
                use.place,
                why=("nothing in this file opens the socket again after a close", "every deploy and restart closes all sockets"),
                remedy="Open it again after each close, with back-off and jitter.",
                snippet=remedies.RECONNECT,
                path=next((path.id for path in scan.paths if use in path.clients), None),
                who="client",
            )
