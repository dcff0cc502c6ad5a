"""TLS ends at a hop, and the app goes by a scheme that it does not learn of.

Behind a hop that ends TLS every request arrives over plain http. An app that builds the socket's address from the request's
scheme then writes ws:// into a page over https, which browsers block; one that compares Origin with its own address refuses
every page, for ``https://`` is not ``http://``. ``X-Forwarded-Proto`` tells it, where the hop passes it and the app trusts it.

Pass ``X-Forwarded-Proto`` from the hop that ends TLS, and let the app trust it; or let the page build the address itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Forward, Path, Place, Severity, Step, Use
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, forwards, related

ID = "WS606"
NAME = "scheme-lost-behind-tls"
SEVERITY: Severity = "warning"
OF_CODE = True
_HEADER = "X-Forwarded-Proto"
_COMPARES = frozenset({"flask-socketio", "python-socketio", "action-cable", "spring-stomp", "spring-websocket"})
"""Servers that by default take only an Origin that is their own address, scheme included."""
_SAME = ("{same origin}",)
_NEEDS_TRUST = ("npm", "maven", "nuget")
"""Ecosystems whose frameworks ignore the header until they are told to trust it, whatever program runs them."""
_VARIABLES = frozenset({"SERVER_FORWARD_HEADERS_STRATEGY", "ASPNETCORE_FORWARDEDHEADERS_ENABLED"})
"""Variables that tell an app to trust the header without a line of code."""
_TRUST = {
    "npm": 'app.set("trust proxy", 1);  // Express: take the scheme from the one proxy in front',
    "maven": "server.forward-headers-strategy=framework  # application.properties of Spring Boot",
    "nuget": "ASPNETCORE_FORWARDEDHEADERS_ENABLED=true  # in the environment of the app",
}


def check(scan: Scan) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for path in scan.paths:
        if path.app is None or path.arrived is None or path.server is None or path.scope != "production" or not path.steps:
            continue
        if path.steps[0].received.scheme != "https" or path.arrived.scheme != "http":
            continue
        found = _judged(scan, path)
        if found is not None and (path.app.id, str(found.place)) not in told:
            told.add((path.app.id, str(found.place)))
            yield found


def _judged(scan: Scan, path: Path) -> Finding | None:
    """A header that is not passed, for an app that goes by it; else one that is passed and not trusted."""
    app, arrived, server = path.app, path.arrived, path.server
    if app is None or arrived is None or server is None:
        return None
    built = app.built_from_scheme
    compares = server.library in _COMPARES and server.origins == _SAME and any(use.runs_in == "browser" for use in path.clients)
    lost = _lost(scan, path)
    if lost is not None and (built is not None or compares):
        return _not_passed(scan, path, lost, built)
    passed = (arrived.header(_HEADER) or "").lower() == "https"
    told = app.trusts_proxy or (path.process is not None and bool(_VARIABLES & set(path.process.environment)))
    if passed and not told and app.ecosystem in _NEEDS_TRUST:
        if built is not None:
            return _not_trusted(path, built)
        if compares and app.ecosystem == "maven" and not _adapts(path):
            return _refused(path, server)
    return None


def _adapts(path: Path) -> bool:
    """True where Spring Boot finds by itself that it runs on a platform whose proxies are to be trusted."""
    return path.process is not None and (path.process.host is not None or path.process.network.startswith("kubernetes:"))


def _lost(scan: Scan, path: Path) -> tuple[Step, Forward] | None:
    """The hop behind which nothing tells the scheme any more; ``None`` where it arrives, or where it is not known."""
    for step in path.steps:
        forward = next((forward for _, forward in forwards(step)), None)
        if forward is None or forward.request.scheme == "https":
            continue
        told = (forward.request.header(_HEADER) or "").lower()
        if told == "https":
            continue
        known = step.hop.config is not None or (
            step.hop.platform in scan.knowledge.platforms() and scan.fact(step.hop, "forwarded_headers").kind == "one"
        )
        return (step, forward) if known and told in ("", "http") else None
    return None


def _not_passed(scan: Scan, path: Path, lost: tuple[Step, Forward], built: Place | None) -> Finding:
    step, forward = lost
    hop, value = step.hop, forward.request.header(_HEADER)
    sends = f'sends "{_HEADER}: {value}", whatever the browser used' if value else f"passes no {_HEADER}"
    does = (
        f"the app builds the socket's address from the request's scheme at {built}, and so writes ws://"
        if built is not None
        else "the server takes only an Origin that is its own address, and http:// is not the page's https://"
    )
    facts = hop.platform in scan.knowledge.platforms() and scan.fact(hop, "forwarded_headers").kind != "absent"
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "degrades",
        "likely",
        f"{hop.name} does not tell {path.app.id if path.app else 'the app'} that the browser used https.",
        forward.place or hop.place,
        why=(f"the browser opens {path.url}, and TLS ends before the app", f"{hop.name} {sends}", does),
        remedy=f"Let {hop.name} pass {_HEADER}: https, and let the app trust it.",
        snippet=remedies.upgrade_block(scan, step, forward, path) if hop.config is not None and not value else "",
        verify=remedies.curl(path),
        related=related(built or (app_place(path.server) if path.server else None), "the app goes by the scheme here"),
        path=path.id,
        facts=(f"{hop.platform}/forwarded_headers",) if facts else (),
        who="proxy",
    )


def _not_trusted(path: Path, built: Place) -> Finding:
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "degrades",
        "likely",
        "The app builds the socket's address from the request's scheme, and does not trust the proxy that knows it.",
        built,
        why=(
            f"the browser opens {path.url}, and TLS ends before the app",
            f"{_HEADER}: https arrives, and nothing in the app is told to trust it",
            "so the scheme is http here, and the address begins with ws://, which a page over https may not open",
        ),
        remedy="Tell the app to trust the proxy in front, or let the page build the address from location.",
        snippet=_TRUST.get(path.app.ecosystem, "") if path.app is not None else "",
        verify=f"curl -s 'https://{path.steps[0].received.host}/' | grep -o 'wss\\?://[^\"]*'  # has to say wss://",
        related=related(app_place(path.server) if path.server else None, "the app accepts sockets here"),
        path=path.id,
        who="app",
    )


def _refused(path: Path, server: Use) -> Finding:
    """The server compares Origin, scheme included, and does not look at the header that arrives."""
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "degrades",
        "likely",
        f"{server.name} takes only an Origin that is its own address, and takes that address for http://.",
        app_place(server),
        why=(
            f"the browser opens {path.url} from a page over https, and TLS ends before the app",
            f"{_HEADER}: https arrives, and nothing in the app is told to trust it",
            "so the page's https:// is not the http:// that the request seems to have, and the handshake is answered with 403",
        ),
        remedy="Tell the app to trust the proxy in front, or allow the page's origin by name.",
        snippet=_TRUST.get(path.app.ecosystem, "") if path.app is not None else "",
        verify=remedies.curl(path) + f" -H 'Origin: https://{path.steps[0].received.host}'  # 403 means that it is refused",
        path=path.id,
        who="app",
    )
