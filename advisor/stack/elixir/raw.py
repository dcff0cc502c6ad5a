"""Plain WebSocket handlers (WebSock, Cowboy) and clients (WebSockex, Mint.WebSocket, Slipstream) in Elixir code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from advisor.model import Endpoint, Place, Reconnect, Setting, Url, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.addresses import address
from advisor.stack.elixir.packages import Packages
from advisor.stack.elixir.values import arguments, calls, keywords, target, value
from advisor.stack.library import libraries
from advisor.stack.own_code import OwnCode, SourceFile

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_ROUTERS = ("Plug.Router", ":router", "Phoenix.Router")
_SOCKETS = ("WebSockAdapter", "cowboy_websocket", "WebSockex", "Mint.WebSocket", "Slipstream")
_TABLES = ("Plug.Cowboy", "cowboy_router")
"""Words of the files that hand Cowboy a table of paths."""
WORDS = (*_SOCKETS, *_ROUTERS, *_TABLES)
_VERBS = ("get", "match", "post", "forward")
_HANDLER = re.compile(r"@behaviour\s+:cowboy_websocket\b|\{\s*:cowboy_websocket\s*,")
_MODULE = re.compile(r"^\s{0,20}defmodule\s+([\w.]+)\s+do\b", re.MULTILINE)
_RECONNECTS = re.compile(r"\{:reconnect\b|\breconnect\(|Process\.send_after\([^)\n]{0,80}(?:re)?connect")


def detect(code: OwnCode, packages: Packages) -> Iterator[Use]:
    """One use for each file and library."""
    for file in code.files(*_SOCKETS):
        yield from (*_websock(file, code, packages), *_cowboy(file, code, packages), *_clients(file, code, packages))


def _use(file: SourceFile, code: OwnCode, packages: Packages, id: str, role: Any, place: Place, **seen: Any) -> Use:
    known, root = libraries()[id], code.owner(file)
    version = packages.version(root, known.packages)
    if role == "client":
        seen["foreign"] = not any(url.host or url.environment for url in seen.get("urls", ()))
    return by_library.use(known, role, root.id, place, scope=scope_of(file.path), version=version, **seen)


def _websock(file: SourceFile, code: OwnCode, packages: Packages) -> Iterator[Use]:
    """``WebSockAdapter.upgrade(conn, Handler, state, timeout: 60_000)``, at the route that it stands in."""
    found = list(calls(file.of_kind("call"), "WebSockAdapter.upgrade"))
    if not found:
        return
    inside = [Endpoint(path, file.place(node)) for node in found if (path := _route(node, file)) is not None]
    given = inside or [route for other in code.beside(file, *_ROUTERS) for route in _routed(other, _modules(file))]
    seen: dict[str, Any] = {"endpoints": tuple(given) or (Endpoint(None, file.place(found[0])),)}
    node = keywords(found[0]).get("timeout")
    amount = value(node, file.root).value if node is not None else None
    if node is not None:
        seconds = amount / 1000 if isinstance(amount, int) and not isinstance(amount, bool) else None
        seen["idle"] = Setting("timeout", node.text()[:80], file.place(node), 0 if amount == ":infinity" else seconds, "elixir")
    yield _use(file, code, packages, "websock", "server", file.place(found[0]), **seen)


def _route(node: SgNode, file: SourceFile) -> str | None:
    """The path of ``get "/ws" do`` around a call; ``None`` where the call stands in a function of its own."""
    for above in node.ancestors():
        if above.kind() == "call" and target(above) in _VERBS:
            path = value(next(iter(arguments(above)), None), file.root).value
            return path if isinstance(path, str) and path.startswith("/") and "*" not in path else None
    return None


def _modules(file: SourceFile) -> set[str]:
    """The last parts of the names of the modules that a file defines."""
    return {name.rpartition(".")[2] for name in _MODULE.findall(file.text)}


def _routed(file: SourceFile, names: set[str]) -> Iterator[Endpoint]:
    """``get "/ws", Upgrade, Handler`` and ``forward "/ws", Handler`` of a router, below its scopes."""
    for node in calls(file.of_kind("call"), *_VERBS):
        given = arguments(node)
        written = value(given[0], file.root).value if len(given) > 1 else None
        handlers = {each.text().rpartition(".")[2] for each in given[1:] if each.kind() == "alias"}
        if not isinstance(written, str) or not handlers & names:
            continue
        parts = [written.strip("/")]
        for above in node.ancestors():
            if above.kind() == "call" and target(above) == "scope":
                path = value(next(iter(arguments(above)), None), file.root).value
                parts.insert(0, path.strip("/") if isinstance(path, str) and path.startswith("/") else "")
        joined = "/" + "/".join(part for part in parts if part)
        yield Endpoint(joined.partition("*")[0], file.place(node), prefix="*" in joined or target(node) == "forward")


def _cowboy(file: SourceFile, code: OwnCode, packages: Packages) -> Iterator[Use]:
    """A handler of Cowboy's, at the paths that a dispatch table gives it."""
    found = _HANDLER.search(file.text)
    if found is None:
        return
    line = file.text.count("\n", 0, found.start()) + 1
    place = Place(file.path, line, found.start() - file.text.rfind("\n", 0, found.start()))
    routes = [route for other in code.beside(file, "cowboy_websocket", *_TABLES) for route in _dispatched(other, _modules(file))]
    yield _use(file, code, packages, "cowboy", "server", place, endpoints=tuple(routes) or (Endpoint(None, place),))


def _dispatched(file: SourceFile, names: set[str]) -> Iterator[Endpoint]:
    """``{"/ws", MyApp.Handler, []}``"""
    for node in file.of_kind("tuple"):
        parts = [child for child in node.children() if child.is_named()]
        if len(parts) > 1 and parts[1].kind() == "alias" and parts[1].text().rpartition(".")[2] in names:
            path = value(parts[0], file.root).value
            if isinstance(path, str) and path.startswith("/"):
                yield Endpoint(path.partition("[")[0], file.place(node), prefix="[" in path)


def _clients(file: SourceFile, code: OwnCode, packages: Packages) -> Iterator[Use]:
    nodes = file.of_kind("call")
    reconnect = Reconnect("fixed", place=Place(file.path)) if _RECONNECTS.search(file.text) else None
    for node in calls(nodes, "WebSockex.start_link", "WebSockex.start"):
        given = arguments(node)
        seen: dict[str, Any] = {"urls": _urls(file, given[0]) if given else ()}
        if reconnect is not None:
            seen["reconnect"] = Reconnect("fixed", place=file.place(node))
        yield _use(file, code, packages, "websockex", "client", file.place(node), **seen)
    for node in calls(nodes, "Mint.WebSocket.upgrade"):
        given = arguments(node)
        path = value(given[2], file.root).value if len(given) > 2 else None
        url = Url(
            f"{{host}}{path if isinstance(path, str) else ''}", file.place(node), path=path if isinstance(path, str) else None
        )
        yield _use(file, code, packages, "mint-websocket", "client", file.place(node), urls=(url,))
        break
    uses = [node for node in calls(nodes, "use") if (given := arguments(node)) and given[0].text() == "Slipstream"]
    if uses:
        held = [
            node
            for node in calls(nodes, "connect", "connect!", "Slipstream.connect", "Slipstream.connect!")
            if "uri" in keywords(node)
        ]
        urls = _urls(file, keywords(held[0])["uri"]) if held else ()
        yield _use(file, code, packages, "slipstream", "client", file.place(uses[0]), urls=urls)


def _urls(file: SourceFile, node: SgNode) -> tuple[Url, ...]:
    found = value(node, file.root)
    if isinstance(found.value, str) and "://" in found.value:
        return (address(found.value, file.place(node), guarded=found.variable is not None, environment=found.variable),)
    if node.kind() == "string":
        parts = [child for child in node.children() if child.is_named()]
        shown = "".join(child.text() if child.kind() == "quoted_content" else "{value}" for child in parts)
        return (address(shown, file.place(node)),)
    return (Url(f"{{{found.variable}}}", file.place(node), environment=found.variable),) if found.variable else ()
