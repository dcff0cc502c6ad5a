"""Statements and patterns -> the names they bind: imports, destructuring, functions and what they are called by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from advisor.stack.javascript import syntax

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_NAMERS = frozenset({"variable_declarator", "field_definition", "public_field_definition", "pair", "assignment_expression"})
Origin = tuple[str, str]
"""Module and dotted export: ``("ws", "Server")``, ``("ws", "")`` for its default or whole; ``("global", "WebSocket")``."""

_PREFIX = re.compile(r"^(?:node:|npm:|jsr:|https?://(?:esm\.sh|cdn\.skypack\.dev|esm\.run|unpkg\.com|cdn\.jsdelivr\.net/npm)/)")
_RANGE = re.compile(r"(?<=[^@/])@[\w.^~<>=*-]+")


def module_name(specifier: str) -> str:
    """``npm:ws@8``, ``node:http`` and ``https://esm.sh/ws@8`` -> the package's own name."""
    bare = _PREFIX.sub("", specifier)
    return _RANGE.sub("", bare) if bare != specifier else specifier


def function_in(value: SgNode) -> SgNode | None:
    """The function that a value is, also as the first argument of a wrapper (``useCallback``, ``debounce``)."""
    value = syntax.bare(value)
    if value.kind() == "call_expression":
        given = syntax.arguments(value)
        value = given[0] if given else value
    return value if value.kind() in syntax.FUNCTIONS else None


def imported(statement: SgNode) -> Iterator[tuple[str, Origin]]:
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


def bound(pattern: SgNode) -> list[str]:
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


def path_to(pattern: SgNode, name: str, depth: int = 0) -> list[str] | None:
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
            below = path_to(inner, name, depth + 1)
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
            if above is None or above.kind() in _NAMERS:
                break
            above = above.parent()
        if above is not None and above.kind() in _NAMERS:
            name = above.field("name") or above.field("property") or above.field("key") or above.field("left")
    return name.text().rsplit(".", 1)[-1].lstrip("#") if name else None
