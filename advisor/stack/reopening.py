"""The outline of a file that opens a socket -> what becomes of a lost connection: nothing, a new one at once, or after a wait.

For languages whose clients do not connect again by themselves. What counts is a call that leads back to the function in which
the socket is opened, from inside a wait or from what runs at the end of a connection.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

_ROUNDS = 4
_MOST = 4_000
_SAYS = re.compile(r"re_?connect|re_?try|back_?off", re.IGNORECASE)
_JITTER = re.compile(r"\bjitter|\brandom\b|nextInt|nextDouble|\.random\(", re.IGNORECASE)


class Span(NamedTuple):
    """A named stretch of the text: a function, or a call of one."""

    name: str
    start: int
    end: int


class Wait(NamedTuple):
    """A wait, as far as the call that makes it goes: what stands in it runs later. ``seconds`` ``None``: computed."""

    start: int
    end: int
    seconds: float | None
    repeats: bool = False


class Reopened(NamedTuple):
    """How the socket is opened again, and where that is written (a stretch of the text)."""

    kind: Literal["none", "immediate", "fixed", "exponential", "library"]
    seconds: float | None = None
    jitter: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Outline:
    """What one file shows: its functions, calls and waits, and what stands before code that runs when a connection ends."""

    text: str
    functions: tuple[Span, ...]
    calls: tuple[Span, ...]
    waits: tuple[Wait, ...]
    ends: re.Pattern[str]


def reopened(outline: Outline, at: int, also: frozenset[str] = frozenset()) -> Reopened | None:
    """What happens to the socket that is opened at ``at``; ``None`` where something speaks of it and it is not seen how.

    ``also``: calls that open it again where it was made before (``socket.connect()``).
    """
    around = _around(outline, at)
    wanted = {*([around.name] if around is not None else []), *also}
    found: list[Reopened] = []
    for _ in range(_ROUNDS if wanted else 0):
        for call in outline.calls[:_MOST]:
            if call.name not in wanted:
                continue
            holder = _around(outline, call.start)
            wait = _wait(outline, call, holder)
            if wait is not None:
                found.append(_waited(outline, wait, holder))
            elif holder is not None and outline.ends.search(outline.text, max(holder.start, call.start - 600), call.start):
                found.append(Reopened("immediate", start=call.start, end=call.end))
        callers = {
            holder.name for call in outline.calls[:_MOST] if call.name in wanted and (holder := _around(outline, call.start))
        }
        if callers <= wanted:
            break
        wanted |= callers
    if found:
        return next((each for each in found if each.kind != "immediate"), found[0])
    return None if _SAYS.search(outline.text) else Reopened("none")


def _around(outline: Outline, at: int) -> Span | None:
    """The innermost function around a place."""
    holding = [each for each in outline.functions if each.start <= at < each.end]
    return max(holding, key=lambda each: each.start, default=None)


def _wait(outline: Outline, call: Span, holder: Span | None) -> Wait | None:
    """The wait in which a call stands, else the last one that goes before it in the same function."""
    inside = [each for each in outline.waits if each.start <= call.start < each.end]
    if inside:
        return max(inside, key=lambda each: each.start)
    before = [each for each in outline.waits if holder is not None and holder.start <= each.start and each.end <= call.start]
    return max((each for each in before if not each.repeats), key=lambda each: each.start, default=None)


def _waited(outline: Outline, wait: Wait, holder: Span | None) -> Reopened:
    around = outline.text[holder.start : holder.end] if holder is not None else outline.text[wait.start : wait.end]
    kind: Literal["fixed", "exponential"] = "fixed" if wait.seconds is not None else "exponential"
    return Reopened(kind, wait.seconds, _JITTER.search(around) is not None, wait.start, min(wait.end, wait.start + 60))
