"""Labels and variables by which containers ask a proxy for their routes -> the configuration that the proxy makes of them.

caddy-docker-proxy writes a Caddyfile from labels (``caddy``, ``caddy.reverse_proxy``), nginx-proxy an nginx configuration from
variables (``VIRTUAL_HOST``). Each is written here so that its lines are those of the compose file, as far as blocks allow.
Sources: README.md of lucaslorentz/caddy-docker-proxy (labels to Caddyfile conversion), nginx.tmpl of nginx-proxy/nginx-proxy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from advisor.deployment.compose_files import interpolated, pairs_of
from advisor.deployment.parts import ProxyFiles
from advisor.formats.document import Node
from advisor.model import Place, Target

Services = Iterable[tuple[str, Node]]

_CADDY = re.compile(r"caddy(?:_\d+)?(?:\.|$)")
_STEP = re.compile(r"(?:(?P<order>\d+)_)?(?P<name>.+?)(?:_\d+)?$")
_UPSTREAMS = re.compile(r"\{\{\s*upstreams(?:\s+(?P<scheme>https?|h2c))?(?:\s+(?P<port>\d+))?\s*\}\}")
_NAME = re.compile(r"[\w.*-]{1,250}\Z|~\S{1,250}\Z")
_PATH = re.compile(r"[/~^][\w./~^$*()|\\-]{0,200}\Z")
_MOST_DEPTH = 12
_PRELUDE = (
    "map $http_upgrade $proxy_connection { default upgrade; '' close; } "
    "map $http_x_forwarded_proto $proxy_x_forwarded_proto { default $http_x_forwarded_proto; '' $scheme; } "
)
_HEADERS = (
    "proxy_http_version 1.1; proxy_buffering off; proxy_set_header Host $http_host; "
    "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $proxy_connection; "
    "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; "
    "proxy_set_header X-Forwarded-Proto $proxy_x_forwarded_proto; "
)
"""What nginx.tmpl sets for all hosts, unless there is an /etc/nginx/proxy.conf."""


def labels_of(service: Node) -> dict[str, Node]:
    """A service's labels, those of ``deploy`` where it has none of its own."""
    return dict(pairs_of(service.get("labels") or service.get("deploy", "labels")))


def variables_of(service: Node) -> dict[str, Node]:
    """A service's variables."""
    return dict(pairs_of(service.get("environment")))


def asks(service: Node) -> bool:
    """True for a service that asks some proxy of the machine for a route."""
    labels = labels_of(service)
    routed = any(key.lower().startswith("traefik.http.") or _CADDY.match(key) for key in labels)
    return routed or "VIRTUAL_HOST" in variables_of(service)


def labelled(platform: str, services: Services) -> Iterator[Target]:
    """Services that tell Traefik by label that they are to be reached."""
    for name, service in services if platform == "traefik" else ():
        labels: Mapping[str, Node] = labels_of(service)
        switched_off = "traefik.enable" in labels and labels["traefik.enable"].text() == "false"
        routed = next((node for key, node in labels.items() if key.startswith("traefik.http.")), None)
        if routed is not None and not switched_off:
            yield Target(name, routed.place, why=f"labels of {name} route to it")


# ---------------------------------------------------------------- caddy-docker-proxy


@dataclass(slots=True)
class _Line:
    """One directive of the Caddyfile: what its label says, where that stands, and what is nested in it."""

    name: str
    value: str = ""
    line: int = 0
    order: int = 1_000_000
    inner: dict[str, _Line] = field(default_factory=dict)


def caddy(services: Services, variables: Mapping[str, str]) -> ProxyFiles | None:
    """The Caddyfile that the labels make, as texts in the place of the compose files; ``None`` where there are no such labels."""
    sites: dict[str, list[_Line]] = {}
    for name, service in services:
        roots: dict[str, _Line] = {}
        file = service.place.file
        for key, node in labels_of(service).items():
            if _CADDY.match(key):
                file = node.place.file
                value = _with_upstreams(interpolated(node.text() or "", variables), name)
                _put(roots, key.split("."), value.replace("\n", " "), (node.key_place or node.place).line)
        sites.setdefault(file, []).extend(site for site in roots.values() if site.value)
    texts = tuple((file, _written(lines)) for file, lines in sites.items() if lines)
    if not texts:
        return None
    return ProxyFiles(None, tuple(file for file, _ in texts), texts=texts)


def _with_upstreams(text: str, name: str) -> str:
    """The value with ``{{upstreams http 8080}}`` as the address of the service that bears the label."""

    def address(found: re.Match[str]) -> str:
        scheme = f"{found['scheme']}://" if found["scheme"] else ""
        return f"{scheme}{name}:{found['port']}" if found["port"] else f"{scheme}{name}"

    return _UPSTREAMS.sub(address, text)


def _put(roots: dict[str, _Line], steps: list[str], value: str, line: int) -> None:
    level, found = roots, None
    for depth, step in enumerate(steps[:_MOST_DEPTH]):
        named = _STEP.match(step) if depth else None
        name = named["name"] if named is not None else ""
        found = level.setdefault(step, _Line(name, line=line))
        found.order = int(named["order"][:6]) if named is not None and named["order"] else found.order
        level = found.inner
    if found is not None:
        found.value, found.line = value, line


def _written(sites: Iterable[_Line]) -> str:
    """The text, each directive on its label's line where the lines before it leave room."""
    lines: list[str] = []

    def put(text: str, line: int) -> None:
        lines.extend([""] * (line - len(lines) - 1))
        lines.append(text)

    def write(one: _Line, depth: int) -> None:
        head = " ".join(piece for piece in (one.name, one.value) if piece) if depth else one.value
        put(f"{head} {{" if one.inner or not depth else head, one.line)
        for inner in sorted(one.inner.values(), key=lambda each: (each.order, each.line)):
            write(inner, depth + 1)
        if one.inner or not depth:
            put("}", 0)

    for site in sorted(sites, key=lambda each: each.line):
        write(site, 0)
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------- nginx-proxy


@dataclass(frozen=True, slots=True)
class _Route:
    place: Place
    path: str
    address: str
    destination: str
    secure: bool
    redirects: bool


def nginx_proxy(
    services: Services, variables: Mapping[str, str], ports: Mapping[str, tuple[int, ...]], placed: tuple[tuple[str, str], ...]
) -> ProxyFiles | None:
    """The configuration that nginx-proxy makes of ``VIRTUAL_HOST`` and its kin; ``None`` where no service has one.

    ``ports``: those that a service exposes; ``placed``: files that are mounted into the proxy, path inside -> path of the tree.
    """
    hosts: dict[str, list[_Route]] = {}
    for name, service in services:
        told = {key: interpolated(node.text() or "", variables) for key, node in variables_of(service).items() if _asked(key)}
        node = variables_of(service).get("VIRTUAL_HOST")
        for host in (told.get("VIRTUAL_HOST") or "").split(",") if node is not None else ():
            route = _route(name, told, node.place, ports.get(name, ())) if node is not None else None
            if route is not None:
                hosts.setdefault(host.strip() if _NAME.match(host.strip()) else "_", []).append(route)
    if not hosts:
        return None
    inside = dict(placed)
    texts: dict[str, dict[int, str]] = {}
    first = next(iter(hosts.values()))[0].place.file
    headers = "include /etc/nginx/proxy.conf; " if "/etc/nginx/proxy.conf" in inside else _HEADERS
    texts[first] = {1: f"{_PRELUDE}{headers}"}
    for host, routes in hosts.items():
        place = routes[0].place
        lines = texts.setdefault(place.file, {})
        lines[place.line] = lines.get(place.line, "") + _server(host, routes, inside)
    custom = tuple(path for at, path in placed if re.fullmatch(r"/etc/nginx/conf\.d/[^/]+\.conf", at))
    written = tuple((file, _by_line(lines)) for file, lines in texts.items())
    return ProxyFiles(None, (*(file for file, _ in written), *custom), placed, written)


def _asked(key: str) -> bool:
    return key.startswith(("VIRTUAL_", "LETSENCRYPT_HOST", "HTTPS_METHOD"))


def _route(name: str, told: Mapping[str, str], place: Place, ports: tuple[int, ...]) -> _Route | None:
    port = told.get("VIRTUAL_PORT", "")
    number = port if port.isdecimal() else str(ports[0]) if len(set(ports)) == 1 else ""
    path, destination = told.get("VIRTUAL_PATH") or "/", told.get("VIRTUAL_DEST") or ""
    scheme = told.get("VIRTUAL_PROTO") or "http"
    if not _PATH.match(path) or (destination and not _PATH.match(destination)) or scheme not in ("http", "https"):
        return None
    method = told.get("HTTPS_METHOD") or "redirect"
    secure = bool(told.get("LETSENCRYPT_HOST")) and method != "nohttps"
    address = f"{scheme}://{name}:{number}" if number else f"{scheme}://{name}"
    return _Route(place, path, address, destination, secure, method == "redirect")


def _server(host: str, routes: list[_Route], inside: Mapping[str, str]) -> str:
    own = next((f"include {at}; " for at in _own(host, "") if at in inside), "")
    location = next((f"include {at}; " for at in _own(host, "_location") if at in inside), "")
    seen = {route.path: route for route in reversed(routes)}
    blocks = "".join(
        f"location {each.path} {{ proxy_pass {each.address}{each.destination}; {location}}} " for each in seen.values()
    )
    secure = any(route.secure for route in routes)
    open_ = f"server {{ listen 80; server_name {host}; {own}{blocks}}} "
    if not secure:
        return open_
    redirect = f"server {{ listen 80; server_name {host}; return 301 https://$host$request_uri; }} "
    before = redirect if routes[0].redirects else open_
    name = "default" if host == "_" else host
    keys = f"ssl_certificate /etc/nginx/certs/{name}.crt; ssl_certificate_key /etc/nginx/certs/{name}.key; "
    return f"{before}server {{ listen 443 ssl; server_name {host}; {keys}{own}{blocks}}} "


def _own(host: str, kind: str) -> tuple[str, str]:
    return f"/etc/nginx/vhost.d/{host}{kind}", f"/etc/nginx/vhost.d/default{kind}"


def _by_line(lines: Mapping[int, str]) -> str:
    return "\n".join(lines.get(number, "") for number in range(1, max(lines, default=0) + 1)) + "\n"
