"""``limit_conn`` and ``limit_req`` in force for a block -> how many sockets, or handshakes a second, they let through.

A connection is counted from the moment its request is read until the request ends (nginx.org, ngx_http_limit_conn_module), and
the request that opened a WebSocket ends when the socket closes. Measured: with ``limit_conn zone 1`` a second handshake of the
same key gets 503 while the first socket is open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from advisor.formats.nginx import Directive
from advisor.model import Quota
from advisor.proxies.nginx.blocks import Block, Compiled
from advisor.proxies.nginx.variables import names_in

_ADDRESSES = frozenset({"remote_addr", "binary_remote_addr", "realip_remote_addr"})
_SITE = frozenset({"server_name", "host", "http_host", "server_addr", "server_port"})
_RATE = re.compile(r"rate=(\d+)r/([sm])\Z")


def quotas(blocks: Compiled, block: Block) -> Iterator[Quota]:
    """The quotas that a handshake is counted against."""
    if block.value("limit_conn_dry_run") != "on":
        for line in block.list_in_force("limit_conn"):
            zone = _zone(blocks, "limit_conn_zone", line.args[0]) if len(line.args) == 2 else None
            if zone is not None and line.args[1].isdigit():
                key, amount = zone.args[0], int(line.args[1])
                text = f"{amount} at once for each {key}"
                yield Quota("open", amount, _per(blocks, block, key), text, line.place)
    if block.value("limit_req_dry_run") != "on":
        for line in block.list_in_force("limit_req"):
            zone = _zone(blocks, "limit_req_zone", _option(line, "zone"))
            rate = next((found for word in zone.args if (found := _RATE.match(word))), None) if zone is not None else None
            if zone is not None and rate is not None:
                burst = _option(line, "burst")
                more = int(burst) if burst.isdigit() else 0
                a_second = int(rate[1]) / (60 if rate[2] == "m" else 1)
                key = zone.args[0]
                at_once = f" and {more} more at once" if more else ""
                text = f"{rate[1]} a {'minute' if rate[2] == 'm' else 'second'}{at_once} for each {key}"
                yield Quota("rate", a_second, _per(blocks, block, key), text, line.place, more)


def _zone(blocks: Compiled, directive: str, name: str) -> Directive | None:
    lines = blocks.http.own.get(directive, []) if blocks.http is not None else []
    return next((line for line in lines if len(line.args) > 1 and _option(line, "zone").partition(":")[0] == name), None)


def _option(line: Directive, name: str) -> str:
    return next((word.partition("=")[2] for word in line.args if word.startswith(f"{name}=")), "")


def _per(blocks: Compiled, block: Block, key: str) -> Literal["peer", "address", "site", "other"]:
    """By what it counts: the address that connects, the visitor's own, or the whole site."""
    names = {name.lower() for name in names_in(key)}
    if names and names <= _ADDRESSES:
        return "address" if block.find("set_real_ip_from") is not None else "peer"
    return "site" if names and names <= _SITE else "other"
