"""The heartbeat is not faster than the smallest idle timeout of the path.

At or above the timeout the hop closes the socket before the next heartbeat comes. Between two thirds of the timeout and the
timeout it works until a heartbeat is late once; that is told as info.

Send the heartbeat at two thirds of the smallest clock or faster, or raise the hop's timeout.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Limit, Path, Severity
from advisor.rules import remedies
from advisor.rules.beats import Beat, beat
from advisor.rules.scan import Scan, app_place, limit_place, related, told_limit
from advisor.rules.timeouts import cure

ID = "WS202"
NAME = "heartbeat-too-slow"
SEVERITY: Severity = "warning"


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        limit, found = path.limit("idle_timeout"), beat(path)
        if limit is None or not isinstance(limit.value, int | float) or found is None or found.interval_s is None:
            continue
        least = limit.value * 2 / 3 if limit.decided_by.platform != "app" else limit.value if _of_client(found) else None
        if path.server is not None and least is not None and (found.interval_s > least or found.interval_s == limit.value):
            yield _finding(scan, path, limit, float(limit.value), found, found.interval_s)


def _of_client(found: Beat) -> bool:
    """True for a client's heartbeat, which is the one that a server's own idle timeout waits for."""
    return found.sender == "client"


def _finding(scan: Scan, path: Path, limit: Limit, seconds: float, found: Beat, interval: float) -> Finding:
    assert path.server is not None  # noqa: S101 - the caller asked
    late = interval >= seconds
    cured = cure(scan, path, limit, remedies.heartbeat_seconds(seconds))
    what = (
        f"comes too late for the idle timeout of {seconds:g} s"
        if late
        else f"leaves little room before the idle timeout of {seconds:g} s"
    )
    return Finding(
        ID,
        NAME,
        "warning" if late else "info",
        ("degrades" if not limit.others else "depends") if late else "note",
        found.confidence if not limit.others else "possible",
        f"The heartbeat every {interval:g} s at {path.endpoint} {what}.",
        limit_place(path, limit),
        why=(found.told, *told_limit(path, limit)),
        remedy=cured.told,
        snippet=cured.snippet,
        verify=remedies.idle_check(path, seconds),
        related=related(
            found.place or app_place(path.server), "the heartbeat is set here" if found.place else "the app listens here"
        ),
        path=path.id,
        facts=(limit.decided_by.fact,) if limit.decided_by.fact and limit.decided_by.platform != "app" else (),
        who="app",
    )
