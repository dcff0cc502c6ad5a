"""The app receives the handshake under another path than the one it listens on.

A proxy strips or adds a prefix on the way. The app then answers 404 or 400, although everything else is right.

Pass the path on as it is, or let the app listen on the path that arrives.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.attempts import sample
from advisor.model import Finding, Path, Place, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, chosen, related

ID = "WS106"
NAME = "socket-path-rewritten"
SEVERITY: Severity = "error"
OVER = ("WS105",)


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        step = scan.deciding(path)
        if path.handshake.cause == "rewritten" and step is not None and path.arrived is not None:
            yield _finding(scan, path, step, step.received.path, path.arrived.path)


def _finding(scan: Scan, path: Path, step: Step, asked: str, arrives: str) -> Finding:
    """``asked`` is the path that reaches the last hop, ``arrives`` the one that the app receives."""
    app, hop = path.app.id if path.app else "the app", step.hop.name
    client = _client(path, asked) if asked == arrives else None
    prefix = asked.removesuffix(path.endpoint) if asked.endswith(path.endpoint) and asked != path.endpoint else ""
    if asked != arrives:
        how, remedy = f"it turns {asked} into {arrives}", f"Pass {path.endpoint} on unchanged, or let {app} listen on {arrives}."
        snippet = remedies.route_block(scan, step, path)
    elif prefix:
        how, remedy = f"it passes {asked} on unchanged", f"Strip {prefix} on the way to {app}, or let {app} listen on {asked}."
        snippet = remedies.route_block(scan, step, path, asked)
    else:
        how, remedy = f"it passes {asked} on unchanged", f"Let the client open {path.endpoint}, or let {app} listen on {asked}."
        snippet = ""
    at_client = client is not None and not prefix
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty == "explicit" else "likely",
        f"{app} receives the handshake as {arrives}, but listens on {path.endpoint}.",
        client if client is not None and at_client else path.handshake.place or step.hop.place,
        why=(
            f"the handshake for {path.url} arrives at {hop}",
            *chosen(step),
            how,
            f"{app} listens on {path.endpoint}{' and below' if _below(path) else ' only'}",
        ),
        remedy=remedy,
        snippet=snippet,
        verify=remedies.curl(path),
        related=(
            *related(client if not at_client else None, "the client opens this URL"),
            *related(path.handshake.place if at_client else None, f"{hop} passes it on here"),
            *related(app_place(path.server) if path.server else None, "the app listens here"),
        ),
        path=path.id,
        who="client" if at_client else "proxy",
    )


def _client(path: Path, asked: str) -> Place | None:
    """Where the client names the path that it asks for."""
    return next((url.place for use in path.clients for url in use.urls if url.path and sample(url.path) == asked), None)


def _below(path: Path) -> bool:
    endpoints = path.server.endpoints if path.server else ()
    return any(endpoint.prefix for endpoint in endpoints if endpoint.path == path.endpoint)
