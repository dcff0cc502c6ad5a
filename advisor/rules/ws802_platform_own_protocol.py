"""An ordinary WebSocket server stands behind something that holds the sockets itself and speaks a model of its own.

A gateway that calls handlers for each message, a runtime with sockets of its own kind or a managed realtime service ends the
socket: what stands behind it never sees a handshake, so a server that waits for one waits for ever.

Put the server behind something that hands the upgrade on, or rewrite it for the platform's model.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Path, Severity, Step
from advisor.rules import fitting
from advisor.rules.scan import Scan, app_place, related

ID = "WS802"
NAME = "platform-own-protocol"
SEVERITY: Severity = "error"
OVER = ("WS803",)


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        step = scan.deciding(path)
        if path.handshake.cause == "own_protocol" and step is not None:
            yield _finding(scan, path, step)


def _finding(scan: Scan, path: Path, step: Step) -> Finding:
    assert path.server is not None  # noqa: S101 - such a refusal is one of a server
    profile = scan.knowledge.platform(step.hop.platform)
    known = scan.fact(step.hop, "websocket_support").statement
    signs = [str(sign["shows"]) for sign in profile.own_protocol_signs]
    model = f"Or rewrite it for the model of {step.hop.name}, which takes {' and '.join(signs)}." if signs else ""
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty == "explicit" and step.hop.certainty == "explicit" else "likely",
        f"{step.hop.name} holds the sockets itself, and {path.server.name} behind it never sees a handshake for {path.endpoint}.",
        step.hop.place,
        why=(path.handshake.reason, *([known.note] if known is not None and known.note else []), *path.because[:2]),
        remedy=" ".join(text for text in (fitting.elsewhere(scan, path, step.hop), model) if text),
        related=related(app_place(path.server), "an ordinary server waits here for a handshake"),
        path=path.id,
        facts=(f"{step.hop.platform}/websocket_support",),
        who="platform",
    )
