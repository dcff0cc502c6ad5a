"""Servers that own their sockets (websockets, aiohttp, Tornado, Autobahn, gevent-websocket) -> server uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from advisor.model import Endpoint, Heartbeat, Place, Setting, Use
from advisor.scope import scope_of
from advisor.stack.library import libraries
from advisor.stack.python.clients import MOST, opens
from advisor.stack.python.listening import Listening, aiohttp_listening, bound, tornado_listening
from advisor.stack.python.module import Module, argument, arguments, function_around
from advisor.stack.python.project import Project
from advisor.stack.python.routers import public
from advisor.stack.python.sockets import backplane, broadcasts, observed_heartbeat
from advisor.stack.python.values import Environment, host, number, port, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = (
    "websockets",
    "WebSocketResponse",
    "WebSocketHandler",
    "WebSocketServerFactory",
    "geventwebsocket",
    "add_get",
    "add_route",
    "run_app",
    "TCPSite",
    "tornado",
    "autoPingInterval",
)
_SERVE = tuple(
    f"websockets{part}.{name}"
    for part in ("", ".server", ".asyncio.server", ".sync.server", ".legacy.server")
    for name in ("serve", "unix_serve")
)


_SIGN = re.compile(r"serve\s*\(")


def detect(project: Project) -> Iterator[Use]:
    """One use for each server that the code opens; for aiohttp and Tornado one for each app and scope."""
    for module in project.modules("websockets", sign=_SIGN):
        for call in islice(module.called(*_SERVE), MOST):
            yield _websockets(project, module, call.node)
    for module in project.modules("WebSocketServerFactory"):
        for call in module.called(
            "autobahn.twisted.websocket.WebSocketServerFactory", "autobahn.asyncio.websocket.WebSocketServerFactory"
        ):
            yield _autobahn(project, module, call.node)
    for module in project.modules("geventwebsocket"):
        for call in module.called(
            "gevent.pywsgi.WSGIServer", "geventwebsocket.WebSocketServer", "geventwebsocket.server.WebSocketServer"
        ):
            handler = argument(call.node, None, "handler_class")
            if call.name.startswith("geventwebsocket") or "geventwebsocket" in (module.name(handler) or ""):
                at = bound(project, module, argument(call.node, 0, "listener"))
                endpoint = Endpoint(None, module.place(call.node), at.port, at.port_from, at.bind)
                yield _use(project, module, "gevent-websocket", call.node, (endpoint,))
    yield from _each_app(project, "WebSocketResponse", _aiohttp)
    yield from _each_app(project, "WebSocketHandler", _tornado)


def _each_app(project: Project, word: str, reader: Any) -> Iterator[Use]:
    grouped: dict[tuple[str, str], list[Module]] = {}
    for module in project.modules(word):
        grouped.setdefault((project.owner(module).id, scope_of(module.file)), []).append(module)
    for modules in grouped.values():
        use = reader(project, modules)
        if use:
            yield use


def _use(project: Project, module: Module, library: str, node: SgNode, endpoints: tuple[Endpoint, ...], **more: Any) -> Use:
    known = libraries()[library]
    root = project.owner(module)
    sends = broadcasts(module)
    joined = backplane(project, module) if sends else None
    return Use(
        library,
        known.name,
        "server",
        root.id,
        module.place(node),
        scope=scope_of(module.file),
        version=project.packages.version(root, known.packages),
        endpoints=endpoints,
        broadcasts=sends,
        backplane=joined,
        backplane_scope="network" if joined else None,
        http10=known.http10,
        **more,
    )


# ---------------------------------------------------------------- websockets


def _websockets(project: Project, module: Module, node: SgNode) -> Use:
    unix = (module.name(node.field("function")) or "").endswith("unix_serve")
    bind_node, port_node = argument(node, 1, "host"), argument(node, 2, "port")
    number_of, origin = port(project, module, port_node)
    bind = "unix:" if unix else host(project, module, bind_node) if bind_node is not None else None
    endpoint = Endpoint(None, module.place(node), None if unix else number_of, None if unix else origin, bind)
    origins_node = argument(node, None, "origins")
    answers = argument(node, None, "process_request") is not None
    return _use(
        project,
        module,
        "websockets-py",
        node,
        (endpoint,),
        heartbeat=observed_heartbeat(project, () if opens(module) else (module,))
        or _ping(project, module, node, "websockets-py"),
        max_message=_size(project, module, node, "max_size"),
        origins=_origins(project, module, origins_node) if origins_node is not None else None,
        origins_place=module.place(origins_node) if origins_node is not None else None,
        plain_get=None if answers else libraries()["websockets-py"].plain_get,
    )


def _origins(project: Project, module: Module, node: SgNode) -> tuple[str, ...] | None:
    found = value(project, module, node)
    if found is None:
        return None
    return tuple(str(item) for item in found if isinstance(item, str)) if isinstance(found, list) else ("{computed}",)


def _ping(project: Project, module: Module, node: SgNode, library: str) -> Heartbeat | None:
    """The heartbeat of a call with the library's own option names; ``None`` where it is computed."""
    default = libraries()[library].heartbeat(None)
    if default is None or not default.keys:
        return None
    given = argument(node, None, default.keys[0])
    after = argument(node, None, default.keys[1]) if len(default.keys) > 1 else None
    fact = f"{library}/heartbeat"
    if given is None and after is None:
        return Heartbeat(default.sender, "default", default.interval_s, default.timeout_s, fact=fact)
    found = value(project, module, given) if given is not None else default.interval_s
    found = found.default if isinstance(found, Environment) else found
    timeout = number(project, module, after) if after is not None else default.timeout_s
    place = module.place(given if given is not None else node)
    if found is None or found == 0:
        return Heartbeat("none", "configured", place=place, fact=fact)
    if not isinstance(found, int | float):
        return None
    if timeout is None and default.answer_within is not None:
        timeout = float(found) * default.answer_within
    sender = "server" if default.sender == "none" else default.sender
    return Heartbeat(sender, "configured", float(found), timeout, place, fact=fact)


def _size(project: Project, module: Module, node: SgNode, key: str) -> Setting | None:
    given = argument(node, None, key)
    amount = number(project, module, given)
    return Setting(key, given.text(), module.place(given), int(amount), "python") if given is not None and amount else None


# ---------------------------------------------------------------- aiohttp


def _aiohttp(project: Project, modules: list[Module]) -> Use | None:
    made = [
        (module, call.node) for module in modules for call in module.called("aiohttp.web.WebSocketResponse", ".WebSocketResponse")
    ]
    if not made:
        return None
    module, node = made[0]
    at = aiohttp_listening(project, module)
    endpoints: list[Endpoint] = []
    for owner, call in made:
        routes = list(_aiohttp_routes(project, owner, call))
        endpoints += [Endpoint(path, place, at.port, at.port_from, at.bind, prefix) for path, prefix, place in routes]
    beats = [_ping(project, owner, call, "aiohttp") for owner, call in made]
    weakest = None if None in beats else next((beat for beat in beats if beat and beat.sender == "none"), beats[0])
    return _use(
        project,
        module,
        "aiohttp",
        node,
        tuple(dict.fromkeys(endpoints)) or (Endpoint(None, module.place(node), at.port, at.port_from, at.bind),),
        heartbeat=observed_heartbeat(project, () if opens(module) else (module,)) or weakest,
        max_message=_size(project, module, node, "max_msg_size"),
    )


def _aiohttp_routes(project: Project, module: Module, call: SgNode) -> Iterator[tuple[str | None, bool, Place]]:
    """The paths at which the function or view that makes the response is registered."""
    function = function_around(call)
    named = function.field("name") if function is not None else None
    name = named.text() if named is not None else ""
    view = next((parent for parent in call.ancestors() if parent.kind() == "class_definition"), None)
    view_name = view.field("name") if view is not None else None
    wanted = {name, view_name.text() if view_name is not None else name}
    for decorated in module.decorated:
        own = decorated.definition.field("name")
        last = decorated.name.rpartition(".")[2]
        if own is not None and own.text() in wanted and last in ("get", "view", "route") and decorated.decorator.kind() == "call":
            yield (
                *_pattern(project, module, argument(decorated.decorator, 1 if last == "route" else 0, "path")),
                module.place(decorated.decorator),
            )
    for other in project.siblings(module, "add_get", "add_route"):
        for found in other.called(
            ".add_get", ".add_view", ".add_route", "aiohttp.web.get", "aiohttp.web.view", "aiohttp.web.route"
        ):
            shift = 1 if found.name.endswith(("add_route", "web.route")) else 0
            target = argument(found.node, 1 + shift, "handler")
            if target is not None and target.text().rpartition(".")[2] in wanted:
                yield *_pattern(project, other, argument(found.node, shift, "path")), other.place(found.node)


def _pattern(project: Project, module: Module, node: SgNode | None) -> tuple[str | None, bool]:
    found = value(project, module, node)
    return public("", found) if isinstance(found, str) else (None, False)


# ---------------------------------------------------------------- Tornado


def _tornado(project: Project, modules: list[Module]) -> Use | None:
    handlers = [
        (module, node, name)
        for module in modules
        for name, (node, bases) in module.classes.items()
        if any(base.startswith("tornado.") and base.endswith("WebSocketHandler") for base in bases)
    ]
    if not handlers:
        return None
    module, node, _ = handlers[0]
    at = tornado_listening(project, module)
    names = {name for _, _, name in handlers}
    routes = [
        route for other in project.siblings(module, "tornado", "WebSocketHandler") for route in _tuples(project, other, names)
    ]
    endpoints = tuple(Endpoint(path, place, at.port, at.port_from, at.bind, prefix) for path, prefix, place in routes)
    checks = [check for _, node, _ in handlers if (check := _method(node, "check_origin"))]
    open_to_all = any(_returns_true(check) for check in checks)
    return _use(
        project,
        module,
        "tornado",
        node,
        endpoints or (Endpoint(None, module.place(node), at.port, at.port_from, at.bind),),
        heartbeat=_tornado_ping(project, module),
        origins=("*",) if open_to_all else ("{decided in code}",) if checks else ("{same origin}",),
    )


def _tuples(project: Project, module: Module, names: set[str]) -> Iterator[tuple[str | None, bool, Place]]:
    """``(r"/ws", Handler)`` and ``url(r"/ws", Handler)`` in the handler list."""
    pairs: list[tuple[SgNode, list[SgNode]]] = [
        (node, [child for child in node.children() if child.is_named()]) for node in module.root.find_all(kind="tuple")
    ]
    pairs += [
        (call.node, arguments(call.node)[0])
        for call in module.called("tornado.web.url", "tornado.web.URLSpec", "tornado.routing.Rule")
    ]
    for node, parts in pairs:
        if len(parts) > 1 and parts[0].kind() == "string" and parts[1].text().rpartition(".")[2] in names:
            written = value(project, module, parts[0])
            head = written.rstrip("$").replace("/?", "/") if isinstance(written, str) else None
            cut = min((at for at in (head.find(sign) for sign in "([\\.*+?") if at >= 0), default=-1) if head else -1
            if head is not None and cut < 0:
                yield head, False, module.place(node)
            else:
                yield (head[:cut], True, module.place(node)) if head and cut > 1 else (None, False, module.place(node))


def _method(node: SgNode, name: str) -> SgNode | None:
    for function in node.find_all(kind="function_definition"):
        own = function.field("name")
        if own is not None and own.text() == name:
            return function
    return None


def _returns_true(function: SgNode) -> bool:
    """True where the body is nothing but ``return True``."""
    body = function.field("body")
    statements = (
        [child for child in body.children() if child.is_named() and child.kind() != "comment"] if body is not None else []
    )
    return bool(statements) and statements[-1].text() == "return True" and len(statements) == 1


def _tornado_ping(project: Project, module: Module) -> Heartbeat | None:
    """``Application(..., websocket_ping_interval=S)``, or the same in a settings dictionary."""
    for other in project.siblings(module, "tornado"):
        for node in (*other.root.find_all(kind="keyword_argument"), *other.root.find_all(kind="pair")):
            key = node.field("name") or node.field("key")
            if key is not None and key.text().strip("\"'") == "websocket_ping_interval":
                interval = number(project, other, node.field("value"))
                place = other.place(node)
                if interval:
                    return Heartbeat("server", "configured", interval, interval, place, fact="tornado/heartbeat")
                return None if interval is None else Heartbeat("none", "configured", place=place, fact="tornado/heartbeat")
    return Heartbeat("none", "default", fact="tornado/heartbeat")


# ---------------------------------------------------------------- Autobahn


def _autobahn(project: Project, module: Module, node: SgNode) -> Use:
    url = value(project, module, argument(node, 0, "url"))
    at = Listening()
    if isinstance(url, str) and "://" in url:
        number_of = url.rpartition(":")[2].partition("/")[0]
        at = Listening(None, int(number_of) if number_of.isdigit() else None, "literal" if number_of.isdigit() else None)
    for call in module.called(".setProtocolOptions"):
        beat = _ping(project, module, call.node, "autobahn-python")
        if beat and beat.source == "configured":
            break
    else:
        beat = Heartbeat("none", "default", fact="autobahn-python/heartbeat")
    endpoint = Endpoint(None, module.place(node), at.port, at.port_from, at.bind)
    return _use(project, module, "autobahn-python", node, (endpoint,), heartbeat=beat)
