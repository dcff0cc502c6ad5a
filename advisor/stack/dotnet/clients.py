"""C# code that opens WebSockets to a server -> client uses, with their URLs and what they do after a close."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from advisor.model import Heartbeat, Reconnect, Url, Use
from advisor.stack.addresses import address
from advisor.stack.curly.opening import reconnects
from advisor.stack.curly.syntax import Call, Unit
from advisor.stack.curly.values import Duration, Environment
from advisor.stack.dotnet.project import DotNet, set_to

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = ("HubConnectionBuilder", "ClientWebSocket", "Websocket.Client", "SocketIOClient", "WebSocketSharp")
_SIGN = re.compile(
    r"new\s+(?:[\w.]+\.)?(?:HubConnectionBuilder|ClientWebSocket|WebsocketClient|SocketIO|WebSocket)\b|ClientWebSocket\b"
)
_MOST = 50
_URL = re.compile(r"^(?:wss?|https?)://|^\{")


def detect(project: DotNet) -> Iterator[Use]:
    """One use for each connection that is made."""
    for unit in project.units(*WORDS, sign=_SIGN):
        yield from islice(_clients(project, unit), _MOST)


def _clients(project: DotNet, unit: Unit) -> Iterator[Use]:
    for call in unit.called("HubConnectionBuilder"):
        if call.made:
            yield _hub(project, unit, call)
    if any(call.made for call in unit.called("ClientWebSocket")):
        for call in unit.called("ConnectAsync"):
            url = _url(project, unit, call.argument(0))
            if call.values and (url is not None or "ri" in call.values[0].text()[:40] or "rl" in call.values[0].text()[:40]):
                yield _use(project, unit, call, "clientwebsocket", url, **_keep_alive(project, unit))
    if "Websocket.Client" in unit.imports:
        for call in unit.called("WebsocketClient"):
            if call.made:
                use = project.use(
                    unit, call.node, "websocket-client-dotnet", "client", urls=_urls(_url(project, unit, call.argument(0)))
                )
                off = re.search(r"\bIsReconnectionEnabled\s*=\s*false\b", unit.text)
                yield replace(use, reconnect=Reconnect("none", place=use.place)) if off else use
    if "SocketIOClient" in unit.imports:
        for call in unit.called("SocketIO"):
            if call.made:
                url = _url(project, unit, call.argument(0))
                yield project.use(
                    unit, call.node, "socketio-dotnet", "client", urls=_urls(replace(url, path="/socket.io/") if url else None)
                )
    if "WebSocketSharp" in unit.imports:
        for call in unit.called("WebSocket"):
            if call.made and call.values:
                yield _use(
                    project,
                    unit,
                    call,
                    "websocket-sharp",
                    _url(project, unit, call.argument(0)),
                    heartbeat=Heartbeat("none", "default", fact="websocket-sharp/heartbeat"),
                )


def _hub(project: DotNet, unit: Unit, call: Call) -> Use:
    """``new HubConnectionBuilder().WithUrl(url).WithAutomaticReconnect().Build()``, also in several statements."""
    name = next(
        (
            name
            for name, given in unit.assigned.items()
            for node in given
            if node.text() == call.node.text() or _starts(unit, node, call)
        ),
        None,
    )
    chain = [
        *unit.onward(call),
        *(each for each in unit.calls if name and each.receiver is not None and each.receiver.text() == name),
    ]
    withs = [each for each in chain if each.name == "WithUrl" and each.values]
    again = next((each for each in chain if each.name == "WithAutomaticReconnect"), None)
    seen: dict[str, Any] = {}
    if again is not None:
        seen["reconnect"] = _schedule(project, unit, again)
    elif re.search(r"\.Closed\s*\+=|reconnect", unit.text, re.IGNORECASE):
        seen["reconnect"] = None
    if (
        withs
        and "HttpTransportType.WebSockets" in withs[0].node.text()
        and re.search(r"SkipNegotiation\s*=\s*true", withs[0].node.text())
    ):
        seen["transports"] = ("websocket",)
    interval = next(
        (values for each in unit.file.of_kind("assignment_expression") if (values := _hub_beat(project, unit, each)) is not None),
        None,
    )
    if interval is not None:
        seen["heartbeat"] = interval
    return project.use(
        unit,
        call.node,
        "signalr-dotnet",
        "client",
        urls=_urls(_url(project, unit, withs[0].argument(0)) if withs else None),
        **seen,
    )


def _starts(unit: Unit, node: SgNode, call: Call) -> bool:
    """True where a declaration's value begins with this very call."""
    return node.range().start.index == call.node.range().start.index


def _hub_beat(project: DotNet, unit: Unit, node: SgNode) -> Heartbeat | None:
    left, right = node.field("left"), node.field("right")
    if left is None or right is None or not left.text().endswith(".KeepAliveInterval"):
        return None
    seconds = project.values(unit).seconds(right)
    return Heartbeat("both", "configured", seconds, None, unit.place(node), fact="signalr-dotnet/heartbeat") if seconds else None


def _schedule(project: DotNet, unit: Unit, call: Call) -> Reconnect:
    """The library's four tries, the waits that are listed, or a policy of the app's own."""
    place = unit.place(call.node)
    if not call.values:
        return Reconnect("library", 0, 30, False, 4, place)
    found = project.values(unit).of(call.values[0])
    waits = [each.seconds for each in found if isinstance(each, Duration)] if isinstance(found, list) else []
    if waits and isinstance(found, list) and len(waits) == len(found):
        return Reconnect("exponential", waits[0], max(waits), False, len(waits), place, "listed")
    return Reconnect("library", place=place)


def _keep_alive(project: DotNet, unit: Unit) -> dict[str, Any]:
    for name, node in set_to(unit.file.root).items():
        if name == "KeepAliveInterval":
            seconds, place = project.values(unit).seconds(node), unit.place(node)
            fact = "clientwebsocket/heartbeat"
            if seconds is None:
                return {"heartbeat": None}
            if seconds == 0 or seconds > 1e8:
                return {"heartbeat": Heartbeat("none", "configured", place=place, fact=fact)}
            return {"heartbeat": Heartbeat("client", "configured", seconds, None, place, "KeepAliveTimeout" in unit.text, fact)}
    return {}


def _use(project: DotNet, unit: Unit, call: Call, library: str, url: Url | None, **seen: Any) -> Use:
    use = project.use(unit, call.node, library, "client", urls=_urls(url), **seen)
    found = reconnects(unit, project.values(unit), call.node)
    if (
        found is None
        and use.reconnect is not None
        and use.reconnect.kind == "none"
        and re.search("reconnect|retry|backoff", unit.text, re.IGNORECASE)
    ):
        return replace(use, reconnect=None)
    return replace(use, reconnect=found) if found is not None else use


def _urls(url: Url | None) -> tuple[Url, ...]:
    return (url,) if url is not None else ()


def _url(project: DotNet, unit: Unit, node: SgNode | None) -> Url | None:
    if node is None:
        return None
    found = project.values(unit).of(node)
    if isinstance(found, Environment):
        text = found.default if isinstance(found.default, str) else f"{{{found.name}}}"
        return address(text, unit.place(node), guarded=True, environment=found.name or None)
    return address(found, unit.place(node)) if isinstance(found, str) and _URL.match(found) else None
