"""Lines for an Envoy bootstrap that let a WebSocket through, fitted to the path and the cluster of the user's own."""

from __future__ import annotations

from advisor.formats.document import Node
from advisor.model import Answer, Forward
from advisor.proxies.envoy.load import Config

_UPGRADE = "    upgrade_configs: [{upgrade_type: websocket}]"


def upgrade_block(config: Config, forward: Forward, received: str, path: str) -> str:
    """A route of its own for the socket's path, in front of the one that takes it now."""
    return _route(config, f"{forward.address}", path, forward)


def route_block(config: Config, outcome: Forward | Answer, path: str, address: str, uri: str = "") -> str:
    """A route that leads the socket's path to the app: as it is, or as the app's own path ``uri``."""
    rewrite = f"\n    prefix_rewrite: {uri}" if uri and uri != path else ""
    return _route(config, address, path, outcome) + rewrite


def define_block(variable: str) -> str:
    """Envoy's file has no variables."""
    return ""


def timeout_block(key: str, seconds: int, opening: str) -> str:
    """The line that raises a clock, for the route or for the connection manager."""
    return f"{key.rpartition('.')[2]}: {seconds}s"


def _route(config: Config, address: str, path: str, outcome: Forward | Answer) -> str:
    named = (move.does.rpartition("cluster ")[2] for move in outcome.moves if "cluster " in move.does)
    cluster = next(named, None) or _leading(config, address) or "app"
    where = (
        f"# before the route at {outcome.place}; the cluster leads to {address}"
        if outcome.place
        else f"# the cluster leads to {address}"
    )
    lines = (
        where,
        f"- match: {{prefix: {path or '/'}}}",
        "  route:",
        f"    cluster: {cluster}",
        "    timeout: 0s",
        "    idle_timeout: 3600s",
        _UPGRADE,
    )
    return "\n".join(lines)


def _leading(config: Config, address: str) -> str | None:
    """The one cluster that has an endpoint at this address, or at least one at its port."""
    host, _, port = address.rpartition(":")
    ends = [(name, _ends(node)) for name, node in config.clusters.items()]
    exact = [name for name, found in ends if (host, port) in found]
    near = [name for name, found in ends if port in {number for _, number in found}]
    return exact[0] if exact else near[0] if len(near) == 1 else None


def _ends(cluster: Node) -> set[tuple[str, str]]:
    """Hosts and ports of a cluster's endpoints."""
    found: set[tuple[str, str]] = set()
    waiting = [cluster]
    while waiting:
        node = waiting.pop()
        address = node.get("socket_address")
        if address is not None:
            found.add((_text(address.get("address")), _text(address.get("port_value"))))
        waiting.extend(below for _, below in node.items())
        waiting.extend(node.value if isinstance(node.value, list) else ())
    return found


def _text(node: Node | None) -> str:
    return (node.text() or "") if node is not None else ""
