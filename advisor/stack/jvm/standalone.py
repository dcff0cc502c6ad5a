"""Servers that bring their own port: Netty handlers, Java-WebSocket, netty-socketio."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from advisor.model import Endpoint, Heartbeat, Place, Use
from advisor.stack.curly.paths import template
from advisor.stack.curly.syntax import Unit
from advisor.stack.jvm.project import Jvm, Listening, first, size
from advisor.stack.jvm.routed import grouped, started

WORDS = (
    "WebSocketServerProtocolHandler",
    "WebSocketServerHandshakerFactory",
    "PingWebSocketFrame",
    "IdleStateHandler",
    "ServerBootstrap",
    "DefaultChannelGroup",
    "org.java_websocket",
    "com.corundumstudio.socketio",
)
_NETTY = re.compile(r"WebSocketServerProtocolHandler\s*\(|WebSocketServerHandshakerFactory\s*\(")


def detect(project: Jvm) -> Iterator[Use]:
    """One server for each of these libraries in an app."""
    yield from _netty(project)
    yield from _java_websocket(project)
    yield from _socketio(project)


# ---------------------------------------------------------------- Netty


def _netty(project: Jvm) -> Iterator[Use]:
    units = [
        unit
        for unit in project.units("WebSocketServerProtocolHandler", "WebSocketServerHandshakerFactory", sign=_NETTY)
        if unit.called("WebSocketServerProtocolHandler", "WebSocketServerHandshakerFactory")
    ]
    for group in grouped(project, units):
        unit = group[0]
        calls = [
            (each, call)
            for each in group
            for call in each.called("WebSocketServerProtocolHandler", "WebSocketServerHandshakerFactory")
        ]
        at = started(project, unit, "ServerBootstrap", "bind", "localAddress")
        endpoints = [
            _netty_endpoint(
                project, each, call.argument(0, "websocketPath") if "Protocol" in call.name else None, each.place(call.node), at
            )
            for each, call in calls
        ]
        around = project.of_app(unit, "PingWebSocketFrame", "IdleStateHandler", "DefaultChannelGroup")
        seen: dict[str, Any] = {"heartbeat": _idle_pings(project, around), "broadcasts": first(_group(each) for each in around)}
        if seen["heartbeat"] is None:
            del seen["heartbeat"]
        yield project.server(calls[0][0], calls[0][1].node, "netty", endpoints, around, **seen)


def _netty_endpoint(project: Jvm, unit: Unit, node: Any, place: Place, at: Listening) -> Endpoint:
    text = project.values(unit).text(node)
    whole, prefix = template(text) if text and text.startswith("/") else (None, False)
    return Endpoint(whole, place, at.port, at.port_from, at.bind, prefix)


def _idle_pings(project: Jvm, around: list[Unit]) -> Heartbeat | None:
    """An ``IdleStateHandler`` whose events are answered with a ping: it goes out after that long without a byte."""
    pings = [unit for unit in around if unit.called("PingWebSocketFrame")]
    for unit in around if pings else ():
        for call in unit.called("IdleStateHandler"):
            values = project.values(unit)
            factor = (
                {"MINUTES": 60.0, "MILLISECONDS": 0.001}.get(call.values[-1].text().rsplit(".", 1)[-1], 1.0)
                if call.values
                else 1.0
            )
            times = [found for each in call.values[:3] if (found := values.seconds(each, factor))]
            if times:
                node = pings[0].called("PingWebSocketFrame")[0].node
                return Heartbeat("server", "observed", min(times), None, pings[0].place(node))
    return None


def _group(unit: Unit) -> Place | None:
    """``channels.writeAndFlush(...)`` on a ``ChannelGroup``."""
    names = set(re.findall(r"ChannelGroup\s+(\w{1,60})\s*=", unit.text)) | set(
        re.findall(r"\b(\w{1,60})\s*=\s*(?:new\s+)?DefaultChannelGroup\b", unit.text)
    )
    for call in unit.called("writeAndFlush", "write", "flushAndWrite"):
        if call.receiver is not None and call.receiver.text().removeprefix("this.").rsplit(".", 1)[-1] in names:
            return unit.place(call.node)
    return None


# ---------------------------------------------------------------- Java-WebSocket


def _java_websocket(project: Jvm) -> Iterator[Use]:
    units = [
        unit
        for unit in project.units("org.java_websocket", sign=re.compile(r"\bWebSocketServer\b"))
        if any("WebSocketServer" in each.bases for each in unit.classes) or _anonymous(unit)
    ]
    for group in grouped(project, units):
        unit = group[0]
        node = next((each.node for each in unit.classes if "WebSocketServer" in each.bases), None) or _anonymous(unit)[0].node
        at = _address(project, group)
        around = project.of_app(unit, "org.java_websocket")
        seen: dict[str, Any] = {"broadcasts": first(unit.place(call.node) for unit in group for call in unit.called("broadcast"))}
        for each in around:
            for call in each.called("setConnectionLostTimeout"):
                seen["heartbeat"] = lost_timeout(project, each, call)
        place = unit.place(node)
        yield project.server(unit, node, "java-websocket", [Endpoint(None, place, at.port, at.port_from, at.bind)], group, **seen)


def lost_timeout(project: Jvm, unit: Unit, call: Any) -> Heartbeat | None:
    """``setConnectionLostTimeout(30)``: a ping every 30 s, closed after one and a half of that; 0 turns it off."""
    amount, place, fact = project.values(unit).number(call.argument(0)), unit.place(call.node), "java-websocket/heartbeat"
    if amount is None:
        return None
    if amount <= 0:
        return Heartbeat("none", "configured", place=place, fact=fact)
    return Heartbeat("both", "configured", amount, amount * 1.5, place, fact=fact)


def _anonymous(unit: Unit) -> list[Any]:
    return [call for call in unit.called("WebSocketServer") if call.made and call.block is not None]


def _address(project: Jvm, group: list[Unit]) -> Listening:
    """The one address that the files bind; ``new ChatServer(8887)`` where the class hands its port on."""
    names = {each.name for unit in group for each in unit.classes if "WebSocketServer" in each.bases}
    found = []
    around = list(dict.fromkeys([*group, *project.of_app(group[0], "org.java_websocket")]))
    for unit in around:
        for call in unit.called("InetSocketAddress", *sorted(names)):
            numbers = [port for each in call.values if (port := project.values(unit).port(each))[1] is not None]
            hosts = [text for each in call.values if (text := project.values(unit).text(each)) and not text.isdigit()]
            if numbers:
                found.append(Listening(*numbers[0], hosts[0] if hosts else None))
    return found[0] if found and all(each == found[0] for each in found) else Listening()


# ---------------------------------------------------------------- netty-socketio


def _socketio(project: Jvm) -> Iterator[Use]:
    units = [
        unit
        for unit in project.units("com.corundumstudio.socketio", sign=re.compile(r"\bSocketIOServer\s*\("))
        if unit.called("SocketIOServer")
    ]
    for group in grouped(project, units):
        unit, call = group[0], group[0].called("SocketIOServer")[0]
        around = list(dict.fromkeys([*group, *project.of_app(unit, "com.corundumstudio.socketio")]))
        given = {name: (each, found.argument(0)) for each in around for name in _KEYS for found in each.called(name)}
        port = project.values(given["setPort"][0]).port(given["setPort"][1]) if "setPort" in given else (None, None)
        host = project.values(given["setHostname"][0]).text(given["setHostname"][1]) if "setHostname" in given else None
        context = project.values(given["setContext"][0]).text(given["setContext"][1]) if "setContext" in given else "/socket.io"
        path = f"/{context.strip('/')}/" if context else None
        seen: dict[str, Any] = {
            "broadcasts": first(
                each.place(found.node) for each in around for found in each.called("getBroadcastOperations", "getRoomOperations")
            ),
            **_socketio_options(project, given),
        }
        yield project.server(
            unit, call.node, "netty-socketio", [Endpoint(path, unit.place(call.node), *port, host, True)], around, **seen
        )


_KEYS = (
    "setPort",
    "setHostname",
    "setContext",
    "setPingInterval",
    "setPingTimeout",
    "setOrigin",
    "setTransports",
    "setStoreFactory",
    "setMaxFramePayloadLength",
)


def _socketio_options(project: Jvm, given: dict[str, tuple[Unit, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    if "setPingInterval" in given:
        unit, node = given["setPingInterval"]
        interval = project.values(unit).seconds(node, 0.001)
        wait = (
            project.values(given["setPingTimeout"][0]).seconds(given["setPingTimeout"][1], 0.001)
            if "setPingTimeout" in given
            else 60.0
        )
        seen["heartbeat"] = (
            Heartbeat("both", "configured", interval, wait, unit.place(node), fact="netty-socketio/heartbeat")
            if interval
            else None
        )
    if "setOrigin" in given:
        unit, node = given["setOrigin"]
        seen |= {"origins": tuple(project.values(unit).texts(node)), "origins_place": unit.place(node)}
    if "setTransports" in given and given["setTransports"][1].text().endswith("WEBSOCKET"):
        seen["transports"] = ("websocket",)
    if "setStoreFactory" in given and re.search(r"Redisson|Hazelcast", given["setStoreFactory"][0].text):
        seen |= {"backplane": "netty-socketio-store", "backplane_scope": "network"}
    if "setMaxFramePayloadLength" in given:
        unit, node = given["setMaxFramePayloadLength"]
        seen["max_message"] = size("maxFramePayloadLength", project.values(unit).number(node), unit.place(node))
    return seen
