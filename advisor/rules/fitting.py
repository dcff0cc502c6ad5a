"""A platform that cannot carry an app's sockets -> where else they could go, judged by what this app does.

Three ways, each with what would change: another host for the same server, a platform with a model of its own for which the
server is rewritten, and a service that holds the sockets.
"""

from __future__ import annotations

from typing import Literal

from advisor.knowledge.profile import Alternative
from advisor.model import Hop, Path
from advisor.rules.instances import needs_affinity
from advisor.rules.scan import Scan

Way = Literal["host", "model", "service"]
_MOST = {"host": 4, "model": 2, "service": 2}
_OPENINGS: dict[Way, str] = {
    "host": "Run the socket server elsewhere and let the client name that host",
    "model": "Rewrite the server for a platform's own model",
    "service": "Let a managed service hold the sockets, to which the server publishes",
}


def elsewhere(scan: Scan, path: Path, hop: Hop) -> str:
    """Sentences, one for each way that the platform's profile names and that would carry this app today."""
    told: dict[Way, list[str]] = {"host": [], "model": [], "service": []}
    for each in scan.knowledge.platform(hop.platform).alternatives:
        way = _way(each, scan, path)
        if way is not None and len(told[way]) < _MOST[way]:
            told[way].append(_told(each, scan, path, way))
    sentences = [f"{_OPENINGS[way]}: {'; '.join(texts)}." for way, texts in told.items() if texts]
    if not told["host"]:
        sentences.insert(0, f"{_OPENINGS['host']}.")
    return " Or ".join([*sentences[:1], *(f"{text[0].lower()}{text[1:]}" for text in sentences[1:])])


def _way(alternative: Alternative, scan: Scan, path: Path) -> Way | None:
    """``None`` where that platform does not carry sockets at the scan's date either."""
    if alternative.platform is None or alternative.platform not in scan.knowledge.platforms():
        return "host"
    support = str(scan.value(_there(alternative, path), "websocket_support"))
    if support == "unsupported":
        return None
    if scan.knowledge.platform(alternative.platform).kind == "managed_realtime":
        return "service"
    return "model" if support == "own_protocol" else "host"


def _there(alternative: Alternative, path: Path) -> Hop:
    return Hop("", alternative.platform or "", alternative.name, path.steps[0].hop.place)


def _told(alternative: Alternative, scan: Scan, path: Path, way: Way) -> str:
    text = f"{alternative.name}: {alternative.fits}"
    if way != "host" or alternative.platform is None or alternative.platform not in scan.knowledge.platforms():
        return text
    changes = list(_changes(_there(alternative, path), scan, path))
    return f"{text} ({', '.join(changes)})" if changes else text


def _changes(there: Hop, scan: Scan, path: Path) -> list[str]:
    """What this app would have to know there: its heartbeat against the idle clock, a lifetime, polling without affinity."""
    told = []
    idle, beat = scan.value(there, "idle_timeout"), path.heartbeat.interval_s if path.heartbeat else None
    if isinstance(idle, int | float) and beat is not None:
        told.append(f"this app's, every {beat:g} s, is {'in time' if beat < idle else 'not'}")
    elif isinstance(idle, int | float) and path.heartbeat is not None and path.heartbeat.sender == "none":
        told.append(f"silent sockets end after {idle:g} s, so add a heartbeat")
    lifetime = scan.value(there, "max_connection_duration")
    if isinstance(lifetime, int | float):
        told.append(f"every socket ends after {lifetime:g} s")
    known = scan.fact(there, "session_affinity").statement
    if needs_affinity(path)[1] and known is not None and str(known.value) == "none" and not known.can_be:
        told.append("one instance, or the websocket transport alone")
    return told
