"""Where a Go function or value takes handshakes -> the paths under which routers lead to it, prefixes of groups put in front.

Followed are names: the handler's own, those of functions that call it, and the variables that hold it. A name that several
functions of a module bear leads nowhere but within its own package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from advisor.model import Place
from advisor.stack.go.module import Function, GoCode, GoFile, arguments, around, function_name, operand, selected
from advisor.stack.go.values import Given, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = (
    '"net/http"', "gin-gonic/gin", "labstack/echo", "gofiber/fiber", "go-chi/chi", "gorilla/mux", "julienschmidt/httprouter",
    "valyala/fasthttp", "cloudwego/hertz", "kataras/iris", "beego/beego", "gogf/gf", "zeromicro/go-zero", "danielgtaylor/huma",
)  # fmt: skip
_ROUTES = frozenset(
    (
        "HandleFunc Handle Handler HandlerFunc GET Get Any All Use Path PathPrefix Mount Match Add Method MethodFunc OPTIONS"
    ).split()
)
_GROUPS = frozenset({"Group", "Route", "PathPrefix", "Party", "Subrouter", "Path"})
_METHOD = re.compile(r"^(?:GET|POST|PUT|DELETE|OPTIONS|HEAD|PATCH|CONNECT)\s+")
_COMMON = frozenset({"ServeHTTP", "Handle", "Handler", "New", "Run", "Start", "Serve", "main", "init", "Routes", "Register"})
_DEEPEST = 5
_MOST = 12
_MOST_NAMES = 60


class Route(NamedTuple):
    """A path on which the handler is registered; ``None`` where it is computed. ``prefix``: everything below it as well."""

    path: str | None
    place: Place
    prefix: bool = False


class _Carrier(NamedTuple):
    """A name that leads to the handshake: in one function (``within``), in one package (``alone``) or in the whole module."""

    name: str
    file: GoFile
    within: SgNode | None
    alone: bool


def routes(code: GoCode, file: GoFile, site: SgNode, variable: str | None = None, handler: bool = False) -> list[Route]:
    """Every registration that leads to the handshake at ``site``; empty where none is found.

    ``handler``: the call returns a handler, and not a connection. ``variable``: the value that takes handshakes, where that is
    not what the call is assigned to (``srv`` of ``srv.AddTransport``).
    """
    direct = _registration(site)
    if direct is not None:
        return [_route(code, file, direct)]
    found: list[Route] = []
    waiting = [(carrier, 0) for carrier in _carriers(code, file, site, variable, handler)]
    seen: set[tuple[str, str, bool]] = set()
    while waiting and len(found) < _MOST and len(seen) < _MOST_NAMES:
        carrier, depth = waiting.pop(0)
        key = (carrier.name, carrier.file.path, carrier.within is not None)
        if key in seen or depth > _DEEPEST:
            continue
        seen.add(key)
        for other, node in _mentions(code, carrier):
            registration = _registration(node)
            if registration is not None:
                found.append(_route(code, other, registration))
            elif depth < _DEEPEST:
                waiting += [(each, depth + 1) for each in _carriers(code, other, node, None, True)]
    return list(dict.fromkeys(found))


def _carriers(code: GoCode, file: GoFile, node: SgNode, variable: str | None, handler: bool) -> Iterator[_Carrier]:
    """The names through which something at ``node`` is reached: the variable that holds it, the function around it."""
    function = around(node)
    name = variable or _assigned_to(node, function, handler)
    if name is not None:
        yield _Carrier(name, file, function, True)
    if function is not None and function_name(function) not in ("main", "init"):
        own = next(each for each in file.functions if each.node == function)
        yield _Carrier(
            own.name if own.name != "ServeHTTP" or own.receiver is None else own.receiver, file, None, _alone(code, file, own)
        )


def _alone(code: GoCode, file: GoFile, own: Function) -> bool:
    """True where other packages of the module may mean another function by this name."""
    if own.name in _COMMON:
        return own.name != "ServeHTTP"
    return any(other.path != file.path for other in code.beside_of(file, *WORDS, declaring=own.name))


def _assigned_to(node: SgNode, function: SgNode | None, handler: bool) -> str | None:
    """``h`` of ``h := f(node)``, where ``node`` leads to a handler, and of ``h := func() { node }``.

    What a handshake returns is a connection and leads to nothing: ``conn, err := upgrader.Upgrade(w, r, nil)``.
    """
    crossed = False
    for parent in node.ancestors():
        if function is not None and parent == function:
            return None
        crossed = crossed or parent.kind() == "func_literal"
        if parent.kind() not in ("short_var_declaration", "assignment_statement", "var_spec"):
            continue
        left, right = parent.field("left") or parent.field("name"), parent.field("right") or parent.field("value")
        names = [child.text() for child in left.children() if child.is_named()] if left is not None else []
        names = names or ([left.text()] if left is not None else [])
        inside = right is not None and right.range().start.index <= node.range().start.index
        local = function is None and any(each.kind() == "func_literal" for each in parent.ancestors())
        if inside and not local and len(names) == 1 and names[0] != "_" and (crossed or handler):
            return names[0].rpartition(".")[2]
    return None


def _mentions(code: GoCode, carrier: _Carrier) -> Iterator[tuple[GoFile, SgNode]]:
    """Each place where the name stands as a value or is called."""
    if carrier.within is not None:
        yield from ((carrier.file, node) for node in _named(carrier.within, carrier.name))
        return
    for file in code.package_of(carrier.file, carrier.name) if carrier.alone else _everywhere(code, carrier):
        for node in _named(file.root, carrier.name):
            if not _declares(node):
                yield file, node
    if carrier.alone:
        for file, package in code.importers(carrier.file, *WORDS, holding=carrier.name):
            for node in _named(file.root, carrier.name):
                if _is_of(file, node, package):
                    yield file, node


def _is_of(file: GoFile, node: SgNode, package: str) -> bool:
    """True for ``stream.Handle``, and for ``s.Handle`` where ``s`` is made by a function or type of ``stream``."""
    parent = node.parent()
    parts = selected(parent) if parent is not None else None
    if parts is None:
        return False
    root = re.split(r"[.\[(]", parts[0], maxsplit=1)[0]
    made = [given.text().lstrip("&") for name in {parts[0], root} for given, _ in file.assigned.get(name, ())]
    return root == package or any(each.startswith(f"{package}.") for each in made)


def _everywhere(code: GoCode, carrier: _Carrier) -> Iterator[GoFile]:
    yield from code.package_of(carrier.file, carrier.name)
    own = set(code.packages.get(carrier.file.path.rpartition("/")[0], ()))
    for other in code.beside_of(carrier.file, *WORDS, holding=carrier.name):
        if other.path not in own:
            yield other


def _named(node: SgNode, name: str) -> list[SgNode]:
    if not re.fullmatch(r"\w+", name):
        return []
    return list(
        node.find_all(
            any=[{"kind": kind, "regex": f"^{name}$"} for kind in ("identifier", "field_identifier", "type_identifier")]
        )
    )


def _declares(node: SgNode) -> bool:
    parent = node.parent()
    return parent is not None and parent.kind() in (
        "function_declaration", "method_declaration", "type_spec", "parameter_declaration", "pointer_type",
        "field_declaration", "method_elem",
    )  # fmt: skip


def _registration(node: SgNode) -> SgNode | None:
    """The call of a router with a path before it, in whose arguments a node stands; handlers written in place count."""
    before = node
    for parent in node.ancestors():
        if parent.kind() in ("function_declaration", "method_declaration"):
            return None
        if parent.kind() == "call_expression" and parent.field("function") != before:
            parts = selected(parent.field("function"))
            if parts is not None and parts[1] in _ROUTES and _path_node(parent) is not None:
                return parent
        before = parent
    return None


def _path_node(call: SgNode) -> SgNode | None:
    """The argument that is the path: the first, the second after a method, or that of ``Path`` before ``.Handler``."""
    parts, given = selected(call.field("function")), arguments(call)
    if parts is None:
        return None
    if parts[1] in ("Handler", "HandlerFunc") and len(given) == 1:
        return _chained(call)
    if len(given) < 2:
        return None
    first = given[0]
    if len(given) > 2 and (re.fullmatch(r'"[A-Z]{3,7}"|http\.Method\w+', first.text()) or first.text().startswith("[]string{")):
        return given[1]
    written = first.kind() in (
        "interpreted_string_literal",
        "raw_string_literal",
        "identifier",
        "selector_expression",
        "binary_expression",
    )
    called = first.kind() == "call_expression" and "Sprintf" in first.text()
    return first if written or called else None


def _chained(call: SgNode) -> SgNode | None:
    """The argument of ``.Path("/ws")`` in ``r.Methods("GET").Path("/ws").Handler(h)``."""
    at = _path_call(call)
    return next(iter(arguments(at)), None) if at is not None else None


def _path_call(call: SgNode) -> SgNode | None:
    node = operand(call)
    for _ in range(6):
        parts = selected(node.field("function")) if node is not None and node.kind() == "call_expression" else None
        if node is None or parts is None:
            return None
        if parts[1] in ("Path", "PathPrefix"):
            return node
        node = operand(node)
    return None


def _router(call: SgNode) -> SgNode | None:
    """What a route is registered on, also where its path stands in a call before it."""
    parts = selected(call.field("function"))
    chained = (
        _path_call(call) if parts is not None and parts[1] in ("Handler", "HandlerFunc") and len(arguments(call)) == 1 else None
    )
    return operand(chained if chained is not None else call)


def _route(code: GoCode, file: GoFile, call: SgNode) -> Route:
    node, parts = _path_node(call), selected(call.field("function"))
    found = value(code, file, node)
    found = found.default if isinstance(found, Given) else found
    name = parts[1] if parts is not None else ""
    before = _prefix(code, file, _router(call), 0)
    if not isinstance(found, str) or before is None or "{" in re.sub(r"\{\w*(?:\.\.\.|\$|:[^{}]*)?\}", "", found):
        return Route(None, file.place(call))
    path, below = _public(found)
    if (
        path == "/"
        and name in ("HandleFunc", "Handle")
        and not any("gorilla/mux" in each or "chi" in each for each in file.imports.values())
    ):
        return Route(None, file.place(call))
    below = below or name in ("Mount", "PathPrefix") or (name in ("Handler", "HandlerFunc") and ".PathPrefix(" in call.text())
    joined = f"/{before.strip('/')}/{path.lstrip('/')}" if before.strip("/") else f"/{path.lstrip('/')}"
    joined = joined.rstrip("/") or "/"
    return Route(joined, file.place(call), below)


def _public(pattern: str) -> tuple[str, bool]:
    """``GET example.com/ws/{id}`` -> the path alone, and whether everything below it is meant (``/ws/``, ``/ws/*``)."""
    path = _METHOD.sub("", pattern.strip())
    path = path[path.index("/") :] if "/" in path and not path.startswith("/") and "." in path.split("/")[0] else path
    if path.endswith("{$}"):
        return path.removesuffix("{$}"), False
    path = re.sub(r"\{(\w+):[^{}]*\}", r"{\1}", path)
    for ending in ("/*", "*"):
        if path.endswith(ending):
            return path.removesuffix(ending) or "/", True
    below = re.search(r"/(?:\*\w+|\{\w+\.\.\.\})$", path)
    if below is not None:
        return path[: below.start()] or "/", True
    return path, len(path) > 1 and path.endswith("/")


# ---------------------------------------------------------------- prefixes


def _prefix(code: GoCode, file: GoFile, router: SgNode | None, depth: int) -> str | None:
    """What stands before the paths of a router or group; ``None`` where that is computed."""
    if router is None or depth > _DEEPEST:
        return ""
    if router.kind() == "call_expression":
        parts, given = selected(router.field("function")), arguments(router)
        own: str | None = ""
        if parts is not None and parts[1] in _GROUPS and given and given[0].kind() != "func_literal":
            found = value(code, file, given[0])
            own = found if isinstance(found, str) and "{" not in re.sub(r"\{\w+(?::[^{}]*)?\}", "", found) else None
        before = _prefix(code, file, operand(router), depth + 1)
        return None if own is None or before is None else _join(before, own)
    if router.kind() not in ("identifier", "selector_expression"):
        return ""
    return _of_name(code, file, router, depth)


def _of_name(code: GoCode, file: GoFile, router: SgNode, depth: int) -> str | None:
    name = router.text()
    inside = _of_block(code, file, router, depth)
    if inside is not None:
        return inside[0]
    function = around(router)
    given = [each for each, where in file.assigned.get(name, ()) if where == function or "." in name or where is None]
    made = [each for each in given if each.kind() == "call_expression"]
    if made:
        own = _prefix(code, file, made[-1], depth + 1)
        mounted = _mounted(code, file, router, function, depth) if own == "" else ""
        return None if own is None else _join(mounted, own)
    if function is not None and router.kind() == "identifier":
        at = _position(function, name)
        if at is not None:
            return _of_callers(code, file, function, at, depth)
    return ""


def _of_block(code: GoCode, file: GoFile, router: SgNode, depth: int) -> tuple[str | None] | None:
    """The prefix where the router is the parameter of a function written in place: ``r.Route("/api", func(r chi.Router) {``."""
    for parent in router.ancestors():
        if parent.kind() == "func_literal":
            listed = parent.field("parameters")
            call = next((each for each in parent.ancestors() if each.kind() == "call_expression"), None)
            parts = selected(call.field("function")) if call is not None else None
            declared = listed is not None and re.search(rf"\(\s*{re.escape(router.text())}\b", listed.text())
            if declared and call is not None and parts is not None and parts[1] in ("Route", "Group", "PartyFunc"):
                given = arguments(call)
                own = value(code, file, given[0]) if given and given[0].kind() != "func_literal" else ""
                before = _prefix(code, file, operand(call), depth + 1)
                return (_join(before, own) if isinstance(own, str) and before is not None else None,)
    return None


def _position(function: SgNode, name: str) -> int | None:
    """Which parameter of a function bears a name."""
    listed, at = function.field("parameters"), 0
    for parameter in listed.children() if listed is not None else ():
        for child in parameter.children() if parameter.kind() == "parameter_declaration" else ():
            if child.kind() == "identifier":
                if child.text() == name:
                    return at
                at += 1
    return None


def _of_callers(code: GoCode, file: GoFile, function: SgNode, at: int, depth: int) -> str | None:
    """The prefix of the router that the one caller hands over; empty where none is found, ``None`` where callers differ."""
    name, found = function_name(function), set()
    for other in _everywhere(code, _Carrier(name, file, None, False)):
        for call, _, called in other.calls():
            if called == name:
                given = arguments(call)
                if len(given) > at:
                    found.add(_prefix(code, other, given[at], depth + 1))
        for call in other.of_kind("call_expression"):
            plain = call.field("function")
            given = arguments(call)
            if plain is not None and plain.kind() == "identifier" and plain.text() == name and len(given) > at:
                found.add(_prefix(code, other, given[at], depth + 1))
    return "" if not found else found.pop() if len(found) == 1 else None


def _mounted(code: GoCode, file: GoFile, router: SgNode, function: SgNode | None, depth: int) -> str:
    """Where a router made here is hung into another one: ``Mount("/api", r)``, ``Handle("/api/", StripPrefix(..))``."""
    if depth > 2 or function is None:
        return ""
    places = [(file, function, router.text())]
    name = function_name(function)
    if name not in _COMMON and name not in ("main", "init") and function.field("result") is not None:
        places += [(other, other.root, name) for other in _everywhere(code, _Carrier(name, file, None, False))]
    for other, scope, called in places:
        for node in _named(scope, called.rpartition(".")[2]):
            call = _registration(node)
            parts = selected(call.field("function")) if call is not None else None
            if call is None or parts is None or (parts[1] != "Mount" and ".StripPrefix(" not in call.text()):
                continue
            found = value(code, other, _path_node(call))
            before = _prefix(code, other, operand(call), depth + 2)
            if isinstance(found, str) and before is not None:
                return _join(before, _public(found)[0])
    return ""


def _join(before: str, own: str) -> str:
    return f"{before.rstrip('/')}/{own.lstrip('/')}" if own.strip("/") else before
