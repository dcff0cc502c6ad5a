"""A proxy sets Connection or Upgrade to a value with which no handshake can succeed.

``Connection ""`` and ``Connection close`` are right for ordinary requests (they keep or end the proxy's own connection) and
wrong where a WebSocket passes: the app must see ``Connection: upgrade`` beside ``Upgrade: websocket`` (RFC 6455 section
4.2.1).

Set Connection to ``upgrade`` in the socket's own block, or to a map of the client's Upgrade header.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, HeaderFate, Severity
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, forwards, related

ID = "WS103"
NAME = "connection-header-wrong"
SEVERITY: Severity = "error"
OVER = ("WS101",)


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        for step in path.steps:
            losing = [forward for _, forward in forwards(step) if step.received.upgrades() and not forward.request.upgrades()]
            wrong = [fate for fate in losing[0].fates if _is_wrong(fate)] if losing else []
            if wrong and not any(fate.because == "lost" for fate in losing[0].fates):
                fate = wrong[0]
                written = f'"{fate.written}"' if fate.written is not None else '""'
                yield Finding(
                    ID,
                    NAME,
                    SEVERITY,
                    "breaks",
                    "certain" if path.certainty != "weak" else "likely",
                    f"{step.hop.name} sets {fate.name} to {written} for {path.endpoint}, so the app receives no handshake.",
                    fate.place or losing[0].place or step.hop.place,
                    why=(
                        f"the handshake for {path.url} is served by the block at {losing[0].place or step.hop.place}",
                        f"{fate.name} is set to {written} there{'' if fate.value else ', and an empty header is not sent'}",
                        "a WebSocket handshake needs Upgrade: websocket together with Connection: upgrade",
                    ),
                    remedy=f"Hand both headers on where {step.hop.name} serves {path.endpoint}.",
                    snippet=remedies.upgrade_block(step, losing[0], path),
                    verify=remedies.curl(path),
                    related=related(app_place(path.server) if path.server else None, "the app listens here"),
                    path=path.id,
                    facts=(f"{step.hop.platform}/upgrade_headers",),
                    who="proxy",
                )


def _is_wrong(fate: HeaderFate) -> bool:
    value = (fate.value or "").lower()
    wanted = {"connection": "upgrade", "upgrade": "websocket"}.get(fate.name.lower())
    return fate.because == "set" and wanted is not None and wanted not in value
