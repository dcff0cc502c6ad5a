"""The client reconnects at once, or always after the same short time.

After a deploy all clients lose their sockets at the same moment and come back together. Without growing, random waits they
hammer a server that is only just starting.

Double the wait after each failure up to a cap, and add randomness.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Reconnect, Severity
from advisor.rules import remedies
from advisor.rules.scan import Scan

ID = "WS702"
NAME = "reconnect-without-backoff"
SEVERITY: Severity = "warning"


def check(scan: Scan) -> Iterator[Finding]:
    for use in scan.stack.uses():
        if use.role != "client" or use.foreign or use.one_shot or use.scope != "production" or use.reconnect is None:
            continue
        told = _told(use.reconnect)
        if told is not None:
            hammering = use.reconnect.kind == "immediate" or (use.reconnect.kind == "fixed" and (use.reconnect.delay_s or 0) < 1)
            yield Finding(
                ID,
                NAME,
                "warning" if hammering else "info",
                "degrades" if hammering else "note",
                "likely",
                f"The client reconnects {told}.",
                use.reconnect.place or use.place,
                why=(f"after a close it opens the socket again {told}", "after a deploy all clients do so at the same moment"),
                remedy="Double the wait after each failure up to a cap, and add randomness.",
                snippet=remedies.RECONNECT,
                path=next((path.id for path in scan.paths if use in path.clients), None),
                who="client",
            )


def _told(reconnect: Reconnect) -> str | None:
    """What is amiss, or ``None`` where it backs off well enough or the library sees to it."""
    if reconnect.kind == "immediate":
        return "at once, without any wait"
    if reconnect.kind == "fixed" and reconnect.delay_s is not None:
        return f"every {reconnect.delay_s:g} s{'' if reconnect.jitter else ', without back-off or jitter'}"
    if reconnect.kind == "exponential" and reconnect.max_delay_s is None and reconnect.attempts is None:
        return "after waits that grow without a cap"
    if reconnect.kind == "exponential" and not reconnect.jitter:
        return "with growing waits, but without jitter"
    return None
