"""Swift code that opens sockets -> client uses: URLSession, Starscream, Socket.IO, Phoenix, WebSocketKit, Network.framework."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from advisor.formats.source import Source
from advisor.model import Heartbeat, Reconnect, Setting, Url, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.addresses import address
from advisor.stack.library import libraries
from advisor.stack.own_code import OwnCode
from advisor.stack.reopening import Outline, Span, Wait, reopened
from advisor.stack.swift.module import Call, SwiftFile
from advisor.stack.swift.packages import Packages
from advisor.stack.swift.values import Values

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = (
    "webSocketTask",
    "import Starscream",
    "SocketManager",
    "SwiftPhoenixClient",
    "WebSocketKit",
    "NWProtocolWebSocket",
    "import Vapor",
)
_ENDS = re.compile(
    r"\.failure|didClose|didComplete|[dD]isconnected|\.cancelled|\.error\b|\bcatch\b|\.failed|closeCode|onClose|viabilityChanged"
)
_BEATS = re.compile(r"sendPing|\.ping\(|write\(ping|\"(?:ping|heartbeat)\"|[pP]ing\(\)")
_LISTENS = re.compile(r"\.receive\b|\.onEvent|delegate|\.on\(|onText|receiveMessage|AsyncThrowingStream|AsyncStream")
_RESUMES = re.compile(r"didBecomeActive|willEnterForeground|NWPathMonitor|scenePhase|applicationDidBecomeActive")
_SAYS = re.compile(r"re_?connect|re_?try", re.IGNORECASE)
_MOST_FILES = 300


@dataclass(frozen=True)
class _Kind:
    """How a client is made: the call, what it is called on (``*``: anything), an import, the label of the address."""

    library: str
    name: str
    of: str
    imports: tuple[str, ...]
    labels: tuple[str, ...]


_KINDS = (
    _Kind("urlsession-websocket", "webSocketTask", "*", (), ("with",)),
    _Kind("starscream", "WebSocket", "", ("Starscream",), ("request", "url")),
    _Kind("socket-io-client-swift", "SocketManager", "", ("SocketIO",), ("socketURL",)),
    _Kind("swift-phoenix-client", "Socket", "", ("SwiftPhoenixClient",), ("endPoint", "")),
    _Kind("websocket-kit", "connect", "WebSocket", ("WebSocketKit", "Vapor"), ("to",)),
    _Kind("network-framework-websocket", "NWConnection", "", ("Network",), ("to", "host")),
)
_RAW = frozenset({"urlsession-websocket", "starscream", "websocket-kit", "network-framework-websocket"})
_ON_DEVICES = frozenset({"UIKit", "SwiftUI", "AppKit", "WatchKit", "Combine", "Observation", "CoreData"})


def detect(code: OwnCode, packages: Packages) -> Iterator[Use]:
    """One use for every socket that is opened."""
    for file in code.files(*WORDS):
        if not isinstance(file, SwiftFile):
            continue
        for call in file.calls:
            kind = next((kind for kind in _KINDS if _is(kind, call, file)), None)
            if kind is not None:
                yield _use(code, packages, file, call, kind)


def _is(kind: _Kind, call: Call, file: SwiftFile) -> bool:
    if call.name != kind.name or not (kind.of == "*" or call.of == kind.of):
        return False
    if kind.library == "network-framework-websocket" and "NWProtocolWebSocket" not in file.text:
        return False
    imported = not kind.imports or bool(file.imports & set(kind.imports))
    labelled = any(label in call.labelled or (not label and call.arguments) for label in kind.labels)
    return imported and labelled and not (kind.of == "*" and not call.of)


def _use(code: OwnCode, packages: Packages, file: SwiftFile, call: Call, kind: _Kind) -> Use:
    known, root, values = libraries()[kind.library], code.owner(file), Values(code, file)
    place = file.place(call.node)
    node = next((call.labelled[label] for label in kind.labels if label in call.labelled), next(iter(call.arguments), None))
    urls = tuple(_urls(file, values, node, file.in_debug(call.node)))
    served = bool(file.imports & {"Vapor", "Hummingbird", "HummingbirdWebSocket"})
    seen: dict[str, Any] = {"urls": urls, "runs_in": "own_process" if served else "device"}
    beat = _heartbeat(file, values)
    if beat is not None:
        seen["heartbeat"] = beat
    if kind.library in _RAW:
        seen["reconnect"] = _reconnect(code, file, values, call, kind.library)
        seen["one_shot"] = not _LISTENS.search(file.text)
    elif kind.library == "socket-io-client-swift":
        seen |= _socket_io(file, call)
    size = _largest(file, values) if kind.library == "urlsession-websocket" else None
    if size is not None:
        seen["max_message"] = size
    seen["foreign"] = not any(url.host or url.environment for url in urls)
    version = packages.version(root, known.packages)
    return by_library.use(known, "client", root.id, place, scope=scope_of(file.path), version=version, **seen)


def _urls(file: SwiftFile, values: Values, node: SgNode | None, debug: bool) -> Iterator[Url]:
    if node is None:
        return
    for text in values.texts(node):
        if text.value:
            yield address(text.value, file.place(node), guarded=text.guarded or debug, environment=text.environment)


def _largest(file: SwiftFile, values: Values) -> Setting | None:
    for node in file.of_kind("assignment"):
        parts = [child for child in node.children() if child.is_named()]
        if len(parts) > 1 and parts[0].text().endswith("maximumMessageSize"):
            number = values.seconds(parts[-1])
            return Setting("maximumMessageSize", parts[-1].text()[:80], file.place(node), number, "swift") if number else None
    return None


def _socket_io(file: SwiftFile, call: Call) -> dict[str, Any]:
    """``config: [.reconnects(false), .reconnectAttempts(5), .reconnectWait(5), .forceWebsockets(true)]``"""
    text = call.labelled["config"].text()[:3000] if "config" in call.labelled else ""
    place = file.place(call.node)
    found: dict[str, Any] = {"transports": ("websocket",)} if re.search(r"\.forceWebsockets\(\s*true", text) else {}
    if re.search(r"\.reconnects\(\s*false", text):
        return {**found, "reconnect": Reconnect("none", place=place)}
    wait, most = re.search(r"\.reconnectWait\(\s*(\d{1,6})", text), re.search(r"\.reconnectWaitMax\(\s*(\d{1,6})", text)
    attempts = re.search(r"\.reconnectAttempts\(\s*(\d{1,6})", text)
    if wait or most or attempts:
        delay = float(wait[1]) if wait else None
        found["reconnect"] = Reconnect(
            "library", delay, float(most[1]) if most else None, attempts=int(attempts[1]) if attempts else None, place=place
        )
    return found


def _heartbeat(file: SwiftFile, values: Values) -> Heartbeat | None:
    """``pingInterval``, or a timer that pings: a ping of the protocol is answered, a text of the app's own need not be."""
    for node in file.of_kind("assignment"):
        parts = [child for child in node.children() if child.is_named()]
        if len(parts) > 1 and parts[0].text().endswith(".pingInterval"):
            seconds = values.seconds(parts[-1])
            if seconds:
                return Heartbeat("client", "configured", seconds, seconds, file.place(node))
    for each in file.calls:
        seconds = _waits(values, each)
        text = each.node.text()
        if seconds and each.block is not None and _BEATS.search(text) and len(text) < 3000:
            answered = "sendPing" in text or "write(ping" in text
            return Heartbeat("client", "observed", seconds, None, file.place(each.node), answered, certainty="strong")
    return None


# ---------------------------------------------------------------- reconnects


def _waits(values: Values, call: Call) -> float | None:
    """Seconds of a timer, of ``asyncAfter`` and of ``Task.sleep``."""
    interval = call.labelled.get("withTimeInterval", call.labelled.get("timeInterval"))
    if call.name in ("scheduledTimer", "Timer", "repeatingTimer") and interval is not None:
        return values.seconds(interval)
    if call.name == "asyncAfter":
        return values.seconds(call.labelled.get("deadline"))
    if call.name == "sleep" and call.of == "Task":
        nanoseconds = values.seconds(call.labelled.get("nanoseconds"))
        return nanoseconds / 1e9 if nanoseconds is not None else values.seconds(call.labelled.get("for"))
    return None


def _reconnect(code: OwnCode, file: SwiftFile, values: Values, call: Call, library: str) -> Reconnect | None:
    again = frozenset({"connect"}) if library == "starscream" else frozenset()
    found = reopened(_outline(file, values), call.node.range().start.index, again)
    if found is None:
        return None
    if found.kind == "none":
        elsewhere = _RESUMES.search(file.text) or _spoken_elsewhere(code, file)
        return None if elsewhere else Reconnect("none", place=file.place(call.node))
    where = Source(file.text, file.path).place(found.start, found.end)
    if found.kind == "exponential":
        return Reconnect("library", jitter=found.jitter, place=where)
    return Reconnect(found.kind, found.seconds, jitter=found.jitter, place=where)


def _spoken_elsewhere(code: OwnCode, file: SwiftFile) -> bool:
    """True where another file of the app that knows this one's types speaks of reconnecting."""
    owner = code.owner(file)
    names = re.findall(r"^\s{0,4}(?:\w+ ){0,3}(?:class|struct|actor)\s+(\w{3,80})", file.text, re.MULTILINE)[:8]
    if not names:
        return False
    wanted = re.compile(rf"\b(?:{'|'.join(names)})\b")
    for number, path in enumerate(code.tree.named("*.swift")):
        if number > _MOST_FILES:
            return True
        if path != file.path and code.apps.owner(path).id == owner.id and scope_of(path) == "production":
            text = code.tree.text(path) or ""
            if wanted.search(text) and _SAYS.search(text):
                return True
    return False


def _outline(file: SwiftFile, values: Values) -> Outline:
    calls, waits = [], []
    for each in file.calls:
        at = each.node.range()
        calls.append(Span(each.name, at.start.index, at.end.index))
        timed = each.name in ("scheduledTimer", "asyncAfter") or (each.name == "sleep" and each.of == "Task")
        if timed:
            waits.append(Wait(at.start.index, at.end.index, _waits(values, each), "repeats: true" in each.node.text()[:200]))
    return Outline(file.text, file.functions, tuple(calls), tuple(waits), _ENDS)
