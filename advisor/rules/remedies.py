"""Blocks to paste and commands to verify, shared by the rules and fitted to the user's own file.

A block for a proxy's file is written by the proxy's own module in ``advisor.proxies``; what stands here names no program.
"""

from __future__ import annotations

from advisor import proxies
from advisor.model import Forward, Path, Step, Use
from advisor.stack.library import libraries

RECONNECT = """\
let attempts = 0;
function connect() {
  const socket = new WebSocket(url);
  socket.onopen = () => { attempts = 0; /* subscribe again here */ };
  socket.onclose = () => {
    const most = Math.min(30000, 1000 * 2 ** attempts++);
    setTimeout(connect, most / 2 + Math.random() * most / 2);
  };
}
connect();"""
"""A browser client that reconnects for ever, with waits that double up to 30 s and half of them random."""


def upgrade_block(step: Step, forward: Forward, path: Path) -> str:
    """A block for the hop's own file that serves the socket's path and hands the upgrade on; empty where none is known."""
    program = proxies.of(step.hop.platform)
    block: str = program.upgrade_block(forward, step.received.path) if program is not None else ""
    return block


def curl(path: Path) -> str:
    """A command that sends the path's handshake; a working path answers 101."""
    url = path.url.replace("wss://", "https://", 1).replace("ws://", "http://", 1)
    return (
        "curl -i -N --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' "
        f"-H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' '{url}'"
    )


def route_block(step: Step, path: Path) -> str:
    """A block for the hop's own file that leads the socket's path to the app; empty where none is known."""
    port = next((endpoint.port for endpoint in (path.server.endpoints if path.server else ()) if endpoint.port), None)
    program = proxies.of(step.hop.platform)
    host = next((name for name in (path.process.names if path.process else ()) if ":" not in name), "127.0.0.1")
    block: str = program.route_block(path.endpoint, host, port) if program is not None else ""
    return block


def heartbeat_seconds(limit: float) -> int:
    """A heartbeat interval that stays in time even if one is a little late: two thirds of the limit at most, a round number."""
    most = limit * 2 / 3
    return next((nice for nice in (30, 25, 20, 15, 10, 5, 3, 2) if nice <= most), 1)


def heartbeat_block(server: Use, seconds: int) -> str:
    """Code or options for this server's library that make it send a heartbeat; empty where the library has no such thing."""
    template = libraries()[server.library].heartbeat_block if server.library in libraries() else None
    return template.replace("{seconds}", str(seconds)).replace("{milliseconds}", str(seconds * 1000)) if template else ""


def idle_check(path: Path, seconds: float) -> str:
    """A command that holds the socket open in silence and tells how long it lived."""
    return f"time npx wscat --connect '{path.url}'  # say nothing: it closes after {seconds:g} s, and no longer once changed"
