"""A hop ends every connection after a fixed time, however busy it is.

A lifetime is no idle timeout: no heartbeat helps. The client has to expect the close, connect again and restore what it had.
Where the client does that by itself, this is only worth knowing.

Reconnect with back-off, and restore subscriptions after each open.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Limit, Path, Severity
from advisor.rules.scan import Scan, limit_place, related, told_limit

ID = "WS204"
NAME = "lifetime-capped"
SEVERITY: Severity = "warning"
_LONG_S = 12 * 3600
"""From this lifetime on the cap itself is no reason to warn: a deploy ends connections more often."""


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        limit = path.limit("max_connection_duration")
        if limit is not None and isinstance(limit.value, int | float):
            yield _finding(path, limit, float(limit.value))


def _finding(path: Path, limit: Limit, seconds: float) -> Finding:
    known = [use.reconnect for use in path.clients if use.reconnect is not None]
    returns = bool(known) and all(each.kind != "none" for each in known)
    quiet = returns or seconds >= _LONG_S
    client = (
        "the client connects again by itself"
        if returns
        else "no client in the repository connects again"
        if not known
        else "the client does not connect again"
    )
    return Finding(
        ID,
        NAME,
        "info" if quiet else "warning",
        "note" if quiet else "degrades" if not limit.others else "depends",
        "certain" if not limit.others else "possible",
        f"Every socket at {path.endpoint} is ended after {_span(seconds)}, however busy it is.",
        limit_place(path, limit),
        why=(*told_limit(path, limit), "a heartbeat does not help against a lifetime", client),
        remedy="Let the client reconnect with back-off and restore its subscriptions after each open.",
        related=related(path.clients[0].place if path.clients else None, "the client connects here"),
        path=path.id,
        facts=tuple(fact for fact in (limit.decided_by.fact,) if fact and limit.decided_by.platform != "app"),
        who="client",
    )


def _span(seconds: float) -> str:
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {name}"
    return f"{seconds:g} s"
