"""The client stops after a few attempts, sooner than a deploy or an outage lasts.

A deploy takes a minute or several, an outage longer. A client that gave up stays silent after the server is back, until the
page is reloaded.

Go on for ever with a capped wait, or show the person a button to try again.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Reconnect, Severity
from advisor.rules import clients
from advisor.rules.scan import Scan

ID = "WS704"
NAME = "gives-up"
SEVERITY: Severity = "warning"
_OUTAGE_S = 300.0
"""Seconds a client should at least go on trying: a slow deploy, a short outage."""


def check(scan: Scan) -> Iterator[Finding]:
    for use in clients.own(scan):
        reconnect = use.reconnect
        if reconnect is None or not reconnect.attempts or reconnect.attempts < 0 or reconnect.resumed:
            continue
        seconds = _span(reconnect)
        if seconds is not None and seconds < _OUTAGE_S:
            times = "one attempt" if reconnect.attempts == 1 else f"{reconnect.attempts} attempts"
            stepped = reconnect.delay_s == 0 or reconnect.growth == "listed"
            about = "at most" if stepped and seconds else "about"
            yield Finding(
                ID,
                NAME,
                SEVERITY,
                "degrades",
                "likely",
                f"The client gives up after {times}, {about} {seconds:g} s in all.",
                reconnect.place or use.place,
                why=(
                    f"it makes {times} to reconnect, within {about} {seconds:g} s",
                    f"a deploy or an outage often lasts longer, and it is silent until {clients.until(use)}",
                ),
                remedy="Go on for ever with a capped wait, or offer the person a way to try again.",
                path=clients.path_of(scan, use),
                who="client",
                together=use.app,
            )


def _span(reconnect: Reconnect) -> float | None:
    """Seconds until the last attempt; ``None`` where the waits are not known. A library whose first wait is none, or that is
    given a list, has steps of which the longest is known.
    """
    if reconnect.attempts is None:
        return None
    delay = reconnect.delay_s
    if reconnect.kind == "immediate":
        return 0.0
    listed = reconnect.growth == "listed"
    if delay is None or (listed and reconnect.kind != "library"):
        return None
    if reconnect.kind == "fixed":
        return delay * reconnect.attempts
    if reconnect.kind == "library" and (delay == 0 or listed):
        return None if reconnect.max_delay_s is None else reconnect.max_delay_s * reconnect.attempts
    cap: float = reconnect.max_delay_s or float("inf")
    growth = reconnect.growth if reconnect.kind == "exponential" else "doubling"
    waits = (delay * (2.0**number if growth == "doubling" else number + 1) for number in range(min(reconnect.attempts, 64)))
    return sum(min(wait, cap) for wait in waits)
