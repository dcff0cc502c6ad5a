"""A client that reconnects -> the message of its own that joins, subscribes or signs in and that no reconnect repeats.

The answer is nothing wherever the code is not clear: a handler of the opened socket that hands on to code which is not
followed, an effect that runs again with the connection, a server that recovers sessions by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from advisor.model import Place
from advisor.stack.javascript import syntax
from advisor.stack.javascript.flow import Flow
from advisor.stack.javascript.names import Script

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_LISTENS = ("on", "once", "addEventListener", "addListener")
_OPENED = frozenset({"connect", "reconnect", "open", "connected"})
_ENDED = frozenset({"disconnect", "close", "reconnect_attempt", "connect_error"})
_STARTS_OVER = re.compile(r"reload\(|navigate\(|router\.|location\b|history\.|\bgo(?:to|Home)\b|redirect")
_HARMLESS = re.compile(
    r"^(?:console\.\w+|log\w*|(?:window\.)?(?:clear|set)(?:Timeout|Interval)|Math\.\w+|Date\.now|toast(?:\.\w+)?|\$\(.*"
    r"|[\w.]*\.(?:textContent|classList\.\w+|getElementById|querySelector|setAttribute|removeAttribute|toString|debug|info|warn))$"
)
_JOINS_THERE = re.compile(r"\b\w{1,30}\.join\(|\bjoin_room\(|\benter_room\(|\bsocketsJoin\(")
_RECOVERS = "connectionStateRecovery"
_KINDS = r"join\w{0,20}|subscribe\w{0,20}|auth(?:enticate|orize)?|login|sign_?in|identify|register|enter\w{0,20}"
_ASKS = re.compile(rf"\b(?:type|action|event|op|cmd|command|kind|method)[\"']?\s?:\s?[\"'`](?:{_KINDS})[\"'`]", re.IGNORECASE)
_AGAIN_WITH = re.compile(r"connect|online|status|ready|open", re.IGNORECASE)
_AFTER = 700
"""Characters of a server's handler that are looked at."""


def of_socket_io(
    scripts: Iterable[Script], servers: Iterable[str], rest: Callable[[], Iterable[str]]
) -> tuple[Place, str] | None:
    """Where a Socket.IO client asks to be put into a room, once, and the event.

    ``servers``: texts of the servers' files. ``rest``: those of all scripts of the client's app, asked for only where needed.
    """
    texts = list(servers)
    known = list(scripts)
    if any(_RECOVERS in text for text in texts) or any(_begins_again(script) for script in known):
        return None
    repeated: set[str] = set()
    flags: set[str] = set()
    for script in known:
        for handler in _handlers(script, _OPENED):
            flags |= _flags(handler)
            sent = _emitted(script, handler)
            if sent is None:
                return None
            repeated |= sent
    for script in known:
        for call, holder, _ in script.methods("emit"):
            given = syntax.arguments(call)
            event = syntax.string(given[0]) if given else None
            if event is None or event in repeated or not re.search(r"socket|\bio\b", holder.text(), re.IGNORECASE):
                continue
            if any(_puts_in_room(text, event) for text in texts) and not _runs_again(call):
                elsewhere = any(_acts_on_open(text, flags) for text in rest())
                return None if elsewhere else (syntax.place(script.path, call), event)
    return None


def _acts_on_open(text: str, flags: set[str]) -> bool:
    """True for a script in which something that is not followed runs again with the connection."""
    if any(_watched(text, flag) for flag in flags):
        return True
    listens = re.search(r"\.on\(\s?[\"'`](?:connect|reconnect)[\"'`]|\bonConnect\b", text)
    return listens is not None and ".emit(" not in text and "socket.io" not in text


def of_raw(script: Script) -> tuple[Place, str] | None:
    """Where a client that opens its own WebSocket again joins, subscribes or signs in, once; and what it says."""
    if _begins_again(script):
        return None
    for handler in _handlers(script, _OPENED):
        for name, call in _calls(script, handler):
            if call is None or re.search(r"(?:^|\.)send\w*$", name, re.IGNORECASE):
                return None
    answered = {
        syntax.span(call) for handler in _handlers(script, frozenset({"message"})) for _, call in _calls(script, handler) if call
    }
    for call in script.by_kind["call_expression"]:
        function = call.field("function")
        listed = call.field("arguments")
        if function is None or listed is None or not re.search(r"(?:^|\.)send\w*$", function.text(), re.IGNORECASE):
            continue
        found = _ASKS.search(listed.text()) if len(listed.text()) < 400 else None
        if found is not None and syntax.span(call) not in answered and not _runs_again(call):
            return syntax.place(script.path, call), found[0].split(":")[-1].strip(" \"'`")
    return None


def _handlers(script: Script, events: frozenset[str]) -> Iterator[SgNode]:
    """What runs on one of these events of a socket in this file."""
    for left, assignments in script.assigned.items():
        if left.rpartition(".")[2] in {f"on{event}" for event in events}:
            yield from (right for assignment in assignments if (right := assignment.field("right")))
    for call, _, _ in script.methods(*_LISTENS):
        given = syntax.arguments(call)
        if len(given) > 1 and syntax.string(given[0]) in events:
            yield given[1]


def _calls(script: Script, handler: SgNode) -> Iterator[tuple[str, SgNode | None]]:
    """The calls that a handler leads to, by name; a call of ``None`` where one leads out of the file."""
    flow = Flow(script)
    if not flow.handler(handler):
        yield handler.text(), None
        return
    for reached in flow.from_handler(handler):
        function = syntax.callee(reached.call) if reached.call.kind() in ("call_expression", "new_expression") else reached.call
        name = function.text() if function is not None else ""
        follows = function is not None and function.kind() in ("identifier", "member_expression") and flow.named(function)
        says = re.search(r"(?:^|\.)(?:emit|send)\w*$", name)
        yield name, reached.call if follows or says or _HARMLESS.match(name) else None


def _emitted(script: Script, handler: SgNode) -> set[str] | None:
    """The events that a handler emits; ``None`` where it hands on to code that is not followed."""
    found: set[str] = set()
    for name, call in _calls(script, handler):
        if call is None:
            if not re.match(r"set[A-Z]\w*$", name):
                return None
            continue
        given = syntax.arguments(call) if name.endswith("emit") else []
        event = syntax.string(given[0]) if given else None
        if name.endswith("emit") and event is None:
            return None
        found |= {event} if event is not None else set()
    return found


def _begins_again(script: Script) -> bool:
    """True where the page starts over, or goes elsewhere, once the connection is lost."""
    return any(_STARTS_OVER.search(handler.text()) for handler in _handlers(script, _ENDED))


def _flags(handler: SgNode) -> set[str]:
    """Names of the state that a handler sets: ``isConnected.value = true``, ``setIsConnected(true)``."""
    found = re.findall(r"\b(\w{2,40})\.(?:value|current)\s?=(?!=)|\bset([A-Z]\w{1,40})\(", handler.text())
    return {name or f"{setter[0].lower()}{setter[1:]}" for name, setter in found}


def _watched(text: str, flag: str) -> bool:
    """True where an effect of a file runs again with that state."""
    word = re.escape(flag)
    return bool(
        re.search(rf"\[[^\[\]]{{0,200}}\b{word}\b[^\[\]]{{0,200}}\]\s?\)", text)
        or re.search(rf"\bwatch\w{{0,10}}\([^;{{]{{0,80}}\b{word}\b", text)
    )


def _runs_again(call: SgNode) -> bool:
    """True inside an effect that depends on the state of the connection, or inside a handler of the opened socket."""
    for above in call.ancestors():
        if above.kind() != "call_expression":
            continue
        function, given = above.field("function"), syntax.arguments(above)
        name = function.text() if function is not None else ""
        if re.search(r"(?:^|\.)(?:useEffect|useLayoutEffect|watch|watchEffect|createEffect|effect)$", name):
            depends = given[-1].text() if len(given) > 1 else "open"
            if _AGAIN_WITH.search(depends) or name.endswith(("watch", "watchEffect", "createEffect", "effect")):
                return True
        if given and syntax.string(given[0]) in _OPENED:
            return True
    return False


def _puts_in_room(text: str, event: str) -> bool:
    """True where a server's own handler of that event puts the socket into a room; what it delegates to is not followed."""
    name = rf"\s?[\"'`]{re.escape(event)}[\"'`]"
    for match in re.finditer(rf"\.on\({name}\s?,", text):
        if _JOINS_THERE.search(_inside(text, match.end())):
            return True
    for match in re.finditer(rf"SubscribeMessage\({name}[^)\n]{{0,80}}\)", text):
        if _JOINS_THERE.search(re.split(r"\n(?: {2}|\t)\}", text[match.end() : match.end() + _AFTER])[0]):
            return True
    for match in re.finditer(rf"\n@\w{{1,30}}\.(?:on|event)\({name}[^\n]{{0,80}}\)\s{{0,3}}\n(?:async )?def [^\n]*\n", text):
        if _JOINS_THERE.search(re.split(r"\n(?=[^\s#])", text[match.end() : match.end() + _AFTER])[0]):
            return True
    return False


def _inside(text: str, start: int) -> str:
    """From a position inside a call's brackets to where they close."""
    depth = 1
    for at in range(start, min(len(text), start + 4 * _AFTER)):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if depth == 0:
            return text[start:at]
    return ""
