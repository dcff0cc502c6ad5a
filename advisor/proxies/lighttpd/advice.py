"""Blocks for a lighttpd.conf that let a WebSocket through, fitted to the address and the path of the user's own."""

from __future__ import annotations

import re

from advisor.model import Answer, Forward
from advisor.proxies.lighttpd.load import Config


def upgrade_block(config: Config, forward: Forward, received: str, path: str) -> str:
    """A condition of its own for the socket's path, in which upgrades are handed on."""
    address = str(forward.address)
    tail = received.removeprefix(path)
    uri = forward.request.path.removesuffix(tail)
    return _block(config, path, address, uri if uri != path else "")


def route_block(config: Config, outcome: Forward | Answer, path: str, address: str, uri: str = "") -> str:
    """A condition that leads the socket's path to the app: as it is, or as the app's own path ``uri``."""
    return _block(config, path, address, uri)


def timeout_block(key: str, seconds: int, opening: str) -> str:
    """The line that raises a clock. A socket has two: the client's silence and the app's, so both are raised."""
    other = "server.max-write-idle" if key.endswith("read-idle") else "server.max-read-idle"
    lines = f"{key} = {seconds}\n{other} = {seconds}"
    if not opening.endswith("{"):
        return lines
    inner = "\n".join(f"    {line}" for line in lines.split("\n"))
    return f"{opening}\n    # what stands there stays\n{inner}\n}}"


def _block(config: Config, path: str, address: str, uri: str) -> str:
    host, _, port = address.rpartition(":")
    where = f'"host" => "{host or address}", "port" => {port or 80}'
    mapped = f', "map-urlpath" => ( "{path}" => "{uri}" )' if uri else ""
    load = [] if "mod_proxy" in config.modules() else ['server.modules += ( "mod_proxy" )']
    return "\n".join(
        (
            *load,
            f'$HTTP["url"] =~ "^{re.escape(path)}" {{',
            f'    proxy.header = ( "upgrade" => "enable"{mapped} )',
            f'    proxy.server = ( "" => (( {where} )) )',
            "}",
        )
    )
