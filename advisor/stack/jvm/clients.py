"""Java and Kotlin code that opens WebSockets to a server -> client uses, with their URLs and what they do after a close."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from advisor.model import Heartbeat, Url, Use
from advisor.stack.addresses import address
from advisor.stack.curly.keeping import observed
from advisor.stack.curly.opening import reconnects
from advisor.stack.curly.syntax import Call, Unit
from advisor.stack.curly.values import Environment, Unknown
from advisor.stack.jvm.project import Jvm
from advisor.stack.jvm.standalone import lost_timeout

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = (
    "newWebSocket",
    "okhttp3",
    "buildAsync",
    "connectToServer",
    "StandardWebSocketClient",
    "WebSocketStompClient",
    "ReactorNettyWebSocketClient",
    "org.java_websocket",
    "ktor.client.plugins.websocket",
    "ktor.client.features.websocket",
    "io.socket.client",
    "com.microsoft.signalr",
    "neovisionaries",
    "WebSocketConnectOptions",
    "createWebSocketClient",
)
_MOST = 50
_URL = re.compile(r"^(?:wss?|https?)://|^\{")


def detect(project: Jvm) -> Iterator[Use]:
    """One use for each call that opens a connection."""
    for unit in project.units(*WORDS, sign=_SIGN):
        if "okhttp3.mockwebserver" in unit.imports:
            continue
        for use in islice(_clients(project, unit), _MOST):
            silent = use.heartbeat is None or use.heartbeat.sender == "none"
            pings = observed((unit,), project.values, "client")
            yield replace(use, heartbeat=pings.beat) if silent and pings.seen else use


_SIGN = re.compile(
    r"newWebSocket\s*\(|newWebSocketBuilder\s*\(|connectToServer\s*\(|WebSocketClient\s*\(|StompClient\s*\(|extends\s+WebSocketClient\b"
    r"|:\s*WebSocketClient\s*\(|\bIO\.socket\s*\(|HubConnectionBuilder\.create|WebSocketFactory\s*\(|webSocket(?:Session)?\s*\(|\bwss?\s*\("
)


def _clients(project: Jvm, unit: Unit) -> Iterator[Use]:
    if "okhttp3" in unit.text:
        for call in unit.called("newWebSocket"):
            yield _use(
                project, unit, call, "okhttp", _okhttp_url(project, unit, call.argument(0)), heartbeat=_okhttp_beat(project, unit)
            )
    if "java.net.http" in unit.imports:
        for call in unit.called("buildAsync"):
            if any(each.name == "newWebSocketBuilder" for each in unit.before(call)) or "WebSocket" in unit.text:
                yield _use(project, unit, call, "java-http-websocket", _url(project, unit, call.argument(0)))
    if "websocket" in unit.imports:
        for call in unit.called("connectToServer"):
            yield _use(project, unit, call, "jakarta-websocket", _url(project, unit, _last(call)))
    yield from _spring(project, unit)
    yield from _java_websocket(project, unit)
    yield from _ktor(project, unit)
    yield from _others(project, unit)


def _spring(project: Jvm, unit: Unit) -> Iterator[Use]:
    stomp = unit.called("WebSocketStompClient")
    if stomp:
        opens = [call for call in unit.called("connect", "connectAsync") if call.values]
        call = next((each for each in opens if _url(project, unit, each.argument(0)) is not None), stomp[0])
        yield _use(project, unit, call, "spring-stomp", _url(project, unit, call.argument(0)))
        return
    if unit.called("StandardWebSocketClient", "ReactorNettyWebSocketClient") and "springframework" in unit.imports:
        for call in unit.called("execute", "doHandshake", "WebSocketConnectionManager"):
            urls = [url for each in call.values if (url := _url(project, unit, each)) is not None]
            if urls:
                yield _use(project, unit, call, "spring-websocket", urls[0])


def _java_websocket(project: Jvm, unit: Unit) -> Iterator[Use]:
    if "org.java_websocket" not in unit.imports:
        return
    names = {each.name for each in unit.classes if "WebSocketClient" in each.bases}
    calls = [call for call in unit.called("WebSocketClient", *sorted(names)) if call.values]
    declared = next((each.node for each in unit.classes if "WebSocketClient" in each.bases), None)
    beats = [lost_timeout(project, unit, call) for call in unit.called("setConnectionLostTimeout")]
    seen: dict[str, Any] = (
        {"heartbeat": replace(beats[0], sender="client") if beats and beats[0] and beats[0].sender != "none" else beats[0]}
        if beats
        else {}
    )
    for call in calls:
        yield _use(project, unit, call, "java-websocket", _url(project, unit, call.argument(0)), again="reconnect", **seen)
    if declared is not None and not calls:
        use = project.use(unit, declared, "java-websocket", "client", **seen)
        yield replace(use, reconnect=None)


def _ktor(project: Jvm, unit: Unit) -> Iterator[Use]:
    if "io.ktor.client" not in unit.imports or "io.ktor.server.testing" in unit.imports:
        return
    for call in unit.called("webSocket", "wss", "ws", "webSocketSession"):
        if call.receiver is None and "io.ktor.server" in unit.imports:
            continue
        text = _url(project, unit, call.argument(0, "urlString", "request"))
        yield _use(
            project, unit, call, "ktor-client", text or _ktor_parts(project, unit, call), heartbeat=_ktor_beat(project, unit)
        )


def _ktor_parts(project: Jvm, unit: Unit, call: Call) -> Url | None:
    """``client.webSocket(host = "x", port = 8080, path = "/ws")``."""
    host, path = call.argument(None, "host"), call.argument(None, "path")
    if host is None:
        return None
    values = project.values(unit)
    number, _ = values.port(call.argument(None, "port"))
    scheme = "wss" if call.name == "wss" else "ws"
    whole = values.shown(path) if path is not None else "/"
    return address(f"{scheme}://{values.shown(host)}{f':{number}' if number else ''}/{whole.lstrip('/')}", unit.place(call.node))


def _ktor_beat(project: Jvm, unit: Unit) -> Heartbeat | None:
    for node in unit.file.of_kind("assignment"):
        parts = [child for child in node.children() if child.is_named()]
        if len(parts) == 2 and parts[0].text().endswith(("pingInterval", "pingIntervalMillis")):
            interval = project.values(unit).seconds(parts[1], 0.001)
            return (
                Heartbeat("client", "configured", interval, None, unit.place(node), fact="ktor-client/heartbeat")
                if interval
                else None
            )
    return Heartbeat("none", "default", fact="ktor-client/heartbeat")


def _others(project: Jvm, unit: Unit) -> Iterator[Use]:
    if "io.socket.client" in unit.imports:
        for call in unit.called("socket"):
            if call.receiver is not None and call.receiver.text() == "IO":
                url = _url(project, unit, call.argument(0))
                yield _use(project, unit, call, "socketio-java-client", replace(url, path="/socket.io/") if url else None)
    if "com.microsoft.signalr" in unit.imports:
        for call in unit.called("create"):
            if call.receiver is not None and call.receiver.text().endswith("HubConnectionBuilder"):
                yield _use(project, unit, call, "signalr-java", _url(project, unit, call.argument(0)))
    if "neovisionaries" in unit.imports:
        for call in unit.called("createSocket"):
            yield _use(project, unit, call, "nv-websocket-client", _url(project, unit, call.argument(0)))


# ---------------------------------------------------------------- parts


def _use(project: Jvm, unit: Unit, call: Call, library: str, url: Url | None, *, again: str = "", **seen: Any) -> Use:
    use = project.use(unit, call.node, library, "client", urls=(url,) if url is not None else (), **seen)
    found = reconnects(unit, project.values(unit), call.node)
    if found is None and use.reconnect is not None and use.reconnect.kind == "none" and _may_retry(unit, again):
        return replace(use, reconnect=None)
    return replace(use, reconnect=found) if found is not None else use


def _may_retry(unit: Unit, again: str) -> bool:
    """True where the file speaks of trying again, in a way that is not followed."""
    return bool(re.search(rf"reconnect|retry|backoff|{again or 'reconnect'}", unit.text, re.IGNORECASE))


def _last(call: Call) -> SgNode | None:
    return call.values[-1] if call.values else None


def _url(project: Jvm, unit: Unit, node: SgNode | None) -> Url | None:
    """The address that an expression gives; ``None`` where it shows none."""
    if node is None:
        return None
    values = project.values(unit)
    found = values.of(node)
    if isinstance(found, Environment):
        text = found.default if isinstance(found.default, str) else f"{{{found.name}}}"
        return address(text, unit.place(node), guarded=True, environment=found.name or None)
    if isinstance(found, Unknown) or not isinstance(found, str):
        return None
    return address(found, unit.place(node)) if _URL.match(found) else None


def _okhttp_url(project: Jvm, unit: Unit, node: SgNode | None) -> Url | None:
    """``Request.Builder().url("wss://...").build()``, in place or in the variable that is handed over."""
    if node is None:
        return None
    given = unit.assigned.get(node.text(), [node])
    for each in given[:1]:
        call = unit.call_at(each)
        for before in unit.before(call) if call is not None else ():
            if before.name == "url":
                return _url(project, unit, before.argument(0))
    return None


def _okhttp_beat(project: Jvm, unit: Unit) -> Heartbeat | None:
    """``pingInterval(20, TimeUnit.SECONDS)`` or a duration; none by default. A client made in another file is not known."""
    for call in unit.called("pingInterval"):
        factor = {"SECONDS": 1.0, "MINUTES": 60.0}.get(call.values[-1].text().rsplit(".", 1)[-1], 0.001) if call.values else 1.0
        interval = project.values(unit).seconds(call.argument(0), factor)
        return (
            Heartbeat("client", "configured", interval, interval, unit.place(call.node), fact="okhttp/heartbeat")
            if interval
            else None
        )
    if unit.called("OkHttpClient") or "OkHttpClient.Builder" in unit.text:
        return Heartbeat("none", "default", fact="okhttp/heartbeat")
    return None
