"""A socket works with the development server, and not where the page is deployed.

A development server hands the socket's path on to the app (``server.proxy`` of Vite, ``devServer.proxy``, ``setupProxy.js``),
so the page can open it at its own address. A build has no such proxy: where the page is deployed on a host of files, nothing
takes that path to the app.

Give the client the app's own address where it is deployed, or a rule of the host that leads the path to the app.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.attempts import sample
from advisor.deployment.parts import directory, under
from advisor.model import App, Finding, Hop, Path, Related, Severity, Url, Use
from advisor.recognition import looked, signs_of
from advisor.recognition.forwards import Forwarded, forwarded
from advisor.rules.scan import Scan

ID = "WS805"
NAME = "local-differs"
SEVERITY: Severity = "info"

_KIND = "development_proxy"
_FILES = frozenset({"static_host", "cdn"})
_BUILDS = frozenset({"static_host", "cdn", "function_host", "edge_runtime"})
_SOURCES = frozenset({"src", "app", "public"})
"""Folders of a front end in which a development server may be configured, too."""


@dataclass(frozen=True, slots=True)
class _Local:
    """A client that opens a path at the page's own address, and the entry that serves it in development."""

    platform: str
    entry: Forwarded
    client: Use
    path: str
    front: str
    """The directory of the front end."""


def check(scan: Scan) -> Iterator[Finding]:
    seen: set[tuple[object, ...]] = set()
    for local in _locals(scan):
        paths = [path for path in scan.paths if path.scope == "production" and _same(path, local)]
        if any(_proxied(scan, path) for path in paths):
            continue
        for hop in _pages(scan, local):
            told = (local.entry.place, hop.id)
            if told not in seen and not any(hop.id in [step.hop.id for step in path.steps] for path in paths):
                seen.add(told)
                yield _finding(scan, local, hop, paths)


def _locals(scan: Scan) -> Iterator[_Local]:
    """Every client at the page's own address whose path an entry of its development server hands on."""
    kinds = [id for id in scan.knowledge.platforms() if scan.knowledge.platform(id).kind == _KIND]
    signs = [sign for sign in signs_of(scan.knowledge) if sign.platform in kinds and sign.kind == "file" and sign.tells]
    read: set[str] = set()
    for seen in looked(scan.tree, signs, scan.knowledge, scan.stack):
        file = seen.place.file
        if file in read or seen.purpose.scope in ("test", "example", "documentation"):
            continue
        read.add(file)
        front = directory(file)
        front = directory(front) if front.rpartition("/")[2] in _SOURCES else front
        entries = [entry for entry in forwarded(scan.tree, file) if entry.sockets]
        for app, client, url in _opened(scan, front) if entries else ():
            path = sample(url.path or "/")
            entry = next((entry for entry in entries if entry.takes(path)), None)
            if entry is not None and _served(scan, app, path):
                yield _Local(seen.sign.platform, entry, client, path, front)


def _opened(scan: Scan, front: str) -> Iterator[tuple[App, Use, Url]]:
    """The clients of a front end that only ever open the page's own address."""
    for app in scan.stack.apps:
        if not under(app.root, front):
            continue
        for use in app.clients():
            own = [url for url in use.urls if url.derived and url.host is None and url.port is None and url.path]
            if use.scope == "production" and own and len(own) == len(use.urls) and not any(url.environment for url in own):
                yield app, use, own[0]


def _served(scan: Scan, app: App, path: str) -> bool:
    """True where some server of the tree listens on the path."""
    servers = (use for other in scan.stack.apps for use in other.servers() if use.scope in ("production", app.scope))
    endpoints = [endpoint.path for use in servers for endpoint in use.endpoints]
    return any(endpoint is None or sample(endpoint).rstrip("/") == path.rstrip("/") for endpoint in endpoints)


def _same(path: Path, local: _Local) -> bool:
    return sample(path.endpoint).rstrip("/") == local.path.rstrip("/") or local.client in path.clients


def _proxied(scan: Scan, path: Path) -> bool:
    """True where a proxy of the tree's own takes the path to the app: it may well serve the page, too."""
    return path.arrived is not None and any(scan.ways.is_configured(step.hop) for step in path.steps)


def _pages(scan: Scan, local: _Local) -> Iterator[Hop]:
    """Hosts of files that the front end is deployed to and that nothing leads on to an app from."""
    fronts = {each.root for each in scan.stack.apps if each.clients()}
    for hop in scan.deployment.hops:
        if hop.scope != "production" or hop.certainty == "weak" or hop.platform not in scan.knowledge.platforms():
            continue
        kind = scan.knowledge.platform(hop.platform).kind
        static = kind in _FILES or ("output", "static") in hop.conditions
        where = hop.serves if hop.serves is not None else directory(hop.place.file)
        beside = under(local.front, where) if where != "." else len(fronts) == 1
        if (static or kind in _BUILDS) and beside and not hop.targets and not scan.ways.reached(hop):
            yield hop


def _finding(scan: Scan, local: _Local, hop: Hop, paths: list[Path]) -> Finding:
    tool = scan.knowledge.platform(local.platform)
    known = tool.facts.get("local_development")
    said = [str(raw["value"]) for raw in known.statements[:1]] if known is not None else []
    elsewhere = next((path for path in paths if path.steps), None)
    where = [f"the app itself is deployed behind {elsewhere.steps[0].hop.name}, at another address"] if elsewhere else []
    target = f" to {local.entry.target}" if local.entry.target else ""
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "note",
        "likely" if hop.certainty == "explicit" else "possible",
        f"The socket at {local.path} opens through {tool.name} alone: {hop.name} has the page, and does not lead there.",
        local.entry.place,
        why=(
            f"the client opens {local.path} at the page's own address",
            f"in development {local.entry.place} hands it on{target}",
            *said,
            f"{hop.because or f'{hop.place} deploys the page'}, and no rule of it leads {local.path} to the app",
            *where,
        ),
        remedy=f"Give the client the app's own address in production, or let the host of the page lead {local.path} to the app.",
        related=(
            Related(local.client.urls[0].place, "the client opens the page's own address"),
            Related(hop.place, f"the page is deployed to {hop.name}"),
        ),
        facts=(f"{tool.id}/local_development",) if known is not None else (),
        who="client",
    )
