"""A hop is seen for which nothing is known, or a server with no hop in front that the files show.

What a hop does to sockets is not guessed. Where nothing stands in front of a server, something usually does in production, and
its limits decide.

Name what stands in front: ``--assume hop=nginx``, or ``hops`` in wsadvise.toml.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Severity
from advisor.rules.scan import Scan, app_place

ID = "WS902"
NAME = "hop-unknown"
SEVERITY: Severity = "info"


def check(scan: Scan) -> Iterator[Finding]:
    unfronted: set[str] = set()
    unknown: set[str] = set()
    for path in scan.paths:
        if not path.steps and path.server is not None and path.app is not None and path.app.id not in unfronted:
            unfronted.add(path.app.id)
            yield Finding(
                ID,
                NAME,
                SEVERITY,
                "note",
                "certain",
                f"No file shows what stands in front of {path.app.id}.",
                app_place(path.server),
                why=(f"{path.server.name} listens here", "no proxy, load balancer or host was found that leads to it"),
                remedy="Name what stands in front, then its limits are checked.",
                verify="wsadvise scan . --assume hop=nginx",
                path=path.id,
                who="scan",
            )
        for step in path.steps:
            if step.hop.platform not in scan.knowledge.platforms() and step.hop.platform not in unknown:
                unknown.add(step.hop.platform)
                yield Finding(
                    ID,
                    NAME,
                    SEVERITY,
                    "note",
                    "certain",
                    f"Nothing is known about {step.hop.name} ({step.hop.platform}).",
                    step.hop.place,
                    why=("it stands on the path", "the knowledge base has no profile for it, so none of its limits is counted"),
                    remedy="Check its idle timeout and whether it hands upgrades on.",
                    path=path.id,
                    who="scan",
                )
