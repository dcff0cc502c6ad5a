"""A file could not be read or parsed, or its program refuses it and does not start.

What it would have shown is missing from this report: a hop, a process or a client. A file that is skipped is not a file that is
fine. Where a socket's path leads through a proxy that refuses its own configuration, nothing answers there at all.

Mend the file, or leave it out on purpose with .wsadviseignore.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Hop, Invalid, Path, Place, Severity, handshake
from advisor.rules.scan import Scan, app_place, branches, related

ID = "WS901"
NAME = "file-not-read"
SEVERITY: Severity = "error"
_ANY = handshake("wss", "app.example.com")


def check(scan: Scan) -> Iterator[Finding]:
    unread = scan.not_read
    refusals = dict(_on_paths(scan))
    yield from refusals.values()
    for each in unread:
        place = Place(each.file, each.line or 1)
        yield _finding(place, f"{each.file} could not be read: {each.reason}", deployment=each.deployment)
    for hop in scan.topology.hops:
        refused = _refused(scan, hop)
        if refused is not None:
            place = refused.place or hop.place
            if place not in refusals and all(each.file != place.file for each in unread):
                yield _finding(place, f"{hop.name} does not start with {place.file}: {refused.reason}", deployment=True)


def _on_paths(scan: Scan) -> Iterator[tuple[Place, Finding]]:
    """One error for each line for which a proxy on a socket's path does not start."""
    for path in reversed(scan.paths):
        step = scan.deciding(path)
        refused = next((result for _, result in branches(step) if isinstance(result, Invalid)), None) if step else None
        if path.handshake.cause == "invalid" and step is not None and refused is not None:
            place = refused.place or step.hop.place
            yield place, _of_path(path, step.hop.name, refused, place)


def _of_path(path: Path, hop: str, refused: Invalid, place: Place) -> Finding:
    return Finding(
        ID,
        NAME,
        "error",
        "breaks",
        "certain" if path.certainty != "weak" else "likely",
        f"{hop} refuses {place.file} and does not start: {refused.reason.rstrip('.')}.",
        place,
        why=(
            f"the handshake for {path.url} has to pass {hop}",
            f"with the line at {place} {hop} does not start: {refused.reason}",
            "so nothing answers there, neither to a socket nor to a page",
        ),
        remedy=f"Mend the line; {hop} names the first one alone, so check again afterwards.",
        related=related(app_place(path.server) if path.server else None, "the app accepts sockets here"),
        path=path.id,
        who="proxy",
    )


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
