"""An ordinary WebSocket server stands behind something that holds the sockets itself and speaks a model of its own.

A gateway that calls handlers for each message, a runtime with sockets of its own kind or a managed realtime service ends the
socket: what stands behind it never sees a handshake, so a server that waits for one waits for ever.

Put the server behind something that hands the upgrade on, or rewrite it for the platform's model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from advisor.knowledge import Profile
from advisor.model import Finding, Path, Severity, Step, Url, Use
from advisor.rules import fitting
from advisor.rules.scan import Scan, app_place, related

ID = "WS802"
NAME = "platform-own-protocol"
SEVERITY: Severity = "error"
OVER = ("WS803",)
_LAYERED = re.compile(r"socket-io|engine-io|sockjs|signalr|stomp|phoenix|actioncable")
"""Clients that speak a protocol of their own on top of WebSocket, which only their own servers answer."""


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        step = scan.deciding(path)
        if path.handshake.cause == "own_protocol" and step is not None:
            yield _finding(scan, path, step)
    for use in scan.stack.uses():
        layered = use.role == "client" and use.scope == "production" and _LAYERED.search(use.library) is not None
        for url in use.urls if layered else ():
            profile = _called(scan, url)
            if profile is not None:
                yield _of_client(scan, use, url, profile)


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


def _called(scan: Scan, url: Url) -> Profile | None:
    """The platform with a model of its own to which the host belongs; a URL of HTTP counts only where its hop is in the tree."""
    for id in scan.knowledge.platforms() if url.host is not None else ():
        profile = scan.knowledge.platform(id)
        if not any(fnmatchcase(url.host or "", str(sign["host"])) for sign in profile.recognised_by if sign.get("host")):
            continue
        if url.scheme in ("ws", "wss") or any(hop.platform == id for hop in scan.deployment.hops):
            return profile
    return None


def _of_client(scan: Scan, use: Use, url: Url, profile: Profile) -> Finding:
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "likely",
        f"{use.name} calls {profile.name}, which does not speak its protocol.",
        url.place,
        why=(
            f"{url.host} is a host of {profile.name}",
            f"{use.name} needs a server of its own kind, with requests of its own before and inside the socket",
            f"{profile.name} takes plain messages and hands each to a handler",
        ),
        remedy=f"Use the browser's own WebSocket against {profile.name}, or run a server of {use.name}'s kind elsewhere.",
        snippet=f'const socket = new WebSocket("wss://{url.host}{url.path or "/"}");',
        related=related(use.place, "the client is made here"),
        who="client",
    )
