"""The client says wss, but no hop that the files show ends TLS.

A listener for plain HTTP cannot answer a TLS handshake: the browser reports a failed connection before any HTTP is spoken. TLS
may end at a hop that the repository does not show; then name it (``--assume hop=cloudflare``, or ``wsadvise.toml``).

Add a listener with a certificate, or name the hop in front that has one.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Severity
from advisor.rules.scan import Scan, related

ID = "WS607"
NAME = "no-tls-on-path"
SEVERITY: Severity = "error"


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        secure = [url for use in path.clients for url in use.urls if url.scheme in ("wss", "https") and not url.guarded]
        if not secure or not path.steps:
            continue
        first = path.steps[0].hop
        plain = [side for side in first.listens if side.scheme == "http"]
        tls = any(side.scheme in ("https", "tcp") for step in path.steps for side in step.hop.listens)
        if plain and not tls and not any(scan.value(step.hop, "tls_termination") == "edge" for step in path.steps):
            yield Finding(
                ID,
                NAME,
                "warning",
                "depends",
                "possible",
                f"The client opens {secure[0].text}, but {first.name} listens for plain HTTP only.",
                plain[0].place,
                why=(
                    f"the client says {secure[0].scheme}",
                    f"{first.name} has a listener for port {plain[0].port or 80} without TLS, and none with it",
                    "TLS must end at a hop in front that these files do not show, or the connection fails",
                ),
                remedy=f"Add a listener with a certificate at {first.name}, or name the hop in front that ends TLS.",
                verify=f"curl -sI https://{secure[0].host or 'your-host'}/ -o /dev/null -w '%{{ssl_verify_result}}\\n'",
                related=related(secure[0].place, "the client opens this URL"),
                path=path.id,
                facts=(f"{first.platform}/tls_termination",),
                who="platform",
            )
