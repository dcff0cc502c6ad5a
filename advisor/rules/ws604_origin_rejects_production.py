"""The server takes sockets from listed pages alone, and the page that is deployed is not one of them.

A browser sends the address of its page with every handshake (``Origin``). A list that still names localhost, or a host that the
app has left, refuses everybody in production: 403 or 404, and nothing but a line in the server's log says why.

List the host that people open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlsplit

from advisor.attempts import PLACEHOLDER, is_local
from advisor.model import Finding, Path, Severity, Use
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, related

ID = "WS604"
NAME = "origin-rejects-production"
SEVERITY: Severity = "error"
OF_CODE = True
_SAME = frozenset({"{same origin}", "{same host}"})
"""The app's own address is let in: whether that is the page's is a question of the Host that arrives, not of a list."""
_BESIDE_LIST = frozenset({"coder-websocket", "spring-stomp", "spring-websocket", "spring-sockjs"})
"""Servers that let their own address in whatever the list says (coder/websocket's ``authenticateOrigin``, Spring's
``OriginHandshakeInterceptor``)."""
_SERVE_PAGES = frozenset({"phoenix-liveview", "action-cable"})
"""Servers whose pages come from the same app, so that page and socket have one host."""
_PHOENIX = 'url: [host: "{host}", port: 443, scheme: "https"]'
_SOCKET_IO = 'cors_allowed_origins=["{origin}"]'
_BLOCKS = {
    "phoenix-liveview": _PHOENIX,
    "phoenix-channels": _PHOENIX,
    "absinthe-subscriptions": _PHOENIX,
    "action-cable": 'config.action_cable.allowed_request_origins = ["{origin}"]',
    "django-channels": 'ALLOWED_HOSTS = ["{host}"]',
    "flask-socketio": _SOCKET_IO,
    "python-socketio": _SOCKET_IO,
    "websockets-py": 'origins=["{origin}"]',
    "ws": 'verifyClient: ({{ origin }}) => origin === "{origin}",',
}
_ENTRY = re.compile(
    r"^(?:(?P<scheme>[a-z][a-z\d+.-]*):)?(?://)?(?P<host>\[[^\]]*\]|[^/:?#\s]+)(?::(?:\d+|\*))?/?$", re.IGNORECASE
)


_ADDS = re.compile(
    r"(?:origins?|hosts?)\w{0,20}\s{0,5}(?:\+=|<<|\.(?:append|extend|insert|push|unshift|concat|add|update)\s{0,5}\()",
    re.IGNORECASE,
)
"""A list of origins or hosts that is added to."""


class _Entry(NamedTuple):
    """One allowed origin: ``scheme`` ``None`` for any, ``host`` with a leading dot where subdomains are meant as well."""

    scheme: str | None
    host: str
    written: str


def check(scan: Scan) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for path in scan.paths:
        if path.app is None or path.server is None or path.arrived is None or path.scope != "production" or not path.steps:
            continue
        finding = _judged(scan, path, path.server) if path.handshake.outcome == "accepted" and _by_pages(path) else None
        if finding is not None and (path.app.id, str(finding.place)) not in told:
            told.add((path.app.id, str(finding.place)))
            yield finding


def _by_pages(path: Path) -> bool:
    """False where the only clients that are known are programs: those send no Origin."""
    return not path.clients or any(use.runs_in == "browser" for use in path.clients)


def _judged(scan: Scan, path: Path, server: Use) -> Finding | None:
    origins = server.origins or ()
    entries = [_entry(origin) for origin in origins if origin not in _SAME]
    known = [entry for entry in entries if entry is not None]
    own = server.library in _BESIDE_LIST or any(origin in _SAME for origin in origins)
    if own or not origins or len(known) < len(entries) or _grows(scan, server):
        return None
    page, scheme = _page(path), "https" if path.url.startswith("wss://") else "http"
    others = {host for step in path.steps for side in scan.ways.listens(step.hop) for host in side.hosts}
    served = any(_fits(entry, host, scheme) for entry in known for host in (page, *others) if host)
    if page is not None and _same_site(path, server) and not served:
        return _not_listed(path, server, known, page, scheme)
    if all(is_local(entry.host.lstrip(".")) for entry in known) and not is_local(urlsplit(path.url).hostname):
        return _only_local(scan, path, server, known)
    return None


def _grows(scan: Scan, server: Use) -> bool:
    """True where the file with the list adds to one, so that what is written is not all that is allowed."""
    file = (server.origins_place or server.place).file
    return _ADDS.search(scan.tree.text(file) or "") is not None


def _entry(origin: str) -> _Entry | None:
    """``https://*.example.com``, ``//example.com``, ``.example.com``, ``example.com:443``; ``None``: no plain address."""
    found = _ENTRY.match(origin)
    if found is None or any(sign in origin for sign in "{}()^$+\\|"):
        return None
    host = found["host"].lower()
    host = host.removeprefix("*") if host.startswith("*.") else host
    scheme = (found["scheme"] or "").lower() or None
    return None if "*" in host or (scheme is not None and "//" not in origin) else _Entry(scheme, host.strip("[]"), origin)


def _page(path: Path) -> str | None:
    """The host of the deployed page, where the path shows it."""
    host = urlsplit(path.url).hostname
    return None if host is None or host == PLACEHOLDER or is_local(host) else host


def _same_site(path: Path, server: Use) -> bool:
    """True where page and socket have one host: the page derives the address from its own, or the app serves both."""
    urls = [url for use in path.clients if use.runs_in == "browser" for url in use.urls]
    return all(url.derived for url in urls) if urls else server.library in _SERVE_PAGES


def _fits(entry: _Entry, host: str, scheme: str) -> bool:
    named = host == entry.host or (entry.host.startswith(".") and (host.endswith(entry.host) or host == entry.host[1:]))
    return named and entry.scheme in (None, scheme)


def _not_listed(path: Path, server: Use, entries: list[_Entry], page: str, scheme: str) -> Finding:
    other = next((entry for entry in entries if _fits(entry._replace(scheme=None), page, scheme)), None)
    origin = f"{scheme}://{page}"
    why = (
        f"the page at {origin} opens {path.url}, and the browser sends Origin: {origin}",
        f"allowed is {_told(entries)}",
        f"{other.written} is another origin, for its scheme is not {scheme}" if other is not None else f"{page} is none of them",
    )
    return _finding(
        path, server, f"{server.name} refuses the page at {origin}: it is not among the allowed origins.", why, origin
    )


def _only_local(scan: Scan, path: Path, server: Use, entries: list[_Entry]) -> Finding:
    """Nobody's page is at localhost once it is deployed; in containers on one's own machine it may be."""
    public = any(step.hop.config is None and not step.hop.local for step in path.steps)
    names = ", ".join(dict.fromkeys(step.hop.name for step in path.steps))
    page = _page(path)
    origin = f"https://{page or PLACEHOLDER}"
    why = (
        f"allowed is {_told(entries)}",
        f"people open the page through {names}, at another host",
        *(() if public else ("on the machine itself, where the page is opened at localhost, it is let in",)),
    )
    found = _finding(path, server, f"{server.name} takes sockets from pages at localhost alone.", why, origin)
    return found if public else replace(found, severity="warning", verdict="depends", confidence="possible")


def _told(entries: list[_Entry]) -> str:
    return ", ".join(entry.written.removeprefix("//") for entry in entries[:4]) + (" and others" if len(entries) > 4 else "")


def _finding(path: Path, server: Use, message: str, why: tuple[str, ...], origin: str) -> Finding:
    place = server.origins_place or app_place(server)
    block = _BLOCKS.get(server.library, "").format(origin=origin, host=urlsplit(origin).hostname)
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "likely",
        message,
        place,
        why=why,
        remedy="Allow the origin of the page that people open.",
        snippet=block,
        verify=f"{remedies.curl(path)} -H 'Origin: {origin}'  # has to answer 101",
        related=related(app_place(server) if place != app_place(server) else None, "the server is set up here"),
        path=path.id,
        who="app",
    )
