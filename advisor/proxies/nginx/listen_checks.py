"""``listen`` lines -> what nginx would refuse about them: twice the same, two defaults, ports out of range, no certificate."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.proxies.nginx.blocks import Block, Compiled
from advisor.proxies.nginx.faults import Fault
from advisor.proxies.nginx.grammar import has_hole
from advisor.proxies.nginx.servers import Listener, listeners

_SOCKET = (
    "backlog=",
    "rcvbuf=",
    "sndbuf=",
    "setfib=",
    "fastopen=",
    "accept_filter=",
    "deferred",
    "bind",
    "ipv6only=",
    "reuseport",
    "so_keepalive=",
)


def listen_faults(blocks: Compiled) -> Iterator[Fault]:
    """After ``ngx_http_add_listen`` and ``ngx_http_ssl_init``."""
    defaults: dict[str, Listener] = {}
    options: dict[str, Listener] = {}
    groups: dict[str, list[tuple[Block, Listener]]] = {}
    for server in blocks.servers:
        own: set[str] = set()
        for listener in listeners(server):
            if any(has_hole(word) for word in listener.options) or (listener.port is None and listener.unix is None):
                continue
            if listener.port is not None and not 1 <= listener.port <= 65535:
                word = _word(server, listener)
                yield Fault(f'invalid port in "{word}" of the "listen" directive', listener.place)
                continue
            address = _address(listener)
            if address in own:
                yield Fault(f"a duplicate listen {address}", listener.place)
            own.add(address)
            groups.setdefault(address, []).append((server, listener))
            if listener.default:
                if address in defaults:
                    yield Fault(f"a duplicate default server for {address}", listener.place)
                defaults[address] = listener
            if any(option.startswith(_SOCKET) for option in listener.options):
                if address in options:
                    yield Fault(f"duplicate listen options for {address}", listener.place)
                options[address] = listener
    yield from _certificates(blocks, groups, defaults)


def _certificates(
    blocks: Compiled, groups: dict[str, list[tuple[Block, Listener]]], defaults: dict[str, Listener]
) -> Iterator[Fault]:
    """The default server of a TLS address must have a certificate, unless it refuses handshakes."""
    if blocks.config.missing or blocks.config.level == "server":
        return
    for address, members in groups.items():
        secure = next((listener for _, listener in members if listener.tls), None)
        default = next((server for server, listener in members if listener is defaults.get(address)), members[0][0])
        if secure is not None and default.find("ssl_certificate") is None and default.value("ssl_reject_handshake") != "on":
            yield Fault('no "ssl_certificate" is defined for the "listen ... ssl" directive', secure.place)


def _address(listener: Listener) -> str:
    if listener.unix is not None:
        return f"unix:{listener.unix}"
    return f"{'0.0.0.0' if listener.host == '*' else listener.host}:{listener.port}"  # noqa: S104 - nginx's own words


def _word(server: Block, listener: Listener) -> str:
    return next((line.args[0] for line in server.own.get("listen", []) if line.place == listener.place), "")
