"""Lines for a squid.conf that let a WebSocket through, fitted to the address and the path of the user's own."""

from __future__ import annotations

import re

from advisor.model import Answer, Forward
from advisor.proxies.squid.load import Config


def upgrade_block(config: Config, forward: Forward, received: str, path: str) -> str:
    """What hands the upgrade on. Browsers send ``websocket`` in lower case, and a name is compared with its case."""
    lines = config.lines.get("http_upgrade_request_protocols", [])
    if lines:
        return f"# before {lines[0].place}\nhttp_upgrade_request_protocols websocket allow all"
    return "http_upgrade_request_protocols websocket allow all"


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
            "http_upgrade_request_protocols websocket allow all",
        )
    )


def timeout_block(key: str, seconds: int, opening: str) -> str:
    """The line that raises a clock."""
    return f"{key} {seconds} seconds"
