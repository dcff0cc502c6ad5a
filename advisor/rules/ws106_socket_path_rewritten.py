"""The app receives the handshake under another path than the one it listens on.

A proxy strips or adds a prefix on the way. The app then answers 404 or 400, although everything else is right.

Pass the path on as it is, or let the app listen on the path that arrives.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Severity
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, related

ID = "WS106"
NAME = "socket-path-rewritten"
SEVERITY: Severity = "error"
OVER = ("WS105",)


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        step = scan.deciding(path)
        if path.handshake.cause != "rewritten" or step is None or path.arrived is None:
            continue
        app = path.app.id if path.app else "the app"
        changed = step.received.path != path.arrived.path
        how = (
            f"{step.hop.name} turns {step.received.path} into {path.arrived.path}"
            if changed
            else f"the client asks for {path.arrived.path}"
        )
        yield Finding(
            ID,
            NAME,
            SEVERITY,
            "breaks",
            "certain" if path.certainty == "explicit" else "likely",
            f"{app} receives the handshake as {path.arrived.path}, but listens on {path.endpoint}.",
            path.handshake.place or step.hop.place,
            why=(
                f"the handshake for {path.url} arrives at {step.hop.name}",
                how,
                f"{app} listens on {path.endpoint} only",
            ),
            remedy=f"Pass {path.endpoint} on unchanged, or let {app} listen on {path.arrived.path}.",
            snippet=remedies.route_block(step, path) if changed else "",
            verify=remedies.curl(path),
            related=related(app_place(path.server) if path.server else None, "the app listens here"),
            path=path.id,
            who="proxy" if changed else "client",
        )
