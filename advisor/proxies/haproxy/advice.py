"""Lines for an haproxy.cfg that lead a socket to its app or keep it open, fitted to the names of the user's own."""

from __future__ import annotations

import re

from advisor.model import Answer, Forward, Place
from advisor.proxies.haproxy.load import Config


def upgrade_block(config: Config, forward: Forward, received: str, path: str) -> str:
    """HAProxy hands upgrades on by itself: what stands in the way is a rule that drops a header, which this says to limit."""
    dropping = next((fate for fate in forward.fates if fate.because == "set" and fate.name in ("Upgrade", "Connection")), None)
    where = f" at {dropping.place}" if dropping is not None and dropping.place is not None else ""
    return f"# the rule{where} must leave sockets alone:\nacl is_socket path_beg {path}\n# http-request ... unless is_socket"


def spare_block(place: Place, path: str) -> str:
    """The condition with which the rule at ``place`` leaves a socket's path alone."""
    return f"# the rule at {place} must leave sockets alone: add the condition at its end\nunless {{ path_beg {path} }}"


def route_block(config: Config, outcome: Forward | Answer, path: str, address: str, uri: str = "") -> str:
    """A rule in the frontend, before the other ``use_backend`` lines, and the backend it leads to."""
    name = re.sub(r"[^\w-]", "_", path.strip("/")) or "socket"
    taken = {proxy.name for proxy in config.proxies}
    name = name if name not in taken else f"{name}_socket"
    frontend = next((proxy.name for proxy in config.proxies if proxy.takes), "web")
    rewrite = [f"    http-request replace-path {path}(.*) {uri.rstrip('/')}\\1"] if uri and uri != path else []
    lines = (
        f"# in frontend {frontend}, above its other use_backend lines",
        f"    use_backend {name} if {{ path_beg {path} }}",
        "",
    )
    return "\n".join((*lines, f"backend {name}", *rewrite, "    timeout tunnel 1h", f"    server {name} {address}"))


def timeout_block(key: str, seconds: int, opening: str) -> str:
    """The line that keeps idle tunnels open, whatever timeout ends them now: ``timeout tunnel`` replaces the other two."""
    written = f"{seconds // 3600}h" if seconds % 3600 == 0 else f"{seconds}s"
    line = f"timeout tunnel {written}"
    return (
        f"{opening}\n    # what stands there stays\n    {line}" if opening.startswith(("backend", "listen", "defaults")) else line
    )
