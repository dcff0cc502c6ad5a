"""The handshakes that Rust code takes -> server uses with their paths, address, heartbeat, limits and what they share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from advisor.model import Endpoint, Heartbeat, Use
from advisor.scope import scope_of
from advisor.stack.by_library import heartbeat as by_default
from advisor.stack.by_library import use as library_use
from advisor.stack.library import Library, libraries
from advisor.stack.rust.module import RustCode, RustFile, arguments, around, called, method
from advisor.stack.rust.packages import Packages
from advisor.stack.rust.routes import Route, of_function, of_node
from advisor.stack.rust.sockets import BEATS, LOOPS, backplane, broadcasts, listening, max_message, observed, reads_cookies
from advisor.stack.rust.values import Address, seconds

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_MOST = 40
_OWN_PORT = frozenset({"tokio-tungstenite", "tokio-websockets"})
"""Libraries that take connections themselves, whatever path is asked for."""
_ORIGIN = re.compile(r"header::ORIGIN|\"[oO]rigin\"|HeaderName::ORIGIN|\.origin\(")
_SIZES = re.compile(r"max_message_size|frame_size|max_payload")


@cache
def known() -> tuple[Library, ...]:
    return tuple(library for library in libraries().values() if library.ecosystem == "cargo")


def detect(code: RustCode) -> Iterator[Use]:
    """One use for each handler of a socket, and for each call that takes a handshake."""
    packages = Packages(code.tree, code.apps)
    for library in known():
        count = 0
        for file in code.rust(*library.words, sign=sign_of(library)) if library.words else ():
            for node in _sites(library, file):
                count += 1
                if count <= _MOST:
                    yield _use(code, packages, library, file, node)


def sign_of(library: Library) -> re.Pattern[str]:
    """What stands in every file that names one of the library's crates."""
    return re.compile(rf"\b(?:{'|'.join(re.escape(name) for name in library.imports)})\b")


def _sites(library: Library, file: RustFile) -> Iterator[SgNode]:
    """Functions and closures with a parameter of the library's type, and calls of its functions."""
    kinds = [shape["parameter"] for shape in library.shapes if "parameter" in shape]
    calls = [shape["call"] for shape in library.shapes if "call" in shape]
    seen: list[SgNode] = []
    for parameter in file.of_kind("parameter") if kinds else ():
        kind = parameter.field("type")
        inside = _types(kind) if kind is not None else []
        owner = next((each for each in parameter.ancestors() if each.kind() in ("function_item", "closure_expression")), None)
        fits = any(_fits(library, file, written, shape) for written in inside for shape in kinds)
        if fits and owner is not None and owner not in seen and _takes(library, owner):
            seen.append(owner)
            yield owner
    for call in file.of_kind("call_expression") if calls else ():
        name = called(call)
        if name and any(_fits(library, file, name, shape) for shape in calls):
            yield call


def _types(node: SgNode) -> list[str]:
    """A type and those inside of it: ``Result<WebSocketUpgrade, E>``."""
    found = [node.text()] if node.kind() in ("type_identifier", "scoped_type_identifier") else []
    return found + [each.text() for each in node.find_all(any=[{"kind": "type_identifier"}, {"kind": "scoped_type_identifier"}])]


def _fits(library: Library, file: RustFile, written: str, shape: str) -> bool:
    if library.id == "rocket-ws" and "rocket" not in file.text:
        return False
    return file.means(written, library.imports, shape)


def _takes(library: Library, owner: SgNode) -> bool:
    """True for a handler, and not for a function that is handed the socket later (poem's and Rocket's types are one name)."""
    if library.id == "rocket-ws":
        return any(before.kind() == "attribute_item" for before in owner.prev_all()[:6])
    return True


def _use(code: RustCode, packages: Packages, library: Library, file: RustFile, node: SgNode) -> Use:
    root = code.owner(file)
    function = node if node.kind() == "function_item" else around(node)
    version = packages.version(root, library.packages)
    sends = broadcasts(code.crate(file, LOOPS))
    joined = _adapter(code, file, library) or backplane(code, file)
    checked = function is not None and _ORIGIN.search(function.text()) is not None
    return library_use(
        library,
        "server",
        root.id,
        file.place(node if node.kind() == "call_expression" else node.field("name") or node),
        scope=scope_of(file.path),
        version=version,
        endpoints=_endpoints(code, library, file, node),
        heartbeat=_heartbeat(code, library, file, version),
        broadcasts=sends,
        backplane=joined,
        backplane_scope="network" if joined else None,
        origins=("{decided in code}",) if checked else None,
        max_message=max_message(code, code.crate(file, _SIZES), library.max_message_key),
        cookies=reads_cookies(function),
    )


def _endpoints(code: RustCode, library: Library, file: RustFile, node: SgNode) -> tuple[Endpoint, ...]:
    place = file.place(node)
    at = _listening(code, library, file)
    function = node if node.kind() == "function_item" else around(node)
    found: list[Route] = []
    if library.path is not None:
        found = [Route(_own_path(file, node) or library.path, place, library.prefix)]
    elif library.id not in _OWN_PORT:
        found = of_function(code, file, node) if node.kind() == "function_item" else of_node(code, file, node)
        if not found and node.kind() != "function_item" and function is not None:
            found = of_function(code, file, function)
    if not found or any(each.path is None for each in found):
        return (Endpoint(None, place, at.port, at.port_from, at.bind),)
    return tuple(Endpoint(each.path, each.place, at.port, at.port_from, at.bind, each.prefix) for each in found)


def _listening(code: RustCode, library: Library, file: RustFile) -> Address:
    at = listening(code, file)
    return Address(None, 8000, "default") if at == Address() and library.id == "rocket-ws" else at


def _own_path(file: RustFile, node: SgNode) -> str | None:
    """``SocketIo::builder().req_path("/custom")``."""
    for parent in node.ancestors():
        on = method(parent) if parent.kind() == "call_expression" else None
        if on is not None and on[1] == "req_path" and arguments(parent):
            written = arguments(parent)[0].text().strip('"')
            return f"/{written.strip('/')}/" if re.fullmatch(r"[\w./-]+", written) else None
        if parent.kind() in ("function_item", "let_declaration"):
            return None
    return None


def _heartbeat(code: RustCode, library: Library, file: RustFile, version: str | None) -> Heartbeat | None:
    """The app's own loop where the library has none, else the library's as configured or by default."""
    beat = library.heartbeat(version)
    if beat is not None and beat.keys:
        given = {}
        for other in code.crate(file, re.compile("|".join(beat.keys))):
            for call in other.of_kind("call_expression"):
                on = method(call)
                if on is not None and on[1] in beat.keys and len(arguments(call)) == 1:
                    given[on[1]] = (seconds(code, other, arguments(call)[0].text(), around(call)), other.place(call))
        if given:
            interval, timeout = (
                given.get(key, (default, None))[0]
                for key, default in zip(beat.keys, (beat.interval_s, beat.timeout_s), strict=True)
            )
            place = next(iter(given.values()))[1]
            return Heartbeat("server", "configured", interval, timeout, place, fact=f"{library.id}/heartbeat")
        return by_default(library, version)
    seen, own = observed(code, code.crate(file, BEATS), file.path)
    return own if seen else by_default(library, version)


def _adapter(code: RustCode, file: RustFile, library: Library) -> str | None:
    if library.id == "socketioxide" and any(True for _ in code.crate(file, re.compile(r"with_adapter|socketioxide_redis"))):
        return "socketioxide-redis"
    return None
