"""Heartbeats flow, but not in the direction that resets the clock that decides.

Some hops count only bytes from the client, or only bytes from the app, and of some the vendor's pages disagree. A
heartbeat that the other side answers (ping and pong) flows both ways and always counts; one that nobody answers may not.

Let the silent side send, or use pings, which are answered.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Limit, Path, Severity
from advisor.rules import remedies
from advisor.rules.beats import Beat, beat
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
        if not isinstance(limit.value, int | float) or limit.decided_by.platform == "app" or found.interval_s >= limit.value:
            continue
        counting = _COUNTS.get(limit.reset_by or "any")
        if counting is not None and found.sender not in counting:
            yield _finding(path, limit, found, float(limit.value), sure=True)
        elif counting is None and found.sender == "client" and _disputed(scan, path, limit):
            yield _finding(path, limit, found, float(limit.value), sure=False)


def _disputed(scan: Scan, path: Path, limit: Limit) -> bool:
    """True where the vendor's own pages disagree whether bytes of the client alone hold a silent app's connection."""
    hop = next((step.hop for step in path.steps if step.hop.id == limit.decided_by.hop), None)
    known = scan.fact(hop, limit.dimension) if hop is not None else None
    statements = ([known.statement] if known.statement else [each for _, each in known.branches]) if known is not None else []
    return any(each.details.get("bytes_of_client_alone") == "disputed" and each.value == limit.value for each in statements)


def _finding(path: Path, limit: Limit, found: Beat, seconds: float, *, sure: bool) -> Finding:
    side = "the client" if limit.reset_by == "from_client" else "the app"
    if sure:
        message = f"The heartbeat at {path.endpoint} does not reset the idle timeout: that counts only bytes from {side}."
        reason = f"only bytes from {side} reset it"
    else:
        message = f"The heartbeat at {path.endpoint} may not reset the idle timeout of {seconds:g} s: nothing comes from {side}."
        reason = "the vendor describes one clock that any byte resets, and elsewhere one that hears the app alone"
    server = path.server
    return Finding(
        ID,
        NAME,
        SEVERITY if sure else "info",
        "degrades" if sure else "depends",
        found.confidence if sure else "possible",
        message,
        limit_place(path, limit),
        why=(found.told, "the other side does not answer it", *told_limit(path, limit), reason),
        remedy=f"Let {side} send, or use WebSocket pings, which the other side answers.",
        snippet=remedies.heartbeat_block(path, remedies.heartbeat_seconds(seconds)),
        verify=remedies.idle_check(path, seconds),
        related=related(found.place or (app_place(server) if server else None), "the heartbeat is sent here"),
        path=path.id,
        facts=tuple(fact for fact in (limit.decided_by.fact,) if fact),
        who="app",
    )
