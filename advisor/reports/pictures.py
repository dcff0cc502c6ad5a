"""A path -> what its pictures show: the hops with the deciding one marked, and the heartbeat against every hop's clock.

Only positions and words are made here; ``templates/*.html.jinja`` draw them as SVG.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from advisor.model import Heartbeat, Path
from advisor.reports import words

BOX, GAP, WIDTH = 52, 34, 320
"""Height of a box, space between two, and width of a drawing of hops, in units of its view box."""
LEFT, RIGHT, ROW, AXIS = 104, 370, 30, 440
"""Where the time axis begins and ends, the height of a row of the timeline, and its whole width."""
_LONGEST = 34
_TICKS = (1, 10, 60, 600, 3600, 86400)

Mark = Literal["deciding", "unknown", "passed", "beyond", "end"]


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the drawing of hops. ``below`` is what stands in small letters under its name."""

    name: str
    below: str
    mark: Mark
    y: int
    arrow: str = ""
    """What travels to this box from the one above; empty for the first."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One clock: how long it lets an idle socket live. ``fails`` where the heartbeat comes too late for it."""

    name: str
    seconds: float
    told: str
    x: float
    y: int
    fails: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The clocks of a path on one axis of time, and the heartbeat on it."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, str], ...]
    beat: float | None
    """Where the heartbeat's interval stands on the axis; ``None``: nothing is sent, or not known how often."""
    told: str
    height: int


def boxes(path: Path) -> tuple[Box, ...]:
    """From the browser to the app; what lies behind a refusal is faded, and a gap that no file shows is a box of its own."""
    found = [Box("browser", path.url or path.endpoint, "end", 0)]
    decided = False
    for step in path.steps:
        deciding = path.handshake.decided_by == step.hop.id and path.handshake.outcome != "accepted"
        place = f"{step.hop.place}" if step.hop.certainty != "weak" else step.hop.because
        mark: Mark = "deciding" if deciding else "beyond" if decided else "passed"
        said = words.verdict_mark(path.handshake).strip(" []") if deciding else ""
        found.append(Box(words.hop(step.hop), said or place, mark, _y(found), _travels(step.received.scheme, decided)))
        decided = decided or deciding
    if not path.steps:
        found.append(Box("not shown", "what stands here is not in the repository", "unknown", _y(found), "?"))
    at_app = path.handshake.decided_by == "app" and path.handshake.outcome != "accepted"
    scheme = path.arrived.scheme if path.arrived is not None else "http"
    below = str(path.server.place) if path.server is not None else ""
    last: Mark = "deciding" if at_app else "beyond" if decided else "end"
    found.append(Box(path.destination, below, last, _y(found), _travels(scheme, decided)))
    return tuple(found)


def timeline(path: Path) -> Timeline | None:
    """The idle clocks of a path; ``None`` where no hop's is known."""
    limit = path.limit("idle_timeout")
    bounds = [each for each in limit.along if isinstance(each.value, int | float) and each.value > 0] if limit else []
    if not bounds:
        return None
    beat = _interval(path.heartbeat)
    names = {hop.id: hop.name for hop in path.hops}
    most = max([float(each.value or 0) for each in bounds] + [beat or 0, 60])
    bars = tuple(
        Bar(
            each.by.name or names.get(each.by.hop or "", each.by.platform),
            float(each.value or 0),
            words.amount(each.value, "s"),
            _x(float(each.value or 0), most),
            28 + number * ROW,
            beat is None or beat >= float(each.value or 0),
        )
        for number, each in enumerate(bounds)
    )
    ticks = tuple((_x(tick, most), words.duration(tick)) for tick in _TICKS if tick <= most * 1.01)
    told = words.heartbeat(path.heartbeat) or "no heartbeat is known"
    return Timeline(bars, ticks, _x(beat, most) if beat is not None else None, told, 28 + len(bars) * ROW + 24)


def height(drawn: tuple[Box, ...]) -> int:
    """Of the drawing of hops."""
    return drawn[-1].y + BOX + 2


def short(text: str) -> str:
    """A text that fits a box, its middle left out."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2 - 1]}…{text[-(_LONGEST // 2) :]}"


def _y(found: list[Box]) -> int:
    return len(found) * (BOX + GAP) + 1


def _travels(scheme: str, decided: bool) -> str:
    return "" if decided else "over TLS" if scheme == "https" else "plain"


def _interval(beat: Heartbeat | None) -> float | None:
    return beat.interval_s if beat is not None and beat.sender != "none" else None


def _x(seconds: float, most: float) -> float:
    """On a logarithmic axis that begins at one second."""
    part = math.log10(max(seconds, 1)) / math.log10(max(most, 10))
    return round(LEFT + (RIGHT - LEFT) * min(part, 1), 1)


def clocks(drawn: Timeline) -> Iterator[tuple[str, str, str]]:
    """The timeline as rows of a table: who, how long, and whether the heartbeat comes in time."""
    late = "too late" if drawn.beat is not None else "nothing is sent"
    for bar in drawn.bars:
        yield bar.name, bar.told, late if bar.fails else "in time"
