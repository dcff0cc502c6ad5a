"""Heartbeats flow, but not in the direction that resets the clock that decides.

Some hops count only bytes from the client, or only bytes from the app. A heartbeat that the other side answers (ping and pong)
flows both ways and always counts; one that nobody answers may not.

Let the silent side send, or use pings, which are answered.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Severity
from advisor.rules import remedies
from advisor.rules.beats import beat
from advisor.rules.scan import Scan, app_place, limit_place, related, told_limit

ID = "WS203"
NAME = "heartbeat-not-counted"
SEVERITY: Severity = "warning"
_COUNTS = {"from_client": ("client", "both"), "from_upstream": ("server", "both")}


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        limit, found = path.limit("idle_timeout"), beat(path)
        if limit is None or found is None or found.interval_s is None or found.answered or path.server is None:
            continue
        counting = _COUNTS.get(limit.reset_by or "any")
        if counting is not None and found.sender not in counting and isinstance(limit.value, int | float):
            side = "the client" if limit.reset_by == "from_client" else "the app"
            yield Finding(
                ID,
                NAME,
                SEVERITY,
                "degrades",
                found.confidence,
                f"The heartbeat at {path.endpoint} does not reset the idle timeout: that counts only bytes from {side}.",
                limit_place(path, limit),
                why=(
                    found.told,
                    "the other side does not answer it",
                    *told_limit(path, limit),
                    f"only bytes from {side} reset it",
                ),
                remedy=f"Let {side} send, or use WebSocket pings, which the other side answers.",
                snippet=remedies.heartbeat_block(path, remedies.heartbeat_seconds(float(limit.value))),
                verify=remedies.idle_check(path, float(limit.value)),
                related=related(found.place or app_place(path.server), "the heartbeat is sent here"),
                path=path.id,
                facts=tuple(fact for fact in (limit.decided_by.fact,) if fact),
                who="app",
            )
