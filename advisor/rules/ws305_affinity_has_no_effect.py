"""Affinity goes by the address that connects, and behind another hop that is never the visitor's.

A hash of the client's address keeps each visitor at one instance only where the visitor's own address arrives. Behind a proxy, a
content network or a load balancer that ends connections, the address is that hop's: with one address everybody is sent to one
instance and the others stay idle; with several, the requests of one visitor arrive from different ones and reach different
instances, which know nothing of the session (HTTP 400, "Session ID unknown").

Go by the address that the hop in front tells in a header, or by a cookie, or use the WebSocket transport alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Forward, Path, Place, Severity, Step, Use
from advisor.rules.instances import Copies, instances, needs_affinity
from advisor.rules.scan import Scan, app_place, forwards, related

ID = "WS305"
NAME = "affinity-has-no-effect"
SEVERITY: Severity = "warning"
_TELLING = ("forwarded-for", "real-ip", "client-ip", "connecting-ip")
"""Parts of the names of headers in which a hop that ends connections tells whose they were."""


def check(scan: Scan) -> Iterator[Finding]:
    told: set[Place] = set()
    for path in scan.paths:
        copies = instances(scan, path)
        if copies is None or path.server is None or path.handshake.outcome == "invalid_config" or not needs_affinity(path)[0]:
            continue
        for number, step in enumerate(path.steps):
            front = next((each for each in reversed(path.steps[:number]) if _shows_its_own(scan, each)), None)
            if front is None:
                continue
            for _, forward in forwards(step):
                place = forward.affinity_place
                if forward.by_peer and forward.upstreams > 1 and place is not None and place not in told:
                    told.add(place)
                    yield _finding(path, path.server, copies, step, forward, place, front)


def _shows_its_own(scan: Scan, step: Step) -> bool:
    """True where the hop ends the visitor's connection and opens one of its own: it tells the address in a header."""
    stated = scan.value(step.hop, "forwarded_headers")
    names = [*(stated if isinstance(stated, tuple) else ())]
    names += [name for _, forward in forwards(step) for name, _ in forward.request.headers]
    return any(part in str(name).lower() for name in names for part in _TELLING)


def _finding(path: Path, server: Use, copies: Copies, step: Step, forward: Forward, place: Place, front: Step) -> Finding:
    hop, outer = step.hop.name, front.hop.name
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "degrades",
        "likely",
        f"{hop} keeps clients apart by their address, and behind {outer} it sees none but that of {outer}.",
        place,
        why=(
            copies.told,
            f"{server.name} needs all requests of a client on one instance, as long as it may poll",
            f"{place} chooses among {forward.upstreams} servers by the address that connects",
            f"the request reached {outer} first, which opens a connection of its own and tells the visitor's address in a header",
            "so one address sends everybody to one server, and several send one visitor to different servers",
        ),
        remedy=(
            f"At {hop}, choose by the visitor's address from the header that {outer} sets (trust it from {outer} alone), "
            "or by a cookie; or set transports to websocket alone on client and server."
        ),
        related=(
            *related(front.hop.place, f"{outer} stands in front"),
            *related(app_place(server), "the server is set up here"),
        ),
        path=path.id,
        who="proxy",
    )
