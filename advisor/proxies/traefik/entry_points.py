"""Traefik's entry points -> which one takes a request, where it redirects, and all public sides."""

from __future__ import annotations

from advisor.formats.document import Node
from advisor.model import Listen, Request
from advisor.proxies.traefik.fields import get, text_of
from advisor.proxies.traefik.load import Config, EntryPoint, on_entry_point
from advisor.proxies.traefik.rules import names_in


def entry_points(config: Config) -> tuple[EntryPoint, ...]:
    """Every TCP entry point but that of the API."""
    if config.points is None:
        config.points = _entry_points(config)
    return config.points


def _entry_points(config: Config) -> tuple[EntryPoint, ...]:
    found = []
    for name, node in config.entry_points().items():
        address = text_of(node, "address") or ""
        if address.endswith("/udp") or name.lower() in ("traefik", "metrics", "ping"):
            continue
        digits = address.removesuffix("/tcp").rpartition(":")[2]
        port = int(digits) if digits.isdigit() and len(digits) < 6 else None
        tls = get(node, "http", "tls") is not None
        routed = [router for router in config.routers if on_entry_point(router, name, ())]
        all_tls = bool(routed) and all(get(router.node, "tls") is not None for router in routed)
        found.append(EntryPoint(name, node, port, tls, tls or all_tls or port in (443, 8443) or "secure" in name.lower()))
    return tuple(found)


def choose(config: Config, request: Request) -> tuple[EntryPoint | None, bool]:
    """The entry point of the request's port, and whether one has that very port; else one of its scheme, else the first."""
    points = entry_points(config)
    exact = next((point for point in points if point.port == request.port), None)
    if exact is not None:
        return exact, True
    alike = next((point for point in points if point.secure is (request.scheme == "https")), None)
    return alike or (points[0] if points else None), False


def defaults(config: Config) -> tuple[str, ...]:
    """The entry points of a router that names none: those marked so, else all."""
    points = entry_points(config)
    marked = tuple(point.name for point in points if text_of(point.node, "asDefault") == "true")
    return marked or tuple(point.name for point in points)


def redirect(config: Config, point: EntryPoint) -> tuple[Node, str, str, int] | None:
    """Where an entry point sends every request: the place, scheme, port to write, and status."""
    node = get(point.node, "http", "redirections", "entryPoint")
    to = text_of(node, "to")
    if node is None or to is None:
        return None
    target = next((each for each in entry_points(config) if each.name == to), None)
    digits = to.rpartition(":")[2] if ":" in to else str(target.port) if target is not None and target.port else ""
    scheme = text_of(node, "scheme") or "https"
    shown = "" if digits in ("", {"https": "443", "http": "80"}.get(scheme)) else f":{digits}"
    return node, scheme, shown, 302 if text_of(node, "permanent") == "false" else 301


def servers(config: Config) -> tuple[Listen, ...]:
    """The public sides: one for each entry point, with the host names of its routers."""
    found = []
    usual = defaults(config)
    for point in entry_points(config):
        sent = redirect(config, point)
        rules = [text_of(router.node, "rule") or "" for router in config.routers if on_entry_point(router, point.name, usual)]
        named = [names_in(rule)[0] for rule in rules]
        hosts = tuple(dict.fromkeys(host for names in named for host in names)) if all(named) else ()
        redirected = "https" if sent is not None and sent[1] == "https" else None
        found.append(
            Listen("https" if point.secure else "http", point.port, point.node.key_place or point.node.place, hosts, redirected)
        )
    return tuple(found)
