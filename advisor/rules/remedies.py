"""Blocks to paste and commands to verify, shared by the rules and fitted to the user's own file.

A block for a proxy's file is written by the proxy's own module in ``advisor.proxies``; what stands here names no program.
"""

from __future__ import annotations

from advisor import proxies
from advisor.model import Forward, Path, Step


def upgrade_block(step: Step, forward: Forward, path: Path) -> str:
    """A block for the hop's own file that serves the socket's path and hands the upgrade on; empty where none is known."""
    return proxies.upgrade_block(step.hop.platform, forward, step.received.path, path.endpoint)


def curl(path: Path) -> str:
    """A command that sends the path's handshake; a working path answers 101."""
    url = path.url.replace("wss://", "https://", 1).replace("ws://", "http://", 1)
    return (
        "curl -i -N --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' "
        f"-H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' '{url}'"
    )
