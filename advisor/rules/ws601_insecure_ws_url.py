"""The client opens ws:// to a public host.

A page that was served over https may not open ``ws://``: browsers block it as mixed content before anything is sent. From a page
over http it works and is readable by anybody on the way.

Derive the scheme from the page, or write wss://.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.attempts import is_local
from advisor.model import Finding, Related, Severity, Url, Use
from advisor.rules.scan import Scan

ID = "WS601"
NAME = "insecure-ws-url"
SEVERITY: Severity = "error"


def check(scan: Scan) -> Iterator[Finding]:
    for use in scan.stack.uses():
        if use.role == "client" and not use.foreign and not use.one_shot and use.scope == "production":
            yield from (_finding(scan, use, url) for url in use.urls if _is_insecure(url))


def _is_insecure(url: Url) -> bool:
    public = url.host is not None and "{" not in url.host and "." in url.host and not is_local(url.host)
    return url.scheme in ("ws", "http") and public and not url.derived and not url.guarded


def _finding(scan: Scan, use: Use, url: Url) -> Finding:
    secure = next(
        (path for path in scan.paths for step in path.steps if use in path.clients and step.received.scheme == "https"), None
    )
    secure = secure or next(
        (path for path in scan.paths if use in path.clients and any(_ends_tls(scan, step.hop) for step in path.steps)), None
    )
    host = f"{url.host}:{url.port}" if url.port else url.host
    where = (
        "the page is served over https, where browsers block ws://"
        if secure
        else "what is sent can be read and changed on the way"
    )
    return Finding(
        ID,
        NAME,
        "error" if secure else "warning",
        "breaks" if secure else "degrades",
        "certain" if secure else "likely",
        f"The client opens ws:// to the public host {host}.",
        url.place,
        why=(f"the URL is written as {url.text}", where),
        remedy="Write wss://, or derive the scheme from the page.",
        snippet="const scheme = location.protocol === 'https:' ? 'wss' : 'ws';\nconst socket = new WebSocket(`${scheme}://${location.host}%s`);"
        % (url.path or "/"),
        related=tuple(Related(path.place, f"{path.name} ends TLS here") for path in (secure.hops[:1] if secure else ())),
        path=secure.id if secure else None,
        who="client",
    )


def _ends_tls(scan: Scan, hop: object) -> bool:
    from advisor.model import Hop

    return isinstance(hop, Hop) and (
        scan.value(hop, "tls_termination") == "edge" or any(side.scheme == "https" for side in hop.listens)
    )
