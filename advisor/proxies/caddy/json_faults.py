"""Caddy's own JSON -> the fields and modules in it that Caddy does not know.

Fields after the structures of Caddy 2.11.4 (https://github.com/caddyserver/caddy/tree/0cf03d32f/modules/caddyhttp), with those
that 2.6 still had; modules as ``caddy list-modules`` of 2.6.2 and 2.11.7 names them. Other modules come with other builds.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.formats.document import Node
from advisor.proxies.caddy.model import Fault

_DEEPEST = 30
_TOP = frozenset("admin apps logging storage @id".split())
_APP = frozenset("grace_period http_port https_port metrics servers shutdown_delay @id".split())
_SERVER = frozenset(
    """allow_0rtt automatic_https client_ip_headers enable_full_duplex errors expected_dot_headers expected_underscore_headers
    idle_timeout keepalive_count keepalive_idle keepalive_interval listen listen_protocols listener_wrappers logs max_header_bytes
    max_write_chunk metrics named_routes packet_conn_wrappers protocols read_header_timeout read_idle_timeout read_min_rate
    read_timeout routes strict_sni_host tls_connection_policies trusted_proxies trusted_proxies_strict trusted_proxies_unix
    write_idle_timeout write_min_rate write_timeout experimental_http3 allow_h2c @id""".split()
)
_ROUTE = frozenset("group handle match terminal @id".split())
_HANDLERS = {
    "reverse_proxy": """circuit_breaker dynamic_upstreams flush_interval handle_response headers health_checks load_balancing
    request_buffers response_buffers rewrite stream_buffer_size stream_close_delay stream_timeout transport trusted_proxies
    upstreams verbose_logs buffer_requests buffer_responses max_buffer_size""",
    "static_response": "abort body close headers status_code",
    "subroute": "errors routes",
    "rewrite": "method path_regexp query strip_path_prefix strip_path_suffix uri uri_substring",
    "headers": "request response",
}
_OTHER_HANDLERS = frozenset(
    """acme_server authentication copy_response copy_response_headers encode error file_server intercept invoke log_append map
    metrics push request_body templates timeouts tracing vars""".split()
)
MATCHERS = frozenset(
    """client_ip expression file header header_regexp host method not path path_regexp protocol query remote_ip tls url_pattern
    vars vars_regexp""".split()
)
_APPS = frozenset("http tls pki events".split())
_UPSTREAM = frozenset("dial max_requests lookup_srv @id".split())


def faults(document: Node) -> Iterator[Fault]:
    """Everything unknown, in the order of the document."""
    yield from _unknown(document, _TOP)
    apps = document.get("apps")
    for name, app in apps.items() if apps is not None else ():
        if name not in _APPS:
            yield Fault(f"unknown module: {name}", app.key_place or app.place, name)
    http = document.get("apps", "http")
    if http is None:
        return
    yield from _unknown(http, _APP)
    servers = http.get("servers")
    for _, server in servers.items() if servers is not None else ():
        yield from _unknown(server, _SERVER)
        yield from _routes(server.get("routes"), 0)
        yield from _routes(server.get("errors", "routes"), 0)


def _routes(node: Node | None, depth: int) -> Iterator[Fault]:
    for route in node.each() if node is not None and depth < _DEEPEST else ():
        yield from _unknown(route, _ROUTE)
        matches, handlers = route.get("match"), route.get("handle")
        for match in matches.each() if matches is not None else ():
            for name, test in match.items():
                if name not in MATCHERS and name != "@id":
                    yield Fault(f"unknown module: http.matchers.{name}", test.key_place or test.place, name)
        for handler in handlers.each() if handlers is not None else ():
            yield from _handler(handler, depth)


def _handler(node: Node, depth: int) -> Iterator[Fault]:
    named = node.get("handler")
    name = (named.text() if named is not None else None) or ""
    if name in _HANDLERS:
        yield from _unknown(node, frozenset(("handler", "@id", *_HANDLERS[name].split())))
        upstreams = node.get("upstreams") if name == "reverse_proxy" else None
        for upstream in upstreams.each() if upstreams is not None else ():
            yield from _unknown(upstream, _UPSTREAM)
        if name == "subroute":
            yield from _routes(node.get("routes"), depth + 1)
    elif name and name not in _OTHER_HANDLERS:
        yield Fault(f"unknown module: http.handlers.{name}", node.place, name)


def _unknown(node: Node, known: frozenset[str]) -> Iterator[Fault]:
    for name, value in node.items():
        if name not in known:
            yield Fault(f'json: unknown field "{name}"', value.key_place or value.place)
