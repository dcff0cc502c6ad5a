"""Fields of an Envoy message by their names, in either spelling that protobuf's JSON allows, and its durations in seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.formats.document import Node

_DURATION = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)s")


def get(node: Node | None, *names: str) -> Node | None:
    """The node below these fields (``route_config`` or ``routeConfig``), or ``None``."""
    for name in names:
        if node is None or not isinstance(node.value, dict):
            return None
        found = node.value.get(name)
        if found is None:
            head, *rest = name.split("_")
            found = node.value.get(head + "".join(word.capitalize() for word in rest))
        node = found
    return node


def each(node: Node | None, *names: str) -> Iterator[Node]:
    """The members of a repeated field, those of a list in it too; nothing where it is not there."""
    found = get(node, *names)
    for member in found.each() if found is not None else ():
        yield from member.each() if isinstance(member.value, list) else (member,)


def text_of(node: Node | None, *names: str) -> str | None:
    """The text of a scalar field, or ``None``."""
    found = get(node, *names)
    return found.text() if found is not None else None


def number_of(node: Node | None, *names: str) -> int | None:
    """A number that may be written in quotes, or ``None``."""
    found = get(node, *names)
    number = found.number() if found is not None else None
    return int(number) if number is not None and abs(number) < 1e15 else None


def flag_of(node: Node | None, *names: str) -> bool:
    """True where a boolean field is there and true."""
    return text_of(node, *names) == "true"


def seconds_of(node: Node | None) -> float | None:
    """``0.5s`` -> 0.5 (protobuf's JSON form of a duration); ``None`` where the text is not one."""
    text = node.text() if node is not None else None
    found = _DURATION.fullmatch(text.strip()) if text is not None else None
    return float(found[1]) if found else None


def type_of(node: Node | None) -> str:
    """The last part of a message's ``@type`` (``HttpConnectionManager``); empty where there is none."""
    written = node.get("@type") if node is not None else None
    return ((written.text() if written is not None else None) or "").rpartition(".")[2]
