"""What code does with the sockets it holds: keeps and sends to all of them, reads cookies, checks the origin, joins processes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from advisor.model import Heartbeat, Place
from advisor.stack.python.module import Module, arguments, function_around, parameters, receiver
from advisor.stack.python.project import Project
from advisor.stack.python.values import number, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_SENDS = frozenset({"send_text", "send_json", "send_bytes", "send", "send_str", "write_message", "sendMessage"})
_KEEPS = frozenset({"append", "add", "setdefault", "insert"})
_SOCKETS = frozenset({"ws", "websocket", "socket", "conn", "connection", "client", "self", "sock", "web_socket"})
_SLEEPS = frozenset({"asyncio.sleep", "time.sleep", "anyio.sleep", "gevent.sleep", "eventlet.sleep", "trio.sleep"})
_BEAT = re.compile(r"\bping\b|heart_?beat|keep_?alive", re.IGNORECASE)
BACKPLANE_WORDS = ("psubscribe", "pubsub", "broadcaster", "aio_pika", "aiokafka", "nats")
WORDS = (*BACKPLANE_WORDS,)


def broadcasts(module: Module, names: frozenset[str] = _SENDS) -> Place | None:
    """Where sockets that the module keeps in memory are sent to: by a loop, or by looking another one up."""
    for call in module.called(
        "websockets.broadcast", "websockets.asyncio.server.broadcast", "websockets.legacy.server.broadcast"
    ):
        return module.place(call.node)
    if not any(_kept(module)):
        return None
    for method, node in module.methods:
        if method in names and not _is_parameter(receiver(node), node):
            return module.place(node)
    return None


def _kept(module: Module) -> Iterator[bool]:
    """One item for each socket put into something that outlives the handler."""
    for method, node in module.methods:
        if (
            method in _KEEPS
            and any(_is_socket(module, item, node) for item in arguments(node)[0])
            and _lasts(receiver(node), module)
        ):
            yield True
    for node in module.root.find_all(kind="assignment"):
        left, right = node.field("left"), node.field("right")
        if left is not None and right is not None and left.kind() == "subscript" and _is_socket(module, right, node):
            yield True


def _is_socket(module: Module, node: SgNode, at: SgNode) -> bool:
    if node.kind() != "identifier":
        return False
    function = function_around(at)
    annotation = parameters(function).get(node.text(), (None, None))[0] if function is not None else None
    if annotation is not None:
        return (module.name(annotation) or "").rpartition(".")[2] in (
            "WebSocket",
            "WebSocketServerProtocol",
            "ServerConnection",
            "Server",
        )
    return node.text() in _SOCKETS or node.text().endswith(("_ws", "_websocket", "_socket"))


def _lasts(node: SgNode | None, module: Module) -> bool:
    """True for attributes and for names that the module assigns at its top level, also inside ``[...]`` and ``()``."""
    for _ in range(6):
        if node is None:
            return False
        if node.kind() == "attribute":
            return True
        if node.kind() == "identifier":
            rights = module.assigned.get(node.text(), [])
            return any(function_around(right) is None for right in rights)
        node = node.field("value") or receiver(node)
    return False


def _is_parameter(node: SgNode | None, at: SgNode) -> bool:
    """True where the receiver is the handler's own socket (a parameter, ``self``) or not a plain expression at all."""
    if node is None or (node.kind() == "identifier" and node.text() in ("self", "websocket", "ws")):
        return node is None or not _is_loop_variable(node)
    if node.kind() != "identifier":
        return node.kind() not in ("attribute", "subscript", "call") or node.text().startswith("self.request")
    function = function_around(at)
    return function is not None and node.text() in parameters(function) and not _is_loop_variable(node)


def _is_loop_variable(node: SgNode) -> bool:
    """True where the name runs over a collection around this very place."""
    for parent in node.ancestors():
        if parent.kind() == "for_statement" and _names(parent.field("left"), node.text()):
            return True
        if parent.kind() in ("list_comprehension", "generator_expression", "set_comprehension"):
            clauses = parent.find_all(kind="for_in_clause")
            if any(_names(clause.field("left"), node.text()) for clause in clauses):
                return True
        if parent.kind() == "function_definition":
            break
    return False


def _names(left: SgNode | None, name: str) -> bool:
    if left is None:
        return False
    return left.text() == name or any(part.text() == name for part in left.find_all(kind="identifier"))


def backplane(project: Project, module: Module) -> str | None:
    """The library through which the app of this module joins its processes: something subscribes and can reach the sockets."""
    for other in project.siblings(module, *BACKPLANE_WORDS):
        names = set(other.imports.values())
        roots = {name.partition(".")[0] for name in names}
        subscribes = any(method in ("subscribe", "psubscribe", "ssubscribe") for method, _ in other.methods)
        if roots & {"redis", "aioredis", "redis_om", "fakeredis"} and subscribes:
            return "redis"
        if subscribes and any(name.startswith("pubsub.") or ".pubsub" in name for name, _ in other.calls):
            return "redis"
        for call in other.called("broadcaster.Broadcast"):
            url = value(project, other, next(iter(arguments(call.node)[0]), None))
            if not (isinstance(url, str) and url.startswith("memory")):
                return "broadcaster"
        if roots & {"aio_pika", "aiokafka", "nats"} and (
            subscribes or any(m in ("consume", "getone", "start") for m, _ in other.methods)
        ):
            return next(iter(sorted(roots & {"aio_pika", "aiokafka", "nats"})))
    return None


def checks_origin(module: Module) -> bool:
    """True where the code reads the handshake's Origin header itself."""
    return any(node.text().strip("\"'bB").lower() in ("origin", "http_origin") for node in module.root.find_all(kind="string"))


def reads_cookies(module: Module) -> Place | None:
    """Where a handler takes the socket's cookies or session for its identity."""
    for node in module.root.find_all(kind="attribute"):
        owner, attribute = node.field("object"), node.field("attribute")
        if owner is None or attribute is None or attribute.text() not in ("cookies", "session"):
            continue
        if owner.text() in ("websocket", "ws", "socket", "self.websocket", "self.ws"):
            return module.place(node)
    for call in module.called("fastapi.Cookie", "fastapi.params.Cookie"):
        function = function_around(call.node)
        if function is not None and "WebSocket" in (function.field("parameters") or function).text():
            return module.place(call.node)
    return None


def observed_heartbeat(
    project: Project, modules: Iterable[Module], sender: Literal["server", "client"] = "server"
) -> Heartbeat | None:
    """The app's own: a loop that sleeps for a known time and sends a ping, or something called one."""
    for module in modules:
        if not _BEAT.search(module.text):
            continue
        for loop in module.root.find_all(kind="while_statement"):
            sleeps = [call for call in loop.find_all(kind="call") if (module.name(call.field("function")) or "") in _SLEEPS]
            beats = [call for call in loop.find_all(kind="call") if _is_beat(module, call)]
            interval = number(project, module, next(iter(arguments(sleeps[0])[0]), None)) if sleeps else None
            if beats and interval:
                plain = (module.name(beats[0].field("function")) or "").endswith(".ping")
                return Heartbeat(sender, "observed", interval, None, module.place(beats[0]), plain, certainty="strong")
    return None


def _is_beat(module: Module, call: SgNode) -> bool:
    function = call.field("function")
    attribute = function.field("attribute") if function is not None and function.kind() == "attribute" else None
    if attribute is None:
        return False
    if attribute.text() == "ping":
        owner = receiver(call)
        return owner is not None and bool(re.search(r"ws|socket|conn|client", owner.text(), re.IGNORECASE))
    return attribute.text() in _SENDS and bool(_BEAT.search(call.text()))
