"""A proxy on the path speaks HTTP/1.0 to the app, and the upgrade needs HTTP/1.1.

RFC 6455 section 4.2.1 asks for HTTP/1.1 or later. What a server does with an upgrade over HTTP/1.0 differs from library to
library: some accept it, some answer 505 or 400. Where the proxy's version is not shown, the answer depends on it, because
the default has changed over time.

Set the HTTP version towards the app in the block that serves the socket.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Depends, Finding, FindingVerdict, Forward, Path, Setting, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, branches, forwards, related
from advisor.stack.server_limits import http10

ID = "WS102"
NAME = "http10-to-upstream"
SEVERITY: Severity = "error"
_DIMENSION = "upstream_http_version"


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        for step in path.steps:
            old = [(text, forward) for text, forward in forwards(step) if forward.request.http_version == "1.0"]
            if old and step.received.http_version != "1.0" and all(forward.request.upgrades() for _, forward in old):
                yield _finding(scan, path, step, old[0])


def _finding(scan: Scan, path: Path, step: Step, old: tuple[str, Forward]) -> Finding:
    condition, forward = old
    depends = len(branches(step)) > 1
    severity, verdict, what, answers = _judged(path, depends)
    hop, line = step.hop.name, _line(scan, step, forward)
    where = f"With {condition}, it" if depends and condition else hop
    return Finding(
        ID,
        NAME,
        severity,
        verdict,
        "possible" if verdict == "depends" else "certain" if path.certainty != "weak" else "likely",
        f"{where} sends the handshake for {path.endpoint} to the app as HTTP/1.0, {what}.",
        line.place if line is not None else forward.place or step.hop.place,
        why=(
            f"the handshake for {path.url} is served by the block at {forward.place or step.hop.place}",
            *([f"{line.place} sets {line.key} to {line.value}"] if line is not None else _default(scan, step, depends)),
            answers,
        ),
        remedy=_remedy(step, depends),
        snippet=remedies.upgrade_block(scan, step, forward, path),
        verify=remedies.curl(path),
        related=(
            *(related(step.hop.version_place, "the version is set here") if line is None and not depends else ()),
            *related(app_place(path.server) if path.server else None, "the app listens here"),
        ),
        path=path.id,
        facts=(f"{step.hop.platform}/{_DIMENSION}",),
        who="proxy",
    )


def _line(scan: Scan, step: Step, forward: Forward) -> Setting | None:
    """The line that sets the version, where there is one."""
    keys = {each.key for each in scan.knowledge.platform(step.hop.platform).set_by(_DIMENSION)}
    return next((setting for setting in forward.settings if setting.key in keys), None)


def _default(scan: Scan, step: Step, depends: bool) -> tuple[str, ...]:
    """Why the program's default is 1.0 here, or when it would be."""
    hop = step.hop
    nothing = f"nothing in force there sets the HTTP version towards the app, so the default of {hop.name} holds"
    version = scan.ways.conditions.version(hop, scan.knowledge)
    if depends or version is None:
        on = step.outcome.on if isinstance(step.outcome, Depends) else "the version"
        return nothing, f"what that is hangs on {on}, which the repository does not show"
    moving = f" (what {hop.version or 'its newest tag'} meant at {scan.ways.conditions.at})" if hop.floating else ""
    return nothing, f"in {hop.name} {version}{moving} that is HTTP/1.0"


def _judged(path: Path, depends: bool) -> tuple[Severity, FindingVerdict, str, str]:
    """Severity, verdict, what becomes of it as half a sentence, and the same as a reason of its own."""
    if path.server is None:
        return "warning", "depends", "which not every server upgrades", "the app is not in the repository"
    answer, name = http10(path.runs, path.server)
    if answer == "accepts":
        return "info", "note", f"which {name} is known to accept", f"{name} upgrades a handshake over HTTP/1.0 as well"
    if answer == "refuses":
        severity: Severity = "warning" if depends else "error"
        return severity, "depends" if depends else "breaks", f"which {name} refuses", f"{name} upgrades over HTTP/1.1 only"
    unknown = f"it is not known whether {name} upgrades a handshake over HTTP/1.0"
    return "warning", "depends", f"and it is not known whether {name} accepts that", unknown


def _remedy(step: Step, depends: bool) -> str:
    key = step.outcome.assume if isinstance(step.outcome, Depends) else None
    told = f" If its version is known, --assume {key}=... settles it as well." if depends and key else ""
    return f"State HTTP/1.1 towards the app; then it holds for every version.{told}"
