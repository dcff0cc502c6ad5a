"""Endpoints that an annotation makes: Jakarta's ``@ServerEndpoint``, Micronaut's ``@ServerWebSocket``, Quarkus's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from advisor.model import Endpoint, Heartbeat, Place, Setting, Use
from advisor.stack.curly.paths import joined, template
from advisor.stack.curly.syntax import Annotation, Unit, named_children
from advisor.stack.jvm.project import Jvm, Listening, first, seconds

WORDS = ("@ServerEndpoint", "@ServerWebSocket", "websockets.next", "WebSocketBroadcaster", "getOpenSessions", "OpenConnections")
_BOOT = ("org.springframework.boot:spring-boot-starter-websocket", "org.springframework.boot:spring-boot-starter-web",
         "org.springframework.boot:spring-boot")  # fmt: skip


def detect(project: Jvm) -> Iterator[Use]:
    """One server for each framework in an app, with all its annotated endpoints."""
    yield from _grouped(project, "@ServerEndpoint", "ServerEndpoint", "websocket.server", _jakarta)
    yield from _grouped(project, "@ServerWebSocket", "ServerWebSocket", "micronaut", _micronaut)
    yield from _grouped(project, "websockets.next", "WebSocket", "websockets.next", _quarkus)


def _grouped(project: Jvm, word: str, name: str, imported: str, make: Any) -> Iterator[Use]:
    found: dict[tuple[str, str], list[tuple[Unit, Annotation]]] = {}
    for unit in project.units(word):
        if imported not in unit.imports:
            continue
        for annotation in unit.annotated(name):
            if "class" in annotation.owner.kind() or "object" in annotation.owner.kind():
                scope = project.use(unit, annotation.node, _LIBRARY[name], "server").scope
                found.setdefault((project.owner(unit).id, scope), []).append((unit, annotation))
    for items in found.values():
        yield make(project, items)


_LIBRARY = {"ServerEndpoint": "jakarta-websocket", "ServerWebSocket": "micronaut", "WebSocket": "quarkus-websockets-next"}


def _server(project: Jvm, items: list[tuple[Unit, Annotation]], library: str, at: Listening, **seen: Any) -> Use:
    unit, annotation = items[0]
    endpoints = [_endpoint(project, each, annotated, at) for each, annotated in items]
    units = list(dict.fromkeys(each for each, _ in items))
    if seen.get("broadcasts") is None:
        seen["broadcasts"] = first(_all_open(each) for each in units)
    return project.server(unit, annotation.node, library, endpoints, units, **seen)


def _endpoint(project: Jvm, unit: Unit, annotation: Annotation, at: Listening) -> Endpoint:
    node = annotation.argument("value", "path", "uri")
    path = project.values(unit).shown(node) if node is not None else "/"
    path = _outer(project, unit, annotation) + path if annotation.name == "WebSocket" else path
    whole, prefix = template(joined(at.prefix, path)) if not path.startswith("{") else (None, False)
    return Endpoint(whole, unit.place(annotation.node), at.port, at.port_from, at.bind, prefix)


def _outer(project: Jvm, unit: Unit, annotation: Annotation) -> str:
    """Quarkus: the path of the endpoint class that this one is nested in."""
    for other in unit.annotated("WebSocket"):
        if other is annotation or other.node.range() == annotation.node.range():
            continue
        if any(parent.range() == other.owner.range() for parent in annotation.owner.ancestors()):
            node = other.argument("path")
            return project.values(unit).shown(node).rstrip("/") if node is not None else ""
    return ""


def _all_open(unit: Unit) -> Place | None:
    """Where the file goes through all open sessions that the container keeps, and sends."""
    for node in unit.file.of_kind("enhanced_for_statement", "for_statement"):
        parts = named_children(node)
        if (
            len(parts) > 1
            and re.search(r"getOpenSessions|openSessions|[oO]penConnections", parts[-2].text())
            and "send" in parts[-1].text()
        ):
            return unit.place(node)
    for call in unit.called("forEach"):
        over = call.receiver.text() if call.receiver is not None else ""
        if re.search(r"getOpenSessions|openSessions|[oO]penConnections", over) and "send" in call.node.text():
            return unit.place(call.node)
    return None


# ---------------------------------------------------------------- the three frameworks


def _jakarta(project: Jvm, items: list[tuple[Unit, Annotation]]) -> Use:
    unit, _ = items[0]
    root = project.owner(unit)
    seen: dict[str, Any] = {}
    if project.packages.declares(root, _BOOT):
        at = project.listening(root, "spring")
        seen |= _jetty(project, unit)
    elif any(name.startswith("io.quarkus") for name in project.packages.of(root)):
        at = project.listening(root, "quarkus")
    else:
        at = Listening()
    for each, _ in items:
        for call in each.called("setMaxIdleTimeout"):
            given = seconds("setMaxIdleTimeout", project.values(each).seconds(call.argument(0), 0.001), each.place(call.node))
            if given is not None:
                seen["idle"] = given
    return _server(project, items, "jakarta-websocket", at, origins=_checked(items), **seen)


def _checked(items: list[tuple[Unit, Annotation]]) -> tuple[str, ...] | None:
    return ("{decided in code}",) if any("checkOrigin" in unit.text for unit, _ in items) else None


def _jetty(project: Jvm, unit: Unit) -> dict[str, Setting]:
    from advisor.stack.jvm.spring import on_jetty

    return on_jetty(project, unit)


def _micronaut(project: Jvm, items: list[tuple[Unit, Annotation]]) -> Use:
    at = project.listening(project.owner(items[0][0]), "micronaut")
    settings = project.settings(project.owner(items[0][0]))
    given = settings.get("micronaut.server.idle-timeout")
    seen: dict[str, Any] = {}
    if given is not None:
        from advisor.stack.curly.values import written_seconds

        seen["idle"] = seconds("micronaut.server.idle-timeout", written_seconds(given.text), given.place)
    broadcast = first(
        unit.place(call.node) for unit, _ in items for call in unit.called("broadcastAsync", "broadcastSync", "broadcast")
    )
    return _server(project, items, "micronaut", at, broadcasts=broadcast, **seen)


def _quarkus(project: Jvm, items: list[tuple[Unit, Annotation]]) -> Use:
    root = project.owner(items[0][0])
    at = project.listening(root, "quarkus")
    given = project.settings(root).get("quarkus.websockets-next.server.auto-ping-interval")
    seen: dict[str, Any] = {}
    if given is not None:
        from advisor.stack.curly.values import written_seconds

        interval = written_seconds(given.text)
        fact = "quarkus-websockets-next/heartbeat"
        seen["heartbeat"] = Heartbeat("server", "configured", interval, None, given.place, fact=fact) if interval else None
    return _server(project, items, "quarkus-websockets-next", at, broadcasts=_told_to_all(items), **seen)


def _told_to_all(items: list[tuple[Unit, Annotation]]) -> Place | None:
    """``@OnTextMessage(broadcast = true)`` and ``connection.broadcast()``."""
    for unit, _ in items:
        for annotation in unit.annotated("OnOpen", "OnTextMessage", "OnBinaryMessage", "OnClose"):
            if any(each.name == "broadcast" and each.node.text() == "true" for each in annotation.arguments):
                return unit.place(annotation.node)
        for call in unit.called("broadcast"):
            return unit.place(call.node)
    return None
