"""A block and its upstream -> the settings in force for a socket, its affinity, and settings that do nothing for it."""

from __future__ import annotations

from advisor.formats.nginx import Directive
from advisor.model import Place, Setting, Value
from advisor.proxies.nginx.blocks import Block, Upstream
from advisor.proxies.nginx.values import flag, seconds, size
from advisor.proxies.nginx.variables import names_in

_TIMES = (
    "proxy_read_timeout",
    "proxy_send_timeout",
    "proxy_connect_timeout",
    "proxy_timeout",
    "keepalive_timeout",
    "send_timeout",
    "client_header_timeout",
    "client_body_timeout",
    "worker_shutdown_timeout",
    "keepalive_time",
    "grpc_read_timeout",
    "grpc_send_timeout",
    "resolver_timeout",
    "preread_timeout",
    "ssl_handshake_timeout",
)
_SIZES = ("client_max_body_size", "proxy_buffer_size", "proxy_max_temp_file_size", "limit_rate", "proxy_download_rate")
_FLAGS = (
    "proxy_buffering",
    "proxy_request_buffering",
    "proxy_ignore_client_abort",
    "proxy_intercept_errors",
    "proxy_socket_keepalive",
    "proxy_pass_request_headers",
    "proxy_ssl_server_name",
    "tcp_nodelay",
    "proxy_half_close",
)
_COUNTS = ("keepalive", "worker_connections", "keepalive_requests", "worker_rlimit_nofile", "worker_processes")
_WORDS = ("proxy_http_version", "proxy_next_upstream", "proxy_method", "large_client_header_buffers", "proxy_cache")
_LISTS = ("limit_conn", "limit_req")
_BALANCERS = ("ip_hash", "hash", "sticky", "least_conn", "random", "least_time", "keepalive", "zone", "keepalive_timeout")


def setting(directive: Directive, key: str | None = None) -> Setting:
    """A directive as a setting: times in seconds, sizes in bytes, flags as such."""
    return Setting(key or directive.name, " ".join(directive.args), directive.place, _amount(directive), "nginx")


def _amount(directive: Directive) -> Value:
    first = directive.args[0] if directive.args else ""
    name = directive.name
    if name in _TIMES:
        return seconds(first)
    if name in _SIZES:
        return size(first)
    if name in _FLAGS:
        return flag(first)
    if name in _COUNTS:
        return int(first) if first.isdigit() else None
    if name in _LISTS:
        return (
            int(directive.args[1]) if name == "limit_conn" and len(directive.args) > 1 and directive.args[1].isdigit() else None
        )
    return " ".join(directive.args) or True


def in_force(block: Block, upstream: Upstream | None = None) -> tuple[Setting, ...]:
    """Every written setting that acts on a request in this block, from whatever level it is inherited."""
    found = [
        setting(directive)
        for name in (*_TIMES, *_SIZES, *_FLAGS, *_COUNTS, *_WORDS)
        if (directive := block.find(name)) is not None
    ]
    for name in _LISTS:
        found.extend(setting(directive) for directive in block.list_in_force(name))
    events = next((level.own["events"][0] for level in block.levels() if level.kind == "main" and "events" in level.own), None)
    if events is not None:
        found.extend(setting(directive) for directive in events.each("worker_connections"))
    if upstream is not None:
        found.extend(
            setting(directive, f"upstream.{directive.name}") for directive in upstream.settings() if directive.name in _BALANCERS
        )
        for member in upstream.members:
            for option in member.options:
                key, sign, value = option.partition("=")
                if sign and key == "max_conns":
                    amount = int(value) if value.isdigit() else None
                    found.append(Setting("upstream.server.max_conns", value, member.place, amount, "nginx"))
    return tuple(found)


def affinity(upstream: Upstream | None) -> tuple[str, Place | None]:
    """What an upstream block keeps a client at one server by: ip, cookie, header, query, path or none."""
    for directive in upstream.settings() if upstream is not None else ():
        if directive.name == "ip_hash":
            return "ip", directive.place
        if directive.name == "sticky":
            return "cookie", directive.place
        if directive.name == "hash" and directive.args:
            return _hashed(directive.args[0]), directive.place
    return "none", None


_ADDRESSES = (
    "remote_addr",
    "binary_remote_addr",
    "realip_remote_addr",
    "http_x_forwarded_for",
    "http_x_real_ip",
    "http_cf_connecting_ip",
)


def by_peer(block: Block, upstream: Upstream | None) -> bool:
    """True where the upstream's affinity goes by the address that connects, which ``set_real_ip_from`` would replace."""
    if block.find("set_real_ip_from") is not None:
        return False
    lines = [line for line in (upstream.settings() if upstream is not None else ()) if line.name in ("ip_hash", "hash")]
    keys = {name.lower() for line in lines for name in (names_in(line.args[0]) if line.args else ("remote_addr",))}
    return bool(keys) and keys <= {"remote_addr", "binary_remote_addr", "realip_remote_addr"}


def _hashed(key: str) -> str:
    names = [name.lower() for name in names_in(key)]
    if any(name in _ADDRESSES for name in names):
        return "ip"
    if any(name in ("request_uri", "uri", "document_uri") for name in names):
        return "path"
    for prefix, kind in (("cookie_", "cookie"), ("http_", "header"), ("arg_", "query")):
        if any(name.startswith(prefix) for name in names):
            return kind
    return "key" if names else "none"


_NO_EFFECT = {
    "keepalive_timeout": "it ends connections that idle between requests; an open socket is one, and proxy_read_timeout ends it",
    "send_timeout": "it runs only while nginx has bytes that the client does not take; an idle socket has none",
    "proxy_send_timeout": "it runs only while nginx has bytes that the upstream does not take; an idle socket has none",
    "client_body_timeout": "it runs while a request body is read; a socket has none",
    "client_header_timeout": "it runs while the request header is read, before the socket is open",
    "keepalive_requests": "it counts requests on a connection; an open socket is one request",
    "proxy_buffering": "nginx copies both ways unbuffered once the upstream has answered 101",
    "proxy_request_buffering": "a handshake has no body to buffer",
    "client_max_body_size": "it limits request bodies; messages on an open socket are not looked at",
}


def ineffective(block: Block) -> tuple[tuple[Setting, str], ...]:
    """Settings written in a socket's own location that do nothing for the socket.

    Only where the location is for sockets alone, by its own Upgrade line and a path of its own, and where the one timer
    that acts, ``proxy_read_timeout``, is left at its default: whoever sets that one relies on nothing else.
    """
    location = block.location()
    own = [line for line in location.own.get("proxy_set_header", []) if line.args[:1] and line.args[0].lower() == "upgrade"]
    if not own or location.kind != "location" or location.pattern in ("/", "") or block.find("proxy_read_timeout") is not None:
        return ()
    found: list[tuple[Setting, str]] = []
    for name, reason in _NO_EFFECT.items():
        for directive in location.own.get(name, []):
            made = setting(directive)
            raised = made.amount is not None and (
                made.amount is False
                if isinstance(made.amount, bool)
                else isinstance(made.amount, int | float) and (made.amount == 0 or made.amount > 75)
            )
            if raised:
                found.append((made, reason))
    return tuple(found)
