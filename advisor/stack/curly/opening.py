"""Java, Kotlin or C# code around the call that opens a socket -> what it does after a close, and whether it is a tool."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from advisor.model import Reconnect
from advisor.stack.curly.syntax import Unit, function_around, function_name, key
from advisor.stack.curly.values import Values

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_LOOPS = ("while_statement", "do_statement", "do_while_statement")
_FUNCTION = ("method_declaration", "function_declaration", "local_function_statement", "constructor_declaration")
_SLEEPS = frozenset({"sleep", "delay", "Delay", "Sleep"})
_LATER = frozenset({"schedule", "postDelayed", "setTimer", "scheduleWithFixedDelay", "scheduleAtFixedRate"})
_CLOSED = re.compile(r"on_?(?:clos|fail|disconnect|error|lost)", re.IGNORECASE)


def reconnects(unit: Unit, values: Values, node: SgNode) -> Reconnect | None:
    """The loop around the call, or the timer that calls its function again after a close; ``None`` where neither is seen."""
    for parent in node.ancestors():
        if parent.kind() in _LOOPS:
            return _looped(unit, values, parent)
        if parent.kind() in _FUNCTION:
            break
    name = function_name(function_around(node))
    return _again(unit, values, name) if name and name != "main" else None


def _looped(unit: Unit, values: Values, loop: SgNode) -> Reconnect | None:
    """A wait of a number, of a variable that grows, or of none. A loop that waits for something computed is left open."""
    place = unit.place(loop)
    inside = key(loop)
    for call in unit.calls:
        at = key(call.node)
        if inside[0] <= at[0] and at[1] <= inside[1] and call.name in _SLEEPS and call.values:
            seconds = values.seconds(call.values[0], 0.001)
            grows = seconds is None and _grows(loop.text(), call.values[0].text())
            if grows:
                return Reconnect("exponential", place=place, jitter="andom" in loop.text())
            return Reconnect("fixed", seconds, place=place) if seconds is not None else None
    return None


def _grows(text: str, waited: str) -> bool:
    names = re.findall(r"\b[a-z_]\w*\b", waited)
    return any(
        re.search(
            rf"\b{re.escape(name)}\s{{0,3}}(?:\*=|=[^;\n]{{0,60}}\b{re.escape(name)}\s{{0,3}}\*|=[^;\n]{{0,40}}(?:Min|min)\()",
            text,
        )
        for name in names[:3]
    )


def _again(unit: Unit, values: Values, name: str) -> Reconnect | None:
    """A call of the same function from a handler of the close, at once or by a timer."""
    for call in unit.calls:
        called = call.name == name or (call.name in _LATER and re.search(rf"\b{re.escape(name)}\b", call.node.text()[:400]))
        if not called:
            continue
        around = _handlers(call.node)
        if call.name in _LATER:
            delays = [seconds for each in call.values if (seconds := values.seconds(each, _unit(call.node.text()))) is not None]
            return Reconnect("fixed", delays[-1], place=unit.place(call.node)) if delays else None
        if around:
            return None
    return None


def _unit(text: str) -> float:
    match = re.search(r"TimeUnit\.(\w+)", text)
    return {"SECONDS": 1.0, "MINUTES": 60.0}.get(match[1], 0.001) if match else 0.001


def _handlers(node: SgNode) -> bool:
    return any(parent.kind() in _FUNCTION and _CLOSED.search(function_name(parent)) for parent in node.ancestors())
