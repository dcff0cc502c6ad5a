"""An Envoy configuration and a request -> the listener and filter chain that take it; and all public sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.formats.document import Node
from advisor.model import Listen, Place, Request
from advisor.proxies.envoy.fields import each, get, number_of, text_of, type_of
from advisor.proxies.envoy.load import Config

_MANAGER = "HttpConnectionManager"
_OTHER_CONDITIONS = ("prefix_ranges", "source_type", "source_prefix_ranges", "source_ports", "direct_source_prefix_ranges")


@dataclass(frozen=True, slots=True)
class Chain:
    """One filter chain of a listener, with the connection manager or the TCP proxy that ends it."""

    node: Node
    port: int | None
    tls: bool
    names: tuple[str, ...]
    manager: Node | None
    tcp: Node | None
    conditional: bool
    """True where it is also chosen by what no URL shows (the client's address)."""
    watched: bool = False
    """True where Envoy reads the listener again whenever its file changes, and then drains the old one."""

    @property
    def place(self) -> Place:
        return self.node.place


def chains(config: Config) -> Iterator[Chain]:
    """Every filter chain in the order of the file, each listener's default chain last."""
    for listener in config.listeners:
        port = number_of(listener, "address", "socket_address", "port_value")
        for node in (*each(listener, "filter_chains"), *each(listener, "default_filter_chain")):
            yield _chain(node, port, listener.place in config.watched)


def _chain(node: Node, port: int | None, watched: bool) -> Chain:
    manager = tcp = None
    for filter_ in each(node, "filters"):
        typed = get(filter_, "typed_config") or get(filter_, "config")
        name = text_of(filter_, "name") or ""
        kind = type_of(typed)
        if typed is not None and (kind == _MANAGER or (not kind and "http_connection_manager" in name)):
            manager = typed
        elif typed is not None and (kind == "TcpProxy" or (not kind and "tcp_proxy" in name)):
            tcp = typed
    match = get(node, "filter_chain_match")
    names = tuple(one.text() or "" for one in each(match, "server_names"))
    tls = get(node, "transport_socket") is not None or get(node, "tls_context") is not None
    secure = tls and "raw_buffer" not in (text_of(node, "transport_socket", "name") or "")
    conditional = any(get(match, key) is not None for key in _OTHER_CONDITIONS)
    return Chain(node, port, secure, names, manager, tcp, conditional, watched)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chain that takes a request; ``exact``: a listener has the request's own port."""

    chain: Chain
    exact: bool


def choose(config: Config, request: Request) -> Chosen | None:
    """The chain with the longest matching server name on the listener of the request's port.

    Where no listener has that port, something in front leads to one: of the request's scheme where there is one.
    """
    found = [chain for chain in chains(config) if chain.manager is not None or chain.tcp is not None]
    at_port = [chain for chain in found if chain.port == request.port]
    alike = [chain for chain in found if chain.tls == (request.scheme == "https")]
    first = (at_port or alike or found)[:1]
    candidates = [chain for chain in at_port or alike or found if chain.port == first[0].port]
    fitting = sorted((rank, -index, chain) for index, chain in enumerate(candidates) if (rank := _rank(chain, request)) >= 0)
    return Chosen(fitting[-1][2], bool(at_port)) if fitting else None


def _rank(chain: Chain, request: Request) -> int:
    """How well the server names fit: more for the exact one, then for a longer suffix; -1 where they do not."""
    if not chain.names:
        return 0
    host = request.host.lower()
    ranks = [1000 if name.lower() == host else len(name) for name in chain.names if _fits(name.lower(), host)]
    return max(ranks, default=-1) if request.scheme == "https" else -1


def _fits(name: str, host: str) -> bool:
    return name == host or (name.startswith("*.") and host.endswith(name[1:]))


def virtual_hosts(config: Config, manager: Node) -> Iterator[Node]:
    """The virtual hosts of a connection manager, from its own table or from a file."""
    table = route_table(config, manager)
    if table is not None:
        yield from each(table, "virtual_hosts")


def route_table(config: Config, manager: Node) -> Node | None:
    """The route configuration of a connection manager; ``None`` where it comes from a server."""
    own = get(manager, "route_config")
    return own if own is not None else config.routes.get(text_of(manager, "rds", "route_config_name") or "")


def servers(config: Config) -> tuple[Listen, ...]:
    """The public sides: one for each port and scheme, with the domains of its virtual hosts."""
    found: list[Listen] = []
    for chain in chains(config):
        if chain.manager is None and chain.tcp is None:
            continue
        hosts = list(virtual_hosts(config, chain.manager)) if chain.manager is not None else []
        named = [domain.text() or "" for host in hosts for domain in each(host, "domains")]
        names = tuple(dict.fromkeys(name.rpartition(":")[0] or name for name in named if name != "*")) or chain.names
        redirected = bool(hosts) and all(_only_redirects(host) for host in hosts) and not chain.tls
        any_host = any(name == "*" for name in named)
        found.append(
            Listen(
                "https" if chain.tls else "http",
                chain.port,
                chain.place,
                () if any_host else names,
                "https" if redirected else None,
            )
        )
    return tuple(dict.fromkeys(found))


def _only_redirects(host: Node) -> bool:
    routes = list(each(host, "routes"))
    required = text_of(host, "require_tls") == "ALL"
    return required or (bool(routes) and all(text_of(one, "redirect", "https_redirect") == "true" for one in routes))
