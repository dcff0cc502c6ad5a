"""Code shapes of the socket libraries -> the places in a script where one of them is constructed.

A shape of ``libraries/javascript.yaml`` has these keys:

    module    import name, or a list of them; left out: every ``imports`` of the library. ``global`` for what needs no import
    export    dotted name below the module; ``""`` (or left out) for its default export or the module itself
    kind      new | call | decorator | extends
    role      server | client | backplane | managed_client
    needs     an option that must be there (``websocket`` for ``Bun.serve``)
    follows   a method that must be called somewhere in the file (``subscribe`` for a Supabase channel)
    url       position of the argument that holds a client's URL, or the name of the option
    options   position of the argument that holds the options (left out: the last object literal)
    global    names of globals that are the library where a page loads it with a script tag, with
    script    a word in the address of that tag
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from advisor.model import Place
from advisor.stack.javascript import syntax
from advisor.stack.javascript.bindings import Origin
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.values import Evaluator
from advisor.stack.library import Library, libraries

if TYPE_CHECKING:
    from ast_grep_py import SgNode

ECOSYSTEM = "npm"
_KINDS = {"new_expression": "new", "call_expression": "call"}


@dataclass(frozen=True)
class Site:
    """One construction: the library, the shape that matched, and the node (a call, ``new``, decorator or class)."""

    library: Library
    shape: Mapping[str, Any]
    script: Script
    node: SgNode

    @property
    def role(self) -> str:
        return str(self.shape["role"])

    @property
    def place(self) -> Place:
        return syntax.place(self.script.path, self.node)

    @cached_property
    def arguments(self) -> list[SgNode]:
        return syntax.arguments(self.node)

    @cached_property
    def options(self) -> dict[str, SgNode]:
        """The options by key, also where they stand in a constant of the file or in the call of the method that follows."""
        wanted = self.shape.get("options")
        given = self.arguments
        candidates = (
            [given[wanted]] if isinstance(wanted, int) and len(given) > wanted else [] if isinstance(wanted, int) else given[::-1]
        )
        if "follows" in self.shape:
            routed = [node for call, _, _ in self.script.methods(self.shape["follows"]) for node in syntax.arguments(call)]
            candidates = [*routed, *candidates]
        for node in candidates:
            found = object_of(self.script, node)
            if found is not None:
                return dict(syntax.entries(found))
        return {}

    @cached_property
    def evaluator(self) -> Evaluator:
        return Evaluator(self.script)

    @cached_property
    def variable(self) -> str | None:
        """The name or member that the construction is kept in (``wss``, ``this._wss``, ``wsRef.current``)."""
        return kept_in(self.node)


def object_of(script: Script, node: SgNode) -> SgNode | None:
    """The object literal that an expression is, or that the name was declared with."""
    node = syntax.bare(node)
    if syntax.is_name(node):
        value = script.value(node.text(), node)
        node = value if value is not None else node
    return node if node.kind() == "object" else None


def kept_in(node: SgNode) -> str | None:
    """The variable, member or class field that a value is assigned to."""
    for above in node.ancestors():
        kind = above.kind()
        if kind == "variable_declarator":
            target = above.field("name")
            return target.text() if target and target.kind() == "identifier" else None
        if kind == "assignment_expression":
            target = above.field("left")
            return target.text().replace("?.", ".") if target else None
        if kind in ("field_definition", "public_field_definition"):
            name = syntax.key_of(above)
            return f"this.{name}" if name else None
        if kind == "arguments" or kind in syntax.FUNCTIONS or kind == "expression_statement":
            return None
    return None


@cache
def table() -> Mapping[tuple[str, str, str], tuple[tuple[Library, Mapping[str, Any]], ...]]:
    """Module, export and kind -> the libraries' shapes."""
    found: dict[tuple[str, str, str], list[tuple[Library, Mapping[str, Any]]]] = {}
    for library in libraries().values():
        if library.ecosystem != ECOSYSTEM:
            continue
        for shape in library.shapes:
            modules = shape.get("module", library.imports)
            for module in (modules,) if isinstance(modules, str) else modules:
                found.setdefault((module, shape.get("export", ""), shape["kind"]), []).append((library, shape))
    return {key: tuple(value) for key, value in found.items()}


def sites(script: Script, scripts: frozenset[str] = frozenset()) -> Iterator[Site]:
    """Every construction in a script. ``scripts``: addresses of the scripts that the app's pages load."""
    for node in script.calls():
        function = syntax.callee(node)
        origin = script.origin(function) if function else None
        if function is not None and origin is None and function.kind() == "call_expression":
            origin = _called(script, function)
        if origin:
            yield from _matching(script, node, origin, _KINDS[node.kind()], scripts)
    for node in script.nodes("decorator"):
        inner = next(iter(syntax.named(node)), None)
        function = inner.field("function") if inner and inner.kind() == "call_expression" else None
        origin = script.origin(function) if function else None
        if origin and inner:
            yield from _matching(script, inner, origin, "decorator", scripts)
    for node in script.nodes("class_declaration", "class"):
        heritage = next((child for child in node.children() if child.kind() == "class_heritage"), None)
        for name in (
            heritage.find_all({"rule": {"any": [{"kind": "identifier"}, {"kind": "member_expression"}]}})[:1] if heritage else ()
        ):
            origin = script.origin(name)
            if origin:
                yield from _matching(script, node, origin, "extends", scripts)


def _called(script: Script, function: SgNode) -> Origin | None:
    """``require("socket.io")(server)`` calls what ``require`` gives."""
    return script.origin(function)


def _matching(script: Script, node: SgNode, origin: Origin, kind: str, scripts: frozenset[str]) -> Iterator[Site]:
    entries = table().get((*origin, kind), ())
    if not entries and origin[0] == "global":
        entries = tuple(
            entry for entry in _globals().get((origin[1], kind), ()) if any(entry[1]["script"] in address for address in scripts)
        )
    for library, shape in entries:
        site = Site(library, shape, script, node)
        if "needs" in shape and shape["needs"] not in site.options:
            continue
        if "follows" in shape and next(script.methods(shape["follows"]), None) is None:
            continue
        yield site


@cache
def _globals() -> Mapping[tuple[str, str], tuple[tuple[Library, Mapping[str, Any]], ...]]:
    """Global name and kind -> shapes of libraries that a script tag can load."""
    found: dict[tuple[str, str], list[tuple[Library, Mapping[str, Any]]]] = {}
    for library in libraries().values():
        for shape in library.shapes if library.ecosystem == ECOSYSTEM else ():
            for name in shape.get("global", ()):
                found.setdefault((name, shape["kind"]), []).append((library, shape))
    return {key: tuple(value) for key, value in found.items()}
