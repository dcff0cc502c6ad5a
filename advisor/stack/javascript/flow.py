"""What a handler does -> the calls it leads to within its file, with the timers on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from advisor.stack.javascript import syntax
from advisor.stack.javascript.names import Script

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 6


@dataclass(frozen=True)
class Reached:
    """A call that a handler leads to, with what stands between: timers' delays and the conditions that must hold."""

    call: SgNode
    delays: tuple[SgNode, ...] = ()
    tests: tuple[SgNode, ...] = ()


@dataclass
class Flow:
    """Follows functions by name within one script."""

    script: Script
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def handler(self, node: SgNode) -> list[SgNode]:
        """The functions an expression hands over: inline, by name, ``this.x``, ``this.x.bind(this)``, ``useCallback(...)``."""
        node = syntax.bare(node)
        if node.kind() in syntax.FUNCTIONS:
            return [node]
        if node.kind() == "call_expression":
            function = node.field("function")
            parts = syntax.member(function) if function else None
            if parts and parts[1] == "bind":
                return self.handler(parts[0])
            given = syntax.arguments(node)
            return self.handler(given[0]) if given else []
        return self.named(node)

    def named(self, node: SgNode) -> list[SgNode]:
        """The functions of the file that a name or member means. Of two objects' methods of one name only the object's own."""
        parts = syntax.member(node)
        name = (parts[1] if parts else node.text()).lstrip("#")
        if not re.fullmatch(r"[\w$]+", name):
            return []
        found = self.script.functions(name)
        if parts is None or parts[0].kind() == "this":
            return found
        holder = self.script.value(parts[0].text(), parts[0]) if syntax.is_name(parts[0]) else None
        own = [function for function in found if holder is not None and syntax.within(function, holder)]
        return own or [function for function in found if not _in_object(function)]

    def from_handler(self, node: SgNode) -> Iterator[Reached]:
        """Every call that the handler makes, itself or through functions of the file."""
        for function in self.handler(node):
            inner = syntax.body(function)
            if inner is not None:
                yield from self.calls(inner)

    def calls(
        self, inner: SgNode, delays: tuple[SgNode, ...] = (), tests: tuple[SgNode, ...] = (), depth: int = 0
    ) -> Iterator[Reached]:
        key = syntax.span(inner)
        if depth > _DEEPEST or key in self._seen:
            return
        self._seen.add(key)
        waited: list[SgNode] = []
        for call in calls_in(inner):
            around = tests + tuple(_tests_between(call, inner))
            pauses = delays + tuple(_timers_between(call, inner)) + tuple(waited)
            pause = _pause(self.script, call)
            if pause is not None:
                waited.append(pause)
            yield Reached(call, pauses, around)
            timer = timer_of(call)
            if timer:
                for function in [] if timer[0].kind() in syntax.FUNCTIONS else self.handler(timer[0]):
                    target = syntax.body(function)
                    yield Reached(timer[0], (*pauses, timer[1]) if timer[1] else pauses, around)
                    if target is not None:
                        yield from self.calls(target, (*pauses, timer[1]) if timer[1] else pauses, around, depth + 1)
                continue
            function_node = syntax.callee(call)
            if function_node is None or function_node.kind() not in ("identifier", "member_expression"):
                continue
            parts = syntax.member(function_node)
            if parts and parts[0].kind() not in ("this", "identifier", "member_expression"):
                continue
            for function in self.named(function_node):
                target = syntax.body(function)
                if target is not None and not syntax.within(call, function):
                    yield from self.calls(target, pauses, around, depth + 1)


def _in_object(function: SgNode) -> bool:
    """True for a method of an object literal."""
    above = function.parent()
    return above is not None and above.kind() in ("pair", "object")


def calls_in(node: SgNode) -> list[SgNode]:
    """The calls and constructions below a node, and the node itself, in the order they stand."""
    return node.find_all({"rule": {"any": [{"kind": "call_expression"}, {"kind": "new_expression"}]}})


def timer_of(call: SgNode) -> tuple[SgNode, SgNode | None] | None:
    """Handler and delay of ``setTimeout`` or ``setInterval``."""
    function = syntax.callee(call)
    if function is None or function.text().rsplit(".", 1)[-1] not in ("setTimeout", "setInterval"):
        return None
    given = syntax.arguments(call)
    return (given[0], given[1] if len(given) > 1 else None) if given else None


def _timers_between(node: SgNode, outer: SgNode) -> Iterator[SgNode]:
    """The delays of the timers inside ``outer`` whose handler holds the node."""
    for above in node.ancestors():
        if not syntax.within(above, outer):
            return
        timer = timer_of(above) if above.kind() == "call_expression" else None
        if timer and timer[1] is not None and syntax.within(node, timer[0]):
            yield timer[1]


def _tests_between(node: SgNode, outer: SgNode) -> Iterator[SgNode]:
    """The conditions inside ``outer`` that must hold for the node to run, guards that return first included."""
    inner = node
    for above in node.ancestors():
        if above.kind() in ("if_statement", "ternary_expression"):
            condition = above.field("condition")
            if condition and not syntax.within(node, condition):
                yield condition
        elif above.kind() == "statement_block":
            for earlier in inner.prev_all():
                if earlier.kind() == "if_statement" and re.search(r"\b(?:return|throw)\b", earlier.text()):
                    condition = earlier.field("condition")
                    if condition:
                        yield condition
        if above == outer:
            return
        inner = above


def _pause(script: Script, call: SgNode) -> SgNode | None:
    """The delay of ``await sleep(ms)`` and ``await new Promise(resolve => setTimeout(resolve, ms))``."""
    above = call.parent()
    if above is None or above.kind() != "await_expression":
        return None
    function = syntax.callee(call)
    given = syntax.arguments(call)
    if function is None or not given:
        return None
    if call.kind() == "new_expression" and function.text() == "Promise":
        timers = [timer for inner in calls_in(given[0]) if (timer := timer_of(inner))]
        return timers[0][1] if timers else None
    if re.fullmatch(r"(?:\w+\.)?_?(?:sleep|delay|wait|pause|timeout|setTimeout)\w*", function.text(), re.IGNORECASE):
        return given[0]
    return None
