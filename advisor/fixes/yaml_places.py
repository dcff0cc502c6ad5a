"""A YAML file -> its documents, and the lines on which the members of a mapping begin."""

from __future__ import annotations

from advisor.fixes.text import Text
from advisor.formats.document import Node, Unreadable
from advisor.formats.yaml import parse_all


def documents(text: Text) -> list[Node]:
    """The documents of the file; none where it cannot be read."""
    try:
        return parse_all(text.text, text.file)
    except Unreadable:
        return []


def children(node: Node) -> list[int]:
    """The lines of the keys of a mapping in block style; none for a flow mapping, an alias, or what an anchor merges in."""
    lines = [member.key_place.line for _, member in node.items() if member.key_place is not None]
    inside = node.key_place is None or all(line > node.key_place.line for line in lines)
    return sorted(lines) if inside and len(set(lines)) == len(lines) else []
