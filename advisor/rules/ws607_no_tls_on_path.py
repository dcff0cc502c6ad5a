"""The client says wss, but no hop that the files show ends TLS.

A listener for plain HTTP cannot answer a TLS handshake: the browser reports a failed connection before any HTTP is spoken. TLS
may end at a hop that the repository does not show; then name it (``--assume hop=cloudflare``, or ``wsadvise.toml``).

Add a listener with a certificate, or name the hop in front that has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from advisor.model import Finding, Hop, Listen, Path, Severity, Url
from advisor.rules.scan import Scan, related

ID = "WS607"
NAME = "no-tls-on-path"
SEVERITY: Severity = "error"


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        secure = [url for use in path.clients for url in use.urls if url.scheme in ("wss", "https") and not url.guarded]
        if not secure or not path.steps or _secured(scan, path):
            continue
        first = path.steps[0].hop
        plain = [side for side in scan.ways.listens(first) if side.scheme == "http"]
        if plain:
            meant = next((side for side in plain if side.port == (secure[0].port or 443)), None)
            found = _finding(path, first, meant or plain[0], secure[0], certain=meant is not None)
            known = scan.fact(first, "tls_termination").kind != "absent"
            yield replace(found, facts=(f"{first.platform}/tls_termination",) if known else ())


def _secured(scan: Scan, path: Path) -> bool:
    """True where some hop ends TLS, or hands it on unopened to what may."""
    raw = any(side.scheme == "tcp" for step in path.steps for side in scan.ways.listens(step.hop))
    return raw or any(scan.ends_tls(step.hop) for step in path.steps)


def _finding(path: Path, first: Hop, side: Listen, url: Url, *, certain: bool) -> Finding:
    """An error where the very port that the client opens is a plain one; else TLS may end in front of what is shown."""
    port = side.port or 80
    until = (
        f"the client opens port {port}, which answers plain HTTP"
        if certain
        else "TLS must end at a hop in front that these files do not show, or the connection fails"
    )
    return Finding(
        ID,
        NAME,
        "error" if certain else "warning",
        "breaks" if certain else "depends",
        "likely" if certain else "possible",
        f"The client opens {url.text}, but {first.name} listens for plain HTTP only.",
        side.place,
        why=(
            f"the client says {url.scheme}",
            f"{first.name} has a listener for port {port} without TLS, and none with it",
            until,
        ),
        remedy=f"Add a listener with a certificate at {first.name}, or name the hop in front that ends TLS.",
        verify=f"curl -sSI https://{url.host or 'your-host'}{f':{url.port}' if url.port else ''}/",
        related=related(url.place, "the client opens this URL"),
        path=path.id,
        who="platform",
    )
