"""The client never notices that its connection died without a close.

A laptop that sleeps, a phone that changes its network, a router that forgets the connection: no close arrives, and the socket
looks open until TCP gives up, which takes minutes. Until then the client misses every message and does not reconnect. Pings of
the server do not help: a browser answers them by itself and shows them to no code.

Send a message now and then, and close the socket where no answer comes in time; the reconnect does the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Severity, Use
from advisor.rules import clients
from advisor.rules.scan import Scan

ID = "WS703"
NAME = "half-open-undetected"
SEVERITY: Severity = "info"
_WATCH = """\
let answered = true;
const watch = setInterval(() => {
  if (!answered) return socket.close(); // its onclose opens it again
  answered = false;
  socket.send("ping"); // and let the server answer with "pong"
}, 25000);
socket.addEventListener("message", () => { answered = true; });
socket.addEventListener("close", () => clearInterval(watch));"""
_SCRIPTS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".html", ".vue", ".svelte")


def check(scan: Scan) -> Iterator[Finding]:
    for use in clients.own(scan):
        if _waits_blindly(use):
            yield Finding(
                ID,
                NAME,
                SEVERITY,
                "note",
                "likely",
                "The client reconnects after a close, but does not notice a connection that dies without one.",
                use.place,
                why=(
                    "it sends nothing by itself and measures no silence",
                    "a connection that vanishes without a close looks open until TCP gives up, minutes later",
                ),
                remedy="Send a message now and then, and close the socket where no answer comes in time.",
                snippet=_WATCH if use.place.file.endswith(_SCRIPTS) else "",
                path=clients.path_of(scan, use),
                who="client",
                together=use.app,
            )


def _waits_blindly(use: Use) -> bool:
    """True for a client that is meant to stay and to come back, of which it is known that nothing watches its connection."""
    comes_back = use.reconnect is not None and use.reconnect.kind in ("immediate", "fixed", "exponential")
    return comes_back and use.heartbeat is not None and use.heartbeat.sender == "none"
