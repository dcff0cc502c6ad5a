"""What every format module hands out: values with places, or one sentence about why the text could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from advisor.model import Place, Value

_VERBS = frozenset({"is", "has", "holds", "names", "uses", "nests"})


class Unreadable(Exception):
    """The text is not what its name says.

    ``reason`` says why, as what follows "the file" (``is not valid YAML: ...``) or as a clause of its own; ``line`` is where
    the parser stopped (from 1).
    """

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line

    @property
    def clause(self) -> str:
        """The reason with a subject: ``it is not valid YAML: ...``."""
        return f"it {self.reason}" if self.reason.split(" ", 1)[0] in _VERBS else self.reason


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a program would refuse the text, in its own words, and where it stopped."""

    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a YAML, JSON, TOML or HCL document, with the place it stands at.

    ``value`` is a ``dict`` of nodes, a ``list`` of nodes, or a scalar. ``tag`` keeps what plain data cannot hold: a
    CloudFormation intrinsic (``!Ref``), an HCL expression that is not a literal (``expression``).
    """

    value: dict[str, Node] | list[Node] | Value
    place: Place
    key_place: Place | None = None
    tag: str | None = None

    def get(self, *keys: str | int) -> Node | None:
        """The node below these keys and indexes, or ``None`` where one of them is missing."""
        node: Node | None = self
        for key in keys:
            if node is None:
                return None
            if isinstance(node.value, dict) and isinstance(key, str):
                node = node.value.get(key)
            elif isinstance(node.value, list) and isinstance(key, int) and -len(node.value) <= key < len(node.value):
                node = node.value[key]
            else:
                return None
        return node

    def items(self) -> Iterator[tuple[str, Node]]:
        """Keys and nodes of a mapping; nothing for anything else."""
        if isinstance(self.value, dict):
            yield from self.value.items()

    def each(self) -> Iterator[Node]:
        """The members of a list; the node itself where it is a scalar or mapping (HCL blocks, YAML short forms)."""
        if isinstance(self.value, list):
            yield from self.value
        elif self.value is not None:
            yield self

    def text(self) -> str | None:
        """The scalar as text; ``None`` for mappings, lists, null and expressions."""
        if self.value is None or isinstance(self.value, dict | list) or self.tag == "expression":
            return None
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)

    def number(self) -> float | None:
        """The scalar as a number (also from a quoted one), or ``None``."""
        if isinstance(self.value, bool) or self.tag == "expression":
            return None
        if isinstance(self.value, int | float):
            return self.value
        try:
            return float(self.value) if isinstance(self.value, str) else None
        except ValueError:
            return None

    def plain(self) -> Any:
        """The same as plain Python data, without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value
