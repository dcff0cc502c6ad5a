"""Several instances, and messages for all are sent only to the sockets of one process.

Rooms and broadcasts live in the memory of the process that holds the socket. A client on another instance never hears them:
with two instances about half of all messages are lost, silently. A process that works off jobs is one more: what it sends
reaches nobody.

Attach a backplane (an adapter, or publish and subscribe over Redis or a database) that joins the instances.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Path, Severity, Use
from advisor.rules.instances import backplane, instances, job_process, joining
from advisor.rules.scan import Scan, app_place, related

ID = "WS302"
NAME = "no-shared-backplane"
SEVERITY: Severity = "warning"
OF_CODE = True


def check(scan: Scan) -> Iterator[Finding]:
    told: set[str] = set()
    for path in scan.paths:
        copies = instances(scan, path)
        if path.server is None or path.server.broadcasts is None:
            continue
        if copies is None:
            found = _from_jobs(scan, path, path.server)
            if found is not None and path.app is not None and path.app.id not in told:
                told.add(path.app.id)
                yield found
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


def _from_jobs(scan: Scan, path: Path, server: Use) -> Finding | None:
    """One instance that serves, and a process of jobs beside it whose messages stay in its own memory."""
    jobs = job_process(scan, path)
    if jobs is None or server.jobs_send is None or server.broadcasts is None or path.scope != "production":
        return None
    if backplane(path.app, server, across_hosts=False):
        return None
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "degrades",
        "likely",
        f"{server.name} at {path.endpoint} hears nothing of what jobs send: they run in a process that holds no sockets.",
        server.broadcasts,
        why=(
            f"{jobs[0]} works off jobs in a process of its own",
            f"{server.jobs_send} sends from a job",
            "this line keeps messages in the memory of the process that sends them, and no backplane joins the two",
        ),
        remedy=f"Attach a backplane that joins the processes{joining(server, across_hosts=False)}.",
        related=(
            *related(jobs[1], "jobs are worked off here"),
            *related(server.jobs_send, "a job sends here"),
        ),
        path=path.id,
        who="app",
    )
