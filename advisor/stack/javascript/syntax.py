"""Small questions about one node of a JavaScript or TypeScript tree: its arguments, options, names and text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from advisor.model import Place

if TYPE_CHECKING:
    from ast_grep_py import SgNode

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "function_expression",
        "arrow_function",
        "method_definition",
        "generator_function_declaration",
        "generator_function",
    }
)
_WRAPPERS = frozenset(
    {
        "parenthesized_expression",
        "await_expression",
        "as_expression",
        "satisfies_expression",
        "non_null_expression",
        "type_assertion",
    }
)


def place(file: str, node: SgNode) -> Place:
    """Where a node stands, from its first to after its last character."""
    span = node.range()
    return Place(file, span.start.line + 1, span.start.column + 1, span.end.line + 1, span.end.column + 1)


def span(node: SgNode) -> tuple[int, int]:
    """Start and end offset."""
    whole = node.range()
    return whole.start.index, whole.end.index


def within(inner: SgNode, outer: SgNode) -> bool:
    start, end = span(inner)
    first, last = span(outer)
    return first <= start and end <= last


def named(node: SgNode) -> list[SgNode]:
    """The named children, comments left out."""
    return [child for child in node.children() if child.is_named() and child.kind() != "comment"]


def bare(node: SgNode) -> SgNode:
    """The expression inside parentheses, ``await``, ``as T``, ``satisfies T`` and ``!``."""
    for _ in range(20):
        if node.kind() not in _WRAPPERS:
            return node
        inner = named(node)
        if not inner:
            return node
        node = inner[-1] if node.kind() == "type_assertion" else inner[0]
    return node


def callee(node: SgNode) -> SgNode | None:
    """What a call calls or a ``new`` constructs."""
    return node.field("constructor") if node.kind() == "new_expression" else node.field("function")


def is_name(node: SgNode) -> bool:
    """True for a plain name, also as the short form of an option (``{ server }``)."""
    return node.kind() in ("identifier", "shorthand_property_identifier")


def arguments(node: SgNode) -> list[SgNode]:
    """The arguments of a call or ``new``, unwrapped; empty where it has none."""
    listed = node.field("arguments")
    if listed is None or listed.kind() != "arguments":
        return []
    return [bare(child) for child in named(listed)]


def member(node: SgNode) -> tuple[SgNode, str] | None:
    """Object and property of ``a.b``, ``a?.b`` or ``a["b"]``."""
    if node.kind() == "member_expression":
        holder, key = node.field("object"), node.field("property")
        return (holder, key.text()) if holder and key else None
    if node.kind() == "subscript_expression":
        holder, index = node.field("object"), node.field("index")
        key_text = string(index) if index else None
        return (holder, key_text) if holder and key_text is not None else None
    return None


def string(node: SgNode) -> str | None:
    """The text of a string literal or of a template without substitutions."""
    kind = node.kind()
    if kind == "string" or (kind == "template_string" and not any(c.kind() == "template_substitution" for c in node.children())):
        return unescape(node.text()[1:-1])
    return None


def unescape(text: str) -> str:
    return text if "\\" not in text else text.replace("\\/", "/").replace("\\'", "'").replace('\\"', '"').replace("\\`", "`")


def key_of(node: SgNode) -> str | None:
    """The key of a ``pair``, ``method_definition`` or class field as text."""
    key = node.field("key") or node.field("name") or node.field("property")
    if key is None:
        return None
    return string(key) if key.kind() == "string" else key.text()


def entries(node: SgNode) -> Iterator[tuple[str, SgNode]]:
    """Keys and values of an object literal; shorthand gives the identifier, a method gives itself."""
    if node.kind() != "object":
        return
    for child in named(node):
        kind = child.kind()
        if kind == "pair":
            key, value = key_of(child), child.field("value")
            if key is not None and value is not None:
                yield key, bare(value)
        elif kind == "shorthand_property_identifier":
            yield child.text(), child
        elif kind == "method_definition":
            name = key_of(child)
            if name:
                yield name, child


def function_above(node: SgNode) -> SgNode | None:
    """The nearest function around a node."""
    return next((above for above in node.ancestors() if above.kind() in FUNCTIONS), None)


def parameters(function: SgNode) -> list[SgNode]:
    """The parameters of a function as patterns, in order (TypeScript's wrappers removed)."""
    listed = function.field("parameters")
    if listed is None:
        single = function.field("parameter")
        return [single] if single else []
    found = []
    for child in named(listed):
        if child.kind() in ("required_parameter", "optional_parameter"):
            pattern = child.field("pattern") or next(
                (c for c in named(child) if c.kind() in ("identifier", "object_pattern")), None
            )
            found.append(pattern or child)
        elif child.kind() == "assignment_pattern":
            found.append(child.field("left") or child)
        elif child.kind() != "decorator":
            found.append(child)
    return found


def body(function: SgNode) -> SgNode | None:
    return function.field("body")


def strip_quotes(text: str) -> str:
    return text.strip("\"'`")
