"""Two scans -> what an edit changes for requests that are no handshake of the socket it is for: nothing, if it is safe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from advisor.model import Answer, Depends, Forward, Hop, Outcome, Request, handshake
from advisor.rules.scan import Scan

_MOST = 200
"""Requests that are sent through one hop."""
_OF_A_SOCKET = ("Connection", "Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key")


def changed(before: Scan, after: Scan, about: set[str]) -> str | None:
    """What is treated differently beside the sockets at the paths ``about``, as a clause, or ``None``.

    Through every proxy whose configuration is there goes one ordinary request for each of its routes; every other socket's
    handshake has to end as before.
    """
    hops = {hop.id: hop for hop in after.topology.hops}
    for hop in before.topology.hops:
        same = hops.get(hop.id)
        if not before.ways.is_configured(hop) or same is None or not after.ways.is_configured(same):
            continue
        for request in _ordinary(before, hop):
            if not _is_about(request.path, about) and _gist(before, hop, request) != _gist(after, same, request):
                return f"an ordinary request for {request.path} would be treated differently"
    return _other_sockets(before, after, about)


def _ordinary(scan: Scan, hop: Hop) -> Iterator[Request]:
    """One request for each route of the hop and for the front page of each of its servers."""
    asked: dict[Request, None] = {}
    for route in scan.ways.routes(hop):
        host = next((name for name in route.listen.hosts if not set(name) & set("*~_$")), "localhost")
        for path in (route.sample, "/"):
            sent = handshake(route.listen.scheme, host, path, port=route.listen.port)
            asked[sent.at(headers=tuple(pair for pair in sent.headers if pair[0] not in _OF_A_SOCKET))] = None
    yield from list(asked)[:_MOST]


def _is_about(path: str, about: set[str]) -> bool:
    return any(path == each or (each.rstrip("/") and path.startswith(each.rstrip("/"))) for each in about)


def _gist(scan: Scan, hop: Hop, request: Request) -> object:
    """What becomes of a request, without the places of lines."""
    return _of(scan.ways.outcome(hop, request))


def _of(outcome: Outcome) -> object:
    if isinstance(outcome, Forward):
        clocks = tuple(sorted((each.key, each.value) for each in outcome.settings if "upgrade" not in each.key))
        return (outcome.address, outcome.request, outcome.affinity, outcome.upstreams, clocks)
    if isinstance(outcome, Answer):
        return (outcome.status, outcome.location)
    if isinstance(outcome, Depends):
        return tuple(_of(branch) for _, branch in outcome.branches)
    return "invalid"


def _other_sockets(before: Scan, after: Scan, about: set[str]) -> str | None:
    """Every handshake that is not for the paths ``about`` ends as before."""
    ends = []
    for scan in (before, after):
        others = (path for path in scan.paths if not about & {path.endpoint, *(step.received.path for step in path.steps)})
        ends.append(Counter((path.environment, path.endpoint, path.url, path.handshake.outcome) for path in others))
    changed = sorted((ends[0] - ends[1]) | (ends[1] - ends[0]))
    return f"the socket at {changed[0][1]} would be treated differently" if changed else None
