"""A service of Traefik -> the servers that it leads to, and what keeps a client at one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from advisor.formats.document import Node
from advisor.model import Address, Place
from advisor.proxies.choices import Choices
from advisor.proxies.traefik.fields import get, text_of
from advisor.proxies.traefik.load import Config, Named

_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Servers:
    """Where a service leads. ``address`` ``None``: it has no server."""

    address: Address | None
    count: int
    place: Place
    passes_host: bool = True
    affinity: str = "none"
    affinity_place: Place | None = None
    trusts_any: bool = False
    """True where the certificate of an https server is not checked, or is checked against authorities of one's own."""


def find(config: Config, name: str, provider: str) -> Named | None:
    """A service by its name as a router or another service writes it."""
    return config.services.get(name if "@" in name else f"{name}@{provider}")


def of_router(config: Config, router: Named) -> Named | None:
    """The service of a router; a container's only one where its labels name none."""
    name = text_of(router.node, "service")
    if name is not None:
        return find(config, name, router.provider)
    if router.container is None:
        return None
    own = [service for service in config.services.values() if service.container == router.container]
    if len(own) == 1:
        return own[0]
    return Named(router.name, router.provider, Node({}, router.node.place), router.container) if not own else None


def resolve(config: Config, service: Named, choices: Choices, depth: int = 0) -> Servers | None:
    """The servers of a service, through weights, mirrors and failovers; ``None`` where one names a service that is not there."""
    node = service.node
    if depth > _DEEPEST:
        return None
    weighted = get(node, "weighted", "services")
    if weighted is not None:
        names = [text_of(one, "name") or "" for one in weighted.each() if text_of(one, "weight") != "0"]
        if not names:
            return Servers(None, 0, node.place)
        options = tuple(f"the weights choose {name}" for name in names)
        index = choices.ask(f"weights {node.place}", "which service the weights choose", options) if len(names) > 1 else 0
        inner = find(config, names[index], service.provider)
        return resolve(config, inner, choices, depth + 1) if inner is not None else None
    for kind in ("mirroring", "failover"):
        name = text_of(node, kind, "service")
        if name is not None:
            inner = find(config, name, service.provider)
            return resolve(config, inner, choices, depth + 1) if inner is not None else None
    return _balanced(config, service)


def _balanced(config: Config, service: Named) -> Servers:
    balancer = get(service.node, "loadBalancer")
    addresses = [
        address for one in _members(get(balancer, "servers")) if (address := _address(text_of(one, "url") or "")) is not None
    ]
    if service.container is not None:
        port, scheme = text_of(balancer, "server", "port"), text_of(balancer, "server", "scheme") or "http"
        addresses = [Address(service.container, int(port) if port and port.isdigit() and len(port) < 6 else None, scheme)]
    cookie = get(balancer, "sticky", "cookie")
    sticky = cookie is not None and cookie.text() != "false"
    hashed = text_of(balancer, "strategy") == "hrw"
    transport = text_of(balancer, "serversTransport")
    options = config.transports.get(transport if "@" in transport else f"{transport}@{service.provider}") if transport else None
    source = options.node if options is not None else config.option("serversTransport")
    return Servers(
        addresses[0] if addresses else None,
        len(addresses),
        balancer.place if balancer is not None else service.node.place,
        text_of(balancer, "passHostHeader") != "false",
        "cookie" if sticky else "ip" if hashed else "none",
        cookie.place if sticky and cookie is not None else None,
        text_of(source, "insecureSkipVerify") == "true" or get(source, "rootCAs") is not None,
    )


def _members(node: Node | None) -> list[Node]:
    return list(node.each()) if node is not None else []


def _address(url: str) -> Address | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host:
        return None
    return Address(host, port or (443 if parts.scheme == "https" else 80), parts.scheme or "http")


def is_number(address: Address) -> bool:
    """True for an IP address, which a public certificate seldom names."""
    return re.fullmatch(r"[0-9.]+|[0-9a-f:]*:[0-9a-f:]*", address.host) is not None
