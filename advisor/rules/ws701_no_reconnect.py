"""The client opens a WebSocket and never opens it again.

Every deploy, every restart and every lost network ends sockets. A client that does not reconnect goes silent until the page is
reloaded or the program started again, and nobody is told.

Open it again after each close, later each time, with some randomness.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Severity, Use
from advisor.rules import clients
from advisor.rules.scan import Scan

ID = "WS701"
NAME = "no-reconnect"
SEVERITY: Severity = "warning"


def check(scan: Scan) -> Iterator[Finding]:
    for use in clients.own(scan):
        if use.reconnect is not None and use.reconnect.kind == "none":
            yield Finding(
                ID,
                NAME,
                SEVERITY,
                "degrades",
                "likely",
                "The client opens one WebSocket and never opens it again.",
                use.place,
                why=(
                    _because(use),
                    f"every deploy and restart closes all sockets, and this one stays closed until {clients.until(use)}",
                ),
                remedy=_remedy(use),
                snippet=clients.again(use),
                path=clients.path_of(scan, use),
                who="client",
                together=use.app,
            )


def _because(use: Use) -> str:
    if clients.again(use) or not clients.switched_on(use):
        return "nothing in this file opens the socket again after a close"
    return f"{use.name} opens it again only where it is told to, and here it is not"


def _remedy(use: Use) -> str:
    if clients.again(use) or not clients.switched_on(use):
        return "Open it again after each close, with back-off and jitter."
    return f"Switch on the reconnection of {use.name}."
