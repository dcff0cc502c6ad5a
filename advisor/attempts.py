"""An endpoint, its clients and the public sides of a hop -> the virtual handshakes worth sending.

The client's own URL comes first; without a client the endpoint's path is taken as the public path, over TLS where the hop
ends TLS. An app that accepts any path is tried at every location that leads to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from advisor.model import Endpoint, Listen, Request, Stack, Url, Use, handshake, spelled

PLACEHOLDER = "app.example.com"
PARAMETER = re.compile(r"\{[^{}/]*\}|:\w+\??|<[^<>/]*>|\*+|\$\{[^{}]*\}")
_LOCAL = re.compile(
    r"^(localhost|127\.|0\.0\.0\.0|\[?::1|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|\.(local|localhost|internal|test)$"
)

_FAMILIES = (
    ("signalr", "signalr"),
    ("blazor", "blazor"),
    ("sockjs", "websocket"),
    ("stomp", "websocket"),
    ("spring", "websocket"),
)
"""Parts of library ids whose servers and clients speak to each other and to no other family. SockJS takes raw sockets as well."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One virtual handshake and where its URL comes from (``None``: from the endpoint)."""

    request: Request
    url: Url | None = None

    @property
    def names_host(self) -> bool:
        """True where a client's code says to which host."""
        return self.url is not None and self.url.host is not None

    @property
    def names_path(self) -> bool:
        """True where a client's code says which path, and none of it before the last part is computed."""
        path = self.url.path if self.url is not None else None
        return path is not None and path not in ("", "/") and "{" not in path.rpartition("/")[0]

    @property
    def text(self) -> str:
        secure = self.request.scheme == "https"
        port = "" if self.request.port == (443 if secure else 80) else f":{self.request.port}"
        query = f"?{self.request.query}" if self.request.query else ""
        return f"{'wss' if secure else 'ws'}://{self.request.host}{port}{self.request.path}{query}"


def is_local(host: str | None) -> bool:
    """True for hosts that only this machine or a private network reaches."""
    return host is not None and bool(_LOCAL.search(host.lower()))


def clients_of(server: Use, endpoint: Endpoint, stack: Stack) -> tuple[Use, ...]:
    """The project's own production clients that speak the server's protocol and whose URL does not name another endpoint.

    A script that asks once is none, and neither is a service that reaches the server by a name of the inner network.
    """
    clients = [
        use
        for use in stack.uses()
        if use.role == "client"
        and not (use.foreign or use.one_shot or _stays_inside(use))
        and use.scope == "production"
        and _protocol(use) == _protocol(server)
    ]
    if endpoint.path is None:
        return tuple(clients)
    naming = [use for use in clients if any(url.path and _ends_with(url.path, endpoint) for url in use.urls)]
    if _is_published(server, stack):
        return tuple(naming)
    silent = [use for use in clients if all(url.path in (None, "", "/") for url in use.urls)]
    others = [use for use in clients if use not in naming and use not in silent]
    return tuple(naming or silent or (others if len(server.endpoints) <= 1 and len(_servers(stack)) <= 1 else ()))


def attempts(
    endpoint: Endpoint, clients: Iterable[Use], listens: Iterable[Listen], samples: Iterable[str] = ()
) -> Iterator[Attempt]:
    """Handshakes to try, the most telling first. ``samples``: paths that a proxy's locations take, for an app that takes any."""
    sides = tuple(listens)
    own = _own_paths(endpoint, samples)
    urls = [url for use in clients for url in use.urls if not url.guarded or url.derived]
    seen: set[tuple[str, str, int, str]] = set()
    for attempt in (*_of_clients(urls, sides, own, endpoint), *_of_endpoint(sides, own, endpoint)):
        request = attempt.request
        key = (request.scheme, request.host, request.port, request.path)
        if key not in seen:
            seen.add(key)
            yield attempt


def based(endpoint: Endpoint, clients: Iterable[Use], listens: Iterable[Listen], samples: Iterable[str]) -> Iterator[Attempt]:
    """Handshakes for clients whose host, and perhaps a first part of the path, comes from a variable (``${base}/ws``).

    ``samples``: paths that a proxy's locations take; each may be that first part.
    """
    sides = tuple(listens)
    urls = [url for use in clients for url in use.urls if url.environment and url.host is None and not url.derived]
    prefixes = [path.rstrip("/") for path in samples if path.strip("/") and path.strip("/") not in (endpoint.path or "")]
    for url in urls:
        for prefix in prefixes if url.path and "polling" not in url.path else ():
            for side in _sides(sides, url):
                yield Attempt(handshake(url.scheme or side.scheme, _host(side), f"{prefix}{sample(url.path or '')}"), url)


def below(endpoint: Endpoint, samples: Iterable[str], listens: Iterable[Listen]) -> Iterator[Attempt]:
    """Handshakes for a program that may be served below a first part of the path (``/grafana/api/live/ws``)."""
    sides = tuple(listens)
    for prefix in dict.fromkeys(path.rstrip("/") for path in samples if path.strip("/")):
        if endpoint.path is not None and endpoint.path != prefix:
            yield from _of_endpoint(sides, [f"{prefix}{sample(endpoint.path)}"], endpoint)


def rewritten(endpoint: Endpoint, samples: Iterable[str], listens: Iterable[Listen]) -> Iterator[Attempt]:
    """Handshakes at the paths that a proxy's locations take, one of which may become the endpoint's own on the way."""
    own = [path for path in dict.fromkeys(samples) if path != endpoint.path]
    yield from _of_endpoint(tuple(listens), own, endpoint)


def matches(endpoint: Endpoint, path: str, anywhere: bool = False) -> bool:
    """True where the app takes ``path`` for this endpoint; a closing slash makes no difference here.

    ``anywhere``: it may be told to serve everything below a first part of the path.
    """
    if endpoint.path is None:
        return True
    wanted = endpoint.path.rstrip("/") or ""
    pattern = "".join("[^/]+" if PARAMETER.fullmatch(piece) else re.escape(piece) for piece in _pieces(wanted))
    tail = "(/.*)?" if endpoint.prefix else "/?"
    base = r"(?:/[^/]+){0,4}" if anywhere else ""
    return re.fullmatch(base + pattern + tail, path.rstrip("/") or "") is not None


def sample(path: str) -> str:
    """A path with its parameters filled in: ``/ws/{room}`` -> ``/ws/1``."""
    return PARAMETER.sub("1", path) or "/"


def _pieces(path: str) -> list[str]:
    return [piece for piece in re.split(f"({PARAMETER.pattern})", path) if piece]


def _stays_inside(use: Use) -> bool:
    """True for a program whose every host is of its own machine or network, so that it passes none of the public hops."""
    hosts = [url.host for url in use.urls if not url.guarded]
    return use.runs_in == "own_process" and bool(hosts) and all(is_local(host) or _is_plain(host) for host in hosts)


def _is_plain(host: str | None) -> bool:
    return host is not None and re.fullmatch(r"[a-z][\w-]*", host) is not None


def _ends_with(path: str, endpoint: Endpoint) -> bool:
    cut = path
    while True:
        if matches(endpoint, cut or "/"):
            return True
        _, slash, rest = cut.lstrip("/").partition("/")
        if not slash:
            return False
        cut = f"/{rest}"


def _protocol(use: Use) -> str:
    for family, protocol in _FAMILIES:
        if family in use.library:
            return protocol
    return "socket.io" if "polling" in use.transports or re.search(r"socket[-_.]?io", use.library) else "websocket"


def _servers(stack: Stack) -> list[Use]:
    """The servers of the tree's own code."""
    own = (use for app in stack.apps if app.published is None for use in app.servers())
    return [use for use in own if use.scope == "production"]


def _is_published(server: Use, stack: Stack) -> bool:
    """True for a program that is run as a published image: the project's clients are not its own."""
    return any(app.published is not None and app.id == server.app for app in stack.apps)


def _own_paths(endpoint: Endpoint, samples: Iterable[str]) -> list[str]:
    if endpoint.path is not None:
        path = sample(endpoint.path)
        return [path if path.startswith("/") else f"/{path}"]
    return list(dict.fromkeys(samples)) or ["/"]


def _query(endpoint: Endpoint) -> str:
    return "EIO=4&transport=websocket" if endpoint.path and "socket.io" in endpoint.path else ""


def _of_clients(urls: Iterable[Url], sides: tuple[Listen, ...], own: list[str], endpoint: Endpoint) -> Iterator[Attempt]:
    for url in urls:
        public = url.host is not None and not is_local(url.host) and "{" not in url.host
        for path in [sample(url.path)] if url.path and url.path != "/" else own:
            for side in _sides(sides, url):
                scheme = side.scheme if is_local(url.host) else url.scheme or side.scheme
                host = url.host if public and url.host else _host(side)
                port = url.port if public else _port(side, scheme)
                yield Attempt(handshake(scheme, host, path, _query(endpoint), port), url)


def _of_endpoint(sides: tuple[Listen, ...], own: list[str], endpoint: Endpoint) -> Iterator[Attempt]:
    for side in _sides(sides, None):
        for path in own:
            yield Attempt(handshake(side.scheme, _host(side), path, _query(endpoint), _port(side, side.scheme)))


def _sides(sides: tuple[Listen, ...], url: Url | None) -> tuple[Listen, ...]:
    """The public sides that a page's own client would use: the secure ones where there are any, and no pure redirect."""
    serving = [side for side in sides if side.redirect_to is None]
    if url is not None and url.host and not is_local(url.host):
        named = [side for side in sides if url.host in side.hosts]
        serving = named or serving
    secure = [side for side in serving if side.scheme == "https"]
    if url is not None and url.scheme in ("ws", "http") and not is_local(url.host):
        return tuple(side for side in sides if side.scheme == "http") or tuple(serving)
    return tuple(secure or serving or sides)


def _host(side: Listen) -> str:
    named = map(spelled, side.hosts)
    plain = (host for host in named if host not in ("", "_", "localhost") and not re.search(r"[*~$^{]", host))
    return next(plain, next((host for host in side.hosts if host == "localhost"), PLACEHOLDER))


def _port(side: Listen, scheme: str) -> int | None:
    secure = scheme in ("wss", "https")
    matching = side.port is not None and (side.scheme == "https") == secure
    return side.port if matching and side.port not in (80, 443) else None
