"""The timers of a script -> what they send on sockets: pings, messages that act as pings, data; how often; what ends a peer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from advisor.model import Heartbeat, Place
from advisor.stack.javascript import syntax
from advisor.stack.javascript.bindings import name_of
from advisor.stack.javascript.flow import Flow, Reached, timer_of
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.values import Evaluator

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_PING = re.compile(r"ping|heart_?-?beat|keep_?-?alive|\bhb\b|\bnoop\b", re.IGNORECASE)
_SENDS = re.compile(r"^[_#]?(?:send\w*|emit|broadcast\w*|publish|sendMessage|sendJson)$", re.IGNORECASE)
_ENDS = re.compile(r"^[_#]?(?:terminate|close|disconnect\w*|destroy|kick|removeClient)$", re.IGNORECASE)
_OTHERS = re.compile(
    r"redis|\bdb\b|mongo|pool|sql|axios|https?\b|fetch|mail|queue|kafka|nats|logger|xhr|req\b|request|worker|ipc|res\b|response|process|parentPort",
    re.IGNORECASE,
)
_STATE = re.compile(r"readyState|\bOPEN\b|connected|alive|\.size|\.length|isOpen|disconnected", re.IGNORECASE)
_SOCKETS = re.compile(r"sock|ws|conn|client|peer|channel|rocket|session|user|\bio\b|emitter|this", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Timed:
    """What a timer sends: a protocol ``ping``, a ``message`` that acts as one, or other ``data``."""

    kind: Literal["ping", "message", "data"]
    interval_s: float
    place: Place
    timeout_s: float | None = None
    always: bool = True
    """False where a condition other than the socket's own state decides whether anything is sent."""


def timed(script: Script) -> list[Timed]:
    """Every timer of the script that sends something on a socket."""
    found = []
    for call, handler, delay in _timers(script):
        again = handler.kind() == "statement_block"
        milliseconds = Evaluator(script).number(delay)
        if milliseconds is None or milliseconds <= 0:
            continue
        reached = list(Flow(script).calls(handler) if again else Flow(script).from_handler(handler))
        kind = None if any(_opens_socket(item.call) for item in reached) else _kind(script, reached)
        if kind and not (again and kind == "data"):
            interval = milliseconds / 1000
            place = syntax.place(script.path, call)
            found.append(Timed(kind, interval, place, _timeout(script, reached, interval), _always(reached)))
    return found


def heartbeat(script: Script, sender: Literal["server", "client"]) -> Heartbeat | None:
    """The heartbeat that a script sends by its own timers; the quickest where there are several, pings before data."""
    sent = timed(script)
    pings = [item for item in sent if item.kind != "data"]
    chosen = min(pings or sent, key=lambda item: item.interval_s, default=None)
    if chosen is None:
        return None
    timeout = next((item.timeout_s for item in sorted(pings, key=lambda item: item.interval_s) if item.timeout_s), None)
    answered = chosen.kind == "ping" or (
        chosen.kind == "message" and bool(re.search(r"pong|\back\b", script.text, re.IGNORECASE))
    )
    return Heartbeat(
        sender,
        "observed" if chosen.kind == "data" else "configured",
        chosen.interval_s,
        timeout,
        chosen.place,
        answered,
        certainty="explicit" if chosen.kind != "data" else "strong" if chosen.always else "weak",
    )


def _timers(script: Script) -> Iterator[tuple[SgNode, SgNode, SgNode]]:
    """Call, handler and delay of every ``setInterval``, and of every ``setTimeout`` that starts its own function again."""
    for call in script.by_kind["call_expression"]:
        timer = timer_of(call)
        if timer is None or timer[1] is None:
            continue
        if call.text().split("(", 1)[0].endswith("setInterval"):
            yield call, timer[0], timer[1]
            continue
        around = next((above for above in call.ancestors() if above.kind() in syntax.FUNCTIONS and name_of(above)), None)
        name = name_of(around) if around is not None else None
        inner = syntax.body(around) if around is not None else None
        if name and inner is not None and re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", timer[0].text()):
            yield call, inner, timer[1]


def _kind(script: Script, reached: list[Reached]) -> Literal["ping", "message", "data"] | None:
    kind: Literal["ping", "message", "data"] | None = None
    for item in reached:
        function = syntax.callee(item.call) if item.call.kind() == "call_expression" else None
        parts = syntax.member(function) if function else None
        name = parts[1] if parts else function.text() if function else ""
        holder = parts[0].text() if parts else ""
        if _OTHERS.search(holder):
            continue
        if name == "ping" and parts:
            return "ping"
        if _SENDS.match(name) and (not parts or name == "send" or _SOCKETS.search(holder)):
            if _PING.search(name) or any(_PING.search(_said(script, given)) for given in syntax.arguments(item.call)):
                kind = "message"
            elif kind is None and parts:
                kind = "data"
    return kind


def _opens_socket(call: SgNode) -> bool:
    """True for ``new WebSocket``: a timer that leads there retries, whatever it sends afterwards."""
    function = syntax.callee(call) if call.kind() == "new_expression" else None
    return function is not None and bool(re.search(r"(?:WebSocket|SockJS)$", function.text()))


def _always(reached: list[Reached]) -> bool:
    """True where some send hangs on nothing but the socket's own state."""
    for item in reached:
        function = syntax.callee(item.call) if item.call.kind() == "call_expression" else None
        if function is not None and _SENDS.match(function.text().rsplit(".", 1)[-1]):
            return all(_STATE.search(test.text()) for test in item.tests)
    return True


def _said(script: Script, node: SgNode) -> str:
    """A message's text with what its names were declared with."""
    text = node.text()
    for name in node.find_all({"rule": {"any": [{"kind": "identifier"}, {"kind": "shorthand_property_identifier"}]}})[:8]:
        value = script.value(name.text(), name)
        if value is not None and value.kind() not in syntax.FUNCTIONS:
            text += f" {value.text()[:300]}"
    return text


def _timeout(script: Script, reached: list[Reached], interval: float) -> float | None:
    """After how long the timer ends a peer that does not answer: a compared age, else one round of the timer."""
    for item in reached:
        function = syntax.callee(item.call) if item.call.kind() == "call_expression" else None
        name = function.text().rsplit(".", 1)[-1] if function else ""
        if not _ENDS.match(name):
            continue
        for test in item.tests:
            age = _age(script, test)
            if age is not None:
                return age
            if re.search(r"alive|pong|missed|awaiting|waiting", test.text(), re.IGNORECASE):
                return interval
    return None


def _age(script: Script, test: SgNode) -> float | None:
    """``Date.now() - last > LIMIT`` -> the limit in seconds."""
    for node in test.find_all({"rule": {"kind": "binary_expression"}}):
        left, right, sign = node.field("left"), node.field("right"), node.field("operator")
        if left is not None and right is not None and sign is not None and sign.text() in (">", ">=") and "-" in left.text():
            number = Evaluator(script).number(right)
            if number is not None and number >= 100:
                return number / 1000
    return None
