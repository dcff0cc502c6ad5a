"""A raw client socket -> what its code does after a close: nothing, at once, after a fixed or a growing delay, how often.

``None`` is the answer where the file hands the close on to code that is not followed; silence is never taken for "none".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from advisor.model import Reconnect
from advisor.stack.javascript import syntax
from advisor.stack.javascript.bindings import name_of
from advisor.stack.javascript.flow import Flow, Reached, timer_of
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.shapes import kept_in
from advisor.stack.javascript.values import Evaluator

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_LISTENS = ("addEventListener", "on", "once", "addListener")
_CLOSES = frozenset({"close", "error"})
_HANDED_ON = re.compile(
    r"^(?:on[A-Z_]\w*|emit\w*|dispatch\w*|callback|cb|next|reject|resolve|fire|trigger|publish|notify\w*|postMessage)$"
)
_AGAIN = re.compile(r"re-?_?connect|retry|retries|re-?open|back-?off|restart", re.IGNORECASE)
_COUNTS = re.compile(r"attempt|retr|tries|\btry|count|reconnect|times", re.IGNORECASE)
_GROWS = re.compile(
    r"\*\*|Math\.pow|\*=|<<|\*\s*[\w.$]*(?:attempt|retr|tries|count|backoff|factor|times|\bn\b)|(?:attempt|retr|tries|count|times)\w*(?:\.current)?\s*(?:\+\s*1\s*\)\s*)?\*"
    r"|(?:delay|interval|timeout|backoff|wait)\w*(?:\.current)?\s*\*\s*(?!1_?000\b|1e3\b)[\d.]"
    r"|\[[^\]\n]{0,80}(?:attempt|retr|tries|count)"
    r"|(?:delay|interval|timeout|backoff|wait)\w*\s*\+=",
    re.IGNORECASE,
)
_DOUBLES = re.compile(
    r"\*\*|Math\.pow|\*=|<<|(?:delay|interval|timeout|backoff|wait)\w*(?:\.current)?\s*\*\s*(?!1_?000\b|1e3\b)[\d.]",
    re.IGNORECASE,
)
"""What multiplies the wait; all else that grows adds to it."""
_IN_MARKUP = r"(?:\bon[A-Z]\w{0,30}|\bon:?click|@[\w.:-]{1,40}|v-on:[\w.:-]{1,40})\s?=\s?[{\"']"
_HANDED_OUT = r"\b(?:return\s?|defineExpose\(\s?|value\s?=\s?\{?)[{\[]"
_HANDLER = r"(?:[^;{}]{0,200}\{[^}]{0,300}?|[^;]{0,300}?)"
_CONNECTS = re.compile(r"connect|retry|re-?open", re.IGNORECASE)
_BACK = "online|focus|visibilitychange|pageshow"
_EVENTS = "click|submit|online|focus|visibilitychange|pageshow|pointerdown|touchstart|keydown"


def reconnect(script: Script, node: SgNode) -> Reconnect | None:
    """What happens after the socket that ``node`` opens is closed."""
    names = _around(node)
    handlers = list(close_handlers(script, node))
    for handler in handlers:
        for reached in Flow(script).from_handler(handler):
            if _loads_again(reached.call):
                return None
            if _opens(script, reached, node, names):
                found = _schedule(script, reached)
                again = found.attempts is not None and (resumed(script.text, names) or _told(script, node, handlers))
                return replace(found, resumed=again)
    polled = _polled(script, node, names)
    if polled:
        return polled
    if _unclear(script, node, handlers) or _by_hand(script, names):
        return None
    return Reconnect("none", place=syntax.place(script.path, node))


def _by_hand(script: Script, names: set[str]) -> bool:
    """True where the browser's word that it is back, or a button that connects, opens the socket anew."""
    return resumed(script.text, {name for name in names if _CONNECTS.search(name)}) or resumed(script.text, names, _BACK)


def _told(script: Script, node: SgNode, handlers: list[SgNode]) -> bool:
    """True where a class tells others of the close and lets them call the method that opens the socket."""
    methods = [name_of(above) or "" for above in node.ancestors() if above.kind() == "method_definition"]
    if not any(name and name != "constructor" and not name.startswith(("#", "_")) for name in methods):
        return False
    return any(_handed_on(reached) for handler in handlers for reached in Flow(script).from_handler(handler))


def _handed_on(reached: Reached) -> bool:
    """True for a call that passes the close on to code elsewhere: a callback, an event, a store."""
    call = reached.call
    function = syntax.callee(call) if call.kind() in ("call_expression", "new_expression") else call
    text = function.text() if function is not None else ""
    return bool(_HANDED_ON.match(text.rsplit(".", 1)[-1].rsplit("?", 1)[-1])) and not re.search(r"console|log", text)


def _around(node: SgNode) -> set[str]:
    """The names by which the functions around a node are called."""
    names = {name for above in node.ancestors() if above.kind() in syntax.FUNCTIONS and (name := name_of(above))}
    return names - {"constructor", "default"}


def close_handlers(script: Script, node: SgNode) -> Iterator[SgNode]:
    """What is run on ``close`` and ``error`` of the socket; of any socket of the file where it opens only one."""
    own = _aliases(script, node)
    alone = own is None or sum(1 for call in script.calls() if _same_class(call, node)) == 1
    for left, assignments in script.assigned.items():
        holder, _, event = left.rpartition(".")
        if event in ("onclose", "onerror") and (alone or holder in (own or ())):
            for assignment in assignments:
                right = assignment.field("right")
                if right:
                    yield right
    for call, holder_node, _ in script.methods(*_LISTENS):
        given = syntax.arguments(call)
        if len(given) > 1 and syntax.string(given[0]) in _CLOSES and (alone or holder_node.text() in (own or ())):
            yield given[1]


def _same_class(call: SgNode, node: SgNode) -> bool:
    first, second = syntax.callee(call), syntax.callee(node)
    return call.kind() == "new_expression" and first is not None and second is not None and first.text() == second.text()


def _aliases(script: Script, node: SgNode) -> set[str] | None:
    """The names the socket goes by; ``None`` where it is not kept under any."""
    kept = kept_in(node)
    if kept is None:
        return None
    names = {kept}
    for left, assignments in script.assigned.items():
        if any((right := assignment.field("right")) and right.text() in names for assignment in assignments):
            names.add(left)
    for name, nodes in script.declared.items():
        if any((value := declared.field("value")) and value.text() in names for declared in nodes):
            names.add(name)
    return names


def _opens(script: Script, reached: Reached, node: SgNode, names: set[str]) -> bool:
    """True where a call opens the socket anew: by its function, by itself, by a React state."""
    call = reached.call
    if syntax.span(call) == syntax.span(node) or _same_class(call, node):
        return True
    function = syntax.callee(call) if call.kind() in ("call_expression", "new_expression") else call
    text = function.text() if function is not None else ""
    name = text.rsplit(".", 1)[-1].lstrip("#")
    if name in names:
        return True
    return bool(re.match(r"set[A-Z]", name)) and _depends(script, node, name)


def _loads_again(call: SgNode) -> bool:
    """``location.reload()``: the browser then retries once, and shows its own page where nobody answers."""
    function = syntax.callee(call) if call.kind() == "call_expression" else None
    return function is not None and bool(re.search(r"(?:location|router)\.(?:reload|refresh)$", function.text()))


def _depends(script: Script, node: SgNode, setter: str) -> bool:
    """True where the effect that opens the socket runs again when the state behind ``setter`` changes."""
    state = next(
        (
            names[0]
            for declared in script.declared.get(setter, ())
            if (target := declared.field("name")) and target.kind() == "array_pattern"
            for names in [[child.text() for child in syntax.named(target)]]
            if len(names) > 1 and names[0] != setter
        ),
        None,
    )
    for above in node.ancestors():
        if above.kind() == "call_expression" and above.text().startswith(("useEffect", "React.useEffect", "useLayoutEffect")):
            given = syntax.arguments(above)
            return state is not None and len(given) > 1 and bool(re.search(rf"\b{re.escape(state)}\b", given[1].text()))
    return False


def _polled(script: Script, node: SgNode, names: set[str]) -> Reconnect | None:
    """``setInterval(() => { if (ws.readyState === CLOSED) connect() }, 5000)``"""
    for call in script.by_kind["call_expression"]:
        timer = timer_of(call)
        if timer is None or timer[1] is None or not call.text().split("(", 1)[0].endswith("setInterval"):
            continue
        for reached in Flow(script).from_handler(timer[0]):
            tests = " ".join(test.text() for test in reached.tests)
            if _opens(script, reached, node, names) and re.search(
                r"readyState|connect|closed|alive|open|socket|\bws\b|!", tests, re.IGNORECASE
            ):
                delay = Evaluator(script).number(timer[1])
                return Reconnect("fixed", None if delay is None else delay / 1000, place=syntax.place(script.path, call))
    return None


def _unclear(script: Script, node: SgNode, handlers: list[SgNode]) -> bool:
    """True where the close may well be answered in code that is not followed, or ends the program for all to see."""
    if _AGAIN.search(_code(script)):
        return True
    for handler in handlers:
        if not Flow(script).handler(handler):
            return True
        for reached in Flow(script).from_handler(handler):
            if _handed_on(reached):
                return True
            function = syntax.callee(reached.call)
            if function is not None and re.search(r"(?:process|Deno|Bun)\.exit$", function.text()):
                return True
    return _escapes(script, node)


def _code(script: Script) -> str:
    """The text without comments and without the texts shown to people."""
    text = re.sub(r"/\*.*?\*/|(?<![:\"'`\\])//[^\n]*", " ", script.text, flags=re.DOTALL)
    return re.sub(r"\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|`[^`$]{0,300}`", '""', text)


def _escapes(script: Script, node: SgNode) -> bool:
    """True where other files get hold of the socket and some file of the app listens for a close."""
    project = script.project
    kept = kept_in(node)
    returned = any(above.kind() == "return_statement" for above in node.ancestors()[:3])
    exported = any(above.kind() == "export_statement" for above in node.ancestors())
    if kept:
        returned = returned or any(
            re.fullmatch(rf"return\s+{re.escape(kept)};?", r.text()) for r in script.by_kind["return_statement"]
        )
        exported = exported or any(
            re.search(rf"\b{re.escape(kept)}\b", e.text()) for e in script.by_kind["export_statement"] if len(e.text()) < 200
        )
    if not returned and not exported:
        return False
    app = project.apps.owner(script.path)
    others = project.tree.having("onclose", '"close"', "'close'")
    return any(path != script.path and project.apps.owner(path) == app for path in others)


# ---------------------------------------------------------------- when and how often


def _schedule(script: Script, reached: Reached) -> Reconnect:
    place = syntax.place(script.path, reached.call)
    attempts = next((count for test in reached.tests for count in [_limit(script, test)] if count is not None), None)
    if not reached.delays:
        return Reconnect("immediate", 0.0, attempts=attempts, place=place)
    growing = [delay for delay in reached.delays if _GROWS.search(_about(script, delay))]
    jitter = any("Math.random" in _about(script, delay) for delay in reached.delays)
    numbers = [Evaluator(script).number(delay) for delay in reached.delays]
    if not growing:
        known = [number for number in numbers if number is not None]
        total = sum(known) / 1000 if len(known) == len(numbers) else _rough(script, reached.delays[0])
        return Reconnect("fixed", total, jitter=jitter, attempts=attempts, place=place)
    first, cap = _range(script, growing[0])
    return Reconnect("exponential", first, cap, jitter, attempts, place, _growth(script, growing))


def _growth(script: Script, delays: list[SgNode]) -> Literal["doubling", "linear", "listed"]:
    """How waits grow; those out of a list (``STEPS[tries]``) end with its last one, whatever it is."""
    scopes = [scope for delay in delays for scope in (delay, *_behind(script, delay)[:4])]
    if any(scope.find(kind="subscript_expression") is not None for scope in scopes):
        return "listed"
    return "doubling" if any(_DOUBLES.search(_about(script, delay)) for delay in delays) else "linear"


def resumed(text: str, names: Iterable[str], events: str | None = None) -> bool:
    """True where a click, or the browser's own word that it is back, calls one of these, or where the file hands it out.

    A function that a hook returns is there to be called by a component, in most cases by its button. ``events``: these alone.
    """
    called = "|".join(re.escape(name) for name in names if name) or r"(?!)"
    wanted = rf"(?:\b(?:{called})\b|location\.reload)"
    ways = [
        rf"\((?:[\w.]{{1,60}},\s?)?[\"'](?:{events or _EVENTS})[\"'],{_HANDLER}{wanted}",
        rf"\.on(?:{events or _EVENTS})\s?={_HANDLER}{wanted}",
    ]
    if events is None:
        ways += [rf"{_IN_MARKUP}[^\n]{{0,200}}?{wanted}", rf"{_HANDED_OUT}[^{{}}]{{0,1500}}?\b(?:{called})\b"]
    return any(re.search(way, text) for way in ways)


def _limit(script: Script, test: SgNode) -> int | None:
    """The number of tries in ``if (retries < MAX)`` and ``if (retries >= MAX) return``."""
    for node in test.find_all({"rule": {"kind": "binary_expression"}}):
        left, right, sign = node.field("left"), node.field("right"), node.field("operator")
        if left is None or right is None or sign is None or sign.text() not in ("<", "<=", ">", ">=", "===", "=="):
            continue
        for name, bound in ((left, right), (right, left)):
            number = Evaluator(script).number(bound)
            if (
                number is not None
                and 1 <= number < 10000
                and _COUNTS.search(name.text())
                and Evaluator(script).number(name) in (None, 0)
            ):
                return int(number)
    return None


def _about(script: Script, node: SgNode, depth: int = 0) -> str:
    """The text of an expression with the declarations, assignments and functions that it names."""
    texts = [node.text()]
    kinds = ("identifier", "member_expression")
    for inner in node.find_all({"rule": {"any": [{"kind": kind} for kind in kinds]}})[:12] if depth < 3 else ():
        text = inner.text()
        value = script.value(text, inner) if inner.kind() == "identifier" else None
        if value is not None and not syntax.within(node, value):
            texts.append(_about(script, value, depth + 1) if value.kind() not in syntax.FUNCTIONS else value.text())
        texts += [assignment.text() for assignment in script.assigned.get(text, ())[:4] if len(assignment.text()) < 300]
        above = inner.parent()
        if above is not None and above.kind() == "call_expression":
            texts += [function.text()[:1500] for function in script.functions(text.rsplit(".", 1)[-1].lstrip("#"))[:2]]
    return "\n".join(texts)


def _is_factor(evaluator: Evaluator, node: SgNode) -> bool:
    """True for the 1000 in ``seconds * 1000``: no delay of its own unless a count of tries is the other side."""
    product = node.parent()
    sign = product.field("operator") if product is not None and product.kind() == "binary_expression" else None
    if product is None or sign is None or sign.text() != "*":
        return False
    left, right = product.field("left"), product.field("right")
    other = right if left == node else left
    if other is None or evaluator.number(other) is not None:
        return False
    if other.kind() == "subscript_expression" or re.search(r"sec|delay|wait|interval", other.text(), re.IGNORECASE):
        return True
    return not re.search(rf"{_COUNTS.pattern}|\*\*|pow|random|factor|^n$", other.text(), re.IGNORECASE)


def _range(script: Script, delay: SgNode) -> tuple[float | None, float | None]:
    """First delay and cap of a growing one, in seconds."""
    cap = None
    for scope in (delay, *_behind(script, delay)):
        for call in scope.find_all({"rule": {"kind": "call_expression"}}):
            if call.text().startswith("Math.min"):
                bounds = [number for given in syntax.arguments(call) if (number := Evaluator(script).number(given)) is not None]
                cap = max(bounds) / 1000 if bounds else cap
    first = _rough(script, delay)
    cap = _clamped(script, delay, first) if cap is None else cap
    return (first if first is None or cap is None or first <= cap else None), cap


def _clamped(script: Script, delay: SgNode, first: float | None) -> float | None:
    """The cap in ``if (delay > 30000) delay = 30000``: a number above the first delay that the variable is set to."""
    given = [Evaluator(script).number(right) for each in script.assigned.get(delay.text(), ()) if (right := each.field("right"))]
    above = [number / 1000 for number in given if number is not None and first is not None and number / 1000 > first]
    return max(above, default=None)


def _behind(script: Script, node: SgNode) -> list[SgNode]:
    """The declarations, assignments and functions that an expression names."""
    found: list[SgNode] = []
    for inner in node.find_all({"rule": {"any": [{"kind": "identifier"}, {"kind": "member_expression"}]}})[:12]:
        value = script.value(inner.text(), inner) if inner.kind() == "identifier" else None
        found += [value] if value is not None else []
        found += script.assigned.get(inner.text(), [])[:4]
        found += script.functions(inner.text().rsplit(".", 1)[-1].lstrip("#"))[:2]
    return found


def _rough(script: Script, delay: SgNode) -> float | None:
    """The smallest number of at least 10 ms in an expression or behind its names: where a growing delay begins, in seconds.

    What is multiplied by a random number counts only where nothing else stands there.
    """
    evaluator = Evaluator(script)
    numbers: list[float] = []
    spread: list[float] = []
    for scope in (delay, *_behind(script, delay)):
        for node in (scope, *scope.find_all({"rule": {"any": [{"kind": "number"}, {"kind": "identifier"}]}})[:30]):
            number = evaluator.number(node) if node.kind() in ("number", "identifier") else None
            if number is not None and number >= 10 and not _is_factor(evaluator, node):
                (spread if _is_spread(node) else numbers).append(number)
        if numbers or spread:
            break
    found = numbers or spread
    return min(found) / 1000 if found else None


def _is_spread(node: SgNode) -> bool:
    """True for the 1000 in ``Math.random() * 1000``."""
    product = node.parent()
    sign = product.field("operator") if product is not None and product.kind() == "binary_expression" else None
    if product is None or sign is None or sign.text() != "*":
        return False
    return any(side is not None and side.text() == "Math.random()" for side in (product.field("left"), product.field("right")))
