"""Swift code that takes sockets: Vapor's and Hummingbird's routes, and listeners of Network.framework."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from advisor.model import Endpoint, Heartbeat, Place, Setting, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.library import libraries
from advisor.stack.own_code import OwnCode
from advisor.stack.swift.module import Call, SwiftFile
from advisor.stack.swift.packages import Packages
from advisor.stack.swift.values import Values

WORDS = ("import Vapor", "HummingbirdWebSocket", "NWProtocolWebSocket")
_KEPT = re.compile(r"client|socket|conn|user|peer|member|room|subscriber|player|session", re.IGNORECASE)
_SENDS = re.compile(r"\.send\(|\.write\(")
_COOKIES = re.compile(r"req\.session\b|req\.cookies\b|request\.cookies\b|\.auth\.(?:get|require)\(|sessionAuth", re.IGNORECASE)
_ORIGIN = re.compile(r"\.origin\b|[\"']Origin[\"']")
_PORT = re.compile(r"(?:http\.)?server\.configuration\.port\s*=\s*([^\n]{1,120})")
_HOST = re.compile(r"(?:http\.)?server\.configuration\.hostname\s*=\s*\"([^\"\n]{1,80})\"")
_HUMMINGBIRD = re.compile(r"\.hostname\(\s*(?:\"([^\"\n]{1,80})\"|[\w.]{1,80})\s*,\s*port:\s*(\d{1,5}|[\w.]{1,80})")
_SAYS_WHERE = ("configure.swift", "main.swift", "entrypoint.swift", "App.swift", "Application+build.swift")


def detect(code: OwnCode, packages: Packages) -> Iterator[Use]:
    """One use for every route that takes handshakes."""
    for file in code.files(*WORDS):
        if not isinstance(file, SwiftFile):
            continue
        routed = False
        for call in file.calls:
            if "Vapor" in file.imports and call.name == "webSocket" and call.of and _takes(call):
                yield _use(code, packages, file, call, "vapor", _vapor_path(file, call))
            elif "HummingbirdWebSocket" in file.imports and call.name == "ws" and call.of and _takes(call):
                routed = True
                yield _use(code, packages, file, call, "hummingbird-websocket", _text(file, call))
        for call in file.calls if not routed and "HummingbirdWebSocket" in file.imports else ():
            if call.name == "http1WebSocketUpgrade" and "webSocketRouter" not in call.labelled and call.block is not None:
                yield _use(code, packages, file, call, "hummingbird-websocket", None)
        for call in file.calls if "Network" in file.imports and "NWProtocolWebSocket" in file.text else ():
            if call.name == "NWListener" and not call.of:
                yield _use(code, packages, file, call, "network-framework-websocket", None)


def _takes(call: Call) -> bool:
    """True for a route: it has a closure, or is told what to call (``onUpgrade:``)."""
    return call.block is not None or "onUpgrade" in call.labelled


def _use(code: OwnCode, packages: Packages, file: SwiftFile, call: Call, id: str, path: str | None) -> Use:
    known, root, values = libraries()[id], code.owner(file), Values(code, file)
    place = file.place(call.node)
    port, origin, bind = _listening(code, file, known.port)
    seen: dict[str, Any] = {
        "endpoints": (Endpoint(path, place, port, origin, bind),),
        "broadcasts": _broadcasts(file),
        "cookies": id == "vapor" and _COOKIES.search(file.text) is not None,
    }
    beat = _heartbeat(file, values, id)
    if beat is not None:
        seen["heartbeat"] = beat
    if _ORIGIN.search(file.text):
        seen["origins"] = ("{decided in code}",)
    size = _frame(file, call)
    if size is not None:
        seen["max_message"] = size
    version = packages.version(root, known.packages)
    return by_library.use(known, "server", root.id, place, scope=scope_of(file.path), version=version, **seen)


# ---------------------------------------------------------------- paths


def _vapor_path(file: SwiftFile, call: Call) -> str | None:
    """``app.webSocket("rooms", ":id")`` -> ``/rooms/:id``, below the groups that it is called on."""
    own = _pieces([node.text() for node in call.arguments])
    before = _prefix(file, call.of, 0)
    return None if own is None or before is None else "/" + "/".join((*before, *own)) if own or before else "/"


def _pieces(written: list[str]) -> tuple[str, ...] | None:
    found = []
    for text in written:
        match = re.fullmatch(r'"([^"\\\n]{0,120})"', text)
        if match is None:
            return None
        found += [piece for piece in match[1].split("/") if piece]
    return tuple(found)


def _prefix(file: SwiftFile, name: str, depth: int) -> tuple[str, ...] | None:
    """What ``app.grouped("api")`` puts before a route; of a parameter called ``routes`` nothing is known to stand before it."""
    if depth > 5:
        return None
    inline = re.fullmatch(r"([\w.]{1,60})\.grouped\(([^()]{0,200})\)", name)
    if inline is not None:
        own, before = _pieces([part.strip() for part in inline[2].split(",")]), _prefix(file, inline[1], depth + 1)
        return (*before, *own) if own is not None and before is not None else before
    given = file.declared.get(name.removeprefix("self."), [])
    if len(given) == 1:
        return _prefix(file, given[0].text().strip(), depth + 1) if ".grouped(" in given[0].text() else ()
    for call in file.calls:
        if (
            call.name == "group"
            and call.block is not None
            and re.match(rf"\{{\s*\(?{re.escape(name)}\)?\b[^\n]{{0,40}}\bin\b", call.block.text())
        ):
            own, before = _pieces([node.text() for node in call.arguments]), _prefix(file, call.of, depth + 1)
            return (*before, *own) if own is not None and before is not None else before
    return ()


def _text(file: SwiftFile, call: Call) -> str | None:
    match = re.fullmatch(r'"(/?[^"\\\n]{0,160})"', call.arguments[0].text()) if call.arguments else None
    return (match[1] if match[1].startswith("/") else f"/{match[1]}") if match else None


# ---------------------------------------------------------------- where it listens, and what it sends


def _listening(code: OwnCode, file: SwiftFile, default: int | None) -> tuple[int | None, Any, str | None]:
    """The port and host that the code sets, in this file or in one that starts the app."""
    owner = code.owner(file)
    others = [path for path in code.tree.named(*_SAYS_WHERE) if path != file.path and code.apps.owner(path).id == owner.id]
    for path in (file.path, *others[:20]):
        text = code.tree.text(path) or ""
        port, host = _PORT.search(text), _HOST.search(text)
        if port is not None or host is not None:
            number = re.search(r"\b(\d{2,5})\b", port[1]) if port else None
            given = "nvironment" in port[1] if port else False
            source: Any = "environment" if given else "literal" if number else "default"
            return int(number[1]) if number else default, source, host[1] if host else None
        both = _HUMMINGBIRD.search(text)
        if both is not None:
            literal = both[2].isdigit()
            return (int(both[2]) if literal else default), "literal" if literal else "environment", both[1]
    return default, "default" if default else None, None


def _heartbeat(file: SwiftFile, values: Values, id: str) -> Heartbeat | None:
    """Vapor's ``ws.pingInterval``, Hummingbird's ``autoPing``."""
    for node in file.of_kind("assignment"):
        parts = [child for child in node.children() if child.is_named()]
        if id == "vapor" and len(parts) > 1 and parts[0].text().endswith(".pingInterval"):
            seconds = values.seconds(parts[-1])
            if seconds:
                return Heartbeat("server", "configured", seconds, seconds, file.place(node), fact="vapor/heartbeat")
    if id == "hummingbird-websocket":
        told = re.search(r"autoPing:\s*\.(?:(disabled)|enabled\(\s*timePeriod:\s*\.seconds\(\s*(\d{1,6})\s*\))", file.text)
        if told is not None and told[1]:
            return Heartbeat("none", "configured", fact="hummingbird-websocket/heartbeat")
        if told is not None:
            seconds = float(told[2])
            return Heartbeat("server", "configured", seconds, seconds, fact="hummingbird-websocket/heartbeat")
    return None


def _frame(file: SwiftFile, call: Call) -> Setting | None:
    """``maxFrameSize: .init(integerLiteral: 1 << 20)``"""
    node = call.labelled.get("maxFrameSize")
    found = re.search(r"(\d{1,12})(?:\s*<<\s*(\d{1,2}))?", node.text().replace("_", "")) if node is not None else None
    if node is None or found is None:
        return None
    size = int(found[1]) << int(found[2] or 0)
    return Setting("maxFrameSize", node.text()[:80], file.place(node), size, "swift")


def _broadcasts(file: SwiftFile) -> Place | None:
    """A loop over kept sockets that sends to each."""
    for node in file.of_kind("for_statement"):
        head = node.text()[:120]
        if _KEPT.search(head) and _SENDS.search(node.text()):
            return file.place(node)
    for call in file.calls:
        if call.name == "forEach" and _KEPT.search(call.of) and call.block is not None and _SENDS.search(call.block.text()):
            return file.place(call.node)
    return None
