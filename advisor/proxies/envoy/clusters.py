"""A cluster of Envoy -> the address it leads to, the HTTP version it speaks there, and how it chooses a host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from advisor.formats.document import Node
from advisor.model import Address, Place
from advisor.proxies.envoy.fields import each, flag_of, get, number_of, text_of

Speaks = Literal["1.1", "2", "alpn"]


@dataclass(frozen=True, slots=True)
class Upstream:
    """``address`` ``None``: the hosts come from a server or from the connection itself."""

    name: str
    place: Place
    address: Address | None
    hosts: int
    tls: bool
    speaks: Speaks
    extended_connect: bool
    hashes: bool
    """True where the cluster's policy asks the route's ``hash_policy``."""
    lifetime: Node | None


def upstream(name: str, cluster: Node) -> Upstream:
    """What is written about a cluster."""
    tls = get(cluster, "transport_socket") is not None or get(cluster, "tls_context") is not None
    tls = tls and "raw_buffer" not in (text_of(cluster, "transport_socket", "name") or "")
    endpoints = [
        endpoint
        for locality in each(cluster, "load_assignment", "endpoints")
        for member in each(locality, "lb_endpoints")
        if (endpoint := get(member, "endpoint", "address")) is not None
    ]
    endpoints = endpoints or list(each(cluster, "hosts"))
    first = endpoints[0] if endpoints else None
    options = next((node for key, node in _extensions(cluster) if "HttpProtocolOptions" in key), None)
    speaks, settings = _speaks(cluster, options)
    policy = text_of(cluster, "lb_policy") or ""
    chosen = " ".join(
        text_of(one, "typed_extension_config", "name") or "" for one in each(cluster, "load_balancing_policy", "policies")
    )
    return Upstream(
        name,
        cluster.place,
        _address(first, tls) if first is not None else None,
        len(endpoints),
        tls,
        speaks,
        flag_of(settings, "allow_connect"),
        policy in ("RING_HASH", "MAGLEV") or "ring_hash" in chosen or "maglev" in chosen,
        get(options, "common_http_protocol_options", "max_stream_duration"),
    )


def _extensions(cluster: Node) -> list[tuple[str, Node]]:
    found = get(cluster, "typed_extension_protocol_options")
    return list(found.items()) if found is not None else []


def _speaks(cluster: Node, options: Node | None) -> tuple[Speaks, Node | None]:
    """HTTP/1.1 unless told otherwise; ``alpn`` where both sides agree on it in the TLS handshake."""
    if options is not None:
        explicit = get(options, "explicit_http_config")
        if (found := get(explicit, "http2_protocol_options")) is not None or get(explicit, "http3_protocol_options") is not None:
            return "2", found
        return ("alpn", None) if get(options, "auto_config") is not None else ("1.1", None)
    own = get(cluster, "http2_protocol_options")
    return ("2", own) if own is not None else ("1.1", None)


def _address(node: Node, tls: bool) -> Address | None:
    scheme = "https" if tls else "http"
    pipe = text_of(node, "pipe", "path")
    if pipe is not None:
        return Address("localhost", None, scheme, pipe)
    socket = get(node, "socket_address")
    host = text_of(socket, "address")
    return Address(host, number_of(socket, "port_value"), scheme) if host is not None else None


def affinity(route: Node, found: Upstream) -> tuple[str, Place | None]:
    """What keeps a client at one host: the first ``hash_policy`` of the route, where the cluster hashes at all."""
    for policy in each(route, "hash_policy"):
        for key, kind in (
            ("cookie", "cookie"),
            ("header", "header"),
            ("connection_properties", "ip"),
            ("query_parameter", "query"),
        ):
            if get(policy, key) is not None and found.hashes:
                return kind, policy.place
    return "none", None
