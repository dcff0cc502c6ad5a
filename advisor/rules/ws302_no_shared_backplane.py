"""Several instances, and messages for all are sent only to the sockets of one process.

Rooms and broadcasts live in the memory of the process that holds the socket. A client on another instance never hears them:
with two instances about half of all messages are lost, silently.

Attach a backplane (an adapter, or publish and subscribe over Redis or a database) that joins the instances.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Severity
from advisor.rules.instances import backplane, instances, joining
from advisor.rules.scan import Scan, app_place, related

ID = "WS302"
NAME = "no-shared-backplane"
SEVERITY: Severity = "warning"


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        copies = instances(scan, path)
        if copies is None or path.server is None or path.server.broadcasts is None:
            continue
        if not backplane(path.app, path.server, across_hosts=True):
            names = joining(path.server, across_hosts=True)
            yield Finding(
                ID,
                NAME,
                SEVERITY,
                "degrades",
                "certain" if path.certainty == "explicit" and copies.count is not None else "likely",
                f"{path.server.name} at {path.endpoint} sends to the sockets of one process, and several instances "
                f"{'may run' if copies.assumed else 'run'}.",
                path.server.broadcasts,
                why=(
                    copies.told,
                    "this line sends to sockets that are kept in the memory of one process",
                    "no backplane joins the instances, so clients of the others hear nothing",
                ),
                remedy=f"Attach a backplane that joins the instances{names}, or run one instance.",
                related=(
                    *related(copies.place, "the instances are set here"),
                    *related(app_place(path.server), "the server is set up here"),
                ),
                path=path.id,
                who="app",
            )
