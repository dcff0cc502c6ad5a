"""A hop on the path is retired, closed to new customers, or will be within a year.

Sockets may work today. What is retired gets no fixes, and a platform that takes no new customers gets no new features; a move
that is planned costs less than one that is due.

Plan the move, to the vendor's own successor where it names one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from advisor.knowledge import Profile
from advisor.model import Finding, Hop, Path, Severity
from advisor.rules.scan import Scan

ID = "WS804"
NAME = "platform-sunset"
SEVERITY: Severity = "warning"
_SOON = timedelta(days=365)


def check(scan: Scan) -> Iterator[Finding]:
    told: set[str] = set()
    for path in scan.paths:
        for hop in path.hops:
            if hop.id in told or hop.platform not in scan.knowledge.platforms():
                continue
            profile = scan.knowledge.platform(hop.platform)
            if _ends(scan, profile):
                told.add(hop.id)
                yield _finding(scan, path, hop, profile)


def _ends(scan: Scan, profile: Profile) -> bool:
    lifecycle = profile.lifecycle
    if lifecycle.status not in ("sunset", "moved"):
        return False
    return lifecycle.on is None or lifecycle.on <= scan.ways.conditions.at + _SOON


def _finding(scan: Scan, path: Path, hop: Hop, profile: Profile) -> Finding:
    lifecycle = profile.lifecycle
    follower = lifecycle.successor or lifecycle.to
    name = scan.knowledge.platform(follower).name if follower in scan.knowledge.platforms() and follower else None
    past = lifecycle.on is not None and lifecycle.on <= scan.ways.conditions.at
    when = f" {'since' if past else 'from'} {lifecycle.on.isoformat()}{'' if past else ' on'}" if lifecycle.on is not None else ""
    fits = [f"{each.name} ({each.fits})" for each in profile.alternatives[:3]]
    move = [f"Move to {name}, which the vendor names."] if name else [f"Move to {' or '.join(fits)}."] if fits else []
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "degrades",
        "certain" if hop.certainty == "explicit" else "likely",
        f"{profile.name} is being given up by its vendor{when}.",
        hop.place,
        why=tuple(text for text in (hop.because, lifecycle.note) if text) or (f"{hop.name} stands on the path",),
        remedy=" ".join(["Plan the move while the sockets still work.", *move]),
        path=path.id,
        who="platform",
    )
