"""Where a Rust handler stands -> the paths under which routers lead to it, with the prefixes of nests, scopes and mounts.

Followed are names: the handler's, those of the variables and functions that hold a router, up to the one that is served.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from advisor.model import Place
from advisor.stack.rust.module import RustCode, RustFile, arguments, around, called, method, name_of

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_TAKES_PATH = frozenset(
    "route route_service nest nest_service nest_at at route_with_tsr mount service_at typed_route api_route".split()
)
_MAKES_PATH = frozenset({"resource", "scope", "with_path", "path", "prefix", "at", "with_hoop"})
_ATTRIBUTE = re.compile(r'^#\[\s*(?:\w+::)*(?:get|route|any|head|connect)\(\s*"([^"]*)"')
_COMPUTED = "\0"
"""Stands for a part of a path that code computes."""
_DEEPEST = 6
_MOST = 12
_MACRO = re.compile(r'"([^"]*)"|([A-Za-z_][\w:<>]*)')


class Route(NamedTuple):
    """A path that leads to the handler; ``None`` where a part of it is computed. ``prefix``: everything below it as well."""

    path: str | None
    place: Place
    prefix: bool = False


class _Held(NamedTuple):
    """A name that holds what was found so far, and where it is known: in one function, or everywhere."""

    name: str
    within: SgNode | None
    file: RustFile


def of_function(code: RustCode, file: RustFile, function: SgNode) -> list[Route]:
    """The routes of a handler, from its attribute or from the routers that name it."""
    own = next((match[1] for node in _attributes(function) if (match := _ATTRIBUTE.match(node.text()))), None)
    place = file.place(function)
    held = _Held(name_of(function), None, file)
    start = [] if own is None else [own]
    found = _followed(code, held, start, None if own is None else place, 0, set())
    if not found and own is not None:
        return [_route([own], place)]
    return found[:_MOST]


def of_node(code: RustCode, file: RustFile, node: SgNode) -> list[Route]:
    """The routes of what stands at a node: a filter, a closure that is the handler, a service."""
    return _climbed(code, file, node, [], None, 0, set())[:_MOST]


def _attributes(function: SgNode) -> Iterator[SgNode]:
    for before in function.prev_all():
        if before.kind() not in ("attribute_item", "line_comment", "block_comment"):
            return
        if before.kind() == "attribute_item":
            yield before


def _followed(
    code: RustCode, held: _Held, pieces: list[str], place: Place | None, depth: int, seen: set[tuple[str, str]]
) -> list[Route]:
    """The routes of every mention of a name."""
    key = (held.name, held.file.path if held.within is not None else "")
    if depth > _DEEPEST or key in seen or len(seen) > 40:
        return []
    found: list[Route] = []
    for file, node in _mentions(code, held):
        found += _climbed(code, file, node, pieces, place, depth + 1, seen | {key})
    for other in _aliases(code, held) if held.within is None else ():
        found += _followed(code, other, pieces, place, depth + 1, seen | {key})
    return list(dict.fromkeys(found))


def _climbed(
    code: RustCode, file: RustFile, node: SgNode, pieces: list[str], first: Place | None, depth: int, seen: set[tuple[str, str]]
) -> list[Route]:
    """Pieces of the path on the way up to the variable or function that holds the whole, and on from there."""
    gathered, prefix = list(pieces), False
    before, top = node, node
    for parent in node.ancestors():
        if parent.kind() in ("let_declaration", "function_item", "const_item", "static_item"):
            break
        if parent.kind() == "call_expression":
            inside = parent.field("arguments") == before
            piece = _piece(parent, inside)
            if piece is not None:
                gathered.insert(0, piece)
                first = first or file.place(node)
                prefix = prefix or (method(parent) or (None, ""))[1] in ("nest_service", "mount_service")
        before, top = parent, parent
    holder = top.parent()
    name = _holder(holder)
    if name is not None and holder is not None:
        within = around(top) if holder.kind() == "let_declaration" else None
        on = _followed(code, _Held(name, within, file), gathered, first, depth, seen)
        if on:
            return on
        if holder.kind() != "let_declaration" and _returns(top) and len(gathered) > len(pieces):
            gathered.insert(0, _COMPUTED)
    if holder is not None and holder.kind() == "let_declaration":
        outer = around(holder)
        if outer is not None and name_of(outer) != "main":
            on = _followed(code, _Held(name_of(outer), None, file), gathered, first, depth, seen)
            if on and len(gathered) > len(pieces):
                return on
    return (
        [_route(gathered, first or file.place(node), prefix)]
        if gathered and (len(gathered) > len(pieces) or len(pieces) > 0)
        else []
    )


def _returns(node: SgNode) -> bool:
    """True where a node is what its function hands to a caller, who may put a prefix before it."""
    function = around(node)
    return function is not None and function.field("return_type") is not None


def _holder(node: SgNode | None) -> str | None:
    """``app`` of ``let app = ...``, the name of the function whose value or statement it is."""
    if node is None:
        return None
    if node.kind() == "let_declaration":
        pattern = node.field("pattern")
        name = pattern.text().removeprefix("mut ").strip() if pattern is not None else ""
        return name if re.fullmatch(r"[a-z_]\w*", name) else None
    function = (
        node
        if node.kind() == "function_item"
        else next((each for each in node.ancestors() if each.kind() == "function_item"), None)
    )
    name = name_of(function) if function is not None else ""
    return name if name and name != "main" else None


def _piece(call: SgNode, inside: bool) -> str | None:
    """What one call adds to the path of something that stands in it.

    ``.route("/ws", get(handler))`` and ``.nest("/api", inner)`` add their first argument to what stands among their other
    arguments; ``web::scope("/api").service(inner)`` and ``Router::with_path("api").push(inner)`` that of the chain's root.
    """
    given, on = arguments(call), method(call)
    if not inside:
        return None
    if on is not None and on[1] in _TAKES_PATH and len(given) > 1:
        return _literal(given[0]) or _COMPUTED
    if on is not None:
        return _chain_path(on[0])
    return None


def _chain_path(node: SgNode) -> str | None:
    """The path at the root of a chain: ``web::resource("/ws")``, ``Router::with_path("ws")``, ``warp::path("ws")``."""
    for _ in range(40):
        if node.kind() == "macro_invocation":
            return _of_macro(node)
        if node.kind() != "call_expression":
            return None
        on, given = method(node), arguments(node)
        last = called(node).rpartition("::")[2] if on is None else on[1]
        if last in _MAKES_PATH and len(given) == 1 and (on is None or last in ("path", "at")):
            literal = _literal(given[0])
            if literal is not None:
                if on is not None and last == "and":
                    continue
                before = _chain_path(on[0]) if on is not None else None
                return "/".join(part.strip("/") for part in (before, literal) if part) if before else literal
        if on is None:
            return None
        if on[1] in ("and", "or") and given and (inner := _filter_path(node)) is not None:
            return inner
        node = on[0]
    return None


def _filter_path(node: SgNode) -> str | None:
    """The path of warp's filters in their order: ``warp::path("chat").and(warp::path::param())``."""
    text = node.text()[:1000]
    parts = []
    for found in re.finditer(r'(?:warp::)?path\(\s*"([^"]*)"\s*\)|path::param|path!\(([^()]*)\)', text):
        if found[2] is not None:
            parts.append(_macro_path(found[2]))
        else:
            parts.append(found[1] if found[1] is not None else "{param}")
    return "/".join(part.strip("/") for part in parts) if parts else None


def _of_macro(node: SgNode) -> str | None:
    name = node.field("macro")
    if name is None or name.text().rpartition("::")[2] != "path":
        return None
    return _macro_path(node.text().partition("(")[2])


def _macro_path(text: str) -> str:
    """``"api" / String / "ws"`` -> ``api/{String}/ws``."""
    return "/".join(literal or f"{{{kind}}}" for literal, kind in _MACRO.findall(text) if kind not in ("..",))


def _literal(node: SgNode) -> str | None:
    text = node.text()
    found = re.match(r'^&?r?#?"([^"]*)"', text)
    return (found[1] or "/") if found else None


def _mentions(code: RustCode, held: _Held) -> Iterator[tuple[RustFile, SgNode]]:
    if not re.fullmatch(r"\w+", held.name):
        return
    if held.within is not None:
        yield from ((held.file, node) for node in _named(held.within, held.name) if not _declares(node))
        return
    common = code.is_common(held.file, held.name)
    for file in code.naming(held.file, held.name):
        for node in _named(file.root, held.name):
            if not _declares(node) and (not common or _is_meant(held, file, node)):
                yield file, node


def _aliases(code: RustCode, held: _Held) -> Iterator[_Held]:
    """Other names of a function: ``pub use notifications::routes as notification_routes``."""
    for file in code.naming(held.file, held.name):
        for local, full in file.imports.items():
            parts = full.split("::")
            if parts[-1] == held.name != local and parts[-2:-1] == [held.file.module]:
                yield _Held(local, None, file)


def _is_meant(held: _Held, file: RustFile, node: SgNode) -> bool:
    """Of several functions with one name, the one of the same file, or of the module that the path or the import names."""
    parent = node.parent()
    if parent is not None and parent.kind() == "scoped_identifier":
        before = parent.field("path")
        return before is not None and before.text().rpartition("::")[2] == held.file.module
    imported = file.imports.get(held.name)
    if imported is not None:
        return imported.split("::")[-2:-1] == [held.file.module]
    return file.path == held.file.path


def _named(node: SgNode, name: str) -> list[SgNode]:
    return list(node.find_all(kind="identifier", regex=f"^{name}$"))


def _declares(node: SgNode) -> bool:
    parent = node.parent()
    if parent is None:
        return False
    if parent.kind() in ("function_item", "parameter", "use_list", "use_declaration", "use_as_clause", "closure_parameters"):
        return True
    if parent.kind() == "let_declaration" and parent.field("pattern") == node:
        return True
    return any(each.kind() == "use_declaration" for each in node.ancestors())


def _route(pieces: list[str], place: Place, prefix: bool = False) -> Route:
    if _COMPUTED in pieces:
        return Route(None, place)
    pieces = [part.partition("?")[0] for part in pieces]
    path = "/" + "/".join(part.strip("/") for part in pieces if part.strip("/"))
    path = re.sub(r"\{(\w+):[^{}]*\}", r"{\1}", re.sub(r"<(\w+)(?:\.\.)?>", r"{\1}", path))
    path = re.sub(r"/:(\w+)", r"/{\1}", path)
    below = re.search(r"/(?:\{\*\w+\}|\*\w*|\{\*\*\w*\}|\{\w+\*\})$", path)
    if below is not None:
        return Route(path[: below.start()] or "/", place, True)
    return Route(path, place, prefix)
