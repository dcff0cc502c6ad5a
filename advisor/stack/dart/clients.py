"""Dart code that opens sockets -> client uses: the addresses, what is sent on idle connections, what becomes of a lost one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from advisor.formats.source import Source
from advisor.model import Heartbeat, Reconnect, Url, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.addresses import address
from advisor.stack.dart.module import Call, DartFile
from advisor.stack.dart.options import options_of
from advisor.stack.dart.packages import Packages
from advisor.stack.dart.values import Values, in_debug
from advisor.stack.library import Library, libraries
from advisor.stack.own_code import OwnCode
from advisor.stack.reopening import Outline, Span, Wait, reopened

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = (
    "WebSocketChannel",
    "WebSocket.connect",
    "package:socket_io_client",
    "package:web_socket_client",
    "StompConfig",
    "PhoenixSocket",
    "package:signalr_netcore",
    "WebSocketLink",
)
_ENDS = re.compile(r"onDone\s*:|onError\s*:|onDisconnect|onClose\b|\bcatch\s*\(|catchError|\.done\.then|whenComplete")
_BEATS = re.compile(
    r"[\"'](?:[^\"'\n]{0,40}\W)?(?:ping|heart_?beat|keep_?alive)(?:\W[^\"'\n]{0,40})?[\"']|ping|heartbeat", re.IGNORECASE
)
_SENDS = re.compile(r"\.add\(|\.send\(|\bsend\w*\(|\.emit\(|ping", re.IGNORECASE)
_LISTENS = re.compile(r"\.listen\(|await for\b|StreamBuilder|\.stream\b|\.on\w*\(|\.messages\b")
_RESUMES = re.compile(r"AppLifecycleState\.resumed|onConnectivityChanged|onPressed\s*:|onTap\s*:")
_SAYS = re.compile(r"re_?connect|re_?try", re.IGNORECASE)
_MOST_FILES = 300


@dataclass(frozen=True)
class _Kind:
    """How a library's client is made: the call, what stands before its dot, and what the file must import."""

    library: str
    name: str
    of: str = ""
    imports: tuple[str, ...] = ()
    address: str = ""
    """The named argument that holds the address; empty: the first one."""


_KINDS = (
    _Kind("web-socket-channel", "connect", "WebSocketChannel", ("package:web_socket_channel/",)),
    _Kind("web-socket-channel", "connect", "IOWebSocketChannel", ("package:web_socket_channel/",)),
    _Kind("web-socket-channel", "connect", "HtmlWebSocketChannel", ("package:web_socket_channel/",)),
    _Kind("dart-io-websocket", "connect", "WebSocket", ("dart:io", "package:web_socket/")),
    _Kind("web-socket-client-dart", "WebSocket", "", ("package:web_socket_client/",)),
    _Kind("socket-io-client-dart", "io", "", ("package:socket_io_client/",)),
    _Kind("stomp-dart-client", "StompConfig", "", ("package:stomp_dart_client/",), "url"),
    _Kind("stomp-dart-client", "sockJS", "StompConfig", ("package:stomp_dart_client/",), "url"),
    _Kind("stomp-dart-client", "SockJS", "StompConfig", ("package:stomp_dart_client/",), "url"),
    _Kind("phoenix-socket-dart", "PhoenixSocket", "", ("package:phoenix_socket/",)),
    _Kind("signalr-netcore-dart", "withUrl", "*", ("package:signalr_netcore/",)),
    _Kind("graphql-flutter", "WebSocketLink", "", ("package:graphql_flutter/", "package:graphql/")),
)
_RAW = frozenset({"web-socket-channel", "dart-io-websocket"})


def detect(code: OwnCode, packages: Packages) -> Iterator[Use]:
    """One use for every socket that is opened; a type, an import or a wrapper that takes any address is none by itself."""
    for file in code.files(*WORDS):
        if not isinstance(file, DartFile):
            continue
        for call in file.calls:
            kind = next((kind for kind in _KINDS if _is(kind, call, file)), None)
            use = _use(code, packages, file, call, kind) if kind is not None else None
            if use is not None:
                yield use


def _is(kind: _Kind, call: Call, file: DartFile) -> bool:
    return call.name == kind.name and (kind.of == "*" or call.of == kind.of) and file.imports_any(*kind.imports)


def _use(code: OwnCode, packages: Packages, file: DartFile, call: Call, kind: _Kind) -> Use | None:
    known, root = libraries()[kind.library], code.owner(file)
    values = Values(code, file)
    node = call.named.get(kind.address) if kind.address else call.arguments[0] if call.arguments else None
    if node is None:
        return None
    place = file.place(call.node)
    urls = tuple(_urls(file, values, node, in_debug(call.node)))
    seen: dict[str, Any] = {"urls": urls, "runs_in": "device" if packages.is_flutter(root) else "own_process"}
    if call.of == "HtmlWebSocketChannel" or file.imports_any("dart:html", "package:web/"):
        seen["runs_in"] = "browser"
    beat = _heartbeat(file, values, call, known)
    if beat is not None:
        seen["heartbeat"] = beat
    if kind.library in _RAW:
        seen["reconnect"] = _reconnect(code, file, values, call)
    else:
        seen |= options_of(kind.library, file, values, call, place)
    seen["foreign"] = not any(url.host or url.environment for url in urls)
    seen["one_shot"] = kind.library in _RAW and not _LISTENS.search(file.text)
    version = packages.version(root, known.packages)
    return by_library.use(known, "client", root.id, place, scope=scope_of(file.path), version=version, **seen)


def _urls(file: DartFile, values: Values, node: SgNode, debug: bool) -> Iterator[Url]:
    place = file.place(node)
    for text in values.texts(node) or ():
        guarded = text.guarded or debug
        if text.value.startswith("{Uri.base"):
            yield Url(text.value, place, derived=True)
        elif text.value:
            yield address(text.value, place, guarded=guarded, environment=text.environment)


# ---------------------------------------------------------------- heartbeats


def _heartbeat(file: DartFile, values: Values, call: Call, known: Library) -> Heartbeat | None:
    """``pingInterval`` where the socket is opened or set on it, else a timer of the file that sends a ping of the app's own."""
    node = call.named.get("pingInterval")
    fact = f"{known.id}/heartbeat"
    if node is None:
        found = re.search(r"\bpingInterval\s*=\s*(?!=)", file.text)
        node = _assigned(file) if found is not None else None
    seconds = values.seconds(node)
    if node is not None and seconds:
        return Heartbeat("client", "configured", seconds, seconds, file.place(node), fact=fact)
    for each in file.calls:
        if each.name == "periodic" and each.of == "Timer" and len(each.arguments) > 1:
            body = each.arguments[1].text()
            amount = values.seconds(each.arguments[0])
            if amount and _BEATS.search(body) and _SENDS.search(body):
                return Heartbeat("client", "observed", amount, None, file.place(each.node), answered=False, certainty="strong")
    return None


def _assigned(file: DartFile) -> SgNode | None:
    """``ws.pingInterval = const Duration(seconds: 20)``, as a statement or in a cascade."""
    for node in file.of_kind("assignment_expression", "cascade_section"):
        parts = [child for child in node.children() if child.is_named()]
        if len(parts) > 1 and parts[0].text().endswith("pingInterval"):
            return parts[-1]
    return None


# ---------------------------------------------------------------- reconnects


def _reconnect(code: OwnCode, file: DartFile, values: Values, call: Call) -> Reconnect | None:
    found = reopened(outline(file, values), call.node.range().start.index)
    if found is None:
        return None
    place = file.place(call.node)
    if found.kind == "none":
        elsewhere = _RESUMES.search(file.text) or _spoken_elsewhere(code, file)
        return None if elsewhere else Reconnect("none", place=place)
    where = Source(file.text, file.path).place(found.start, found.end)
    if found.kind == "exponential":
        return Reconnect("library", jitter=found.jitter, place=where)
    return Reconnect(found.kind, found.seconds, jitter=found.jitter, place=where)


def _spoken_elsewhere(code: OwnCode, file: DartFile) -> bool:
    """True where another file of the app that knows this one's classes speaks of reconnecting, or opens it again when asked."""
    owner = code.owner(file)
    names = re.findall(r"^\s{0,4}(?:abstract |final |base )?class\s+(\w{3,80})", file.text, re.MULTILINE)[:8]
    if not names:
        return False
    wanted = re.compile(rf"\b(?:{'|'.join(names)})\b")
    for number, path in enumerate(code.tree.named("*.dart")):
        if number > _MOST_FILES:
            return True
        if path != file.path and code.apps.owner(path).id == owner.id and scope_of(path) == "production":
            text = code.tree.text(path) or ""
            if wanted.search(text) and _SAYS.search(text):
                return True
    return False


def outline(file: DartFile, values: Values) -> Outline:
    """The functions, calls and waits of the file; a function that is handed on by its name counts as called there.

    The grammar reads ``() => connect()`` as a call of ``() => connect``.
    """
    calls, waits = [], []
    for each in file.calls:
        at = each.node.range()
        calls.append(Span(each.name, at.start.index, at.end.index))
        given = [*each.arguments, *each.named.values()]
        calls += [
            Span(node.text(), node.range().start.index, node.range().end.index) for node in given if node.kind() == "identifier"
        ]
        if (each.name in ("Timer", "delayed") or (each.name == "periodic" and each.of == "Timer")) and each.arguments:
            waits.append(Wait(at.start.index, at.end.index, values.seconds(each.arguments[0]), each.name == "periodic"))
    for node in file.of_kind("call_expression"):
        callee = next((child for child in node.children() if child.is_named()), None)
        ended = re.search(r"(\w+)\Z", callee.text()) if callee is not None and callee.kind() == "function_expression" else None
        if ended is not None:
            at = node.range()
            calls.append(Span(ended[1], at.start.index, at.end.index))
    return Outline(file.text, file.functions, tuple(sorted(calls, key=lambda span: span.start)), tuple(waits), _ENDS)
