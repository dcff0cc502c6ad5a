"""A proxy on the path does not hand the WebSocket upgrade on to the app.

A WebSocket starts as an HTTP/1.1 request with ``Upgrade: websocket`` and ``Connection: Upgrade``. Both headers speak of one
connection only (RFC 9110 section 7.6.1), so a proxy drops them unless it is told to tunnel. The app then sees an ordinary
request and answers it as one: the browser reports ``Unexpected response code: 400`` (or 404, 426, 200).

Set both headers in the block that serves the socket's path.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Answer, Finding, Forward, HeaderFate, Path, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, branches, loses, related

ID = "WS101"
NAME = "upgrade-not-forwarded"
SEVERITY: Severity = "error"
_NEEDED = {"upgrade": "Upgrade: websocket", "connection": "Connection: Upgrade"}


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        for step in path.steps:
            losing = loses(step)
            if losing is not None and (fates := _dropped(losing)):
                yield _finding(scan, path, step, losing, fates)
        deciding = scan.deciding(path) if path.handshake.cause == "upgrade_lost" else None
        answers = [result for _, result in branches(deciding) if isinstance(result, Answer)] if deciding is not None else []
        if deciding is not None and answers:
            yield _refused(scan, path, deciding, answers[0])


def _refused(scan: Scan, path: Path, step: Step, answer: Answer) -> Finding:
    """A proxy that answers a handshake itself, because nothing tells it to upgrade."""
    place = answer.place or step.hop.place
    app = path.app.id if path.app else "the app"
    enabled = scan.fact(step.hop, "how_to_enable").kind == "one"
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty != "weak" else "likely",
        f"{step.hop.name} does not hand the WebSocket upgrade for {path.endpoint} on to {app}.",
        place,
        why=(
            f"the handshake for {path.url} is taken at {place}",
            answer.reason,
            f"so {step.hop.name} answers it with {answer.status}, and {app} receives nothing",
        ),
        remedy=f"Let {step.hop.name} upgrade {path.endpoint}, in a route of its own or for all of them.",
        snippet=remedies.route_block(scan, step, path),
        verify=remedies.curl(path),
        related=related(app_place(path.server) if path.server else None, "the app listens here"),
        path=path.id,
        facts=(f"{step.hop.platform}/how_to_enable",) if enabled else (),
        who="proxy",
    )


def _dropped(forward: Forward) -> tuple[HeaderFate, ...]:
    """The handshake's headers that the program's default drops or replaces."""
    return tuple(fate for fate in forward.fates if fate.because == "default" and fate.name.lower() in ("upgrade", "connection"))


def _finding(scan: Scan, path: Path, step: Step, forward: Forward, fates: tuple[HeaderFate, ...]) -> Finding:
    place = forward.place or step.hop.place
    needs = " and ".join(_NEEDED[fate.name.lower()] for fate in fates)
    app = path.app.id if path.app else "the app"
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty != "weak" else "likely",
        f"{step.hop.name} does not hand the WebSocket upgrade for {path.endpoint} on to {app}.",
        place,
        why=(
            f"the handshake for {path.url} is served by the block at {place}",
            *(_reason(step.hop.name, fate) for fate in fates),
            f"so {app} receives an ordinary request: a handshake needs {needs}",
        ),
        remedy=f"Set Upgrade and Connection where {step.hop.name} serves {path.endpoint}.",
        snippet=remedies.upgrade_block(scan, step, forward, path),
        verify=remedies.curl(path),
        related=related(app_place(path.server) if path.server else None, "the app listens here"),
        path=path.id,
        facts=(f"{step.hop.platform}/upgrade_headers",),
        who="proxy",
    )


def _reason(hop: str, fate: HeaderFate) -> str:
    """Why the header is not handed on: no line asks for it, the one that does fits others, or counts for nothing."""
    if fate.discarded_by is not None and fate.outer is not None:
        return f"{fate.written} stands at {fate.outer}, and {hop} ignores it: {fate.discarded_by} already set this address up"
    by_default = f"{hop} by default {_default(fate)}"
    if fate.written is not None and fate.place is not None:
        return f"{fate.written} ({fate.place}) does not let the {fate.name} of this handshake through, and {by_default}"
    return f"nothing in force there sets {fate.name}, and {by_default}"


def _default(fate: HeaderFate) -> str:
    return "drops it" if fate.value is None else f'sends "{fate.name}: {fate.value}"'
