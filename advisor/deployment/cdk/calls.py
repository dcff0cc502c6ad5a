"""A file of TypeScript, JavaScript or Python -> its calls in order, with literal arguments as nodes in one common form.

Names of Python's keyword arguments and methods are spelled as TypeScript spells them. What is no literal stays an expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.formats.document import Node
from advisor.model import Place

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_SECONDS = {"millis": 0.001, "seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
_DURATION = re.compile(r"(?:^|\.)Duration\.(millis|seconds|minutes|hours|days)$")
_ENUM = re.compile(r"(?:^|\.)[A-Z]\w*\.(?P<name>[A-Z][A-Z0-9_]*)$")
_JSON = re.compile(r"(?:^|\.)(?:JSON\.stringify|jsonStringify|json_dumps|json\.dumps)$")
_KNOWN = re.compile(
    r"(?:^|\.)(?:fromAsset|from_asset|fromRegistry|from_registry|pathPatterns|path_patterns|hostHeaders|host_headers|httpHeader"
    r"|http_header|queryStrings|query_strings|sourceIps|source_ips|httpRequestMethods|http_request_methods|forward|redirect"
    r"|weightedForward|weighted_forward|loadBalancerTarget|load_balancer_target|\w{3,60}Origin|withApplicationLoadBalancer"
    r"|with_application_load_balancer|withOrigin\w{0,30}|with_origin\w{0,30})$"
)
"""Calls that are taken apart: what they are given matters. Any other is an expression, but for Python's classes of keywords."""
_WRAPPERS = frozenset(
    {"parenthesized_expression", "as_expression", "non_null_expression", "await_expression", "satisfies_expression"}
)
_CALLS = frozenset({"call_expression", "new_expression", "call"})
_MOST_DEPTH = 24
_MOST_TEXT = 2_000
_MOST_CALLS = 3_000
_SNAKE = re.compile(r"_+([a-z0-9])")


@dataclass(frozen=True, slots=True)
class Call:
    """One call or construction. ``name`` is what is called, in full; ``bound`` the variable that gets the result."""

    name: str
    place: Place
    arguments: tuple[Node, ...]
    """Positional ones, mappings among them."""
    properties: Node
    """Named ones: the last mapping of the arguments, or Python's keywords."""
    bound: str = ""

    @property
    def last(self) -> str:
        """The method or class."""
        return self.name.rpartition(".")[2]

    @property
    def receiver(self) -> str:
        """What the method is called on."""
        return self.name.rpartition(".")[0]

    @property
    def label(self) -> str:
        """The first text among the arguments: the construct's id."""
        return next((text for node in self.arguments if isinstance(node.value, str) and (text := node.text())), "")

    def get(self, *keys: str) -> Node | None:
        """A named argument, or ``None`` where it is absent or undefined."""
        found = self.properties.get(*keys)
        return None if found is None or (found.value is None and found.tag is None) else found


def calls(root: SgNode, language: str, path: str) -> Iterator[Call]:
    """Every call of the file in the order of the text, of nested ones the outer first."""
    python = language == "python"
    reader = _Reader(path, _constants(root, python))
    kinds = ("call",) if python else ("new_expression", "call_expression")
    found = [node for kind in kinds for node in root.find_all(kind=kind)]
    for node in sorted(found, key=lambda node: node.range().start.index)[:_MOST_CALLS]:
        callee = _callee(node)
        if callee is not None:
            positional, named = reader.arguments(node, 0)
            mapping = next((each for each in reversed(positional) if isinstance(each.value, dict) and each.tag is None), None)
            place = reader.place(node)
            yield Call(
                plain(callee.text()),
                place,
                positional,
                named if named is not None else mapping if mapping is not None else Node({}, place),
                _bound(node),
            )


def plain(name: str) -> str:
    """A dotted name in TypeScript's spelling without ``this`` and ``self``; empty where it is no name."""
    bare = "".join(name.split()).removeprefix("this.").removeprefix("self.").replace("!", "").replace("?.", ".")
    return ".".join(_camel(piece) for piece in bare.split(".")) if re.fullmatch(r"[\w$.]{1,200}", bare) else ""


def _camel(name: str) -> str:
    return _SNAKE.sub(lambda found: found[1].upper(), name) if name[:1].islower() else name


def _callee(node: SgNode) -> SgNode | None:
    return node.field("constructor") or node.field("function")


def _bound(node: SgNode) -> str:
    """The variable or member that the call's result is assigned to."""
    parent = node.parent()
    for _ in range(3):
        if parent is None or parent.kind() not in _WRAPPERS:
            break
        parent = parent.parent()
    if parent is None:
        return ""
    target = parent.field("name") or parent.field("left") if parent.kind() in _ASSIGNED else None
    return plain(target.text()) if target is not None else ""


_ASSIGNED = frozenset({"variable_declarator", "assignment_expression", "assignment", "public_field_definition"})


def _constants(root: SgNode, python: bool) -> dict[str, SgNode]:
    """Variables that are given one value in the whole file -> its node."""
    found: dict[str, list[SgNode]] = {}
    kind, name, value = ("assignment", "left", "right") if python else ("variable_declarator", "name", "value")
    for node in root.find_all(kind=kind):
        target, given = node.field(name), node.field(value)
        if target is not None and given is not None:
            found.setdefault(target.text(), []).append(given)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Syntax nodes -> nodes of a document."""

    path: str
    constants: dict[str, SgNode]

    def place(self, node: SgNode) -> Place:
        start, end = node.range().start, node.range().end
        return Place(self.path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def arguments(self, call: SgNode, depth: int) -> tuple[tuple[Node, ...], Node | None]:
        """Positional arguments, and Python's keywords as a mapping where there are any."""
        listed = call.field("arguments")
        members = [each for each in listed.children() if each.is_named()] if listed is not None else []
        positional = tuple(self.value(each, depth + 1) for each in members if each.kind() not in ("keyword_argument", "comment"))
        keywords: dict[str, Node] = {}
        for each in members:
            name, value = each.field("name"), each.field("value")
            if each.kind() == "keyword_argument" and name is not None and value is not None:
                keywords[_camel(name.text())] = self._keyed(value, name, depth)
        return positional, Node(keywords, self.place(call)) if keywords else None

    def value(self, node: SgNode, depth: int) -> Node:
        """A literal as it is, a mapping or list of them, one of the calls that are taken apart; else an expression."""
        kind, place, text = node.kind(), self.place(node), node.text()
        if depth > _MOST_DEPTH:
            return Node(text[:_MOST_TEXT], place, tag="expression")
        if kind in _WRAPPERS:
            inner = next((each for each in node.children() if each.is_named()), None)
            return self.value(inner, depth + 1) if inner is not None else Node(None, place)
        if kind in ("string", "template_string"):
            return self._string(node, place)
        if kind in ("number", "integer", "float", "unary_expression", "unary_operator"):
            return _number(text, place)
        if kind in ("true", "false", "null", "undefined", "none"):
            return Node({"true": True, "false": False}.get(kind), place)
        if kind in ("object", "dictionary"):
            return Node(self._members(node, depth), place)
        if kind in ("array", "list", "tuple"):
            return Node([self.value(each, depth + 1) for each in node.children() if each.is_named()], place)
        if kind in _CALLS:
            return self._call(node, place, depth)
        if kind == "identifier" and (given := self.constants.get(text)) is not None and given.text() != text:
            found = self.value(given, depth + 4)
            return found if found.tag != "expression" and not _computed(found) else Node(text, place, tag="expression")
        enum = _ENUM.search("".join(text.split())) if kind in ("member_expression", "attribute") else None
        return Node(enum["name"], place) if enum is not None else Node(text[:_MOST_TEXT], place, tag="expression")

    def _string(self, node: SgNode, place: Place) -> Node:
        inner = [each for each in node.children() if each.is_named() and each.kind() not in ("string_start", "string_end")]
        if any(each.kind() in ("template_substitution", "interpolation") for each in inner):
            return Node(node.text()[:_MOST_TEXT], place, tag="expression")
        return Node("".join(each.text() for each in inner), place)

    def _members(self, node: SgNode, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for each in node.children():
            key, value = each.field("key"), each.field("value")
            if each.kind() == "pair" and key is not None and value is not None:
                name = self._string(key, self.place(key)).text() if key.kind() == "string" else key.text()
                found[name or key.text()] = self._keyed(value, key, depth)
            elif each.kind() == "shorthand_property_identifier":
                given = self.constants.get(each.text())
                literal = self.value(given, depth + 4) if given is not None else None
                whole = self.place(each)
                shown = (
                    literal
                    if literal is not None and literal.tag != "expression"
                    else Node(each.text(), whole, None, "expression")
                )
                found[each.text()] = Node(shown.value, shown.place, whole, shown.tag)
        return found

    def _keyed(self, value: SgNode, key: SgNode, depth: int) -> Node:
        found = self.value(value, depth + 1)
        return Node(found.value, found.place, self.place(key), found.tag)

    def _call(self, node: SgNode, place: Place, depth: int) -> Node:
        callee = _callee(node)
        name = "".join(callee.text().split()) if callee is not None else ""
        positional, named = self.arguments(node, depth)
        duration = _DURATION.search(name)
        if duration is not None and len(positional) == 1 and isinstance(positional[0].value, int | float):
            seconds = positional[0].value * _SECONDS[duration[1]]
            return Node(int(seconds) if seconds == int(seconds) else seconds, place)
        if _JSON.search(name) and positional:
            return positional[0]
        if named is not None and not positional and name.rpartition(".")[2][:1].isupper():
            return Node(named.value, place)
        if not _KNOWN.search(name):
            return Node(node.text()[:_MOST_TEXT], place, tag="expression")
        members = {"call": Node(_camel(name.rpartition(".")[2]), place), "of": Node(name.rpartition(".")[0], place)}
        members |= {f"argument{index}": each for index, each in enumerate(positional)}
        return Node(
            {**(named.value if named is not None and isinstance(named.value, dict) else {}), **members}, place, tag="call"
        )


def _computed(node: Node) -> bool:
    return isinstance(node.value, dict | list) and node.tag is None and not node.value


def _number(text: str, place: Place) -> Node:
    cleaned = text.replace("_", "").replace(" ", "")
    try:
        number = float(cleaned)
    except ValueError:
        return Node(text[:_MOST_TEXT], place, tag="expression")
    return Node(int(number) if number == int(number) and abs(number) < 1e15 else number, place)
