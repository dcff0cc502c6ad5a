"""The client reconnects at once, or always after the same short time.

After a deploy all clients lose their sockets at the same moment and come back together. Without growing, random waits they
hammer a server that is only just starting.

Double the wait after each failure up to a cap, and add randomness.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Reconnect, Severity
from advisor.rules import clients
from advisor.rules.scan import Scan

ID = "WS702"
NAME = "reconnect-without-backoff"
SEVERITY: Severity = "warning"
_HAMMERS_S = 1.0
"""Seconds: a wait that stays below this one hammers."""


def check(scan: Scan) -> Iterator[Finding]:
    for use in clients.own(scan):
        told = _told(use.reconnect) if use.reconnect is not None else None
        if use.reconnect is not None and told is not None:
            hammering = _hammers(use.reconnect)
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
                snippet=clients.again(use),
                path=clients.path_of(scan, use),
                who="client",
                together=use.app,
            )


def _hammers(reconnect: Reconnect) -> bool:
    """True where it comes back within a second, again and again; a few quick tries and then none are another rule's."""
    short = reconnect.delay_s is not None and reconnect.delay_s < _HAMMERS_S
    return reconnect.kind == "immediate" or (reconnect.kind == "fixed" and short)


def _told(reconnect: Reconnect) -> str | None:
    """What is amiss, or ``None`` where it backs off well enough or the library sees to it."""
    if reconnect.kind == "immediate":
        return "at once, without any wait"
    if reconnect.kind == "fixed" and reconnect.delay_s is not None:
        lacks = "without back-off" if reconnect.jitter else "without back-off or jitter"
        return f"every {reconnect.delay_s:g} s, {lacks}"
    endless = reconnect.max_delay_s is None and reconnect.attempts is None and reconnect.growth != "listed"
    if reconnect.kind == "exponential" and endless:
        return "after waits that grow without a cap" + ("" if reconnect.jitter else " and without jitter")
    if reconnect.kind == "exponential" and not reconnect.jitter:
        return "with growing waits, but without jitter"
    return None
