"""The socket's path lands somewhere else than at the app that serves it.

Another location takes the path, a static root answers it with a file or 404, it goes to another service, or to an address
that nothing in the repository provides.

Give the socket's path a block of its own that leads to the app.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Path, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, chosen, related
from advisor.stack.library import libraries

ID = "WS105"
NAME = "socket-path-not-routed"
SEVERITY: Severity = "error"
OVER = ("WS101", "WS102", "WS103", "WS104")


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        step = scan.deciding(path)
        if path.handshake.cause == "not_routed" and step is not None:
            yield _finding(scan, path, step)


def _not_run(path: Path) -> tuple[str, ...]:
    """That the process behind the hop is not the one that holds the sockets, where the files show no other."""
    library = libraries().get(path.server.library) if path.server is not None else None
    if path.runs is None or path.runs.can_upgrade is not False or library is None or library.start_block is None:
        return ()
    return (f"no process that the files show runs {library.name}, which takes one of its own ({library.start_block})",)


def _finding(scan: Scan, path: Path, step: Step) -> Finding:
    app = path.app.id if path.app else "the app"
    status = f" ({path.handshake.status})" if path.handshake.status else ""
    listens = f"{app} serves it at {app_place(path.server)}" if path.server else f"{app} serves it"
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty == "explicit" else "likely",
        f"The handshake for {path.endpoint} does not reach {app}: {path.handshake.reason}{status}.",
        path.handshake.place or step.hop.place,
        why=(
            f"the handshake for {path.url} arrives at {step.hop.name}",
            *chosen(step),
            f"{path.handshake.reason}{status}",
            listens,
            *_not_run(path),
        ),
        remedy=f"Give {path.endpoint} a rule of its own that leads to {app}.",
        snippet=remedies.route_block(scan, step, path),
        verify=remedies.curl(path),
        related=related(app_place(path.server) if path.server else None, "the app listens here"),
        path=path.id,
        who="proxy",
    )
