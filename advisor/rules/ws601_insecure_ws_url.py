"""The client opens ws:// to a public host, or to the page's own host whatever scheme the page has.

A page that was served over https may not open ``ws://``: browsers block it as mixed content before anything is sent. From a page
over http it works and is readable by anybody on the way.

Derive the scheme from the page, or write wss://.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from advisor.attempts import is_local
from advisor.model import Finding, Hop, Path, Related, Severity, Url, Use
from advisor.rules import clients
from advisor.rules.scan import Scan

ID = "WS601"
NAME = "insecure-ws-url"
SEVERITY: Severity = "error"


def check(scan: Scan) -> Iterator[Finding]:
    for use in clients.own(scan):
        for url in use.urls:
            if url.scheme not in ("ws", "http") or url.guarded or _is_chosen(use, url):
                continue
            if url.derived and url.host is None and use.runs_in == "browser":
                yield _of_page(scan, use, url)
            elif _is_public(url):
                yield _of_host(scan, use, url)


def _is_chosen(use: Use, url: Url) -> bool:
    """True where the same code can also give a secure URL of that host, so that something chooses between them."""
    others = [other for other in use.urls if other.host == url.host and other.derived == url.derived]
    return any(other.scheme in ("wss", "https") or (other.scheme is None and other.derived) for other in others)


def _is_public(url: Url) -> bool:
    return url.host is not None and "{" not in url.host and "." in url.host and not is_local(url.host) and not url.derived


def _of_host(scan: Scan, use: Use, url: Url) -> Finding:
    """A host that is written out: refused from a page over https, readable on the way from anywhere else."""
    secure, path = _secure(scan, use)
    host = f"{url.host}:{url.port}" if url.port else url.host
    blocked = secure is not None and use.runs_in == "browser"
    readable = "what is sent can be read and changed on the way"
    if use.runs_in == "browser" and not blocked:
        readable += ", and a page that is served over https cannot open it at all"
    return Finding(
        ID,
        NAME,
        "error" if blocked else "warning",
        "breaks" if blocked else "degrades",
        "certain" if blocked and path is not None else "likely",
        f"The client opens {url.scheme}:// to the public host {host}.",
        url.place,
        why=(f"the URL is written as {url.text}", _blocked(secure, url) if blocked and secure is not None else readable),
        remedy=f"Write {'wss' if url.scheme == 'ws' else 'https'}://, or derive the scheme from the page.",
        snippet=clients.of_the_page(use, url) if use.runs_in == "browser" else "",
        related=_ends_here(secure),
        path=path.id if path is not None else clients.path_of(scan, use),
        who="client",
        together=f"{use.app}:{host}",
    )


def _of_page(scan: Scan, use: Use, url: Url) -> Finding:
    """The page's own host with a scheme that is written out: works as long as the page comes over http."""
    secure, path = _secure(scan, use)
    why = (f"the URL is written as {url.text}", "its host is the page's own, its scheme is not")
    return Finding(
        ID,
        NAME,
        "error" if secure is not None else "warning",
        "breaks" if secure is not None else "depends",
        "certain" if path is not None else "likely" if secure is not None else "possible",
        f"The client opens {url.scheme}:// to the page's own host, which a page over https may not do.",
        url.place,
        why=(*why, _blocked(secure, url))
        if secure is not None
        else (*why, "from a page over http it opens", "from a page over https browsers block it before anything is sent"),
        remedy="Take the scheme from the page as well.",
        snippet=clients.of_the_page(use, url),
        related=_ends_here(secure),
        path=path.id if path is not None else clients.path_of(scan, use),
        who="client",
        together=f"{use.app}:page",
    )


def _blocked(secure: Hop, url: Url) -> str:
    return f"{secure.name} serves the page over https, from where browsers open no plain {url.scheme}://"


def _ends_here(secure: Hop | None) -> tuple[Related, ...]:
    return (Related(secure.place, f"{secure.name} ends TLS here"),) if secure is not None else ()


def _secure(scan: Scan, use: Use) -> tuple[Hop | None, Path | None]:
    """The hop that gives the client's page its https: one of the client's own path, else the host of its directory."""
    for path in scan.paths:
        if use in path.clients and path.scope == "production":
            hop = next((step.hop for step in path.steps if scan.ends_tls(step.hop)), None)
            if hop is not None:
                return hop, path
    hosts = [hop for hop in scan.deployment.hops if hop.scope == "production" and _serves(scan, hop, use)]
    return (hosts[0], None) if hosts else (None, None)


def _serves(scan: Scan, hop: Hop, use: Use) -> bool:
    """True for a platform whose file stands at or above the client's directory, so that it serves these pages over TLS."""
    folder = dirname(hop.place.file)
    below = not folder or use.place.file.startswith(f"{folder}/")
    return below and hop.config is None and not hop.targets and scan.value(hop, "tls_termination") == "edge"
