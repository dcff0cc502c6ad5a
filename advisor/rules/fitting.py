"""A platform that cannot carry an app's sockets -> where else they could go, judged by what this app does."""

from __future__ import annotations

from advisor.knowledge.profile import Alternative
from advisor.model import Hop, Path
from advisor.rules.scan import Scan

_MOST = 4


def elsewhere(scan: Scan, path: Path, hop: Hop) -> str:
    """A sentence or two: run the socket server elsewhere, with the hosts that would carry it today."""
    told = [_told(each, scan, path) for each in scan.knowledge.platform(hop.platform).alternatives]
    hosts = [text for text in told if text][:_MOST]
    first = "Run the socket server elsewhere and let the client name that host, or use a managed service for the sockets."
    return f"{first} {'; '.join(hosts)}." if hosts else first


def _told(alternative: Alternative, scan: Scan, path: Path) -> str | None:
    """``None`` where that platform does not carry sockets at the scan's date either."""
    text = f"{alternative.name}: {alternative.fits}"
    if alternative.platform is None or alternative.platform not in scan.knowledge.platforms():
        return text
    there = Hop("", alternative.platform, alternative.name, path.steps[0].hop.place)
    if str(scan.value(there, "websocket_support")) == "unsupported":
        return None
    idle, beat = scan.value(there, "idle_timeout"), path.heartbeat.interval_s if path.heartbeat else None
    if isinstance(idle, int | float) and beat is not None:
        return text + (
            f" (this app's, every {beat:g} s, is in time)" if beat < idle else f" (this app's, every {beat:g} s, is not)"
        )
    return text
