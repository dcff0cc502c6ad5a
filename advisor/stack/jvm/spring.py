"""Spring: STOMP endpoints, plain handlers, SockJS and WebFlux mappings -> servers with endpoints, origins, broker and limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from advisor.model import Endpoint, Heartbeat, Place, Setting, Use
from advisor.stack.curly.paths import joined, template
from advisor.stack.curly.syntax import Call, Unit, function_around, function_name
from advisor.stack.jvm.project import Jvm, Listening, first, seconds, size

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = (
    "registerStompEndpoints",
    "enableSimpleBroker",
    "enableStompBrokerRelay",
    "registerWebSocketHandlers",
    "WebSocketHandlerRegistry",
    "WebSocketSession",
    "WebSocketHandlerAdapter",
    "SimpMessagingTemplate",
    "SimpMessageSendingOperations",
    "convertAndSend",
    "SendTo",
    "ServletServerContainerFactoryBean",
    "PingMessage",
    "MessageMapping",
)
SAME = ("{same origin}",)
_STOMP = re.compile(r"registerStompEndpoints|enableSimpleBroker|enableStompBrokerRelay")
_RAW = re.compile(r"\baddHandler\s*\(")
_SENDS = re.compile(r"convertAndSend\w*\s*\(|@SendTo\b")
_REACTIVE = re.compile(r"SimpleUrlHandlerMapping")
_KEEPS = re.compile(r"WebSocketSession\b|PingMessage")


@dataclass(frozen=True, slots=True)
class _Registered:
    """One call that registers endpoints, with the calls chained onto it."""

    unit: Unit
    call: Call
    chain: tuple[Call, ...]

    @property
    def sockjs(self) -> bool:
        return any(call.name == "withSockJS" for call in self.chain)


def detect(project: Jvm) -> Iterator[Use]:
    """One server for each kind of endpoint (plain, SockJS) that an app registers."""
    yield from _stomp(project)
    yield from _raw(project)
    yield from _reactive(project)


# ---------------------------------------------------------------- STOMP


def _stomp(project: Jvm) -> Iterator[Use]:
    done: set[tuple[str, str]] = set()
    for unit in project.units("registerStompEndpoints", sign=_STOMP):
        calls = [
            call for call in unit.called("addEndpoint") if function_name(function_around(call.node)) == "registerStompEndpoints"
        ]
        if not calls:
            continue
        root = project.owner(unit)
        around = project.of_app(
            unit,
            "enableSimpleBroker",
            "enableStompBrokerRelay",
            "convertAndSend",
            "SendTo",
            sign=re.compile(_STOMP.pattern + "|" + _SENDS.pattern),
        )
        registered = [_Registered(unit, call, _chained(unit, call)) for call in calls]
        fallback = {path for each in registered if each.sockjs for path in _paths(project, each, 0)}
        for sockjs in (False, True):
            chosen = [
                each
                for each in registered
                if each.sockjs == sockjs and (sockjs or not fallback.issuperset(_paths(project, each, 0)))
            ]
            if chosen and (root.id, f"{unit.path}{sockjs}") not in done:
                done.add((root.id, f"{unit.path}{sockjs}"))
                yield _stomp_use(project, unit, chosen, around, sockjs=sockjs)


def _stomp_use(project: Jvm, unit: Unit, chosen: list[_Registered], around: list[Unit], *, sockjs: bool) -> Use:
    relays = [call for each in around for call in each.called("enableStompBrokerRelay")]
    sent = first(_sent(each) for each in around)
    seen: dict[str, Any] = {
        "broadcasts": None if relays else sent,
        "heartbeat": None if relays else _broker_beat(project, around) or _sockjs_beat(project, unit, chosen),
        "max_message": _limit(project, around, "setMessageSizeLimit"),
        **_origins(project, chosen),
    }
    if relays:
        seen |= {"backplane": "stomp-broker-relay", "backplane_scope": "network"}
    else:
        seen |= project.joined(unit, sent)
    if sockjs:
        seen["transports"] = ("websocket", "polling")
    return project.use(unit, chosen[0].call.node, "spring-stomp", "server", endpoints=_endpoints(project, chosen, 0), **seen)


def _sent(unit: Unit) -> Place | None:
    """Where messages go out to everybody who subscribed: ``convertAndSend("/topic/x", ...)``, ``@SendTo("/topic/x")``."""
    nodes = [call.node for call in unit.called("convertAndSend") if call.values and '"/' in call.values[0].text()]
    nodes += [
        call.node
        for call in unit.called("convertAndSend")
        if re.search(r"Simp(?:MessagingTemplate|MessageSendingOperations)", unit.text)
    ]
    nodes += [each.node for each in unit.annotated("SendTo")]
    return min((unit.place(node) for node in nodes), default=None)


def _broker_beat(project: Jvm, around: list[Unit]) -> Heartbeat | None:
    """Of the simple broker: none without a scheduler, then 10 s unless it is told."""
    for unit in around:
        for call in unit.called("setHeartbeatValue"):
            found = project.values(unit).of(call.argument(0))
            if isinstance(found, list) and len(found) == 2 and all(isinstance(each, int | float) for each in found):
                outgoing, place = found[0] / 1000, unit.place(call.node)
                if not outgoing:
                    return Heartbeat("none", "configured", place=place, fact="spring-stomp/heartbeat")
                return Heartbeat(
                    "server", "configured", outgoing, (found[1] or 0) * 3 / 1000 or None, place, fact="spring-stomp/heartbeat"
                )
            return None
        scheduled = [
            call for call in unit.called("setTaskScheduler") if any(b.name == "enableSimpleBroker" for b in unit.before(call))
        ]
        if scheduled:
            return Heartbeat("server", "configured", 10, 30, unit.place(scheduled[0].node), fact="spring-stomp/heartbeat")
    return None


def _sockjs_beat(project: Jvm, unit: Unit, chosen: list[_Registered]) -> Heartbeat | None:
    """SockJS sends a frame of its own every 25 s, which nobody answers; without it nothing is sent."""
    if not chosen[0].sockjs:
        return Heartbeat("none", "default", fact="spring-stomp/heartbeat")
    for call in chosen[0].chain:
        if call.name == "setHeartbeatTime":
            given = project.values(unit).seconds(call.argument(0), 0.001)
            place = unit.place(call.node)
            return Heartbeat("server", "configured", given, None, place, False, "spring-sockjs/heartbeat") if given else None
    return Heartbeat("server", "default", 25, None, None, False, "spring-sockjs/heartbeat")


# ---------------------------------------------------------------- plain handlers


def _raw(project: Jvm) -> Iterator[Use]:
    for unit in project.units("registerWebSocketHandlers", sign=_RAW):
        calls = [
            call for call in unit.called("addHandler") if function_name(function_around(call.node)) == "registerWebSocketHandlers"
        ]
        if not calls:
            continue
        around = project.of_app(
            unit,
            "WebSocketSession",
            "PingMessage",
            "ServletServerContainerFactoryBean",
            sign=re.compile(_KEEPS.pattern + "|ServletServerContainerFactoryBean"),
        )
        registered = [_Registered(unit, call, _chained(unit, call)) for call in calls]
        for sockjs in (False, True):
            chosen = [each for each in registered if each.sockjs == sockjs]
            if not chosen:
                continue
            seen: dict[str, Any] = {
                "max_message": _limit(project, around, "setMaxTextMessageBufferSize"),
                "cookies": any(
                    "HttpSessionHandshakeInterceptor" in call.node.text()[-2000:] for each in chosen for call in each.chain
                ),
                **_origins(project, chosen),
                **_idle(project, unit, around),
            }
            if sockjs:
                seen |= {"transports": ("websocket", "polling"), "heartbeat": _sockjs_beat(project, unit, chosen)}
            yield project.server(unit, chosen[0].call.node, "spring-websocket", _endpoints(project, chosen, 1), around, **seen)


def _idle(project: Jvm, unit: Unit, around: list[Unit]) -> dict[str, Setting]:
    """What the code sets, else Jetty's own where Spring Boot is told to run on Jetty."""
    for each in around:
        for call in each.called("setMaxSessionIdleTimeout", "setAsyncSendTimeout"):
            found = seconds(call.name, project.values(each).seconds(call.argument(0), 0.001), each.place(call.node))
            if call.name == "setMaxSessionIdleTimeout" and found:
                return {"idle": found}
    return on_jetty(project, unit)


def on_jetty(project: Jvm, unit: Unit) -> dict[str, Setting]:
    """Jetty closes a silent socket after 30 s, whatever framework is above it."""
    if not project.packages.declares(project.owner(unit), ("org.springframework.boot:spring-boot-starter-jetty",)):
        return {}
    return {"idle": Setting("setIdleTimeout", "30", Place(unit.path), 30, "default")}


# ---------------------------------------------------------------- WebFlux


def _reactive(project: Jvm) -> Iterator[Use]:
    """``SimpleUrlHandlerMapping`` that maps paths to WebSocket handlers."""
    for unit in project.units("WebSocketHandlerAdapter", "WebSocketSession", sign=_REACTIVE):
        if "web.reactive" not in unit.imports:
            continue
        if "web.reactive.socket" not in unit.imports and "WebSocketHandler" not in unit.text:
            continue
        mapping = unit.called("SimpleUrlHandlerMapping")
        paths = [
            (text, call)
            for call in unit.called("put", "of", "mapOf", "to", "setOf", "entry", "singletonMap", "Pair")
            for each in call.values[::2]
            if (text := _path(project, unit, each)) is not None
        ]
        if not mapping:
            continue
        at = project.listening(project.owner(unit), "spring")
        endpoints = [_endpoint(at, text, unit.place(call.node)) for text, call in paths]
        around = project.of_app(unit, "WebSocketSession", sign=_KEEPS)
        yield project.server(
            unit,
            mapping[0].node,
            "spring-webflux",
            endpoints or [Endpoint(None, unit.place(mapping[0].node), at.port, at.port_from, at.bind)],
            around,
        )


def _path(project: Jvm, unit: Unit, node: SgNode) -> str | None:
    parts = [child for child in node.children() if child.is_named()]
    if node.kind() == "infix_expression" and parts:
        node = parts[0]
    text = project.values(unit).text(node)
    return text if text is not None and text.startswith("/") else None


# ---------------------------------------------------------------- shared


def _chained(unit: Unit, call: Call) -> tuple[Call, ...]:
    """The calls chained onto a registration, also through the variable that it is kept in."""
    found = list(unit.onward(call))
    last = found[-1] if found else call
    names = [name for name, given in unit.assigned.items() for node in given if node.range() == last.node.range()]
    found += [other for other in unit.calls for name in names if other.receiver is not None and other.receiver.text() == name]
    return tuple(found)


def _paths(project: Jvm, registered: _Registered, first_argument: int) -> list[str]:
    values = project.values(registered.unit)
    given = registered.call.values[first_argument:]
    return [
        text for node in given for text in ([values.shown(node)] if not isinstance(values.of(node), list) else values.texts(node))
    ]


def _endpoints(project: Jvm, chosen: list[_Registered], first_argument: int) -> tuple[Endpoint, ...]:
    at = project.listening(project.owner(chosen[0].unit), "spring")
    return tuple(
        _endpoint(at, path, each.unit.place(each.call.node), below=each.sockjs)
        for each in chosen
        for path in _paths(project, each, first_argument)
    )


def _endpoint(at: Listening, path: str, place: Place, *, below: bool = False) -> Endpoint:
    whole, prefix = template(joined(at.prefix, path)) if not path.startswith("{") else (None, False)
    return Endpoint(whole, place, at.port, at.port_from, at.bind, prefix or below)


def _origins(project: Jvm, chosen: list[_Registered]) -> dict[str, Any]:
    """The origins that all of them allow; Spring compares with the request's own address where none are given."""
    for each in chosen:
        for call in each.chain:
            if call.name in ("setAllowedOrigins", "setAllowedOriginPatterns"):
                values = project.values(each.unit)
                texts = [text.strip() for node in call.values for item in values.texts(node) for text in item.split(",")]
                return {
                    "origins": tuple(texts) or SAME,
                    "origins_place": each.unit.place(call.arguments[0].node) if call.arguments else None,
                }
    return {"origins": SAME}


def _limit(project: Jvm, around: list[Unit], name: str) -> Setting | None:
    for unit in around:
        for call in unit.called(name):
            return size(name, project.values(unit).number(call.argument(0)), unit.place(call.node))
    return None
