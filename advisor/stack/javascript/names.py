"""Names in one file -> what they stand for: an import, a declaration, a global; through aliases and relative imports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from advisor.stack.javascript import syntax
from advisor.stack.javascript.bindings import Origin, bound, function_in, imported, module_name, path_to

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from advisor.stack.javascript.project import Project

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
_MAKERS = frozenset({"createNodeWebSocket", "createBunWebSocket"})
_WORLDS = frozenset({"window", "globalThis", "self", "global"})


@dataclass
class Script:
    """One parsed file with its names. ``Project`` hands them out and keeps them."""

    path: str
    root: SgNode
    project: Project
    text: str
    grammar: str
    _scopes: dict[str, list[tuple[int, int, SgNode]]] = field(default_factory=dict)
    _exports: dict[str, Origin | SgNode | None] = field(default_factory=dict)
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
            for local, origin in imported(statement):
                found[local] = origin
        return found

    @cached_property
    def declared(self) -> dict[str, list[SgNode]]:
        """Name -> declarators, functions and classes of that name."""
        found: dict[str, list[SgNode]] = {}
        for node in self.nodes("variable_declarator"):
            target = node.field("name")
            for name in bound(target) if target else ():
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
                function = function_in(value) if value else None
                if target and function:
                    found.setdefault(target.text().rsplit(".", 1)[-1].lstrip("#"), []).append(function)
        return found

    def parameter(self, name: str, at: SgNode) -> tuple[SgNode, int] | None:
        """The function around a node that has this name as a parameter, and the parameter's position."""
        if name not in self._parameters:
            return None
        for above in at.ancestors():
            if above.kind() in syntax.FUNCTIONS:
                for index, pattern in enumerate(syntax.parameters(above)):
                    if name in bound(pattern):
                        return above, index
        return None

    @cached_property
    def _parameters(self) -> frozenset[str]:
        """Every name that some function of the file has as a parameter."""
        lists = self.root.find_all({"rule": {"any": [{"kind": "formal_parameters"}, {"kind": "arrow_function"}]}})
        texts = [node.text() if node.kind() == "formal_parameters" else node.text().split("=>", 1)[0] for node in lists]
        return frozenset(word for text in texts for word in re.findall(r"[\w$]+", text))

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
        if syntax.is_name(node):
            return self._named(node.text(), node, depth)
        parts = syntax.member(node)
        if parts:
            return self._below(self.origin(parts[0], depth + 1), parts[1], depth)
        if kind == "call_expression":
            return self._required(node, depth) or self._made(node, depth)
        return None

    def _made(self, node: SgNode, depth: int) -> Origin | None:
        """``createNodeWebSocket({app})`` hands out functions that are then called: they are named below it."""
        function = node.field("function")
        if function is None or function.text() not in _MAKERS:
            return None
        return self.origin(function, depth + 1)

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
        path = path_to(target, name)
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
        if name not in self._exports:
            self._exports[name] = None
            self._exports[name] = self._exported(name, depth)
        return self._exports[name]

    def _exported(self, name: str, depth: int) -> Origin | SgNode | None:
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
