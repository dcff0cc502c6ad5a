"""Expressions of Ruby code -> the calls they are and the values they have, as far as the file itself shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from advisor.model import Value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 12
_SECONDS = {"second": 1, "seconds": 1, "minute": 60, "minutes": 60, "hour": 3600, "hours": 3600, "day": 86400, "days": 86400}
_UNCHANGED = frozenset({"to_i", "to_s", "freeze", "presence", "strip", "to_f"})
_STRING = frozenset({"string", "simple_symbol", "delimited_symbol", "hash_key_symbol"})


class Given(NamedTuple):
    """What an expression is worth: ``value`` ``None`` where it is computed; with ``variable`` it is the variable's fallback."""

    value: Value = None
    variable: str | None = None


class Arguments(NamedTuple):
    """Positional arguments in order, named ones by their key, ``hash`` those whose key is an expression (``a => b``)."""

    positional: tuple[SgNode, ...]
    named: dict[str, SgNode]
    hash: tuple[tuple[SgNode, SgNode], ...]


def calls(nodes: list[SgNode], *methods: str) -> Iterator[SgNode]:
    """The calls of one of these methods among nodes of kind ``call``."""
    return (node for node in nodes if method(node) in methods)


def method(node: SgNode) -> str:
    found = node.field("method")
    return found.text() if found is not None else ""


def receiver(node: SgNode) -> str:
    """The text before the last dot; empty where there is none."""
    found = node.field("receiver")
    return found.text() if found is not None else ""


def arguments(node: SgNode) -> Arguments:
    """The arguments of a call, those of a closing hash in braces included."""
    held = node.field("arguments")
    positional: list[SgNode] = []
    named: dict[str, SgNode] = {}
    hashed: list[tuple[SgNode, SgNode]] = []
    for child in held.children() if held is not None else []:
        if not child.is_named() or child.kind() == "comment":
            continue
        if child.kind() == "hash":
            pairs = [each for each in child.children() if each.kind() == "pair"]
        elif child.kind() == "pair":
            pairs = [child]
        else:
            positional.append(child)
            continue
        for pair in pairs:
            key, value = pair.field("key"), pair.field("value")
            if key is None or value is None:
                continue
            if key.kind() in _STRING:
                named[key.text().strip(":'\"")] = value
            hashed.append((key, value))
    return Arguments(tuple(positional), named, tuple(hashed))


def value(node: SgNode | None, root: SgNode, depth: int = 0) -> Given:
    """The value of an expression; constants and local names are followed within the file whose tree ``root`` is."""
    if node is None or depth > _DEEPEST:
        return Given()
    kind = node.kind()
    if kind in _STRING:
        return _string(node)
    if kind in ("integer", "float"):
        return Given(_number(node.text()))
    if kind in ("true", "false"):
        return Given(kind == "true")
    if kind in ("constant", "identifier"):
        return _assigned(node.text(), root, depth)
    if kind == "element_reference":
        return _environment(node)
    if kind == "binary":
        return _either(node, root, depth)
    if kind == "parenthesized_statements":
        return value(next((child for child in node.children() if child.is_named()), None), root, depth + 1)
    return _called(node, root, depth) if kind == "call" else Given()


def texts(node: SgNode | None, root: SgNode) -> tuple[str, ...] | None:
    """A string, or those of an array (``["a", /b/]``, ``%w[a b]``); regular expressions as written, others ``{computed}``."""
    if node is None:
        return None
    if node.kind() == "constant":
        right = _right(node.text(), root)
        return texts(right, root) if right is not None and right.kind() in ("array", "string_array", "string") else None
    if node.kind() == "call" and method(node) in ("freeze", "compact", "uniq"):
        return texts(node.field("receiver"), root)
    if node.kind() == "string_array":
        return tuple(child.text() for child in node.children() if child.kind() == "bare_string")
    if node.kind() == "array":
        return tuple(_shown(child, root) for child in node.children() if child.is_named() and child.kind() != "comment")
    return (_shown(node, root),)


def _shown(node: SgNode, root: SgNode) -> str:
    if node.kind() == "regex":
        return node.text()
    found = value(node, root)
    return found.value if isinstance(found.value, str) and found.variable is None else "{computed}"


def _string(node: SgNode) -> Given:
    """The text of a string without interpolation; one that is a single variable of the environment is that variable."""
    if node.kind() != "string":
        return Given(node.text().strip(":'\""))
    inner = [child for child in node.children() if child.is_named()]
    if any(child.kind() == "interpolation" for child in inner):
        alone = [child for child in inner[0].children() if child.is_named()] if len(inner) == 1 else []
        return value(alone[0], node, _DEEPEST) if alone else Given()
    return Given("".join(child.text() for child in inner))


def _number(text: str) -> int | float | None:
    plain = text.replace("_", "")
    if re.fullmatch(r"\d{1,15}", plain):
        return int(plain)
    return float(plain) if re.fullmatch(r"\d{1,15}\.\d{1,15}", plain) else None


def _environment(node: SgNode) -> Given:
    """``ENV["X"]``"""
    found = re.fullmatch(r"""ENV\[\s?["'](\w+)["']\s?\]""", node.text())
    return Given(None, found[1]) if found else Given()


def _either(node: SgNode, root: SgNode, depth: int) -> Given:
    """``ENV["X"] || 3000``, ``30 * 60``"""
    left, right, sign = node.field("left"), node.field("right"), node.field("operator")
    first, second = value(left, root, depth + 1), value(right, root, depth + 1)
    if sign is not None and sign.text() in ("||", "or"):
        return Given(second.value, first.variable) if first.variable and first.value is None else first
    if sign is not None and sign.text() == "*" and isinstance(first.value, int | float) and isinstance(second.value, int | float):
        return Given(first.value * second.value)
    return Given()


def _called(node: SgNode, root: SgNode, depth: int) -> Given:
    """``ENV.fetch("X", d)``, ``ENV.fetch("X") { d }``, ``Integer(x)``, ``x.to_i``, ``30.seconds``"""
    name, before = method(node), node.field("receiver")
    given = arguments(node).positional
    if name == "fetch" and before is not None and before.text() == "ENV" and given:
        variable = value(given[0], root, depth + 1).value
        fallback = value(given[1], root, depth + 1) if len(given) > 1 else _block(node, root, depth)
        return Given(fallback.value, variable if isinstance(variable, str) else None)
    if name in ("Integer", "Float", "String") and before is None and given:
        return _as_number(value(given[0], root, depth + 1))
    if before is not None and name in _UNCHANGED:
        inner = value(before, root, depth + 1)
        return _as_number(inner) if name in ("to_i", "to_f") else inner
    if before is not None and name in _SECONDS:
        amount = value(before, root, depth + 1).value
        return Given(amount * _SECONDS[name]) if isinstance(amount, int | float) and amount is not True else Given()
    return Given()


def _block(node: SgNode, root: SgNode, depth: int) -> Given:
    held = node.field("block")
    body = next((child for child in held.children() if child.kind() in ("block_body", "body_statement")), None) if held else None
    inner = [child for child in body.children() if child.is_named()] if body is not None else []
    return value(inner[-1], root, depth + 1) if inner else Given()


def _as_number(given: Given) -> Given:
    text = given.value
    return Given(_number(text), given.variable) if isinstance(text, str) else given


def _assigned(name: str, root: SgNode, depth: int) -> Given:
    right = _right(name, root)
    return value(right, root, depth + 1) if right is not None else Given()


def _right(name: str, root: SgNode) -> SgNode | None:
    """What the one assignment of that name in the file gives it; ``None`` where there are several or none."""
    found = [
        node for node in root.find_all(kind="assignment") if (left := node.field("left")) is not None and left.text() == name
    ]
    return found[0].field("right") if len(found) == 1 else None
