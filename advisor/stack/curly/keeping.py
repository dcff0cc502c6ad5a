"""Java, Kotlin or C# code -> where it sends to sockets that it keeps in its own memory, and the timers by which it pings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from advisor.model import Heartbeat, Place
from advisor.stack.curly.syntax import Annotation, Call, Unit, function_around, function_name, key, named_children
from advisor.stack.curly.values import Values

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_COLLECTION = re.compile(
    r"(?:Map|Set|List|Queue|Deque|Collection|Dictionary|Bag|Vector|Array|IEnumerable)\b|\b(?:mutable|synchronized)\w+Of\b"
)
_SOCKET = re.compile(r"\b\w{0,40}(?:Session|Socket|Connection|WsContext|WsConnectContext|Emitter|Channel|Client)\w{0,20}\b")
_SENDS = re.compile(r"\b(?:send|write|emit|broadcast|push|notify)\w{0,40}\s?\(", re.IGNORECASE)
_ALIVE = re.compile(r"keep_?alive|heart_?beat|PingMessage|PingWebSocketFrame|Frame\.Ping|sendPing|\"ping\"", re.IGNORECASE)
_ACTS = frozenset({"forEach", "ForEach", "Select", "map", "onEach"})
_LOOPS = ("enhanced_for_statement", "for_statement", "foreach_statement")
_DECLARED = ("field_declaration", "local_variable_declaration", "property_declaration", "variable_declaration", "class_parameter")

PING_CALLS = ("sendPing", "writePing", "sendPingFrame", "SendPing", "pingAll", "sendPingAsync")
PING_MADE = ("PingMessage", "PingWebSocketFrame", "Ping")
_PING_TEXT = re.compile(r"""["'](?:[^"'\n]{0,40}\W)?(?:ping|heart_?beat|keep_?alive)(?:\W[^"'\n]{0,40})?["']""", re.IGNORECASE)
_SCHEDULES = frozenset({"scheduleAtFixedRate", "scheduleWithFixedDelay", "setPeriodic", "schedulePeriodically"})
_SLEEPS = frozenset({"sleep", "delay", "Delay", "Sleep"})
_WHILE = ("while_statement", "do_statement", "for_statement")
_MOST_LOOPS = 200


def sends_to_kept(unit: Unit) -> Place | None:
    """The first loop of the file that sends to each socket of a collection that it keeps."""
    names = kept(unit)
    if not names:
        return None
    found = [*_looped(unit, names), *_each(unit, names)]
    return min((unit.place(node) for node in found), default=None)


def kept(unit: Unit) -> frozenset[str]:
    """Names of fields and variables whose declaration shows a collection of sockets or sessions."""
    names: set[str] = set()
    for node in unit.file.of_kind(*_DECLARED):
        text = node.text()[:400]
        if not _COLLECTION.search(text) or not _SOCKET.search(text):
            continue
        names.update(_names(node))
    return frozenset(names)


def _names(node: SgNode) -> Iterator[str]:
    """The names that a declaration gives."""
    for child in named_children(node):
        if child.kind() in ("variable_declarator", "variable_declaration"):
            name = child.field("name")
            inner = named_children(child)
            if child.kind() == "variable_declaration" and node.kind() == "field_declaration":
                yield from _names(child)
            elif name is not None or inner:
                yield (name if name is not None else inner[0]).text()
        elif child.kind() == "simple_identifier" and node.kind() == "class_parameter":
            yield child.text()


def _looped(unit: Unit, names: frozenset[str]) -> Iterator[SgNode]:
    for node in unit.file.of_kind(*_LOOPS)[:_MOST_LOOPS]:
        parts = named_children(node)
        if len(parts) < 2:
            continue
        over, body = parts[-2], parts[-1]
        if _root(over.text()) in names and _says(body):
            yield node


def _says(node: SgNode) -> bool:
    """True where code sends something other than a sign of life."""
    text = node.text()
    return bool(_SENDS.search(text)) and not _ALIVE.search(text)


def _each(unit: Unit, names: frozenset[str]) -> Iterator[SgNode]:
    for call in unit.calls:
        if call.name not in _ACTS or call.receiver is None or _root(call.receiver.text()) not in names:
            continue
        given = [*call.values, *([call.block] if call.block is not None else [])]
        if any(_says(each) or _refers(each) for each in given):
            yield call.node


def _refers(node: SgNode) -> bool:
    """``sessions.forEach(this::sendTo)``."""
    return "::" in node.text()[:80] and bool(re.search(r"::(?:send|write|emit|broadcast)", node.text()[:80], re.IGNORECASE))


def _root(text: str) -> str:
    """``this.sessions.values().stream()`` -> ``sessions``; a lookup of one entry (``rooms[id]``, ``rooms.get(id)``) too."""
    return re.split(r"\W", text.removeprefix("this."), maxsplit=1)[0]


# ---------------------------------------------------------------- pings on a timer


class Pings(NamedTuple):
    """Whether the app sends pings of its own, and the heartbeat that they are; ``None`` where their interval is computed."""

    seen: bool
    beat: Heartbeat | None


def observed(units: Iterable[Unit], values: Callable[[Unit], Values], sender: Literal["server", "client"] = "server") -> Pings:
    """The pings that the app sends on a timer of its own."""
    seen = False
    for unit in units:
        for node, answered in _pings(unit):
            seen = True
            seconds = _interval(unit, values(unit), node)
            if seconds:
                return Pings(True, Heartbeat(sender, "observed", seconds, None, unit.place(node), answered))
    return Pings(seen, None)


def _pings(unit: Unit) -> Iterator[tuple[SgNode, bool]]:
    for call in unit.calls:
        if call.name in PING_CALLS or (call.name in PING_MADE and (call.made or call.node.text()[:10].startswith("Frame."))):
            yield call.node, True
        elif _SENDS.match(f"{call.name}(") and any(_PING_TEXT.search(each.text()[:200]) for each in call.values):
            yield call.node, False


def _interval(unit: Unit, values: Values, node: SgNode) -> float | None:
    """Seconds between two pings, of the timer or loop around the node, or of the one that calls the function around it."""
    found = _around(unit, values, node)
    if found is not None:
        return found
    name = function_name(function_around(node))
    if not name:
        return None
    for call in unit.calls:
        named = call.name == name or any(re.search(rf"\b{re.escape(name)}\b", each.text()[:120]) for each in call.values)
        if not named:
            continue
        seconds = _scheduled(values, call) if call.name in _SCHEDULES or call.name in ("Timer", "PeriodicTimer") else None
        if seconds is None and call.name == name:
            seconds = _around(unit, values, call.node)
        if seconds:
            return seconds
    return None


def _around(unit: Unit, values: Values, node: SgNode) -> float | None:
    for parent in node.ancestors():
        call = unit.call_at(parent)
        if call is not None and (call.name in _SCHEDULES or call.name in ("Timer", "fixedRateTimer", "timer")):
            return _scheduled(values, call)
        if parent.kind() in _WHILE:
            return _slept(unit, values, parent)
        if parent.kind() in ("method_declaration", "function_declaration"):
            return _annotated(unit, values, parent)
    return None


def _slept(unit: Unit, values: Values, loop: SgNode) -> float | None:
    """The wait inside a loop: ``delay(30_000)``, ``Thread.sleep``, ``Task.Delay``, a ``PeriodicTimer`` of the file."""
    inside = loop.range()
    for call in unit.calls:
        at = call.node.range()
        if inside.start.index <= at.start.index and at.end.index <= inside.end.index:
            if call.name in _SLEEPS and call.values:
                return values.seconds(call.values[0], 0.001)
            if call.name == "WaitForNextTickAsync":
                made = unit.called("PeriodicTimer")
                return values.seconds(made[0].argument(0)) if len(made) == 1 else None
    return None


def _scheduled(values: Values, call: Call) -> float | None:
    """Of ``scheduleAtFixedRate(task, 0, 30, TimeUnit.SECONDS)``, Spring's with a period, Vert.x's, and .NET's timers."""
    given = call.values
    if call.name in ("fixedRateTimer", "timer"):
        return values.seconds(call.argument(None, "period"), 0.001)
    if call.name in ("setPeriodic", "Timer", "PeriodicTimer"):
        numbers = [seconds for each in given if (seconds := values.seconds(each, 0.001)) is not None]
        return numbers[-1] if numbers else None
    if len(given) >= 4:
        return values.seconds(given[2], _factor(given[3].text()))
    return values.seconds(given[-1], 0.001) if len(given) in (2, 3) else None


def _factor(text: str) -> float:
    name = text.rsplit(".", 1)[-1]
    return {"MILLISECONDS": 0.001, "SECONDS": 1.0, "MINUTES": 60.0, "HOURS": 3600.0, "MICROSECONDS": 1e-6}.get(name, 1.0)


def _annotated(unit: Unit, values: Values, function: SgNode) -> float | None:
    """``@Scheduled(fixedRate = 30000)``, ``(every = "30s")``, ``(fixedDelay = "30s")``, with Spring's ``timeUnit``."""
    at = key(function)
    for each in unit.annotated("Scheduled"):
        if key(each.owner) == at:
            return _scheduled_by(values, each)
    return None


def _scheduled_by(values: Values, annotation: Annotation) -> float | None:
    unit = next((_factor(item.node.text()) for item in annotation.arguments if item.name == "timeUnit"), 0.001)
    for item in annotation.arguments:
        if item.name in ("fixedRate", "fixedDelay", "fixedRateString", "fixedDelayString", "every"):
            return values.seconds(item.node, unit)
    cron = next((values.text(item.node) for item in annotation.arguments if item.name == "cron"), None)
    match = re.fullmatch(r"(?:\*|0)/(\d{1,2}) (?:\* ){4}(?:\*|\?)(?: \*)?", cron or "")
    return float(match[1]) if match else None
