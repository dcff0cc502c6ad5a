"""Go code that opens sockets -> client uses: the URL, and what becomes of a connection that is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.model import Place, Reconnect, Url, Use
from advisor.scope import scope_of
from advisor.stack.addresses import address
from advisor.stack.by_library import use as library_use
from advisor.stack.go.heartbeats import observed
from advisor.stack.go.module import GoCode, GoFile, arguments, around, fields, function_name, selected
from advisor.stack.go.packages import Packages
from advisor.stack.go.servers import importing, known, of
from advisor.stack.go.values import Given, seconds, value
from advisor.stack.library import Library

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_BACKOFF = re.compile(r"back_?off|expon", re.IGNORECASE)
_JITTER = re.compile(r"\brand\b|jitter", re.IGNORECASE)
_MOST = 20


def detect(code: GoCode) -> Iterator[Use]:
    """One use for each dial in the code."""
    packages = Packages(code.tree)
    for library in known():
        if any("dial" in shape or "dial_method" in shape for shape in library.shapes):
            for file in importing(code, library):
                for call, given in list(_dials(library, file))[:_MOST]:
                    yield _use(code, packages, library, file, call, given)


def _dials(library: Library, file: GoFile) -> Iterator[tuple[SgNode, SgNode | None]]:
    """Each call that opens a socket, with its URL: the first argument that is neither a context nor options."""
    functions = {shape["dial"] for shape in library.shapes if "dial" in shape}
    methods = {shape["dial_method"] for shape in library.shapes if "dial_method" in shape}
    for call, before, name in file.calls():
        own = of(library, file.imports.get(before, ""))
        held = name in methods and _is_dialer(library, file, before)
        if (own and name in functions) or held:
            given = arguments(call)
            contextual = (
                name == "DialContext" or (own and library.id in ("coder-websocket", "gobwas-ws")) or library.id == "gobwas-ws"
            )
            if name == "NewClient":
                options = next((each for node in given for each in node.find_all(kind="composite_literal")), None)
                yield call, fields(options).get("Addr")
            elif len(given) > contextual:
                yield call, given[int(contextual)]


def _is_dialer(library: Library, file: GoFile, before: str) -> bool:
    """``websocket.DefaultDialer``, or a variable that is made of the library's dialer."""
    package, _, name = before.partition(".")
    if name and of(library, file.imports.get(package, "")):
        return name in ("DefaultDialer", "Dialer")
    made = [node for node, _ in file.assigned.get(before, ())]
    return any("Dialer" in node.text()[:200] for node in made)


def _use(code: GoCode, packages: Packages, library: Library, file: GoFile, call: SgNode, given: SgNode | None) -> Use:
    root, place = code.owner(file), file.place(call)
    serves = any(
        shape.get("accept", shape.get("method", "")) + "(" in file.text for shape in library.shapes if "dial" not in shape
    )
    seen, beat = observed(code, (file,), "client") if not serves else (True, None)
    more = {"heartbeat": beat} if seen else {}
    url = _url(code, file, given)
    return library_use(
        library,
        "client",
        root.id,
        place,
        scope=scope_of(file.path),
        version=packages.version(root, library.packages),
        urls=(_inner(url),) if url is not None else (),
        **{**more, "reconnect": _reconnect(code, file, call), "one_shot": _one_shot(file, call)},
    )


def _inner(url: Url) -> Url:
    """A program that is told its host elsewhere need not reach it the way that browsers do, so its URL is none of theirs."""
    return replace(url, guarded=True) if url.host is None else url


def _url(code: GoCode, file: GoFile, node: SgNode | None) -> Url | None:
    if node is None:
        return None
    place = file.place(node)
    built = _built(code, file, node)
    if built is not None:
        return address(built, place)
    found = value(code, file, node)
    if isinstance(found, Given):
        default = found.default if isinstance(found.default, str) else ""
        kept = found.origin == "environment"
        text = default or f"{found.before}{{{found.name}}}"
        return address(text, place, guarded=bool(default), environment=found.name if kept else None)
    if not isinstance(found, str):
        return Url(f"{{{node.text()[:40]}}}", place)
    return address(found, place)


def _built(code: GoCode, file: GoFile, node: SgNode) -> str | None:
    """``u.String()`` where ``u`` is ``url.URL{Scheme: "wss", Host: h, Path: "/ws"}``."""
    parts = selected(node.field("function")) if node.kind() == "call_expression" else None
    if parts is None or parts[1] != "String":
        return None
    for made, _ in file.assigned.get(parts[0], ()):
        literal = next(iter(made.find_all(kind="composite_literal")), None)
        given = fields(literal)
        if "Scheme" in given:
            told = {key: value(code, file, given[key]) for key in ("Scheme", "Host", "Path") if key in given}
            scheme, host, path = (told.get(key, "") for key in ("Scheme", "Host", "Path"))
            host = host.default if isinstance(host, Given) and host.default else host
            scheme = scheme if isinstance(scheme, str) else "{scheme}"
            return f"{scheme}://{host if isinstance(host, str) else '{host}'}{path if isinstance(path, str) else ''}"
    return None


def _reconnect(code: GoCode, file: GoFile, call: SgNode) -> Reconnect | None:
    """What the loop around a dial waits for, or around the call of the function that dials; ``None`` where there is no loop."""
    function = around(call)
    loop = _loop(call)
    if loop is None and function is not None:
        name = function_name(function)
        for node in file.of_kind("call_expression"):
            called = selected(node.field("function"))
            plain = node.field("function")
            if (called[1] if called else plain.text() if plain is not None else "") == name and around(node) != function:
                loop = loop or _loop(node)
    return _waits(code, file, loop) if loop is not None else None


def _loop(node: SgNode) -> SgNode | None:
    for parent in node.ancestors():
        if parent.kind() == "for_statement":
            ranged = any(child.kind() == "range_clause" for child in parent.children())
            return None if ranged else parent
        if parent.kind() in ("function_declaration", "method_declaration"):
            return None
    return None


def _waits(code: GoCode, file: GoFile, loop: SgNode) -> Reconnect:
    place: Place = file.place(loop)
    for call in loop.find_all(kind="call_expression"):
        parts = selected(call.field("function"))
        if parts is not None and parts[1] in ("Sleep", "After", "NewTimer") and file.imports.get(parts[0]) == "time":
            given = next(iter(arguments(call)), None)
            jitter = _JITTER.search(loop.text()) is not None
            grows = given is not None and re.search(
                rf"\b{re.escape(given.text()[:40])}\s*(?:\*=|=\s*[^=\n]*(?:\*|<<|min\())", loop.text()
            )
            if _BACKOFF.search(loop.text()) or grows:
                return Reconnect("exponential", None, None, jitter, None, place)
            delay = seconds(code, file, given)
            return (
                Reconnect("fixed", delay, jitter=jitter, place=place) if delay is not None else Reconnect("library", place=place)
            )
    return (
        Reconnect("library", place=place)
        if _BACKOFF.search(loop.text()) or "<-" in loop.text()
        else Reconnect("immediate", 0, place=place)
    )


def _one_shot(file: GoFile, call: SgNode) -> bool:
    """True where nothing in the file reads in a loop: it asks once and ends."""
    return not any(
        re.search(r"\.(?:Read\w*|NextReader|Receive|ReadServerData)\(|ReadServer\w+\(", loop.text())
        for loop in file.of_kind("for_statement")
    )
