"""Servers and clients that speak WebSocket without Rails: faye-websocket, em-websocket, async-websocket, Iodine, and clients."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from advisor.model import Endpoint, Heartbeat, Place, Reconnect, Url, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.addresses import address
from advisor.stack.library import libraries
from advisor.stack.own_code import OwnCode, SourceFile
from advisor.stack.ruby.packages import Packages
from advisor.stack.ruby.values import arguments, calls, method, receiver, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = (
    "Faye::WebSocket",
    "EM::WebSocket",
    "EventMachine::WebSocket",
    "WebSocket::EventMachine",
    "Async::WebSocket",
    "WebSocket::Client::Simple",
    "rack.upgrade",
)
_SERVERS = {
    ("Faye::WebSocket", "new"): "faye-websocket-ruby",
    ("EM::WebSocket", "run"): "em-websocket",
    ("EM::WebSocket", "start"): "em-websocket",
    ("EventMachine::WebSocket", "run"): "em-websocket",
    ("EventMachine::WebSocket", "start"): "em-websocket",
    ("WebSocket::EventMachine::Server", "start"): "em-websocket",
    ("Async::WebSocket::Adapters::Rack", "open"): "async-websocket-ruby",
    ("Async::WebSocket::Adapters::HTTP", "open"): "async-websocket-ruby",
    ("Async::WebSocket::Adapters::Rails", "open"): "async-websocket-ruby",
}
_CLIENTS = {
    ("Faye::WebSocket::Client", "new"): "faye-websocket-ruby",
    ("WebSocket::Client::Simple", "connect"): "websocket-client-simple",
    ("Async::WebSocket::Client", "connect"): "async-websocket-ruby",
    ("Async::WebSocket::Client", "open"): "async-websocket-ruby",
}
_SENDS = re.compile(r"\.(?:send|write|send_text|send_data|call)\b")
_PINGS = re.compile(r"\.ping\b")
_ORIGIN = re.compile(r"HTTP_ORIGIN|\borigin\b", re.IGNORECASE)
_TOOLS = re.compile(r"(?:^|/)(?:bin|script|scripts|tasks|lib/tasks)/")
_RETRIES = re.compile(r"\bretry\b|\breconnect|\bloop\s+do\b|\badd_timer\b")


def detect(code: OwnCode, packages: Packages) -> Iterator[Use]:
    """One use for every construction; two in one file that are one server count once."""
    for file in code.files(*WORDS):
        seen: set[tuple[str, str]] = set()
        for use in (*_servers(file, code, packages), *_clients(file, code, packages), *_upgraded(file, code, packages)):
            if (use.library, use.role) not in seen or use.role == "client":
                seen.add((use.library, use.role))
                yield use


def _use(file: SourceFile, code: OwnCode, packages: Packages, id: str, role: Any, node: SgNode | Place, **seen: Any) -> Use:
    known, root = libraries()[id], code.owner(file)
    place = node if isinstance(node, Place) else file.place(node)
    version = packages.version(root, known.packages)
    if role == "client":
        seen["foreign"] = not any(url.host or url.environment for url in seen.get("urls", ()))
    return by_library.use(known, role, root.id, place, scope=scope_of(file.path), version=version, **seen)


def _servers(file: SourceFile, code: OwnCode, packages: Packages) -> Iterator[Use]:
    for node in calls(file.of_kind("call"), "new", "run", "start", "open"):
        id = _SERVERS.get((receiver(node).removeprefix("::"), method(node)))
        if id is None:
            continue
        seen: dict[str, Any] = {"endpoints": (_endpoint(file, node),), "broadcasts": _broadcasts(file)}
        beat = _heartbeat(file, node, id)
        if beat is not None:
            seen["heartbeat"] = beat
        if _ORIGIN.search(file.text):
            seen["origins"] = ("{decided in code}",)
        yield _use(file, code, packages, id, "server", node, **seen)


def _upgraded(file: SourceFile, code: OwnCode, packages: Packages) -> Iterator[Use]:
    """``env['rack.upgrade'] = handler``: what Iodine takes for an upgrade."""
    if "rack.upgrade" not in file.text:
        return
    for node in file.of_kind("assignment"):
        left = node.field("left")
        if left is not None and re.search(r"\[\s?[\"']rack\.upgrade[\"']\s?\]\Z", left.text()):
            seen = {"endpoints": (Endpoint(None, file.place(node), 3000, "default"),)}
            yield _use(file, code, packages, "iodine", "server", node, **seen)
            return


def _endpoint(file: SourceFile, node: SgNode) -> Endpoint:
    """A server of its own says where it listens; one inside a Rack app takes the paths that it is given."""
    named = arguments(node).named
    port, host = value(named.get("port"), file.root), value(named.get("host"), file.root)
    number = int(str(port.value)) if str(port.value).isdigit() and len(str(port.value)) < 6 else None
    return Endpoint(
        None,
        file.place(node),
        number,
        "environment" if port.variable else "literal" if number else None,
        host.value if isinstance(host.value, str) and host.variable is None else None,
    )


def _heartbeat(file: SourceFile, node: SgNode, id: str) -> Heartbeat | None:
    """faye's ``ping:`` in seconds, or a timer in the file that pings."""
    given = value(arguments(node).named.get("ping"), file.root).value if id == "faye-websocket-ruby" else None
    if isinstance(given, int | float) and given > 0:
        return Heartbeat("server", "configured", float(given), None, file.place(node), fact=f"{id}/heartbeat")
    return _timed(file, "server")


def _timed(file: SourceFile, sender: Any) -> Heartbeat | None:
    """``EM.add_periodic_timer(30) { ws.ping }``"""
    for node in calls(file.of_kind("call"), "add_periodic_timer", "every"):
        block, given = node.field("block"), arguments(node).positional
        seconds = value(given[0], file.root).value if given else None
        if block is not None and isinstance(seconds, int | float) and seconds > 0 and _PINGS.search(block.text()):
            return Heartbeat(sender, "observed", float(seconds), place=file.place(node), certainty="strong")
    return None


def _broadcasts(file: SourceFile) -> Place | None:
    """Where a file sends to each of a collection of sockets."""
    for node in file.of_kind("call"):
        if method(node) in ("each", "each_value", "each_key") and re.search(
            r"client|socket|conn|user|peer|member|room|subscriber", receiver(node), re.IGNORECASE
        ):
            block = node.field("block")
            if block is not None and _SENDS.search(block.text()):
                return file.place(node)
    return None


def _clients(file: SourceFile, code: OwnCode, packages: Packages) -> Iterator[Use]:
    for node in calls(file.of_kind("call"), "new", "connect", "open"):
        id = _CLIENTS.get((receiver(node).removeprefix("::"), method(node)))
        if id is None:
            continue
        given = arguments(node).positional
        seen: dict[str, Any] = {"urls": tuple(_urls(file, given[0])) if given else ()}
        if _RETRIES.search(file.text):
            seen["reconnect"] = Reconnect("fixed", place=file.place(node))
        seen["one_shot"] = _TOOLS.search(file.path) is not None
        yield _use(file, code, packages, id, "client", node, **seen)


def _urls(file: SourceFile, node: SgNode) -> Iterator[Url]:
    found = value(node, file.root)
    if isinstance(found.value, str):
        yield address(found.value, file.place(node), guarded=found.variable is not None, environment=found.variable)
    elif node.kind() == "string":
        shown = "".join(
            child.text() if child.kind() == "string_content" else "{value}" for child in node.children() if child.is_named()
        )
        yield address(shown, file.place(node))
    elif found.variable:
        yield Url(f"{{{found.variable}}}", file.place(node), environment=found.variable)
