"""The handshakes that Go code takes -> server uses with their paths, address, heartbeat, limits and what they share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from advisor.model import Endpoint, Heartbeat, Use
from advisor.scope import scope_of
from advisor.stack.by_library import heartbeat as by_default
from advisor.stack.by_library import use as library_use
from advisor.stack.go.heartbeats import SIGN, observed
from advisor.stack.go.listening import listening
from advisor.stack.go.module import GoCode, GoFile, arguments, around, operand, selected
from advisor.stack.go.packages import Packages
from advisor.stack.go.routes import Route, routes
from advisor.stack.go.sockets import LOOPS, backplane, broadcasts, configured, max_message, origins, reads_cookies
from advisor.stack.go.values import value
from advisor.stack.library import Library, libraries

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_MOST = 40
"""Handshakes of one library that are looked at."""
_OWN_LOOPS = frozenset({"gorilla-websocket", "coder-websocket", "gobwas-ws", "x-net-websocket", "gws", "gofiber-websocket"})
"""Libraries that leave the heartbeat to the app's own code."""


_CONNECTIONS = frozenset({"gorilla-websocket", "coder-websocket", "gobwas-ws", "melody", "gws"})
"""Libraries whose call returns the connection itself, or nothing; that of the others returns a handler."""


class Site(NamedTuple):
    """A call that takes handshakes. ``variable``: what holds the handler, where the call is not given to it."""

    library: Library
    file: GoFile
    call: SgNode
    variable: str | None = None


@cache
def known() -> tuple[Library, ...]:
    return tuple(library for library in libraries().values() if library.ecosystem == "go")


def detect(code: GoCode) -> Iterator[Use]:
    """One use for each handshake in the code, and one of weak certainty where go.mod alone asks for a library."""
    packages = Packages(code.tree)
    for library in known():
        for site in list(_sites(code, library))[:_MOST]:
            yield _use(code, packages, site)


def importing(code: GoCode, library: Library) -> Iterator[GoFile]:
    """The files that import the library itself."""
    quoted = "|".join(re.escape(path) for path in library.imports)
    yield from code.go(*library.words, sign=re.compile(rf'["`](?:{quoted})(?:/v\d+)?["`]'))


def of(library: Library, path: str) -> bool:
    """True where an import path is the library's, in whatever major version."""
    return re.sub(r"/v\d+$", "", path) in {re.sub(r"/v\d+$", "", each) for each in library.imports}


def _sites(code: GoCode, library: Library) -> Iterator[Site]:
    makers = {shape["of"] for shape in library.shapes if "method" in shape}
    made: dict[tuple[str, str], set[str]] = {}
    for file in importing(code, library):
        yield from _in_file(library, file)
        for node in file.of_kind(
            "composite_literal", "call_expression", "var_spec", "field_declaration", "parameter_declaration"
        ):
            named = file.named(node.field("type") or node.field("function")) or _pointed(file, node)
            if named is not None and of(library, named[0]) and named[1] in makers:
                made.setdefault((code.owner(file).id, scope_of(file.path)), set()).add(named[1])
    methods = {shape["method"]: shape for shape in library.shapes if "method" in shape}
    if not made:
        return
    for file in code.go(*library.words, *_CALLED, sign=re.compile(rf"\.(?:{'|'.join(methods)})\(")):
        types = made.get((code.owner(file).id, scope_of(file.path)), set())
        for call, before, name in file.calls():
            fits = [each for each in library.shapes if each.get("method") == name and each["of"] in types]
            if before in file.imports or not any(each["arguments"] == len(arguments(call)) for each in fits):
                continue
            if _is_other(code, library, file, call):
                continue
            yield Site(library, file, call)


_CALLED = (".Upgrade(",)
_CHECKS = re.compile(r"\bCheckOrigin\b")


def _pointed(file: GoFile, node: SgNode) -> tuple[str, str] | None:
    """``*melody.Melody`` and ``&websocket.Upgrader`` as a parameter's or a field's type."""
    kind = node.field("type")
    inside = (
        next(iter(kind.find_all(kind="qualified_type")), None) if kind is not None and kind.kind() == "pointer_type" else None
    )
    return file.named(inside)


def _is_other(code: GoCode, library: Library, file: GoFile, call: SgNode) -> bool:
    """True where the file knows another library whose method of this name is meant."""
    if any(of(library, path) for path in file.imports.values()):
        return False
    return any(of(other, path) for other in known() if other.id != library.id for path in file.imports.values())


def _in_file(library: Library, file: GoFile) -> Iterator[Site]:
    """Calls of the package's own functions, and values of a transport's type that are handed to a server."""
    accepts = {shape["accept"] for shape in library.shapes if "accept" in shape}
    transports = {shape["transport"] for shape in library.shapes if "transport" in shape}
    for call in file.of_kind("call_expression", "composite_literal"):
        named = file.named(call.field("function") or call.field("type"))
        if named is None or not of(library, named[0]):
            continue
        if named[1] in accepts:
            yield Site(library, file, call)
        elif named[1] in transports:
            adds = next((each for each in call.ancestors() if each.kind() == "call_expression"), None)
            parts = selected(adds.field("function")) if adds is not None else None
            on = operand(adds) if adds is not None else None
            if parts is not None and on is not None and parts[1] == "AddTransport":
                yield Site(library, file, call, on.text().rpartition(".")[2])


def _use(code: GoCode, packages: Packages, site: Site) -> Use:
    library, file = site.library, site.file
    root, place, looping = code.owner(file), file.place(site.call), list(code.near(file, LOOPS))
    version = packages.version(root, library.packages)
    sends = broadcasts(looping, library.id) or _node(looping, library)
    joined = _broker(looping, library) or (backplane(code, file) if sends else None)
    allowed, allowed_at = origins(code, _first(file, code.near(file, _CHECKS)), library.id, site.call)
    size = re.compile(rf"\b{(library.max_message_key or 'SetReadLimit').rpartition('.')[2]}\b")
    return library_use(
        library,
        "server",
        root.id,
        place,
        scope=scope_of(file.path),
        version=version,
        endpoints=_endpoints(code, site),
        **_heartbeat(code, file, library, version),
        broadcasts=sends,
        backplane=joined,
        backplane_scope="network" if joined else None,
        origins=allowed,
        origins_place=allowed_at,
        max_message=max_message(code, code.near(file, size), library.max_message_key),
        cookies=reads_cookies(around(site.call)),
    )


def _first(file: GoFile, others: Iterator[GoFile]) -> Iterator[GoFile]:
    yield file
    yield from (other for other in others if other.path != file.path)


def _endpoints(code: GoCode, site: Site) -> tuple[Endpoint, ...]:
    library, file = site.library, site.file
    at, place = listening(code, file), file.place(site.call)
    found = routes(code, file, site.call, site.variable, library.id not in _CONNECTIONS)
    if library.id == "sockjs-go":
        prefix = value(code, file, next(iter(arguments(site.call)), None))
        if isinstance(prefix, str) and prefix:
            found = [Route(f"/{prefix.strip('/')}", place, True)]
    if library.path is not None:
        path = next((each.path for each in found if each.path not in (None, "/")), None) or library.path
        path = path if path.endswith("/") else f"{path}/"
        found = [Route(path, found[0].place if found else place, library.prefix)]
    if not found:
        return (Endpoint(None, place, at.port, at.port_from, at.bind),)
    return tuple(Endpoint(each.path, each.place, at.port, at.port_from, at.bind, each.prefix) for each in found)


def _heartbeat(code: GoCode, file: GoFile, library: Library, version: str | None) -> dict[str, Heartbeat | None]:
    """The app's own loop where the library has none, else the library's as configured or by default."""
    beat = library.heartbeat(version)
    keys = beat.keys if beat is not None else ()
    written = code.near(file, re.compile("|".join(keys))) if keys else iter(())
    given, amounts, place = configured(code, written, keys) if keys else (False, (), None)
    if given and beat is not None:
        interval = amounts[0] if amounts[0] is not None or beat.interval_s is None else beat.interval_s
        if library.id == "gqlgen" and not interval:
            return {"heartbeat": None}
        timeout = amounts[1] if len(amounts) > 1 and amounts[1] is not None else beat.timeout_s
        answered = beat.answered and library.id != "gqlgen"
        return {"heartbeat": Heartbeat("server", "configured", interval, timeout, place, answered, f"{library.id}/heartbeat")}
    seen, own = observed(code, code.near(file, SIGN)) if library.id in _OWN_LOOPS else (False, None)
    return {"heartbeat": own} if seen else {"heartbeat": by_default(library, version)}


def _node(near: list[GoFile], library: Library) -> object:
    """Centrifuge's node publishes to the channels of its own process until a broker joins it to others."""
    if library.id not in ("centrifuge-go", "socketio-go"):
        return None
    wanted = {"New"} if library.id == "centrifuge-go" else {"Emit", "To", "In"}
    for file in near:
        for call, before, name in file.calls():
            if name in wanted and (library.id == "socketio-go" or of(library, file.imports.get(before, ""))):
                return file.place(call)
    return None


def _broker(near: list[GoFile], library: Library) -> str | None:
    """The broker or adapter of the library that is attached."""
    for file in near:
        for _, _, name in file.calls():
            match = re.match(r"New(Redis|Nats|Tarantool)(?:Broker|Adapter)", name, re.IGNORECASE)
            if match and library.id in ("centrifuge-go", "socketio-go"):
                return match[1].lower()
            if name == "Adapter" and library.id == "googollee-socketio":
                return "redis"
    return None
