"""Expressions of Elixir code -> the calls they are and the values they have, as far as the file itself shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from advisor.model import Value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 12
_TIMES = {":timer.seconds": 1000, ":timer.minutes": 60_000, ":timer.hours": 3_600_000}
_READS = frozenset({"System.get_env", "System.fetch_env!", "System.fetch_env"})
_SAME = frozenset({"String.to_integer", "to_string", "String.trim", "to_charlist", "String.to_charlist"})


class Given(NamedTuple):
    """What an expression is worth: ``value`` ``None`` where it is computed; with ``variable`` it is the variable's fallback."""

    value: Value = None
    variable: str | None = None


def target(node: SgNode) -> str:
    """What a call calls, as written (``socket``, ``System.get_env``)."""
    found = node.field("target")
    return found.text() if found is not None else ""


def calls(nodes: list[SgNode], *names: str) -> Iterator[SgNode]:
    return (node for node in nodes if target(node) in names)


def arguments(node: SgNode) -> list[SgNode]:
    """The positional arguments of a call."""
    return [child for child in _given(node) if child.kind() not in ("keywords", "comment")]


def keywords(node: SgNode | None) -> dict[str, SgNode]:
    """The keywords of a call's arguments, or of a keyword list."""
    if node is None:
        return {}
    holders = _given(node) if node.kind() == "call" else node.children()
    found: dict[str, SgNode] = {}
    for holder in holders:
        for pair in holder.children() if holder.kind() == "keywords" else ():
            key, value = (pair.field("key"), pair.field("value")) if pair.kind() == "pair" else (None, None)
            if key is not None and value is not None:
                found[key.text().strip().rstrip(":").strip('"')] = value
    return found


def _given(node: SgNode) -> list[SgNode]:
    held = next((child for child in node.children() if child.kind() == "arguments"), None)
    return [child for child in held.children() if child.is_named()] if held is not None else []


def value(node: SgNode | None, root: SgNode, depth: int = 0) -> Given:
    """The value of an expression; names are followed to their one assignment in the file whose tree ``root`` is."""
    if node is None or depth > _DEEPEST:
        return Given()
    kind = node.kind()
    if kind == "string":
        inner = [child for child in node.children() if child.is_named()]
        return Given() if any(child.kind() == "interpolation" for child in inner) else Given("".join(c.text() for c in inner))
    if kind == "integer":
        plain = node.text().replace("_", "")
        return Given(int(plain)) if plain.isdigit() and len(plain) < 16 else Given()
    if kind == "boolean":
        return Given(node.text() == "true")
    if kind == "atom":
        return Given(node.text())
    if kind in ("identifier", "unary_operator"):
        return _named(node.text(), node, root, depth)
    if kind == "binary_operator":
        return _operated(node, root, depth)
    if kind == "block":
        return value(next((child for child in node.children() if child.is_named()), None), root, depth + 1)
    return _called(node, root, depth) if kind == "call" else Given()


def _operated(node: SgNode, root: SgNode, depth: int) -> Given:
    """``a || b``, ``30 * 1000``, ``x |> String.to_integer()``"""
    sign = node.field("operator")
    first, second = value(node.field("left"), root, depth + 1), value(node.field("right"), root, depth + 1)
    text = sign.text() if sign is not None else ""
    if text in ("||", "or"):
        return Given(second.value, first.variable) if first.variable and first.value is None else first
    if text == "*" and isinstance(first.value, int) and isinstance(second.value, int):
        return Given(first.value * second.value)
    if text == "|>":
        return (
            _integer(first)
            if (node.field("right") or node).text().startswith(("String.to_integer", "Integer.parse"))
            else Given()
        )
    return Given()


def _called(node: SgNode, root: SgNode, depth: int) -> Given:
    name, given = target(node), arguments(node)
    if name in _READS and given:
        variable = value(given[0], root, depth + 1).value
        fallback = value(given[1], root, depth + 1).value if len(given) > 1 else None
        return Given(fallback, variable if isinstance(variable, str) else None)
    if name in _SAME and given:
        return _integer(value(given[0], root, depth + 1)) if name == "String.to_integer" else value(given[0], root, depth + 1)
    if name in _TIMES and given:
        amount = value(given[0], root, depth + 1).value
        return Given(amount * _TIMES[name]) if isinstance(amount, int) and not isinstance(amount, bool) else Given()
    return Given()


def _integer(given: Given) -> Given:
    text = given.value
    return Given(int(text) if isinstance(text, str) and text.isdigit() and len(text) < 10 else None, given.variable)


def resolved(node: SgNode, root: SgNode) -> SgNode:
    """What a module attribute (``@options [...]``) is given, where that is once; any other expression as it is."""
    if node.kind() != "unary_operator" or not re.fullmatch(r"@\w+", node.text()):
        return node
    name = node.text()[1:]
    found = [each for each in root.find_all(kind="unary_operator") if re.match(rf"@{name}\b[ (]", each.text())]
    inner = [each for each in found[0].find_all(kind="call") if target(each) == name] if len(found) == 1 else []
    given = arguments(inner[0]) if inner else []
    return given[0] if given else node


def _named(name: str, node: SgNode, root: SgNode, depth: int) -> Given:
    """A variable (``host = ...``) or a module attribute (``@timeout 30_000``) that is given a value once."""
    if name.startswith("@"):
        given = resolved(node, root)
        return value(given, root, depth + 1) if given.kind() != "unary_operator" else Given()
    if not re.fullmatch(r"\w+[?!]?", name):
        return Given()
    rights = [
        node.field("right")
        for node in root.find_all(kind="binary_operator")
        if (left := node.field("left")) is not None
        and left.text() == name
        and (sign := node.field("operator")) is not None
        and sign.text() == "="
    ]
    return value(rights[0], root, depth + 1) if len(rights) == 1 else Given()


def texts(node: SgNode, root: SgNode) -> tuple[str, ...]:
    """The strings of a list; what is no plain string stands there as ``{computed}``."""
    if node.kind() != "list":
        return ("{computed}",)
    found = []
    for child in node.children():
        if child.is_named() and child.kind() != "comment":
            given = value(child, root)
            found.append(given.value if isinstance(given.value, str) and not given.variable else "{computed}")
    return tuple(found) or ("{computed}",)
