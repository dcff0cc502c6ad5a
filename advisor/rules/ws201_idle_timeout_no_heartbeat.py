"""Nothing is sent on an idle connection, and a hop on the path closes idle connections.

The socket opens, works while there is something to say, and drops after exactly the idle timeout of the smallest clock on the
path (close code 1006 in the browser). A ping of either side, answered by the other, resets an idle clock.

Where the timeout is an hour or more this is only worth knowing, and from a day on nothing is said.

Two remedies, and either will do: send a heartbeat at two thirds of the smallest clock or faster, or raise the hop's timeout.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Limit, Path, Severity
from advisor.rules import remedies
from advisor.rules.beats import Beat, beat
from advisor.rules.scan import Scan, app_place, limit_place, related, told_limit
from advisor.rules.timeouts import LONG_S, cure

ID = "WS201"
NAME = "idle-timeout-no-heartbeat"
SEVERITY: Severity = "warning"
_ENDLESS_S = 86400
"""A day of silence is nobody's loss: whoever set that asked for it."""


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        limit, found = path.limit("idle_timeout"), beat(path)
        if limit is None or not isinstance(limit.value, int | float) or found is None or found.interval_s is not None:
            continue
        if path.server is not None and limit.decided_by.platform != "app" and limit.value < _ENDLESS_S:
            yield _finding(scan, path, limit, float(limit.value), found)


def _finding(scan: Scan, path: Path, limit: Limit, seconds: float, found: Beat) -> Finding:
    assert path.server is not None  # noqa: S101 - the caller asked
    cured = cure(scan, path, limit, remedies.heartbeat_seconds(seconds))
    return Finding(
        ID,
        NAME,
        "info" if seconds >= LONG_S else SEVERITY,
        "note" if seconds >= LONG_S else "degrades" if not limit.others else "depends",
        found.confidence if not limit.others else "possible",
        f"An idle socket at {path.endpoint} is closed after {seconds:g} s, because nothing is sent on it.",
        limit_place(path, limit),
        why=(found.told, *told_limit(path, limit), f"after {seconds:g} s without a byte the connection is closed"),
        remedy=cured.told,
        snippet=cured.snippet,
        verify=remedies.idle_check(path, seconds),
        related=related(app_place(path.server), "the app listens here and sends no heartbeat"),
        path=path.id,
        facts=tuple(fact for fact in (limit.decided_by.fact,) if fact),
        who="app",
    )
