"""The client stops after a few attempts, sooner than a deploy or an outage lasts.

A deploy takes a minute or several, an outage longer. A client that gave up stays silent after the server is back, until the
page is reloaded.

Go on for ever with a capped wait, or show the person a button to try again.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Reconnect, Severity
from advisor.rules.scan import Scan

ID = "WS704"
NAME = "gives-up"
SEVERITY: Severity = "warning"
_OUTAGE_S = 300.0
"""Seconds a client should at least go on trying: a slow deploy, a short outage."""


def check(scan: Scan) -> Iterator[Finding]:
    for use in scan.stack.uses():
        if use.role != "client" or use.foreign or use.one_shot or use.scope != "production" or use.reconnect is None:
            continue
        attempts, seconds = use.reconnect.attempts, _span(use.reconnect)
        if attempts is not None and attempts > 0 and seconds is not None and seconds < _OUTAGE_S:
            yield Finding(
                ID,
                NAME,
                SEVERITY,
                "degrades",
                "likely",
                f"The client gives up after {attempts} attempts, about {seconds:g} s in all.",
                use.reconnect.place or use.place,
                why=(
                    f"it tries {attempts} times to reconnect, within about {seconds:g} s",
                    "a deploy or an outage often lasts longer, and the page then has to be reloaded",
                ),
                remedy="Go on for ever with a capped wait, or offer the person a way to try again.",
                path=next((path.id for path in scan.paths if use in path.clients), None),
                who="client",
            )


def _span(reconnect: Reconnect) -> float | None:
    """Seconds until the last attempt; ``None`` where the waits are not known."""
    if reconnect.attempts is None:
        return None
    delay = reconnect.delay_s
    if reconnect.kind == "immediate":
        return 0.0
    if delay is None:
        return None
    if reconnect.kind == "fixed":
        return delay * reconnect.attempts
    cap: float = reconnect.max_delay_s or float("inf")
    return sum(min(delay * 2.0**number, cap) for number in range(min(reconnect.attempts, 64)))
