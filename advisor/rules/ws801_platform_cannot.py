"""The platform does not accept WebSocket upgrades, as the app is deployed there.

Whether it does may hang on the date, the plan, the runtime or a switch; what held last year need not hold now.

Deploy the socket server where upgrades are accepted, or use a managed service for the sockets.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Depends, Finding, Path, Severity, Step
from advisor.rules.scan import Scan, app_place, related

ID = "WS801"
NAME = "platform-cannot"
SEVERITY: Severity = "error"


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        for step in path.steps:
            if path.handshake.cause == "unsupported" and path.handshake.decided_by == step.hop.id:
                yield _finding(scan, path, step, depends=False)
            elif path.handshake.outcome == "depends" and path.handshake.decided_by == step.hop.id and _by_support(scan, step):
                yield _finding(scan, path, step, depends=True)


def _by_support(scan: Scan, step: Step) -> bool:
    return isinstance(step.outcome, Depends) and scan.fact(step.hop, "websocket_support").kind == "several"


def _finding(scan: Scan, path: Path, step: Step, *, depends: bool) -> Finding:
    known = scan.fact(step.hop, "websocket_support")
    statements = [known.statement] if known.statement else [each for _, each in known.branches]
    notes = [each.note for each in statements if each.note]
    others = scan.knowledge.platform(step.hop.platform).alternatives
    fitting = "; ".join(f"{each.name}: {each.fits}" for each in others[:4])
    told = tuple(f"{text}: {each.value}" for text, each in known.branches)
    return Finding(
        ID,
        NAME,
        "warning" if depends else "error",
        "depends" if depends else "breaks",
        "possible" if depends else "certain" if path.certainty == "explicit" else "likely",
        f"{step.hop.name} {'may not accept' if depends else 'does not accept'} the WebSocket upgrade for {path.endpoint}.",
        step.hop.place,
        why=(path.handshake.reason, *told, *notes[:1]),
        remedy=f"Deploy the socket server elsewhere, or use a managed service. {fitting}".strip(),
        related=related(app_place(path.server) if path.server else None, "the app accepts sockets here"),
        path=path.id,
        facts=(f"{step.hop.platform}/websocket_support",),
        who="platform",
    )
