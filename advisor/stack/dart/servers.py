"""Dart code that takes sockets: shelf_web_socket, dart_frog, and ``WebSocketTransformer`` of dart:io."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from advisor.model import Endpoint, Heartbeat, Place, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.dart.module import Call, DartFile
from advisor.stack.dart.packages import Packages
from advisor.stack.dart.values import Values
from advisor.stack.library import libraries
from advisor.stack.own_code import OwnCode

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = ("webSocketHandler", "WebSocketTransformer")
_HANDLERS = ("package:shelf_web_socket/", "package:dart_frog_web_socket/")
_ROUTED = frozenset({"get", "all", "add", "mount"})
_KEPT = re.compile(r"client|socket|conn|user|peer|member|room|subscriber|player|channel|session", re.IGNORECASE)
_SENDS = re.compile(r"\.add\(|\.send\(|sink\.add")
_ASKED = re.compile(r"""\b(?:uri|requestedUri|url)\.path\s*==\s*["'](/?[\w/.{}-]{0,80})["']""")
_COOKIES = re.compile(r"HttpHeaders\.cookieHeader|headers\[[\"']cookie[\"']\]|\.cookies\b|\.session\b", re.IGNORECASE)


def detect(code: OwnCode, packages: Packages) -> Iterator[Use]:
    """One use for every handler that takes handshakes."""
    for file in code.files(*WORDS):
        if not isinstance(file, DartFile):
            continue
        for call in file.calls:
            if call.name == "webSocketHandler" and file.imports_any(*_HANDLERS):
                yield _use(code, packages, file, call, "shelf-web-socket")
            elif _transforms(call) and file.imports_any("dart:io"):
                yield _use(code, packages, file, call, "dart-io-websocket")


def _transforms(call: Call) -> bool:
    """``WebSocketTransformer.upgrade(request)``, ``requests.transform(WebSocketTransformer())``"""
    return call.name == "WebSocketTransformer" or (call.name == "upgrade" and call.of == "WebSocketTransformer")


def _use(code: OwnCode, packages: Packages, file: DartFile, call: Call, id: str) -> Use:
    known, root, values = libraries()[id], code.owner(file), Values(code, file)
    place = file.place(call.node)
    seen: dict[str, Any] = {
        "endpoints": (_endpoint(code, file, values, call, place),),
        "broadcasts": _broadcasts(file),
        "cookies": _COOKIES.search(file.text) is not None,
    }
    node = call.named.get("pingInterval")
    if node is None:
        node = _assigned(file)
    seconds = values.seconds(node)
    if node is not None and seconds:
        seen["heartbeat"] = Heartbeat("server", "configured", seconds, seconds, file.place(node), fact=f"{id}/heartbeat")
    origins = call.named.get("allowedOrigins")
    if origins is not None:
        listed = [values.texts(child) for child in origins.children() if child.is_named()]
        seen["origins"] = tuple(each[0].value if each else "{computed}" for each in listed) or ("{computed}",)
        seen["origins_place"] = file.place(origins)
    version = packages.version(root, known.packages)
    return by_library.use(known, "server", root.id, place, scope=scope_of(file.path), version=version, **seen)


def _assigned(file: DartFile) -> SgNode | None:
    for node in file.of_kind("assignment_expression", "cascade_section"):
        parts = [child for child in node.children() if child.is_named()]
        if len(parts) > 1 and parts[0].text().endswith("pingInterval"):
            return parts[-1]
    return None


# ---------------------------------------------------------------- where it listens


def _endpoint(code: OwnCode, file: DartFile, values: Values, call: Call, place: Place) -> Endpoint:
    port, origin, bind = _listening(code, file, values)
    path = _frog_route(code, file) or _routed(values, call) or _named_route(code, file, values, call)
    if (
        path is None
        and (asked := {each if each.startswith("/") else f"/{each}" for each in _ASKED.findall(file.text)})
        and len(asked) == 1
    ):
        path = asked.pop()
    if _frog_route(code, file) is not None and port is None:
        port, origin = 8080, "environment"
    return Endpoint(path, place, port, origin, bind)


def _frog_route(code: OwnCode, file: DartFile) -> str | None:
    """``routes/ws.dart`` of dart_frog is ``/ws``; ``[id]`` is a parameter."""
    root = code.owner(file).path
    inside = file.path if root == "." else file.path.removeprefix(f"{root}/")
    if not inside.startswith("routes/") or not file.imports_any("package:dart_frog_web_socket/"):
        return None
    path = inside.removeprefix("routes").removesuffix(".dart").removesuffix("/index") or "/"
    return re.sub(r"\[(\w+)\]", r"{\1}", path)


def _routed(values: Values, call: Call) -> str | None:
    """``router.get('/ws', webSocketHandler(...))``"""
    for parent in list(call.node.ancestors())[:6]:
        for each in values.file.calls:
            if each.node == parent and each.name in _ROUTED and len(each.arguments) > 1:
                text = values.texts(each.arguments[0])
                return _path(text[0].value) if text else None
    return None


def _named_route(code: OwnCode, file: DartFile, values: Values, call: Call) -> str | None:
    """``final handler = webSocketHandler(...)`` or a function that returns it, and the route that is given its name."""
    at = call.node.range().start.index
    names = [
        name for name, given in file.declared.items() for node in given if node.range().start.index <= at < node.range().end.index
    ]
    names += [span.name for span in file.functions if span.start <= at < span.end and span.name != "main"]
    others = [each for each in code.files(*WORDS) if each.path == file.path]
    for name in names:
        for other in others:
            for each in other.calls if isinstance(other, DartFile) else ():
                given = each.arguments[1].text() if each.name in _ROUTED and len(each.arguments) > 1 else ""
                if re.match(rf"(?:\w+\.)?{re.escape(name)}\b", given):
                    text = values.texts(each.arguments[0])
                    return _path(text[0].value) if text else None
    return None


def _path(text: str) -> str | None:
    """``/ws/<room>`` -> ``/ws/{room}``"""
    return re.sub(r"<(\w+)(?:\|[^>]*)?>", r"{\1}", text) if text.startswith("/") else None


def _listening(code: OwnCode, file: DartFile, values: Values) -> tuple[int | None, Any, str | None]:
    """``serve(handler, host, port)`` of shelf, ``HttpServer.bind(host, port)``, in the handler's file or one that starts it."""
    found = [_bound(each, Values(code, each)) for each in (file, *_starters(code, file)) if _binds(each) is not None]
    return found[0] if found and found[0] is not None else (None, None, None)


def _starters(code: OwnCode, file: DartFile) -> list[DartFile]:
    owner = code.owner(file)
    found: list[DartFile] = []
    for path in code.tree.named("server.dart", "main.dart"):
        theirs = path == file.path or code.apps.owner(path).id != owner.id
        if not theirs and re.search(r"\bserve\(|HttpServer\.bind\(", code.tree.text(path) or ""):
            other = code.file(path)
            found += [other] if isinstance(other, DartFile) else []
    return found


def _binds(file: DartFile) -> Call | None:
    for call in file.calls:
        shelf = call.name == "serve" and len(call.arguments) > 2
        if shelf or (call.name in ("bind", "bindSecure") and call.of == "HttpServer" and len(call.arguments) > 1):
            return call
    return None


def _bound(file: DartFile, values: Values) -> tuple[int | None, Any, str | None]:
    call = _binds(file)
    if call is None:
        return None, None, None
    host, port = call.arguments[-2:] if call.name != "bindSecure" else call.arguments[:2]
    texts = values.texts(host)
    bind = texts[0].value if texts and texts[0].environment is None and "{" not in texts[0].value else None
    if "anyIPv4" in host.text() or "anyIPv6" in host.text():
        bind = "0.0.0.0"  # noqa: S104 - what the app binds
    elif "loopback" in host.text():
        bind = "127.0.0.1"
    number = values.number(port)
    written = port.text()
    declared = values.file.declared.get(written, [])
    source = declared[0].text() if len(declared) == 1 else written
    environment = "environment" in source or "fromEnvironment" in source
    valid = int(number) if number is not None and 0 < number < 65536 else None
    return valid, "environment" if environment else "literal" if valid is not None else None, bind


def _broadcasts(file: DartFile) -> Place | None:
    """A loop over kept sockets that sends to each."""
    for node in file.of_kind("for_statement"):
        parts = [child for child in node.children() if child.is_named()]
        over = parts[1].text()[:120] if len(parts) > 2 and re.search(r"\bin\b", node.text()[:120]) else ""
        if _KEPT.search(over) and _SENDS.search(parts[-1].text()):
            return file.place(node)
    for call in file.calls:
        if call.name == "forEach" and _KEPT.search(call.of) and _SENDS.search(call.node.text()):
            return file.place(call.node)
    return None
