"""Endpoints that a call adds to a router: Ktor, Javalin, Spark, Vert.x, Jetty, Undertow, Helidon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from advisor.model import Endpoint, Heartbeat, Use
from advisor.stack.curly.paths import joined, template
from advisor.stack.curly.syntax import Call, Unit, function_around, function_name
from advisor.stack.jvm.project import Jvm, Listening, seconds, size

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = (
    "io.ktor.server.websocket",
    "io.ktor.websocket",
    "io.ktor.server.routing",
    "embeddedServer",
    "io.javalin",
    "webSocketHandler",
    "websocketHandler",
    "toWebSocket",
    "SockJSHandler",
    "createHttpServer",
    "JettyWebSocket",
    "org.eclipse.jetty.websocket",
    "org.eclipse.jetty.server",
    "io.undertow",
    "helidon.webserver.websocket",
    "spark.Spark",
)
_KTOR = re.compile(r"\bwebSocket(?:Raw)?\s*[({]")
_VERTX = re.compile(r"\.web[sS]ocketHandler\s*\(|\.toWebSocket\s*\(|\bSockJSHandler\s*\.\s*create\s*\(")
_JETTY = re.compile(r"\baddMapping\s*\(|extends\s+(?:Jetty)?WebSocketServlet\b")
_MOST_AROUND = 30


def detect(project: Jvm) -> Iterator[Use]:
    """One server for each framework in an app, with all its endpoints."""
    yield from _ktor(project)
    yield from _javalin(project)
    yield from _spark(project)
    yield from _vertx(project)
    yield from _jetty(project)
    yield from _undertow(project)
    yield from _helidon(project)


def grouped(project: Jvm, units: Iterable[Unit]) -> list[list[Unit]]:
    """Files by app, and by whether they are tests."""
    from advisor.scope import scope_of

    found: dict[tuple[str, str], list[Unit]] = {}
    for unit in units:
        found.setdefault((project.owner(unit).id, scope_of(unit.path)), []).append(unit)
    return list(found.values())


def _around_calls(project: Jvm, unit: Unit, word: str, *names: str) -> Iterator[tuple[Unit, Call]]:
    """Calls of these names in the app's files that hold the word."""
    for each in project.of_app(unit, word)[:_MOST_AROUND]:
        for call in each.called(*names):
            yield each, call


# ---------------------------------------------------------------- Ktor


def _ktor(project: Jvm) -> Iterator[Use]:
    units = [
        unit
        for unit in project.units("io.ktor.server.websocket", sign=_KTOR)
        if "io.ktor.server.testing" not in unit.imports and any(_ktor_routes(unit))
    ]
    for group in grouped(project, units):
        unit = group[0]
        at = _ktor_listening(project, unit)
        routes = [(each, call) for each in group for call in _ktor_routes(each)]
        endpoints = [_ktor_endpoint(project, each, call, at) for each, call in routes]
        around = [*group, *project.of_app(unit, "io.ktor.server.websocket", "io.ktor.websocket")[:_MOST_AROUND]]
        yield project.server(unit, routes[0][1].node, "ktor", endpoints, around, **_ktor_plugin(project, unit))


def _ktor_routes(unit: Unit) -> Iterator[Call]:
    """Route calls; those of a client have a receiver."""
    for call in unit.called("webSocket", "webSocketRaw"):
        if call.receiver is None and call.block is not None:
            yield call


def _ktor_endpoint(project: Jvm, unit: Unit, call: Call, at: Listening) -> Endpoint:
    node = call.argument(0, "path")
    path = project.values(unit).shown(node) if node is not None else ""
    whole = _ktor_prefix(project, unit, call.node) + ("/" + path.lstrip("/") if path else "")
    found, prefix = template(whole or "/")
    return Endpoint(found, unit.place(call.node), at.port, at.port_from, at.bind, prefix)


def _ktor_prefix(project: Jvm, unit: Unit, node: SgNode, depth: int = 0) -> str:
    """The paths of the ``route("/api") { ... }`` around a node, also around the one call of the function it stands in."""
    outer = ""
    for parent in node.ancestors():
        call = unit.call_at(parent)
        if call is not None and call.name == "route" and call.receiver is None:
            given = call.argument(0, "path")
            outer = "/" + (project.values(unit).shown(given) if given is not None else "").strip("/") + outer
    name = function_name(function_around(node))
    if depth > 4 or not name:
        return outer.rstrip("/")
    callers = [
        (each, call)
        for each, call in _around_calls(project, unit, "io.ktor.server.routing", name)
        if function_around(call.node) != node
    ]
    if len(callers) == 1:
        outer = _ktor_prefix(project, callers[0][0], callers[0][1].node, depth + 1) + outer
    return outer.rstrip("/")


def _ktor_listening(project: Jvm, unit: Unit) -> Listening:
    found = [
        Listening(*project.values(each).port(call.argument(1, "port")), project.values(each).text(call.argument(2, "host")))
        for each, call in _around_calls(project, unit, "embeddedServer", "embeddedServer")
        if call.argument(1, "port") is not None
    ]
    if len(found) == 1:
        return found[0]
    return project.listening(project.owner(unit), "ktor") if not found else Listening()


def _ktor_plugin(project: Jvm, unit: Unit) -> dict[str, Any]:
    """What ``install(WebSockets) { ... }`` sets: pings, their timeout, the largest frame."""
    for each, call in _around_calls(project, unit, "io.ktor.server.websocket", "install"):
        if not call.values or not re.match(r"(?:[\w.]+\.)?WebSockets\b", call.values[0].text()):
            continue
        set_to = _assigned(project, each, call.block)
        period, timeout = (
            set_to.get("pingPeriod", set_to.get("pingPeriodMillis")),
            set_to.get("timeout", set_to.get("timeoutMillis")),
        )
        values = project.values(each)
        seen: dict[str, Any] = {}
        fact = "ktor/heartbeat"
        if period is not None:
            interval, wait = values.seconds(period, 0.001), values.seconds(timeout, 0.001) if timeout is not None else 15.0
            off = period.text() == "null" or interval == 0
            place = each.place(period)
            beat = Heartbeat("server", "configured", interval, wait, place, fact=fact) if interval else None
            seen["heartbeat"] = Heartbeat("none", "configured", place=place, fact=fact) if off else beat
        largest = set_to.get("maxFrameSize")
        if largest is not None:
            seen["max_message"] = size("maxFrameSize", values.number(largest), each.place(largest))
        return seen
    return {}


def _assigned(project: Jvm, unit: Unit, block: SgNode | None) -> dict[str, SgNode]:
    """``name = value`` inside a Kotlin lambda."""
    found: dict[str, SgNode] = {}
    for node in block.find_all(kind="assignment") if block is not None else ():
        parts = [child for child in node.children() if child.is_named()]
        if len(parts) == 2:
            found[parts[0].text()] = parts[1]
    return found


# ---------------------------------------------------------------- Javalin and Spark


def _javalin(project: Jvm) -> Iterator[Use]:
    units = [unit for unit in project.units("io.javalin", sign=re.compile(r"\bws\s*\(\s*\"")) if _javalin_routes(unit)]
    for group in grouped(project, units):
        unit = group[0]
        at = started(project, unit, "io.javalin", "start")
        routes = [(each, call) for each in group for call in _javalin_routes(each)]
        endpoints = [_plain(project, each, call, at, _javalin_prefix(project, each, call)) for each, call in routes]
        seen: dict[str, Any] = {}
        for each, call in _around_calls(project, unit, "io.javalin", "enableAutomaticPings"):
            values = project.values(each)
            unit_of = (
                {"SECONDS": 1.0, "MINUTES": 60.0, "MILLISECONDS": 0.001}.get(call.values[1].text().rsplit(".", 1)[-1], 1.0)
                if len(call.values) > 1
                else 1.0
            )
            interval = values.seconds(call.argument(0, "interval"), unit_of) if call.values else 30.0
            seen["heartbeat"] = (
                Heartbeat("server", "configured", interval, None, each.place(call.node), fact="javalin/heartbeat")
                if interval
                else None
            )
        seen |= _idle(project, unit, "io.javalin")
        yield project.server(unit, routes[0][1].node, "javalin", endpoints, group, **seen)


def _javalin_routes(unit: Unit) -> list[Call]:
    return [call for call in unit.called("ws") if len(call.values) + (call.block is not None) >= 2]


def _javalin_prefix(project: Jvm, unit: Unit, call: Call) -> str:
    outer = ""
    for parent in call.node.ancestors():
        around = unit.call_at(parent)
        if around is not None and around.name == "path" and around.values:
            outer = "/" + project.values(unit).shown(around.values[0]).strip("/") + outer
    return outer


def _spark(project: Jvm) -> Iterator[Use]:
    units = [unit for unit in project.units("spark.Spark", sign=re.compile(r"\bwebSocket\s*\(")) if unit.called("webSocket")]
    for group in grouped(project, units):
        unit = group[0]
        at = started(project, unit, "spark.Spark", "port")
        routes = [(each, call) for each in group for call in each.called("webSocket")]
        yield project.server(
            unit, routes[0][1].node, "jetty-websocket", [_plain(project, each, call, at) for each, call in routes], group
        )


def _plain(project: Jvm, unit: Unit, call: Call, at: Listening, before: str = "", position: int = 0) -> Endpoint:
    node = call.values[position] if len(call.values) > position else None
    path = project.values(unit).shown(node)
    whole, prefix = template(joined(before, path)) if not path.startswith("{") else (None, False)
    return Endpoint(whole, unit.place(call.node), at.port, at.port_from, at.bind, prefix)


def started(project: Jvm, unit: Unit, word: str, *names: str) -> Listening:
    """Host and port of the one call that starts the server."""
    found = []
    for each, call in _around_calls(project, unit, word, *names):
        texts = [text for value in call.values if (text := project.values(each).text(value)) is not None and not text.isdigit()]
        for value in call.values:
            number, origin = project.values(each).port(value)
            if origin is not None:
                found.append(Listening(number, origin, texts[0] if texts else None))
                break
    return found[0] if found and all(each == found[0] for each in found) else Listening()


def _idle(project: Jvm, unit: Unit, word: str) -> dict[str, Any]:
    """``setIdleTimeout(Duration)``, also as a property, of a Jetty below."""
    for each, call in _around_calls(project, unit, word, "setIdleTimeout"):
        given = seconds("setIdleTimeout", project.values(each).seconds(call.argument(0), 0.001), each.place(call.node))
        if given is not None:
            return {"idle": given}
    for each in project.of_app(unit, word)[:_MOST_AROUND]:
        for node in each.file.of_kind("assignment"):
            parts = [child for child in node.children() if child.is_named()]
            if len(parts) == 2 and parts[0].text().endswith("idleTimeout"):
                given = seconds("idleTimeout", project.values(each).seconds(parts[1], 0.001), each.place(node))
                return {"idle": given} if given is not None else {}
    return {}


# ---------------------------------------------------------------- Vert.x


def _vertx(project: Jvm) -> Iterator[Use]:
    units = [
        unit
        for unit in project.units("webSocketHandler", "websocketHandler", "toWebSocket", "SockJSHandler", sign=_VERTX)
        if "io.vertx" in unit.imports
    ]
    for group in grouped(project, units):
        unit = group[0]
        at = started(project, unit, "createHttpServer", "listen", "setPort")
        raw = [(each, call) for each in group for call in each.called("webSocketHandler", "websocketHandler", "toWebSocket")]
        sockjs = [
            (each, call)
            for each in group
            for call in each.called("create")
            if call.receiver is not None and call.receiver.text() == "SockJSHandler"
        ]
        if raw:
            endpoints = [endpoint for each, call in raw for endpoint in _vertx_endpoints(project, each, call, at)]
            seen: dict[str, Any] = {"max_message": _vertx_size(project, unit)}
            yield project.server(raw[0][0], raw[0][1].node, "vertx", endpoints, group, **seen)
        if sockjs:
            each, call = sockjs[0]
            endpoint = _vertx_mount(project, each, at) or Endpoint(None, each.place(call.node), at.port, at.port_from, at.bind)
            yield project.server(each, call.node, "vertx-sockjs", [endpoint], group)


def _vertx_endpoints(project: Jvm, unit: Unit, call: Call, at: Listening) -> Iterator[Endpoint]:
    """The paths that the handler compares with; any path where it compares with none."""
    paths = re.findall(
        r"\.path\(\)\s*\.\s*(?:equals|startsWith|matches)\s*\(\s*\"(/[^\"\s]{0,100})\"|\.path\(\)\s*==\s*\"(/[^\"\s]{0,100})\"",
        call.node.text(),
    )
    routed = [
        path
        for before in _routes_around(unit, call)
        if (path := project.values(unit).text(before)) is not None and path.startswith("/")
    ]
    for path in [one or other for one, other in paths] or routed:
        whole, prefix = template(path)
        yield Endpoint(whole, unit.place(call.node), at.port, at.port_from, at.bind, prefix)
    if not paths and not routed:
        yield Endpoint(None, unit.place(call.node), at.port, at.port_from, at.bind)


def _routes_around(unit: Unit, call: Call) -> Iterator[SgNode]:
    """``router.get("/ws").handler(ctx -> ctx.request().toWebSocket())``."""
    for parent in call.node.ancestors():
        around = unit.call_at(parent)
        for before in unit.before(around) if around is not None else ():
            if before.name in ("get", "route") and before.values:
                yield before.values[-1]


def _vertx_mount(project: Jvm, unit: Unit, at: Listening) -> Endpoint | None:
    for call in unit.called("route", "mountSubRouter"):
        text = project.values(unit).text(call.argument(0))
        chained = "".join(each.node.text()[-200:] for each in unit.onward(call))
        if text is not None and text.endswith("*") and re.search(r"subRouter|[sS]ock", chained or call.node.text()):
            whole, _ = template(text)
            return Endpoint(whole, unit.place(call.node), at.port, at.port_from, at.bind, True)
    return None


def _vertx_size(project: Jvm, unit: Unit) -> Any:
    for each, call in _around_calls(project, unit, "createHttpServer", "setMaxWebSocketMessageSize"):
        return size("maxWebSocketMessageSize", project.values(each).number(call.argument(0)), each.place(call.node))
    return None


# ---------------------------------------------------------------- Jetty, Undertow, Helidon


def _jetty(project: Jvm) -> Iterator[Use]:
    units = [
        unit
        for unit in project.units("JettyWebSocket", "org.eclipse.jetty.websocket", sign=_JETTY)
        if _jetty_routes(project, unit, Listening())
    ]
    for group in grouped(project, units):
        unit = group[0]
        at = started(project, unit, "org.eclipse.jetty.server", "Server", "setPort")
        endpoints = [endpoint for each in group for endpoint in _jetty_routes(project, each, at)]
        around = project.of_app(unit, "org.eclipse.jetty.websocket")[:_MOST_AROUND]
        seen = _idle(project, unit, "org.eclipse.jetty.websocket")
        mapped = unit.called("addMapping")
        node = mapped[0].node if mapped else unit.classes[0].node
        yield project.server(unit, node, "jetty-websocket", endpoints, around, **seen)


def _jetty_routes(project: Jvm, unit: Unit, at: Listening) -> list[Endpoint]:
    found = [_plain(project, unit, call, at) for call in unit.called("addMapping") if len(call.values) > 1]
    for each in unit.classes:
        if not {"JettyWebSocketServlet", "WebSocketServlet"} & set(each.bases):
            continue
        paths = [
            text
            for annotation in unit.annotated("WebServlet")
            if annotation.owner.range() == each.node.range()
            for text in project.values(unit).texts(annotation.argument("urlPatterns", "value"))
        ]
        for path in paths or [""]:
            whole, prefix = template(path) if path.startswith("/") else (None, False)
            found.append(Endpoint(whole, unit.place(each.node), at.port, at.port_from, at.bind, prefix))
    return found


def _undertow(project: Jvm) -> Iterator[Use]:
    units = [
        unit
        for unit in project.units("io.undertow", sign=re.compile(r"\bwebsocket\s*\("))
        if "websocket" in unit.imports and unit.called("websocket")
    ]
    for group in grouped(project, units):
        unit = group[0]
        at = started(project, unit, "io.undertow", "addHttpListener")
        endpoints = []
        for each in group:
            for call in each.called("websocket"):
                endpoints.append(_undertow_endpoint(project, each, call, at))
        yield project.server(unit, unit.called("websocket")[0].node, "undertow", endpoints, group)


def _undertow_endpoint(project: Jvm, unit: Unit, call: Call, at: Listening) -> Endpoint:
    """``path().addPrefixPath("/ws", websocket(...))``; any path where it is mounted at none."""
    around = next((found for parent in call.node.ancestors() if (found := unit.call_at(parent)) is not None), None)
    if around is None or around.name not in ("addPrefixPath", "addExactPath", "get", "path") or len(around.values) < 2:
        return Endpoint(None, unit.place(call.node), at.port, at.port_from, at.bind)
    mounted = _plain(project, unit, around, at)
    return replace(mounted, prefix=mounted.prefix or around.name == "addPrefixPath")


def _helidon(project: Jvm) -> Iterator[Use]:
    for unit in project.units("helidon.webserver.websocket", sign=re.compile(r"\.endpoint\s*\(")):
        calls = [call for call in unit.called("endpoint") if "Routing" in call.node.text()[:200]]
        if calls:
            at = started(project, unit, "helidon.webserver.websocket", "port")
            yield project.server(unit, calls[0].node, "helidon", [_plain(project, unit, call, at) for call in calls])
