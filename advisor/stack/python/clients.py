"""Python code that opens WebSockets to a server -> client uses, with their URLs and what they do after a close."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from advisor.model import Heartbeat, Reconnect, Use
from advisor.scope import scope_of
from advisor.stack.library import libraries
from advisor.stack.python.module import Module, argument, arguments, function_around, receiver
from advisor.stack.python.project import Project
from advisor.stack.python.sockets import observed_heartbeat
from advisor.stack.python.urls import url_of
from advisor.stack.python.values import number, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = ("websockets", "websocket", "ws_connect", "websocket_connect", "aconnect_ws", "connect_ws", "socketio")
MOST = 50
"""Uses of one kind in one file; more are generated or a test of the library."""
_WEBSOCKETS = tuple(
    f"websockets{part}.{name}"
    for part in ("", ".client", ".asyncio.client", ".sync.client", ".legacy.client")
    for name in ("connect", "unix_connect")
)
_OPENS: dict[str, tuple[str, int]] = {
    **dict.fromkeys(_WEBSOCKETS, ("websockets-py", 0)),
    "websocket.WebSocketApp": ("websocket-client-py", 0),
    "websocket.create_connection": ("websocket-client-py", 0),
    "tornado.websocket.websocket_connect": ("tornado", 0),
    "httpx_ws.aconnect_ws": ("httpx-ws", 0),
    "httpx_ws.connect_ws": ("httpx-ws", 0),
}
_SIGN = re.compile(r"connect\w*\s*\(|WebSocketApp\s*\(|create_connection\s*\(")
_SOCKETIO = ("socketio.Client", "socketio.AsyncClient", "socketio.SimpleClient", "socketio.AsyncSimpleClient")


def detect(project: Project) -> Iterator[Use]:
    """One use for each call that opens a connection; a test client is none."""
    for module in project.modules(*WORDS, sign=_SIGN):
        observed = observed_heartbeat(project, (module,), "client")
        for use in islice(_clients(project, module), MOST):
            yield replace(use, heartbeat=observed) if observed else use


def _clients(project: Project, module: Module) -> Iterator[Use]:
    for call in module.calls:
        if call.name in _OPENS:
            library, position = _OPENS[call.name]
            yield _use(project, module, call.node, library, argument(call.node, position, "uri", "url"))
        elif call.name.endswith(".ws_connect") and _of_aiohttp(project, module, call.node):
            yield _use(project, module, call.node, "aiohttp", argument(call.node, 0, "url"))
        elif call.name.endswith(".connect"):
            made = project.made(module, receiver(call.node))
            if made and made.name in _SOCKETIO:
                yield _use(project, module, call.node, "python-socketio", argument(call.node, 0, "url"))
            elif made and made.name == "websocket.WebSocket":
                yield _use(project, module, call.node, "websocket-client-py", argument(call.node, 0, "url"))


def opens(module: Module) -> bool:
    """True where the file opens connections itself, so that what it sends is a client's."""
    return any(call.name in _OPENS or call.name.endswith(".ws_connect") for call in module.calls)


def _of_aiohttp(project: Project, module: Module, call: SgNode) -> bool:
    """True for aiohttp's own session, false for the client of its test kit."""
    imported = set(module.imports.values())
    if any(name.startswith(("aiohttp.test_utils", "pytest_aiohttp")) for name in imported):
        return False
    made = project.made(module, receiver(call))
    if made is not None:
        return made.name.startswith("aiohttp.") or "aiohttp" in made.name
    return any(name.partition(".")[0] == "aiohttp" for name in imported)


def _use(project: Project, module: Module, node: SgNode, library: str, url: SgNode | None) -> Use:
    known = libraries()[library]
    root = project.owner(module)
    found = url_of(project, module, url)
    if found and library == "python-socketio":
        found = replace(found, path=_socketio_path(project, module, node))
    return Use(
        library,
        known.name,
        "client",
        root.id,
        module.place(node),
        scope=scope_of(module.file),
        version=project.packages.version(root, known.packages),
        urls=(found,) if found else (),
        heartbeat=_heartbeat(project, module, node, library),
        reconnect=_reconnect(project, module, node, library),
        transports=("polling", "websocket") if library == "python-socketio" else ("websocket",),
        one_shot=_one_shot(module, node, library),
    )


def _socketio_path(project: Project, module: Module, node: SgNode) -> str | None:
    """The path of a Socket.IO client; that of its URL names a namespace."""
    given = argument(node, None, "socketio_path")
    if given is None:
        return "/socket.io/"
    path = value(project, module, given)
    return f"/{path.strip('/')}/" if isinstance(path, str) else None


def _heartbeat(project: Project, module: Module, node: SgNode, library: str) -> Heartbeat | None:
    default = libraries()[library].heartbeat(None)
    if default is None or not default.keys or library == "python-socketio":
        return None
    where = _run_forever(project, module, node) if library == "websocket-client-py" else node
    given = argument(where, None, default.keys[0]) if where is not None else None
    fact = f"{library}/heartbeat"
    if given is None:
        interval = default.interval_s if default.sender != "none" else None
        return Heartbeat("client" if interval else "none", "default", interval, default.timeout_s, fact=fact)
    if value(project, module, given) in (None, 0):
        return Heartbeat("none", "configured", place=module.place(given), fact=fact)
    interval = number(project, module, given)
    return Heartbeat("client", "configured", interval, None, module.place(given), fact=fact) if interval else None


def _run_forever(project: Project, module: Module, node: SgNode) -> SgNode | None:
    """The ``run_forever`` of a ``WebSocketApp``: on its variable, else the only one of the file."""
    if not (module.name(node.field("function")) or "").endswith("WebSocketApp"):
        return None
    for call in module.called(".run_forever"):
        made = project.made(module, receiver(call.node))
        if made and made.module is module and made.node.range() == node.range():
            return call.node
    calls = [call for method, call in module.methods if method == "run_forever"]
    return calls[0] if len(calls) == 1 else None


# ---------------------------------------------------------------- after a close


def _reconnect(project: Project, module: Module, node: SgNode, library: str) -> Reconnect | None:
    """The library's own schedule, or the loop around the call; ``None`` where the code leaves it open."""
    if library == "python-socketio":
        return _socketio_schedule(project, module, node)
    place = module.place(node)
    if library == "websockets-py" and _is_async_for(node):
        return Reconnect("library", max_delay_s=60, jitter=True, place=place)
    at = node
    if library == "websocket-client-py":
        run = _run_forever(project, module, node)
        at = run or node
        given = argument(run, None, "reconnect") if run is not None else None
        delay = number(project, module, given)
        if delay:
            return Reconnect("fixed", delay, place=module.place(run) if run is not None else place)
    loop = _loop(at)
    if loop is not None:
        return _looped(project, module, loop)
    if _calls_itself(at) or not _runs_once(module, at):
        return None
    return Reconnect("none", place=place)


def _socketio_schedule(project: Project, module: Module, node: SgNode) -> Reconnect | None:
    made = project.made(module, receiver(node))
    if made is None or made.name.endswith("SimpleClient"):
        return None
    enabled = argument(made.node, None, "reconnection")
    if enabled is not None and value(project, made.module, enabled) is False:
        return Reconnect("none", place=module.place(node))
    attempts = number(project, made.module, argument(made.node, None, "reconnection_attempts"))
    return Reconnect("library", 1, 5, True, int(attempts) if attempts else None, module.place(node))


def _is_async_for(node: SgNode) -> bool:
    parent = node.parent()
    return parent is not None and parent.kind() == "for_statement" and parent.text().startswith("async")


def _loop(node: SgNode) -> SgNode | None:
    """The endless loop around the call, inside the same function."""
    for parent in node.ancestors():
        if parent.kind() == "while_statement" or (parent.kind() == "for_statement" and "range(" in _right(parent)):
            return parent
        if parent.kind() == "function_definition":
            return None
    return None


def _right(loop: SgNode) -> str:
    right = loop.field("right")
    return right.text() if right is not None else ""


def _looped(project: Project, module: Module, loop: SgNode) -> Reconnect:
    """``while True:`` with a sleep of a number, of a growing variable, or with none."""
    place = module.place(loop)
    right = loop.field("right")
    tries = number(project, module, argument(right, 0)) if right is not None and right.kind() == "call" else None
    attempts = int(tries) if tries else None
    for call in loop.find_all(kind="call"):
        name = module.name(call.field("function")) or ""
        if name not in ("time.sleep", "asyncio.sleep", "trio.sleep", "anyio.sleep", "gevent.sleep"):
            continue
        given = argument(call, 0, "delay", "secs")
        if given is not None and _grows(loop, given):
            first, most = _bounds(project, module, loop, given)
            return Reconnect("exponential", first, most, "random" in loop.text(), attempts, place)
        return Reconnect("fixed", number(project, module, given), attempts=attempts, place=place)
    return Reconnect("immediate", 0, attempts=attempts, place=place)


def _bounds(project: Project, module: Module, loop: SgNode, given: SgNode | None) -> tuple[float | None, float | None]:
    """The first delay as assigned before the loop, and the cap that ``min(...)`` sets."""
    rights = module.assigned.get(given.text(), []) if given is not None else []
    firsts = [found for right in rights if (found := number(project, module, right)) is not None]
    caps = [
        found
        for call in loop.find_all(kind="call")
        if module.name(call.field("function")) == "min"
        for item in arguments(call)[0]
        if (found := number(project, module, item)) is not None
    ]
    return next(iter(firsts), None), max(caps, default=None)


def _grows(loop: SgNode, given: SgNode) -> bool:
    if "**" in given.text() or "random" in given.text() or "min(" in given.text():
        return True
    if given.kind() not in ("identifier", "attribute"):
        return False
    written = [*loop.find_all(kind="augmented_assignment"), *loop.find_all(kind="assignment")]
    return any(
        (left := item.field("left")) is not None and left.text() == given.text() and "*" in item.text() for item in written
    )


def _runs_once(module: Module, node: SgNode, depth: int = 0) -> bool:
    """True where the file itself runs this code, once: at its top level, or from a function that it calls there, in no loop.

    A method, or a function that other files may call again after a close, leaves the question open.
    """
    if _loop(node) is not None or depth > 4 or any(parent.kind() == "class_definition" for parent in node.ancestors()):
        return False
    function = function_around(node)
    if function is None:
        return True
    named = function.field("name")
    callers = [call.node for call in module.calls if named is not None and call.name == named.text()]
    return bool(callers) and all(_runs_once(module, caller, depth + 1) for caller in callers[:5])


def _calls_itself(node: SgNode) -> bool:
    """True where ``on_close`` or an error handler may start the connection again."""
    function = function_around(node)
    named = function.field("name") if function is not None else None
    if named is None:
        return False
    return sum(1 for item in node.get_root().root().find_all(kind="identifier") if item.text() == named.text()) > 2


def _one_shot(module: Module, node: SgNode, library: str) -> bool:
    """True where the code asks, reads a few answers and ends: no loop reads from the socket."""
    if library == "python-socketio" or _is_async_for(node):
        return False
    if library == "websocket-client-py" and "WebSocketApp" in (module.name(node.field("function")) or ""):
        return False
    function = function_around(node)
    scope = function if function is not None else module.root
    reads = any(scope.find(kind=kind) is not None for kind in ("while_statement", "for_statement"))
    inside = any(parent.kind() == "class_definition" for parent in node.ancestors())
    return not reads and not inside
