"""A file could not be read or parsed, or its program would not start with it.

What it would have shown is missing from this report: a hop, a process or a client. A file that is skipped is not a file that is
fine.

Mend the file, or leave it out on purpose with .wsadviseignore.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Hop, Invalid, Place, Severity, handshake
from advisor.rules.scan import Scan

ID = "WS901"
NAME = "file-not-read"
SEVERITY: Severity = "warning"
_ANY = handshake("wss", "app.example.com")


def check(scan: Scan) -> Iterator[Finding]:
    unread = scan.not_read
    for each in unread:
        place = Place(each.file, each.line or 1)
        yield _finding(place, f"{each.file} could not be read: {each.reason}", deployment=each.deployment)
    for hop in scan.topology.hops:
        refused = _refused(scan, hop)
        if refused is not None:
            place = refused.place or hop.place
            if all(each.file != place.file for each in unread):
                yield _finding(place, f"{hop.name} does not start with {place.file}: {refused.reason}", deployment=True)


def _refused(scan: Scan, hop: Hop) -> Invalid | None:
    """Why a proxy refuses its configuration, whatever it is asked."""
    if not scan.ways.is_configured(hop) or hop.scope == "test":
        return None
    outcome = scan.ways.outcome(hop, _ANY)
    return outcome if isinstance(outcome, Invalid) else None


def _finding(place: Place, message: str, *, deployment: bool) -> Finding:
    mend = "Scan what comes out of the template" if "is a template" in message else "Mend the file"
    what = "a hop or a process that it shows is missing" if deployment else "what it shows is missing"
    return Finding(
        ID,
        NAME,
        "warning" if deployment else "info",
        "depends" if deployment else "note",
        "certain",
        f"{message.rstrip('.')}.",
        place,
        why=(f"{what} from this report",),
        remedy=f"{mend}, or leave it out on purpose in .wsadviseignore.",
        who="scan",
    )
