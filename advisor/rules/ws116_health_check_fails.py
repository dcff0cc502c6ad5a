"""The platform's health check asks for something that a bare socket server does not serve, so the instance never goes live.

A server that consists of a socket library alone answers every ordinary request with an error of its own: 426 Upgrade Required,
or 404. A platform that waits for 200 then restarts it or never sends it traffic.

Answer the check in the app, or let the check ask for a TCP connection only.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, HealthCheck, Path, Severity, Use
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, related
from advisor.stack.library import libraries

ID = "WS116"
NAME = "health-check-fails"
SEVERITY: Severity = "error"
OF_CODE = True


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        health = path.process.health_check if path.process else None
        server = path.server
        if health is None or server is None or server.plain_get is None or health.kind != "http" or health.path is None:
            continue
        least, most = health.accepts
        alone = path.app is not None and len([use for use in path.app.servers() if use.scope == server.scope]) == 1
        if alone and not least <= server.plain_get <= most:
            yield _finding(path, health, server, health.path)


def _finding(path: Path, health: HealthCheck, server: Use, asked: str) -> Finding:
    least, most = health.accepts
    wanted = str(least) if least == most else f"{least} to {most}"
    asks = path.steps[0].hop.name if path.steps else "the platform"
    answers = f"{server.name} answers with {server.plain_get}" if server.plain_get else f"{server.name} leaves unanswered"
    plain = f"answers a plain request with {server.plain_get}" if server.plain_get else "never answers a plain request"
    known = libraries().get(server.library)
    default = " by default" if health.source == "default" else ""
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty == "explicit" else "likely",
        f"The health check asks for GET {asked}, which {answers}: the instance never goes live.",
        health.place,
        why=(
            f"the check at {health.place} asks for GET {asked}{default} and takes {wanted} for healthy",
            f"nothing but {server.name} answers there, and it {plain}",
            f"an instance that stays unhealthy gets no traffic from {asks}",
        ),
        remedy=f"Answer GET {asked} with 200 beside the socket server, or check the TCP port only.",
        snippet=(known.answer_block or "").replace("{path}", asked).replace("{port}", _port(path)) if known else "",
        verify=f"curl -s -o /dev/null -w '%{{http_code}}\\n' http://localhost:{_port(path)}{asked}",
        related=related(app_place(server), "the socket server is started here"),
        path=path.id,
        who="app",
    )


def _port(path: Path) -> str:
    return str(remedies.app_port(path) or "$PORT")
