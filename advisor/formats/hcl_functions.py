"""A Terraform function and its arguments -> its value, for the few that deployments compute names, lists and switches with."""

from __future__ import annotations

from collections.abc import Callable

from advisor.formats.document import Node
from advisor.model import Place, Value

_MOST = 1_000
"""Members that a computed list or object may have."""


def called(name: str, arguments: list[Node], place: Place) -> Node | None:
    """The value of ``name(arguments)``; ``None`` where an argument is open or the function is not one of these.

    The members of lists and objects may be open. Semantics as in the Terraform language's function reference.
    """
    found = _CHOOSING.get(name)
    if found is not None:
        return found(arguments)
    if any(argument.tag == "expression" for argument in arguments) or name not in _COMPUTING:
        return None
    value = _COMPUTING[name](arguments)
    return None if value is None else Node(value, place)


def _coalesce(arguments: list[Node]) -> Node | None:
    """The first that is neither null nor an empty text; an open one before it leaves that open."""
    for argument in arguments:
        if argument.tag == "expression":
            return None
        if argument.value is not None and argument.value != "":
            return argument
    return None


def _try(arguments: list[Node]) -> Node | None:
    first = arguments[0] if arguments else None
    return None if first is None or first.tag == "expression" else first


def _lookup(arguments: list[Node]) -> Node | None:
    if len(arguments) < 2 or arguments[0].tag == "expression" or not isinstance(arguments[0].value, dict):
        return None
    found = arguments[0].get(arguments[1].text() or "")
    return found if found is not None else arguments[2] if len(arguments) > 2 else None


def _merge(arguments: list[Node]) -> dict[str, Node] | None:
    merged: dict[str, Node] = {}
    for argument in arguments:
        if isinstance(argument.value, dict):
            merged.update(argument.value)
        elif argument.value is not None:
            return None
    return merged if len(merged) <= _MOST else None


def _concat(arguments: list[Node]) -> list[Node] | None:
    joined: list[Node] = []
    for argument in arguments:
        if not isinstance(argument.value, list):
            return None
        joined += argument.value
    return joined if len(joined) <= _MOST else None


def _flatten(arguments: list[Node]) -> list[Node] | None:
    members = arguments[0].value if len(arguments) == 1 else None
    if not isinstance(members, list):
        return None
    flat = [inner for member in members for inner in (member.value if isinstance(member.value, list) else [member])]
    return flat if len(flat) <= _MOST else None


def _length(arguments: list[Node]) -> Value:
    value = arguments[0].value if len(arguments) == 1 else None
    return len(value) if isinstance(value, dict | list | str) else None


def _contains(arguments: list[Node]) -> Value:
    if len(arguments) != 2 or not isinstance(arguments[0].value, list):
        return None
    texts = [member.text() for member in arguments[0].value]
    wanted = arguments[1].text()
    return True if wanted in texts else None if None in texts else False


def _spelled(change: Callable[[str], str]) -> Callable[[list[Node]], Value]:
    def apply(arguments: list[Node]) -> Value:
        text = arguments[0].text() if len(arguments) == 1 else None
        return change(text) if text is not None else None

    return apply


_CHOOSING: dict[str, Callable[[list[Node]], Node | None]] = {"coalesce": _coalesce, "try": _try, "lookup": _lookup}
_COMPUTING: dict[str, Callable[[list[Node]], dict[str, Node] | list[Node] | Value]] = {
    "merge": _merge,
    "concat": _concat,
    "flatten": _flatten,
    "length": _length,
    "contains": _contains,
    "lower": _spelled(str.lower),
    "upper": _spelled(str.upper),
    "trimspace": _spelled(str.strip),
}
