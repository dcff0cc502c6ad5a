"""The scripts of an app with a server -> where it sends to sockets that this process keeps, and what joins the processes.

Answering each socket alone is no broadcast, and neither is a timer that tells what every process has by itself (a clock).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from advisor.model import Place
from advisor.stack.javascript import syntax
from advisor.stack.javascript.flow import Flow, calls_in, timer_of
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.shapes import Site

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_SENDS = re.compile(r"^[_#]?(?:send\w*|emit|publish)$")
_ROOMS = frozenset({"to", "in", "of", "except", "volatile", "local", "compress", "timeout", "broadcast", "sockets"})
_COLLECTION = re.compile(
    r"clients|sockets|peers|connections|conns|users|players|members|subscribers|sessions|rooms?\b|participants|listeners|channels|viewers|games?\b",
    re.IGNORECASE,
)
_OTHERS_KEY = re.compile(r"\bto\b|target|recip|receiver|peer|other|partner|opponent|dest|\.\w+$", re.IGNORECASE)
_OWN = re.compile(r"new Date|Date\.now|process\.|\bos\.|performance\.|ping|heart_?beat|keep_?alive|uptime|time", re.IGNORECASE)
_SUBSCRIBES = frozenset({"subscribe", "psubscribe", "pSubscribe", "sSubscribe", "ssubscribe", "listen", "consume"})
_BROKERS = {
    "redis": "node-redis-pubsub",
    "ioredis": "node-redis-pubsub",
    "nats": "node-nats-pubsub",
    "@nats-io/transport-node": "node-nats-pubsub",
    "amqplib": "node-amqp-pubsub",
    "kafkajs": "node-kafka-pubsub",
    "pg": "node-postgres-notify",
    "pg-listen": "node-postgres-notify",
    "mqtt": "node-mqtt-pubsub",
}


def socket_io(script: Script, variables: frozenset[str]) -> Place | None:
    """``io.emit``, ``io.to(room).emit``, ``socket.broadcast.emit``, ``socket.to(room).emit``, also through Nest's ``server``."""
    for call, holder, _ in script.methods("emit", "send", "write"):
        chain = _chain(holder)
        if not chain:
            continue
        root, steps = chain
        whole = root in variables or re.search(r"(?:^|\.)(?:io|_io|nsp|namespace|server|wss|\w*[Nn]amespace)$", root)
        if whole and (steps or root in variables) and not _own_clock(script, call):
            return syntax.place(script.path, call)
        if ({"broadcast", "to", "in"} & set(steps)) and not _own_clock(script, call):
            return syntax.place(script.path, call)
    return None


def _chain(node: SgNode) -> tuple[str, list[str]] | None:
    """``io.of("/x").to(room)`` -> ``("io", ["to", "of"])``: only steps that Socket.IO has."""
    steps: list[str] = []
    for _ in range(12):
        node = syntax.bare(node)
        target = node.field("function") if node.kind() == "call_expression" else node
        parts = syntax.member(target) if target else None
        if parts and parts[1] in _ROOMS:
            steps.append(parts[1])
            node = parts[0]
            continue
        return (node.text(), steps) if node.kind() in ("identifier", "member_expression") else None
    return None


def raw(script: Script) -> Place | None:
    """``wss.clients.forEach(c => c.send())``, loops over a collection of sockets, a send to a socket looked up by an id."""
    for call, holder, name in script.methods("forEach", "map"):
        given = syntax.arguments(call)
        if given and (name == "forEach" or _COLLECTION.search(holder.text())):
            bound = _first_parameter(given[0])
            if _sends_to(script, given[0], bound, holder.text()) and not _own_clock(script, call):
                return syntax.place(script.path, call)
    for loop in script.by_kind["for_in_statement"]:
        left, right, inner = loop.field("left"), loop.field("right"), loop.field("body")
        if left is None or right is None or inner is None:
            continue
        if _sends_to(script, inner, left.text(), right.text()) and not _own_clock(script, loop):
            return syntax.place(script.path, loop)
    return _looked_up(script)


def _first_parameter(node: SgNode) -> str:
    if node.kind() not in syntax.FUNCTIONS:
        return ""
    listed = syntax.parameters(node)
    return listed[0].text() if listed else ""


def _sends_to(script: Script, inner: SgNode, bound: str, collection: str) -> bool:
    """True where the body sends to what the loop gives it."""
    names = set(re.findall(r"[\w$]+", bound)) or {"\0"}
    sockets = bool(_COLLECTION.search(collection))
    for call in calls_in(inner):
        function = syntax.callee(call) if call.kind() == "call_expression" else None
        parts = syntax.member(function) if function else None
        name = parts[1] if parts else function.text() if function else ""
        if not _SENDS.match(name):
            continue
        words = set(re.findall(r"[\w$]+", parts[0].text() if parts else ""))
        if words & names:
            return True
        if sockets and _derived(script, inner, words, names):
            return True
        given = syntax.arguments(call)
        if (
            sockets
            and given
            and (set(re.findall(r"[\w$]+", given[0].text())) & names or _derived(script, inner, {given[0].text()}, names))
        ):
            return True
    return False


def _derived(script: Script, inner: SgNode, words: set[str], names: set[str]) -> bool:
    """True where a name in ``words`` was declared in the body from a name of the loop."""
    for word in words:
        for declared in script.declared.get(word, ()):
            value = declared.field("value") if syntax.within(declared, inner) else None
            if value is not None and set(re.findall(r"[\w$]+", value.text())) & names:
                return True
    return False


def _looked_up(script: Script) -> Place | None:
    for call, holder, _ in script.methods("send", "emit"):
        source = holder
        if holder.kind() in ("identifier", "member_expression"):
            name = re.match(r"[\w$]+", holder.text())
            value = script.value(name[0], holder) if name else None
            if value is None:
                continue
            source = value
        key = _key_of(syntax.bare(source))
        if key is not None and _OTHERS_KEY.search(key):
            return syntax.place(script.path, call)
    return None


def _key_of(node: SgNode) -> str | None:
    """The key of ``users.get(key)`` and ``users[key]`` where the collection's name speaks of sockets."""
    if node.kind() == "subscript_expression":
        holder, index = node.field("object"), node.field("index")
        return index.text() if holder and index and _COLLECTION.search(holder.text()) else None
    if node.kind() == "call_expression":
        function = node.field("function")
        parts = syntax.member(function) if function else None
        given = syntax.arguments(node)
        if parts and parts[1] == "get" and given and _COLLECTION.search(parts[0].text()):
            return given[0].text()
    return None


def _own_clock(script: Script, node: SgNode) -> bool:
    """True inside a timer whose messages hold nothing but time, the process's own figures, or a ping."""
    for above in node.ancestors():
        if above.kind() == "call_expression" and timer_of(above) and above.text().split("(", 1)[0].endswith("setInterval"):
            sent = [
                listed.text()
                for reached in [above]
                for call in calls_in(reached)
                if call.kind() == "call_expression"
                and (function := syntax.callee(call)) is not None
                and _SENDS.match(function.text().rsplit(".", 1)[-1])
                and (listed := call.field("arguments")) is not None
            ]
            return bool(sent) and all(_OWN.search(_with_values(script, above, text)) for text in sent)
    return False


def _with_values(script: Script, timer: SgNode, text: str) -> str:
    """A message's text with the values that its names were declared with inside the timer."""
    for name in re.findall(r"[\w$]+", text):
        for declared in script.declared.get(name, ()):
            value = declared.field("value")
            if value is not None and syntax.within(declared, timer):
                text += f" {value.text()}"
    return text


# ---------------------------------------------------------------- what joins the processes


def adapter(sites: list[Site], script: Script) -> str | None:
    """The library of a ``createAdapter`` that is handed to the server: ``io.adapter(x)``, or the option ``adapter``."""
    created = [site for site in sites if site.role == "backplane" and site.script.path == script.path]
    for site in created:
        if _attached(script, site.node):
            return site.library.id
    return None


def _attached(script: Script, node: SgNode) -> bool:
    for call, _, _ in script.methods("adapter", "useWebSocketAdapter"):
        given = syntax.arguments(call)
        if given and (syntax.within(node, given[0]) or _kept_as(script, node, given[0].text())):
            return True
    for pair in script.by_kind["pair"]:
        value = pair.field("value")
        if value is None or syntax.key_of(pair) not in ("adapter", "presence", "pubsub", "pubSub", "extensions", "driver"):
            continue
        if syntax.within(node, value) or _kept_as(script, node, value.text()):
            return True
    return False


def _kept_as(script: Script, node: SgNode, name: str) -> bool:
    """True where a value is kept under this name, as a constant or a member."""
    nodes = [*script.declared.get(name, ()), *script.assigned.get(name, ())]
    return any(syntax.within(node, declared) for declared in nodes)


def subscribed(script: Script) -> str | None:
    """The broker whose messages a script sends on to sockets: a subscription whose handler leads to a send."""
    brokers = {_BROKERS[module] for module, _ in script.imports.values() if module in _BROKERS} | {
        _BROKERS[origin[0]]
        for nodes in script.declared.values()
        for node in nodes
        if (value := node.field("value"))
        and "require(" in value.text()
        and (origin := script.origin(value))
        and origin[0] in _BROKERS
    }
    if not brokers:
        return None
    handlers = list(_handlers(script))
    if not any(name in _SUBSCRIBES for _, _, name in script.methods(*_SUBSCRIBES)) and "LISTEN " not in script.text:
        return None
    for handler in handlers:
        for reached in Flow(script).from_handler(handler):
            function = syntax.callee(reached.call) if reached.call.kind() == "call_expression" else None
            if function is not None and re.match(
                r"[_#]?(?:send\w*|emit\w*|broadcast\w*|deliver\w*)$", function.text().rsplit(".", 1)[-1], re.IGNORECASE
            ):
                return sorted(brokers)[0]
    return None


def _handlers(script: Script) -> Iterator[SgNode]:
    for call, _, name in script.methods("on", *_SUBSCRIBES):
        given = syntax.arguments(call)
        event = syntax.string(given[0]) if given else None
        if name != "on" or event in ("message", "pmessage", "messageBuffer", "notification", "smessage"):
            yield from (
                argument
                for argument in given
                if argument.kind() in syntax.FUNCTIONS or argument.kind() in ("identifier", "member_expression")
            )
            for argument in given:
                for key, value in syntax.entries(argument):
                    if key in ("eachMessage", "callback"):
                        yield value
