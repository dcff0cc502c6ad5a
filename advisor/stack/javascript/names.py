"""Names in one file -> what they stand for: an import, a declaration, a global; through aliases and relative imports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from advisor.stack.javascript import syntax

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from advisor.stack.javascript.project import Project

Origin = tuple[str, str]
"""Module and dotted export: ``("ws", "Server")``, ``("ws", "")`` for its default or whole; ``("global", "WebSocket")``."""

_KINDS = (
    "variable_declarator",
    "assignment_expression",
    "augmented_assignment_expression",
    "function_declaration",
    "generator_function_declaration",
    "class_declaration",
    "class",
    "method_definition",
    "pair",
    "import_statement",
    "export_statement",
    "call_expression",
    "new_expression",
    "return_statement",
    "for_in_statement",
    "member_expression",
)
_TYPED_KINDS = ("public_field_definition", "decorator", "abstract_class_declaration")
_PLAIN_KINDS = ("field_definition", "decorator")
_WORLDS = frozenset({"window", "globalThis", "self", "global"})
_PREFIX = re.compile(r"^(?:node:|npm:|jsr:|https?://(?:esm\.sh|cdn\.skypack\.dev|esm\.run|unpkg\.com|cdn\.jsdelivr\.net/npm)/)")
_RANGE = re.compile(r"(?<=[^@/])@[\w.^~<>=*-]+")


def module_name(specifier: str) -> str:
    """``npm:ws@8``, ``node:http`` and ``https://esm.sh/ws@8`` -> the package's own name."""
    bare = _PREFIX.sub("", specifier)
    return _RANGE.sub("", bare) if bare != specifier else specifier


@dataclass
class Script:
    """One parsed file with its names. ``Project`` hands them out and keeps them."""

    path: str
    root: SgNode
    project: Project
    text: str
    grammar: str
    _scopes: dict[str, list[tuple[int, int, SgNode]]] = field(default_factory=dict)
    _origins: dict[tuple[int, int], Origin | None] = field(default_factory=dict)

    @cached_property
    def by_kind(self) -> dict[str, list[SgNode]]:
        """All nodes of the kinds that matter, in the order they stand."""
        typed = self.grammar in ("typescript", "tsx")
        kinds = _KINDS + (_TYPED_KINDS if typed else _PLAIN_KINDS)
        found: dict[str, list[SgNode]] = {kind: [] for kind in kinds}
        for node in self.root.find_all({"rule": {"any": [{"kind": kind} for kind in kinds]}}):
            found[node.kind()].append(node)
        return found

    def nodes(self, *kinds: str) -> Iterator[SgNode]:
        for kind in kinds:
            yield from self.by_kind.get(kind, ())

    def calls(self) -> Iterator[SgNode]:
        yield from self.nodes("call_expression", "new_expression")

    def methods(self, *names: str) -> Iterator[tuple[SgNode, SgNode, str]]:
        """Calls of a method of one of these names: the call, the object, the name."""
        for call in self.by_kind["call_expression"]:
            function = call.field("function")
            parts = syntax.member(function) if function else None
            if parts and parts[1] in names:
                yield call, parts[0], parts[1]

    # ------------------------------------------------------------ declarations

    @cached_property
    def imports(self) -> dict[str, Origin]:
        """Local name -> what it was imported as. Type-only imports are none."""
        found: dict[str, Origin] = {}
        for statement in self.by_kind["import_statement"]:
            if any(child.kind() in ("type", "typeof") for child in statement.children()):
                continue
            for local, origin in _imported(statement):
                found[local] = origin
        return found

    @cached_property
    def declared(self) -> dict[str, list[SgNode]]:
        """Name -> declarators, functions and classes of that name."""
        found: dict[str, list[SgNode]] = {}
        for node in self.nodes("variable_declarator"):
            target = node.field("name")
            for name in _bound(target) if target else ():
                found.setdefault(name, []).append(node)
        for node in self.nodes(
            "function_declaration", "generator_function_declaration", "class_declaration", "abstract_class_declaration"
        ):
            target = node.field("name")
            if target:
                found.setdefault(target.text(), []).append(node)
        return found

    @cached_property
    def assigned(self) -> dict[str, list[SgNode]]:
        """Text of the left side (``x``, ``this.url``, ``ws.onclose``) -> the assignments."""
        found: dict[str, list[SgNode]] = {}
        for node in self.nodes("assignment_expression", "augmented_assignment_expression"):
            left = node.field("left")
            if left:
                found.setdefault(left.text().replace("?.", "."), []).append(node)
        return found

    def declaration(self, name: str, at: SgNode) -> SgNode | None:
        """The innermost declaration of a name that is visible at a node."""
        if name not in self.declared:
            return None
        best: tuple[int, SgNode] | None = None
        start, end = syntax.span(at)
        if name not in self._scopes:
            self._scopes[name] = [(*self._scope(node), node) for node in self.declared[name]]
        for first, last, node in self._scopes[name]:
            if first <= start and end <= last and (best is None or first >= best[0]):
                best = (first, node)
        return best[1] if best else None

    def _scope(self, node: SgNode) -> tuple[int, int]:
        scope = next((a for a in node.ancestors() if a.kind() in ("statement_block", "program", "class_body")), None)
        return syntax.span(scope) if scope else (0, len(self.text))

    def functions(self, name: str) -> list[SgNode]:
        """The functions of the file that are called by this name: declared, assigned to it, or methods of a class."""
        return self._functions.get(name, [])

    @cached_property
    def _functions(self) -> dict[str, list[SgNode]]:
        found: dict[str, list[SgNode]] = {}
        for node in self.nodes("function_declaration", "generator_function_declaration", "method_definition"):
            target = node.field("name")
            if target:
                found.setdefault(target.text().lstrip("#"), []).append(node)
        for kind in ("variable_declarator", "pair", "field_definition", "public_field_definition", "assignment_expression"):
            for node in self.nodes(kind):
                target = node.field("name") or node.field("key") or node.field("property") or node.field("left")
                value = node.field("value") or node.field("right")
                function = _function_in(value) if value else None
                if target and function:
                    found.setdefault(target.text().rsplit(".", 1)[-1].lstrip("#"), []).append(function)
        return found

    def parameter(self, name: str, at: SgNode) -> tuple[SgNode, int] | None:
        """The function around a node that has this name as a parameter, and the parameter's position."""
        for above in at.ancestors():
            if above.kind() in syntax.FUNCTIONS:
                for index, pattern in enumerate(syntax.parameters(above)):
                    if name in _bound(pattern):
                        return above, index
        return None

    def value(self, name: str, at: SgNode) -> SgNode | None:
        """The expression that a plain name was declared with."""
        node = self.declaration(name, at)
        if node is None or node.kind() != "variable_declarator":
            return None
        target, value = node.field("name"), node.field("value")
        return syntax.bare(value) if target and value and target.kind() == "identifier" else None

    # ------------------------------------------------------------ origins

    def origin(self, node: SgNode, depth: int = 0) -> Origin | None:
        """What an expression stands for, through aliases, member access, ``require`` and relative imports."""
        if depth > 12:
            return None
        node = syntax.bare(node)
        key = syntax.span(node)
        if key not in self._origins:
            self._origins[key] = None
            self._origins[key] = self._origin(node, depth)
        return self._origins[key]

    def _origin(self, node: SgNode, depth: int) -> Origin | None:
        kind = node.kind()
        if kind == "identifier":
            return self._named(node.text(), node, depth)
        parts = syntax.member(node)
        if parts:
            return self._below(self.origin(parts[0], depth + 1), parts[1], depth)
        if kind == "call_expression":
            return self._required(node, depth)
        return None

    def _named(self, name: str, at: SgNode, depth: int) -> Origin | None:
        if self.parameter(name, at):
            return None
        declaration = self.declaration(name, at)
        if declaration is not None:
            return self._declared(declaration, name, depth)
        if name in self.imports:
            origin = self.imports[name]
            return self.project.through(self, origin, depth) or (origin if origin[0].startswith(".") and not origin[1] else None)
        if name in _WORLDS:
            return "global", ""
        return "global", name

    def _declared(self, declaration: SgNode, name: str, depth: int) -> Origin | None:
        target, value = declaration.field("name"), declaration.field("value")
        if declaration.kind() != "variable_declarator" or target is None or value is None:
            return None
        if target.kind() == "identifier":
            value = syntax.bare(value)
            return (
                self.origin(value, depth + 1) if value.kind() in ("identifier", "member_expression", "call_expression") else None
            )
        path = _path_to(target, name)
        holder = self.origin(value, depth + 1)
        for step in path or ():
            holder = self._below(holder, step, depth)
        return holder if path else None

    def _below(self, holder: Origin | None, key: str, depth: int) -> Origin | None:
        if holder is None:
            return None
        module, export = holder
        if module.startswith("."):
            return self.project.through(self, (module, key), depth) if not export else None
        if key == "default" and not export:
            return holder
        return module, f"{export}.{key}" if export else key

    def _required(self, node: SgNode, depth: int) -> Origin | None:
        function = node.field("function")
        listed = syntax.arguments(node)
        if function is None or not listed:
            return None
        specifier = syntax.string(listed[0])
        if specifier is not None and (function.text() == "require" or function.kind() == "import"):
            return self.project.through(self, (module_name(specifier), ""), depth)
        if function.text() in ("__importDefault", "__importStar", "_interopRequireDefault", "promisify"):
            return self.origin(listed[0], depth + 1)
        return None

    # ------------------------------------------------------------ exports

    def exported(self, name: str, depth: int = 0) -> Origin | SgNode | None:
        """What the file exports under a name (``""`` for default or the whole): an origin elsewhere, or a node of this file."""
        for statement in self.by_kind["export_statement"]:
            found = self._export(statement, name, depth)
            if found is not None:
                return found
        for left in (f"module.exports.{name}", f"exports.{name}") if name else ("module.exports", "exports.default"):
            for node in self.assigned.get(left, ()):
                right = node.field("right")
                if right:
                    return syntax.bare(right)
        for node in self.assigned.get("module.exports", ()):
            right = node.field("right")
            for key, value in syntax.entries(syntax.bare(right)) if right else ():
                if key == name:
                    return value
        return None

    def _export(self, statement: SgNode, name: str, depth: int) -> Origin | SgNode | None:
        source = statement.field("source")
        module = module_name(syntax.string(source) or "") if source else None
        children = syntax.named(statement)
        clause = next((child for child in children if child.kind() == "export_clause"), None)
        for specifier in syntax.named(clause) if clause else ():
            inner, alias = specifier.field("name"), specifier.field("alias")
            outer = alias or inner
            if inner and outer and outer.text() == (name or "default"):
                wanted = "" if inner.text() == "default" else inner.text()
                return self.project.through(self, (module, wanted), depth) if module else inner
        if module and clause is None and name:
            return self.project.through(self, (module, name), depth) if module.startswith(".") else None
        declaration = statement.field("declaration") or statement.field("value")
        if declaration is None or clause is not None:
            return None
        if any(child.kind() == "default" for child in statement.children()):
            return declaration if not name else None
        for node in (declaration, *syntax.named(declaration)):
            target = node.field("name")
            if target and target.text() == name:
                return node
        return None


def _function_in(value: SgNode) -> SgNode | None:
    """The function that a value is, also as the first argument of a wrapper (``useCallback``, ``debounce``)."""
    value = syntax.bare(value)
    if value.kind() == "call_expression":
        given = syntax.arguments(value)
        value = given[0] if given else value
    return value if value.kind() in syntax.FUNCTIONS else None


def _imported(statement: SgNode) -> Iterator[tuple[str, Origin]]:
    source = statement.field("source")
    clause = next((child for child in statement.children() if child.kind() in ("import_clause", "import_require_clause")), None)
    if clause is None:
        return
    if clause.kind() == "import_require_clause":
        local = next((child for child in clause.children() if child.kind() == "identifier"), None)
        text = next((child for child in clause.children() if child.kind() == "string"), None)
        if local and text:
            yield local.text(), (module_name(syntax.string(text) or ""), "")
        return
    module = module_name(syntax.string(source) or "") if source else ""
    for child in syntax.named(clause):
        if child.kind() == "identifier":
            yield child.text(), (module, "")
        elif child.kind() == "namespace_import":
            for local in syntax.named(child):
                yield local.text(), (module, "")
        elif child.kind() == "named_imports":
            for specifier in syntax.named(child):
                if any(part.kind() in ("type", "typeof") for part in specifier.children()):
                    continue
                name, alias = specifier.field("name"), specifier.field("alias")
                if name:
                    export = syntax.strip_quotes(name.text())
                    yield (alias or name).text(), (module, "" if export == "default" else export)


def _bound(pattern: SgNode) -> list[str]:
    """The names that a pattern binds."""
    if pattern.kind() == "identifier":
        return [pattern.text()]
    if pattern.kind() not in (
        "object_pattern",
        "array_pattern",
        "rest_pattern",
        "assignment_pattern",
        "required_parameter",
        "optional_parameter",
    ):
        return []
    return [
        node.text()
        for node in pattern.find_all(
            {"rule": {"any": [{"kind": "identifier"}, {"kind": "shorthand_property_identifier_pattern"}]}}
        )
    ]


def _path_to(pattern: SgNode, name: str, depth: int = 0) -> list[str] | None:
    """The keys that lead to a name in an object pattern: ``{a: {b: c}}`` and ``c`` -> ``["a", "b"]``."""
    if depth > 8 or pattern.kind() != "object_pattern":
        return None
    for child in syntax.named(pattern):
        kind = child.kind()
        if kind == "shorthand_property_identifier_pattern" and child.text() == name:
            return [name]
        if kind == "object_assignment_pattern":
            left = child.field("left")
            if left and left.text() == name:
                return [name]
        if kind == "pair_pattern":
            key, value = child.field("key"), child.field("value")
            if key is None or value is None:
                continue
            inner = value.field("left") or value if value.kind() == "assignment_pattern" else value
            if inner.kind() == "identifier" and inner.text() == name:
                return [syntax.strip_quotes(key.text())]
            below = _path_to(inner, name, depth + 1)
            if below:
                return [syntax.strip_quotes(key.text()), *below]
    return None


def name_of(function: SgNode) -> str | None:
    """The name a function is called by: its own, its variable's, its method's; a class's for its constructor."""
    name = function.field("name")
    if name is not None and name.text() == "constructor":
        holder = next((above for above in function.ancestors() if above.kind() in ("class_declaration", "class")), None)
        name = holder.field("name") if holder else None
    if name is None:
        above = function.parent()
        for _ in range(4):
            if above is None or above.kind() == "variable_declarator":
                break
            above = above.parent()
        name = above.field("name") if above is not None and above.kind() == "variable_declarator" else None
    return name.text().lstrip("#") if name else None
