"""What the repository shows for or against a generic cause, beyond findings: the names are those in ``causes.yaml``.

Each takes a path and the scan, and answers clauses that speak for the cause with the line to look at; ``AGAINST`` where the
files show that it cannot be; ``None`` where they show nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from advisor.model import Path, Place
from advisor.rules.instances import instances as copies
from advisor.rules.instances import needs_affinity, workers
from advisor.rules.scan import Scan, app_place, forwards, limit_place


@dataclass(frozen=True, slots=True)
class Evidence:
    """Clauses that speak for a cause; ``hop`` where one of the path's hops shows it."""

    because: tuple[str, ...] = ()
    place: Place | None = None
    hop: str | None = None
    against: bool = False


AGAINST: Final = Evidence(against=True)
Reader = Callable[[Path, Scan], Evidence | None]


def http2(path: Path, scan: Scan) -> Evidence | None:
    """A hop that speaks HTTP/2 or gRPC to the app."""
    for step in path.steps:
        for _, forward in forwards(step):
            if forward.address.scheme in ("h2", "grpc", "h2c") or forward.request.http_version.startswith("2"):
                told = f"{step.hop.name} speaks HTTP/2 to what stands behind it"
                return Evidence((told,), forward.place or step.hop.place, step.hop.id)
    return AGAINST if path.steps and path.handshake.outcome == "accepted" else None


def heartbeat(path: Path, scan: Scan) -> Evidence | None:
    """The heartbeat whose answer may be missing."""
    beat = path.heartbeat
    if beat is None or beat.sender == "none" or beat.interval_s is None:
        return None
    waits = f" and waits {beat.timeout_s:g} s for the answer" if beat.timeout_s is not None else ""
    who = path.server.name if path.server is not None else "the app"
    return Evidence((f"{who} pings every {beat.interval_s:g} s{waits} ({beat.place or beat.source})",), beat.place)


def sleeps(path: Path, scan: Scan) -> Evidence | None:
    """A platform that puts an instance to sleep, or may run none."""
    for step in path.steps:
        if scan.value(step.hop, "scale_to_zero") == "sleeps":
            return Evidence((f"{step.hop.name} puts an instance to sleep when traffic is low",), step.hop.place, step.hop.id)
    process = path.process
    if process is not None and process.replicas_range is not None and process.replicas_range[0] == 0:
        place = process.replicas_place or process.place
        return Evidence((f"{place} lets it run with no instance at all",), place)
    values = [scan.value(step.hop, "scale_to_zero") for step in path.steps]
    return AGAINST if values and all(value in ("never_sleeps", "kept_awake") for value in values) else None


def instances(path: Path, scan: Scan) -> Evidence | None:
    """Several instances or workers; against, where one runs."""
    several = copies(scan, path) or workers(path)
    if several is not None:
        needs, _ = needs_affinity(path)
        also = (f"a client of {path.server.name} needs several requests to reach the same one",) if needs and path.server else ()
        return Evidence((f"{several.told} ({several.place})", *also), several.place)
    process = path.process
    return AGAINST if process is not None and process.replicas == 1 and process.replicas_range is None else None


def affinity(path: Path, scan: Scan) -> Evidence | None:
    """Several instances, for a client that needs them to keep together; against, where one request is all it makes."""
    if path.server is not None and not needs_affinity(path)[0]:
        return AGAINST
    return instances(path, scan)


def message_size(path: Path, scan: Scan) -> Evidence | None:
    """The smallest limit on the size of a message or frame."""
    for dimension in ("max_message_size", "max_frame_size"):
        limit = path.limit(dimension)
        if limit is not None and isinstance(limit.value, int | float):
            hop = next((step.hop for step in path.steps if step.hop.id == limit.decided_by.hop), None)
            name = hop.name if hop is not None else path.server.name if path.server is not None else "the app"
            place = limit_place(path, limit)
            how = "set" if limit.decided_by.source == "configured" else "its default"
            told = f"{name} takes up to {limit.value:,.0f} bytes in one {dimension.split('_')[1]} ({how}, {place})"
            return Evidence((told,), place, hop.id if hop is not None else None)
    return None


def origins(path: Path, scan: Scan) -> Evidence | None:
    """A list of allowed origins."""
    server = path.server
    if server is None or server.origins is None:
        return None
    if "*" in server.origins:
        return AGAINST
    place = server.origins_place or app_place(server)
    listed = ", ".join(origin.strip("{}") for origin in server.origins[:4]) or "none"
    return Evidence((f"the app checks the origin, and accepts: {listed} ({place})",), place)


def cookies(path: Path, scan: Scan) -> Evidence | None:
    """A session or cookie as the identity of the socket."""
    if path.server is None or not path.server.cookies:
        return None
    place = app_place(path.server)
    return Evidence((f"the app takes a session or cookie for who is there ({place})",), place)


READERS: Mapping[str, Reader] = {
    reader.__name__: reader for reader in (http2, heartbeat, sleeps, instances, affinity, message_size, origins, cookies)
}
