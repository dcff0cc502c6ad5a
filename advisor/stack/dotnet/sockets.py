"""Raw WebSockets of ASP.NET Core, GraphQL subscriptions, and servers with a port of their own (Fleck, websocket-sharp)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from advisor.model import Endpoint, Heartbeat, Use
from advisor.stack.curly.keeping import sends_to_kept
from advisor.stack.curly.paths import joined, template
from advisor.stack.curly.syntax import Call, Unit, function_around, key
from advisor.stack.dotnet.hubs import origins
from advisor.stack.dotnet.project import DotNet, Listening, grouped, of_url, set_to

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = (
    "AcceptWebSocketAsync",
    "UseWebSockets",
    "WebSocketOptions",
    "System.Net.WebSockets",
    "AddSubscriptionType",
    "AddInMemorySubscriptions",
    "AddRedisSubscriptions",
    "AddNatsSubscriptions",
    "AddPostgresSubscriptions",
    "MapGraphQL",
    "using Fleck",
    "WebSocketSharp",
    "UseMiddleware",
)
_PATH = re.compile(
    r"\.Path(?:\.Value)?\s*==\s*\"(/[^\"\s]{0,100})\"|\.Path\.StartsWithSegments\(\s*\"(/[^\"\s]{0,100})\"|\.Path\.Equals\(\s*\"(/[^\"\s]{0,100})\""
)
_MAPPED = ("Map", "MapGet", "MapWhen", "MapMethods", "MapConnect", "UseWhen")
_ROUTES = ("HttpGet", "Route", "AcceptVerbs", "Get", "HttpConnect")
_KEEPS = re.compile(r"(?:Dictionary|List|Bag|Set)\s?<[^>\n]{0,80}(?:Socket|Connection|Client)")
_FACT = "aspnetcore-websockets/heartbeat"


def detect(project: DotNet) -> Iterator[Use]:
    """One server for each kind in a program, with all its endpoints."""
    yield from _raw(project)
    yield from _graphql(project)
    yield from _fleck(project)
    yield from _sharp(project)


# ---------------------------------------------------------------- ASP.NET Core


def _raw(project: DotNet) -> Iterator[Use]:
    units = [unit for unit in project.units("AcceptWebSocketAsync") if _accepts(unit)]
    for group in grouped(project, units):
        unit, call = group[0], _accepts(group[0])[0]
        at = project.listening(unit)
        endpoints = [endpoint for each in group for found in _accepts(each) for endpoint in _endpoints(project, each, found, at)]
        around = [*group, *project.around(unit, "System.Net.WebSockets", sign=_KEEPS)]
        yield project.server(
            unit,
            call.node,
            "aspnetcore-websockets",
            endpoints,
            around,
            origins=origins(project, unit),
            **_keep_alive(project, unit),
        )


def _accepts(unit: Unit) -> list[Call]:
    """Calls on ``context.WebSockets``; ``HttpListenerContext`` has a method of the same name that takes a subprotocol."""
    return [call for call in unit.called("AcceptWebSocketAsync") if call.receiver is not None]


def _endpoints(project: DotNet, unit: Unit, call: Call, at: Listening) -> Iterator[Endpoint]:
    found = [
        *_mapped(project, unit, call.node),
        *_compared(call.node),
        *_routed(project, unit, call.node),
        *_used(project, unit, call.node),
    ]
    base = project.prefix(unit)
    for path, below in found or [("", False)]:
        whole, prefix = template(joined(base, path)) if path else (None, False)
        yield Endpoint(whole, unit.place(call.node), at.port, at.port_from, at.bind, prefix or below)


def _mapped(project: DotNet, unit: Unit, node: SgNode) -> Iterator[tuple[str, bool]]:
    """``app.Map("/ws", async context => ...)`` around the node."""
    outer, below = "", False
    for parent in node.ancestors():
        call = unit.call_at(parent)
        if call is not None and call.name in _MAPPED and call.values:
            text = project.values(unit).text(call.argument(0, "pattern"))
            if text is not None:
                outer = "/" + text.strip("/") + outer
                below = below or (call.name == "Map" and "IApplicationBuilder" in call.node.text()[:300])
    if outer:
        yield outer, below


def _compared(node: SgNode) -> Iterator[tuple[str, bool]]:
    """``if (context.Request.Path == "/ws")`` around the node."""
    for parent in node.ancestors():
        if parent.kind() == "if_statement":
            condition = parent.field("condition")
            for one, under, same in _PATH.findall(condition.text()[:500] if condition is not None else ""):
                yield one or under or same, bool(under)


def _routed(project: DotNet, unit: Unit, node: SgNode) -> Iterator[tuple[str, bool]]:
    """The route of a controller's action, below that of its class."""
    function, around = function_around(node), unit.class_around(node)
    if function is None or around is None:
        return
    owners = {key(function): "action", key(around.node): "class"}
    given: dict[str, list[str]] = {"action": [], "class": []}
    for annotation in unit.annotated(*_ROUTES):
        which = owners.get(key(annotation.owner))
        node_of = annotation.argument("template")
        text = project.values(unit).text(node_of) if node_of is not None else None
        if which and text is not None:
            given[which].append(text)
    for action in given["action"] or ([""] if given["class"] else []):
        path = (
            action
            if action.startswith(("/", "~"))
            else "/".join(part.strip("/") for part in (*given["class"][:1], action) if part)
        )
        named = around.name.removesuffix("Controller").lower()
        yield "/" + path.lstrip("~/").replace("[controller]", named).replace("[action]", "{action}"), False


def _used(project: DotNet, unit: Unit, node: SgNode) -> Iterator[tuple[str, bool]]:
    """``app.Map("/ws", x => x.UseMiddleware<SocketMiddleware>())`` for the class around the node."""
    around = unit.class_around(node)
    if around is None:
        return
    for each in project.around(unit, "UseMiddleware", "UseWebSockets"):
        for call in each.called("Map", "MapWhen", "UseWhen"):
            text = project.values(each).text(call.argument(0))
            if text and text.startswith("/") and re.search(rf"\b{re.escape(around.name)}\b", call.node.text()[:600]):
                yield text, True


def _keep_alive(project: DotNet, unit: Unit) -> dict[str, Any]:
    """``new WebSocketOptions { KeepAliveInterval = ..., KeepAliveTimeout = ... }``; with a timeout it is a real ping."""
    for each in project.around(unit, "WebSocketOptions", "UseWebSockets"):
        values = project.values(each)
        for call in [*each.called("WebSocketOptions"), *each.called("UseWebSockets")]:
            given = set_to(call.block if call.block is not None else call.node)
            if call.name == "WebSocketOptions" and not call.made:
                continue
            interval, wait = given.get("KeepAliveInterval"), given.get("KeepAliveTimeout")
            if interval is None and wait is None:
                continue
            seconds = values.seconds(interval) if interval is not None else 120.0
            timeout = values.seconds(wait) if wait is not None else None
            place = each.place(interval if interval is not None else call.node)
            if seconds is None:
                return {"heartbeat": None}
            if seconds == 0 or seconds > 1e8:
                return {"heartbeat": Heartbeat("none", "configured", place=place, fact=_FACT)}
            pings = timeout is not None and timeout < 1e8
            return {"heartbeat": Heartbeat("server", "configured", seconds, timeout if pings else None, place, pings, _FACT)}
    return {}


# ---------------------------------------------------------------- GraphQL


def _graphql(project: DotNet) -> Iterator[Use]:
    adds = (
        "AddSubscriptionType",
        "AddInMemorySubscriptions",
        "AddRedisSubscriptions",
        "AddNatsSubscriptions",
        "AddPostgresSubscriptions",
    )
    units = [unit for unit in project.units(*adds) if unit.called(*adds)]
    for group in grouped(project, units):
        unit = group[0]
        around = project.around(unit, "MapGraphQL", "UseWebSockets")
        maps = [(each, call) for each in around for call in each.called("MapGraphQL")]
        if not maps:
            continue
        at = project.listening(unit)
        endpoints = []
        for each, call in maps:
            path = project.values(each).text(call.argument(0, "path")) if call.values else "/graphql"
            whole, prefix = template(joined(project.prefix(each), path)) if path else (None, False)
            endpoints.append(Endpoint(whole, each.place(call.node), at.port, at.port_from, at.bind, prefix))
        kept = [(each, call) for each in group for call in each.called("AddInMemorySubscriptions")]
        shared = any(each.called(*adds[2:]) for each in group)
        seen: dict[str, Any] = {"broadcasts": kept[0][0].place(kept[0][1].node) if kept and not shared else None}
        if shared:
            seen |= {"backplane": "hotchocolate-redis", "backplane_scope": "network"}
        yield project.use(maps[0][0], maps[0][1].node, "hotchocolate", "server", endpoints=tuple(endpoints), **seen)


# ---------------------------------------------------------------- Fleck and websocket-sharp


def _fleck(project: DotNet) -> Iterator[Use]:
    units = [unit for unit in project.units("using Fleck") if unit.called("WebSocketServer")]
    for group in grouped(project, units):
        unit, call = group[0], group[0].called("WebSocketServer")[0]
        text = next((text for node in call.values if (text := project.values(unit).text(node)) and "://" in text), None)
        at = _address(text, 8181)
        endpoint = Endpoint(None, unit.place(call.node), at.port, at.port_from, at.bind)
        yield project.server(unit, call.node, "fleck", [endpoint], group, broadcasts=sends_to_kept(unit))


def _sharp(project: DotNet) -> Iterator[Use]:
    units = [
        unit
        for unit in project.units("WebSocketSharp", sign=re.compile(r"\b(?:WebSocketServer|HttpServer)\s*\("))
        if "WebSocketSharp.Server" in unit.text and any(call.made for call in unit.called("WebSocketServer", "HttpServer"))
    ]
    for group in grouped(project, units):
        unit = group[0]
        call = next(call for call in unit.called("WebSocketServer", "HttpServer") if call.made)
        values = project.values(unit)
        at = Listening(None, None, None)
        for node in call.values:
            number, origin = values.port(node)
            text = values.text(node)
            if text and "://" in text:
                at = _address(text, 80)
            elif origin is not None:
                at = Listening(number, origin)
        around = list(dict.fromkeys([*group, *project.around(unit, "WebSocketSharp")]))
        services = [(each, found) for each in group for found in each.called("AddWebSocketService")]
        endpoints = []
        for each, found in services:
            path = project.values(each).text(found.argument(0))
            whole, prefix = template(path) if path and path.startswith("/") else (None, False)
            endpoints.append(Endpoint(whole, each.place(found.node), at.port, at.port_from, at.bind, prefix))
        seen: dict[str, Any] = {"broadcasts": _sessions(around)}
        if any(re.search(r"\bKeepClean\s*=\s*false\b", each.text) for each in around):
            seen["heartbeat"] = Heartbeat("none", "configured", place=unit.place(call.node), fact="websocket-sharp/heartbeat")
        fallback = Endpoint(None, unit.place(call.node), at.port, at.port_from, at.bind)
        yield project.server(unit, call.node, "websocket-sharp", endpoints or [fallback], around, **seen)


def _sessions(around: list[Unit]) -> Any:
    """``Sessions.Broadcast(...)`` of a service."""
    for unit in around:
        for call in unit.called("Broadcast", "BroadcastAsync"):
            if call.receiver is not None and call.receiver.text().endswith("Sessions"):
                return unit.place(call.node)
    return None


def _address(text: str | None, default: int) -> Listening:
    if not text:
        return Listening()
    found = of_url(text)
    named = re.search(r":\d{1,5}(?:/|$)", text) is not None
    return found if named else Listening(default, "default", found.bind)
