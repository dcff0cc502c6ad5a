"""The platform carries WebSockets in beta, or only under a condition.

What is in beta may change or end at short notice. A condition (a plan, a runtime, a flag) holds today and may be undone by an
edit that has nothing to do with sockets.

Know it, and watch the vendor's page.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Severity
from advisor.rules.scan import Scan, app_place, related

ID = "WS803"
NAME = "platform-conditional"
SEVERITY: Severity = "warning"


def check(scan: Scan) -> Iterator[Finding]:
    told: set[str] = set()
    for path in scan.paths:
        for step in path.steps:
            if (
                step.hop.id in told
                or path.handshake.cause == "unsupported"
                or step.hop.platform not in scan.knowledge.platforms()
            ):
                continue
            known = scan.fact(step.hop, "websocket_support")
            statements = [known.statement] if known.statement else [each for _, each in known.branches]
            beta = [each for each in statements if str(each.value) == "beta"]
            if beta:
                told.add(step.hop.id)
                since = f" since {beta[0].since}" if beta[0].since else ""
                yield Finding(
                    ID,
                    NAME,
                    SEVERITY,
                    "degrades",
                    "certain" if known.kind == "one" else "possible",
                    f"{step.hop.name} carries WebSockets in beta{since}.",
                    step.hop.place,
                    why=(f"{step.hop.name} supports WebSockets as a beta{since}", *([beta[0].note] if beta[0].note else [])),
                    remedy="Read the vendor's page before you rely on it, and plan for changes.",
                    related=related(app_place(path.server) if path.server else None, "the app accepts sockets here"),
                    path=path.id,
                    facts=(f"{step.hop.platform}/websocket_support",),
                    who="platform",
                )
