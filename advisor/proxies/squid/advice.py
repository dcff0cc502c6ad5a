"""Lines for a squid.conf that let a WebSocket through, fitted to the address and the path of the user's own."""

from __future__ import annotations

import re

from advisor.model import Answer, Forward
from advisor.proxies.squid.load import Config

_UPGRADE = "http_upgrade_request_protocols websocket allow all"


def upgrade_block(config: Config, forward: Forward, received: str, path: str) -> str:
    """What hands the handshake on. Browsers send ``websocket`` in lower case, and a name is compared with its case.

    The first line that fits counts, so these stand before those that are there.
    """
    rules, filters = (config.lines.get(name, []) for name in ("http_upgrade_request_protocols", "request_header_access"))
    gone = [fate.name for fate in forward.fates if fate.value is None and fate.because == "set"]
    offered = "Upgrade" in gone or forward.request.header("Upgrade") is not None
    names = gone if offered or not filters else ["Upgrade", *gone]
    lines = [*(() if offered else (_UPGRADE,)), *(f"request_header_access {name} allow all" for name in names)]
    first = next(iter((*rules, *filters)), None)
    return "\n".join((*((f"# before {first.place}",) if first is not None else ()), *lines))


def route_block(config: Config, outcome: Forward | Answer, path: str, address: str, uri: str = "") -> str:
    """A peer of its own for the socket's path, in front of the other rules; Squid itself cannot change a path."""
    host, _, port = address.rpartition(":")
    where = f"{host or address} parent {port if host else 80}"
    return "\n".join(
        (
            "# before the other cache_peer and http_access lines",
            f"acl socket_path urlpath_regex ^{re.escape(path)}",
            f"cache_peer {where} 0 no-query originserver name=socket",
            "cache_peer_access socket allow socket_path",
            "cache_peer_access socket deny all",
            "http_access allow socket_path",
            _UPGRADE,
        )
    )


def timeout_block(key: str, seconds: int, opening: str) -> str:
    """The line that raises a clock."""
    return f"{key} {seconds} seconds"
