"""The platform's health check asks for something that a bare socket server does not serve, so the instance never goes live.

A server that consists of a socket library alone answers every ordinary request with an error of its own: 426 Upgrade Required,
or 404. A platform that waits for 200 then restarts it or never sends it traffic.

Answer the check in the app, or let the check ask for a TCP connection only.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, HealthCheck, Path, Severity
from advisor.rules.scan import Scan, app_place, related

ID = "WS116"
NAME = "health-check-fails"
SEVERITY: Severity = "error"


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        health = path.process.health_check if path.process else None
        status = path.server.plain_get if path.server else None
        if health is None or status is None or health.kind != "http":
            continue
        least, most = health.accepts
        alone = len(path.app.servers()) == 1 if path.app else False
        if alone and not least <= status <= most:
            yield _finding(path, health, status)


def _finding(path: Path, health: HealthCheck, status: int) -> Finding:
    name = path.server.name if path.server else "the socket server"
    least, most = health.accepts
    wanted = str(least) if least == most else f"{least} to {most}"
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty == "explicit" else "likely",
        f"The health check asks for GET {health.path or '/'}, which {name} answers with {status}: the instance never goes live.",
        health.place,
        why=(
            f"the platform sends GET {health.path or '/'} and takes {wanted} for healthy",
            f"nothing but {name} answers on that port, and it answers a plain request with {status}",
            "the deployment stays unhealthy and receives no traffic",
        ),
        remedy=f"Answer GET {health.path or '/'} with 200 beside the socket server, or check the TCP port only.",
        verify=f"curl -s -o /dev/null -w '%{{http_code}}\\n' http://localhost:{_port(path)}{health.path or '/'}",
        related=related(app_place(path.server) if path.server else None, "the socket server is started here"),
        path=path.id,
        who="app",
    )


def _port(path: Path) -> int | str:
    ports = [endpoint.port for endpoint in path.server.endpoints if endpoint.port] if path.server else []
    return ports[0] if ports else "PORT"
