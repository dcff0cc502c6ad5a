"""Routing frameworks with WebSocket routes (FastAPI, Starlette, Quart, Sanic, Litestar) -> one server use for each app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.model import Endpoint, Heartbeat, Place, Use
from advisor.scope import scope_of
from advisor.stack.library import libraries
from advisor.stack.python.clients import opens
from advisor.stack.python.module import Module, argument, parameters, receiver
from advisor.stack.python.project import Project
from advisor.stack.python.routers import WORDS as ROUTER_WORDS
from advisor.stack.python.routers import Routers, public
from advisor.stack.python.sockets import backplane, broadcasts, checks_origin, observed_heartbeat, reads_cookies
from advisor.stack.python.started import Started, started
from advisor.stack.python.values import host, number, port, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_WORDS = ("websocket", "WebSocket")
WORDS = (*_WORDS, *ROUTER_WORDS, "WEBSOCKET_PING")
_SIGN = re.compile(r"websocket(?:_route|_listener|_stream)?\s*\(|WebSocketRoute\s*\(")
_IMPORT = re.compile(
    r"from\s+(?:fastapi|starlette|quart|litestar|sanic)[\w.]*\s+import\s+(?:\([^)]{0,2000}|[^\n]{0,500})[wW]eb[sS]ocket"
)
_DECORATORS = frozenset({"websocket", "websocket_route", "websocket_listener", "websocket_stream"})
_ADDS = (".add_api_websocket_route", ".add_websocket_route", ".add_websocket")
_ROUTES = ("starlette.routing.WebSocketRoute", "fastapi.routing.APIWebSocketRoute", "fastapi.routing.WebSocketRoute")
_FRAMEWORKS = {
    "fastapi": "fastapi-starlette",
    "starlette": "fastapi-starlette",
    "quart": "quart",
    "sanic": "sanic",
    "litestar": "litestar",
}


@dataclass(frozen=True)
class Route:
    """One WebSocket route: where it stands, and each public path it has."""

    library: str
    module: Module
    node: SgNode
    paths: tuple[tuple[str | None, bool], ...]


def detect(project: Project) -> Iterator[Use]:
    """A use for every app, framework and scope, with all its routes as endpoints."""
    routers = Routers(project)
    grouped: dict[tuple[str, str, str], list[Route]] = {}
    for module in project.modules(*_WORDS, sign=_SIGN):
        for route in _routes(project, module, routers):
            grouped.setdefault((project.owner(module).id, route.library, scope_of(module.file)), []).append(route)
    for routes in grouped.values():
        yield _use(project, routes)


def _routes(project: Project, module: Module, routers: Routers) -> Iterator[Route]:
    for found in module.decorated:
        last = found.name.rpartition(".")[2]
        if last not in _DECORATORS:
            continue
        library = _framework(project, module, found.decorator, found.definition)
        if library and found.decorator.kind() == "call":
            path = _path(project, module, argument(found.decorator, 0, "path", "rule", "uri"))
            yield Route(library, module, found.decorator, _public(routers, module, receiver(found.decorator), path))
    for call in module.called(*_ADDS):
        library = _framework(project, module, call.node, None)
        if library:
            position = 1 if library == "sanic" else 0
            path = _path(project, module, argument(call.node, position, "path", "uri", "rule"))
            yield Route(library, module, call.node, _public(routers, module, receiver(call.node), path))
    for call in module.called(*_ROUTES):
        path = _path(project, module, argument(call.node, 0, "path"))
        yield Route("fastapi-starlette", module, call.node, (public(routers.mounted(module, call.node), path),))


def _public(routers: Routers, module: Module, owner: SgNode | None, path: str | None) -> tuple[tuple[str | None, bool], ...]:
    return tuple(public(prefix, path) for prefix in routers.prefixes(module, owner))


def _path(project: Project, module: Module, node: SgNode | None) -> str | None:
    found = value(project, module, node)
    return found if isinstance(found, str) else "/" if node is None else None


def _framework(project: Project, module: Module, call: SgNode, definition: SgNode | None) -> str | None:
    """By what made the router, else by the handler's annotations, else by the one framework that the file imports."""
    if call.kind() != "call":
        return None
    name = module.name(call.field("function")) or ""
    made = project.made(module, receiver(call))
    for candidate in (name, made.name if made else ""):
        if candidate.partition(".")[0] in _FRAMEWORKS:
            return _FRAMEWORKS[candidate.partition(".")[0]]
    given = parameters(definition) if definition is not None and definition.kind() == "function_definition" else {}
    annotations = [module.name(annotation) or "" for annotation, _ in given.values() if annotation is not None]
    imported = {name.partition(".")[0] for name in module.imports.values()}
    for roots in ({name.partition(".")[0] for name in annotations}, imported):
        libraries_found = {_FRAMEWORKS[root] for root in roots if root in _FRAMEWORKS}
        if len(libraries_found) == 1:
            return libraries_found.pop()
    return None


def _use(project: Project, routes: list[Route]) -> Use:
    first = routes[0]
    known = libraries()[first.library]
    root = project.owner(first.module)
    started_by = _own_start(project, first) if first.library == "sanic" else started(project, first.module)
    modules = list({route.module.file: route.module for route in routes}.values())
    around = list({module.file: module for module in (*modules, *project.siblings(first.module, *_WORDS, sign=_IMPORT))}.values())
    sends = next((place for module in around if (place := broadcasts(module))), None)
    return Use(
        first.library,
        known.name,
        "server",
        root.id,
        first.module.place(first.node),
        scope=scope_of(first.module.file),
        version=project.packages.version(root, known.packages),
        endpoints=_endpoints(routes, started_by),
        heartbeat=observed_heartbeat(project, (module for module in around if not opens(module)))
        or _heartbeat(project, first, started_by),
        broadcasts=sends,
        backplane=backplane(project, first.module) if sends else None,
        backplane_scope="network" if sends and backplane(project, first.module) else None,
        origins=("{decided in code}",) if any(map(checks_origin, around)) else None,
        max_message=started_by.max_message if started_by else None,
        http10=known.http10 or (libraries()["uvicorn"].http10 if started_by and first.library != "sanic" else None),
        runs_in="own_process" if first.library == "sanic" else "asgi",
        cookies=any(reads_cookies(module) is not None for module in around),
    )


def _endpoints(routes: list[Route], at: Started | None) -> tuple[Endpoint, ...]:
    found: list[Endpoint] = []
    for route in routes:
        place = route.module.place(route.node)
        for path, prefix in route.paths:
            found.append(
                Endpoint(path, place, at.port if at else None, at.port_from if at else None, at.bind if at else None, prefix)
            )
    return tuple(found)


def _heartbeat(project: Project, route: Route, at: Started | None) -> Heartbeat | None:
    """That of the server that the code starts; for Sanic its own; else the start command decides, and this is ``None``."""
    if route.library != "sanic":
        return at.heartbeat if at else None
    default = libraries()["sanic"].heartbeat(project.packages.version(project.owner(route.module), ("sanic",)))
    for module in project.siblings(route.module, "WEBSOCKET_PING"):
        for left, rights in module.assigned.items():
            if left.endswith("WEBSOCKET_PING_INTERVAL"):
                interval = number(project, module, rights[-1])
                place = module.place(rights[-1])
                if interval:
                    return Heartbeat("server", "configured", interval, 20, place, fact="sanic/heartbeat")
                return Heartbeat("none", "configured", place=place, fact="sanic/heartbeat")
    if default is None:
        return None
    return Heartbeat("server", "default", default.interval_s, default.timeout_s, fact="sanic/heartbeat")


def _own_start(project: Project, route: Route) -> Started | None:
    """``app.run(host=, port=, workers=)`` of Sanic, 127.0.0.1:8000 by default."""
    calls = [
        (module, call.node)
        for module in project.siblings(route.module, "sanic")
        for call in module.called(".run")
        if (made := project.made(module, receiver(call.node))) and made.name.startswith("sanic.")
    ]
    if len(calls) != 1:
        return None
    module, node = calls[0]
    bind, given = argument(node, 0, "host"), argument(node, 1, "port")
    number_of, origin = port(project, module, given)
    place: Place = module.place(node)
    workers = number(project, module, argument(node, None, "workers")) if argument(node, None, "workers") is not None else 1
    return Started(
        place,
        host(project, module, bind) if bind is not None else "127.0.0.1",
        number_of if given is not None else 8000,
        origin if given is not None else "default",
        int(workers) if workers is not None else None,
        None,
        None,
    )
