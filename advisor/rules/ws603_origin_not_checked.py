"""The server takes a socket from a page of any site.

Browsers let every page open a WebSocket to every server and send that server's cookies along; nothing like CORS stands in
between. Where the app takes a cookie or session for who is there, any site that a person visits can open a socket in that
person's name, read what comes and send what it likes. Without cookies another site can still use the server as if it were its
own. Cookies that are kept to the same site (``SameSite`` lax or strict) are not sent along.

Compare the Origin header of the handshake with the pages that may use the server, before the upgrade.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from advisor.attempts import PLACEHOLDER
from advisor.model import Finding, Path, Severity, Use
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, related
from advisor.stack.library import libraries

ID = "WS603"
NAME = "origin-not-checked"
SEVERITY: Severity = "warning"
OF_CODE = True
_ANY = "*"
_WS = """\
const ALLOWED = new Set(["{origin}"]);
const wss = new WebSocketServer({
  // the options that stand there stay
  verifyClient: ({ origin }) => ALLOWED.has(origin),
});"""
_SOCKET_IO = """\
const ALLOWED = ["{origin}"];
const io = new Server(server, {
  // the options that stand there stay; cors alone does not act on WebSockets
  allowRequest: (request, callback) => callback(null, ALLOWED.includes(request.headers.origin)),
});"""
_CHANNELS = """\
from channels.security.websocket import AllowedHostsOriginValidator

"websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),"""
_STARLETTE = """\
if websocket.headers.get("origin") not in {"{origin}"}:
    await websocket.close(code=1008)
    return
await websocket.accept()"""
_FLASK_SOCK = """\
if request.headers.get("Origin") not in {"{origin}"}:
    ws.close(1008)
    return"""
_AIOHTTP = """\
if request.headers.get("Origin") not in {"{origin}"}:
    raise web.HTTPForbidden()"""
_LISTED = 'cors_allowed_origins=["{origin}"]'
_BLOCKS = {
    "ws": _WS,
    "express-ws": "",
    "fastify-websocket": "",
    "nestjs-ws": "",
    "socket-io": _SOCKET_IO,
    "nestjs": "",
    "django-channels": _CHANNELS,
    "fastapi-starlette": _STARLETTE,
    "flask-sock": _FLASK_SOCK,
    "aiohttp": _AIOHTTP,
    "flask-socketio": _LISTED,
    "python-socketio": _LISTED,
    "websockets-py": 'origins=["{origin}"]',
    "bun-serve": "",
}
"""Servers that check nothing unless they are told to, and code that tells them."""
_LAX = frozenset({"django-channels", "fastapi-starlette", "action-cable"})
"""Servers whose framework keeps its cookies to the same site by default (Django since 2.1, Starlette, Rails since 6.1)."""


_TOKENS = re.compile(r"handshake\.auth\b|authorization|\btoken|jwt|authenticat", re.IGNORECASE)
"""Words of a server that asks for something which another site's page does not have."""


def check(scan: Scan) -> Iterator[Finding]:
    found: dict[str, Finding] = {}
    for path in scan.paths:
        server = path.server
        if path.app is None or server is None or path.scope != "production" or path.app.is_library:
            continue
        finding = _judged(scan, path, server) if _block(server) is not None else None
        before = found.get(path.app.id)
        if finding is not None and (before is None or (before.severity == "info" and finding.severity == "warning")):
            found[path.app.id] = finding
    yield from found.values()


def _block(server: Use) -> str | None:
    """Code that makes a server refuse other origins; ``None`` for libraries of which it is not known that they check nothing."""
    library = libraries().get(server.library)
    own = library.origin_block if library is not None else None
    return own if own is not None else _BLOCKS.get(server.library)


def _judged(scan: Scan, path: Path, server: Use) -> Finding | None:
    """Nothing for a server that checks, that no page is seen to use, or whose cookies other sites' pages cannot send."""
    if path.handshake.outcome == "refused" or (server.origins is not None and _ANY not in server.origins):
        return None
    known = libraries().get(server.library)
    lax = server.library in _LAX or (known is not None and known.lax_cookies)
    kept = lax or (path.app is not None and path.app.same_site is not None)
    if server.cookies:
        return None if kept else _finding(path, server, "warning")
    pages = any(use.runs_in == "browser" for use in path.clients)
    open_to_all = server.origins is not None or (bool(path.steps) and pages)
    asks = _TOKENS.search(scan.tree.text(server.place.file) or "") is not None
    return _finding(path, server, "info") if open_to_all and not asks else None


def _finding(path: Path, server: Use, severity: Severity) -> Finding:
    place = server.origins_place or app_place(server)
    listed = f"{place} allows every origin" if server.origins is not None else f"nothing at {app_place(server)} looks at Origin"
    then = (
        "it takes a cookie or session for who is there, and browsers send cookies along from pages of other sites"
        if severity == "warning"
        else "no cookie tells who is there, so another site's page gets what any visitor gets"
    )
    origin = _origin(path)
    return Finding(
        ID,
        NAME,
        severity,
        "degrades" if severity == "warning" else "note",
        "likely",
        f"{server.name} at {path.endpoint} takes sockets from pages of any site"
        + (", with the cookies of whoever looks at them." if severity == "warning" else "."),
        place,
        why=(listed, "browsers let every page open a socket to every server; CORS does not act on WebSockets", then),
        remedy="Compare the Origin header with the pages that may use the server, before the handshake is answered.",
        snippet=(_block(server) or "").replace("{origin}", origin).replace("{host}", origin.partition("://")[2]),
        verify=remedies.curl(path) + " -H 'Origin: https://evil.example'  # 101 means that it is taken",
        related=related(app_place(server) if place != app_place(server) else None, "the server is set up here"),
        path=path.id,
        who="app",
    )


def _origin(path: Path) -> str:
    """The origin of the app's own page, as far as the path shows it."""
    host = urlsplit(path.url).hostname or ""
    scheme = "http" if path.url.startswith("ws://") else "https"
    return f"https://{PLACEHOLDER}" if not host or host in ("localhost", PLACEHOLDER) else f"{scheme}://{host}"
