"""What keeps the idle connection of a path busy, from the app's and the clients' heartbeats together."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.model import Confidence, Heartbeat, Path, Place


@dataclass(frozen=True, slots=True)
class Beat:
    """The fastest heartbeat of a path. ``interval_s`` ``None``: it is known that nothing is sent."""

    interval_s: float | None
    sender: str
    answered: bool
    place: Place | None
    told: str
    confidence: Confidence


def beat(path: Path) -> Beat | None:
    """The fastest heartbeat; ``None`` where it is not known whether anything is sent."""
    every = [path.heartbeat, *(use.heartbeat for use in path.clients)]
    known = [each for each in every if each is not None]
    beating = [each for each in known if each.sender != "none" and each.interval_s]
    if beating:
        fastest = min(beating, key=lambda each: each.interval_s or 0)
        return Beat(fastest.interval_s, fastest.sender, fastest.answered, fastest.place, _told(fastest), _sure(fastest))
    if len(known) < len(every) or any(each.sender != "none" for each in known) or path.heartbeat is None:
        return None
    return Beat(None, "none", False, path.heartbeat.place, _told(path.heartbeat), _sure(path.heartbeat))


def _told(heartbeat: Heartbeat) -> str:
    if heartbeat.sender == "none":
        return "neither side sends anything on an idle connection"
    source = {"default": "by default", "configured": "as configured", "observed": "by a timer in the code"}[heartbeat.source]
    return f"the {heartbeat.sender} sends something every {heartbeat.interval_s:g} s ({source})"


def _sure(heartbeat: Heartbeat) -> Confidence:
    levels: dict[str, Confidence] = {"explicit": "certain", "strong": "likely", "weak": "possible"}
    return levels[heartbeat.certainty]
