"""A proxy on the path speaks HTTP/1.0 to the app, and the upgrade needs HTTP/1.1.

RFC 6455 section 4.2.1 asks for HTTP/1.1 or later. What a server does with an upgrade over HTTP/1.0 differs from library to
library: some accept it, some answer 505 or 400. Where the proxy's version is not shown, the answer depends on it, because
the default has changed over time.

Set the HTTP version towards the app in the block that serves the socket.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, FindingVerdict, Forward, Path, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, branches, forwards, related

ID = "WS102"
NAME = "http10-to-upstream"
SEVERITY: Severity = "error"


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        for step in path.steps:
            old = [(text, forward) for text, forward in forwards(step) if forward.request.http_version == "1.0"]
            if old and step.received.http_version != "1.0" and all(forward.request.upgrades() for _, forward in old):
                yield _finding(path, step, old[0], depends=len(branches(step)) > len(old))


def _finding(path: Path, step: Step, old: tuple[str, Forward], *, depends: bool) -> Finding:
    condition, forward = old
    name = path.server.name if path.server else "the app"
    severity, verdict, what = _judged(path, depends)
    hop = step.hop.name
    where = f"with {condition}, {hop}" if depends and condition else hop
    return Finding(
        ID,
        NAME,
        severity,
        verdict,
        "certain" if severity == "error" else "possible",
        f"{where[0].upper()}{where[1:]} sends the handshake for {path.endpoint} to the app as HTTP/1.0, {what}.",
        forward.place or step.hop.place,
        why=(
            f"nothing in force there sets the HTTP version towards the app, so the default of {hop} holds",
            f"the default was 1.0 in older versions{'' if step.hop.version else ', and no file shows the version'}",
            f"{name}: {what}",
        ),
        remedy="State HTTP/1.1 towards the app; then it holds for every version.",
        snippet=remedies.upgrade_block(step, forward, path),
        verify=remedies.curl(path),
        related=related(app_place(path.server) if path.server else None, "the app listens here"),
        path=path.id,
        facts=(f"{step.hop.platform}/upstream_http_version",),
        who="proxy",
    )


def _judged(path: Path, depends: bool) -> tuple[Severity, FindingVerdict, str]:
    name = path.server.name if path.server else "the app"
    accepts = path.server.http10 if path.server else None
    if accepts == "accepts":
        return "info", "note", f"which {name} is known to accept"
    if accepts == "refuses":
        return ("warning" if depends else "error"), ("depends" if depends else "breaks"), f"which {name} refuses"
    return ("info" if depends else "warning"), "depends", f"and it is not known whether {name} accepts that"
