"""``condition ? one : other`` -> which of the two, where variables and literals decide.

The grammar binds ``!a.b && c`` wrongly, so that a condition is read from its flat parts by HCL's own order: ``||``, ``&&``,
comparison, ``!`` (HCL syntax, "Operations").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.formats.document import Node

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_FLAT = frozenset({"operation", "binary_operation", "unary_operation", "expression"})
_COMPARED = frozenset({"==", "!=", "<", ">", "<=", ">="})
_MOST_PARTS = 60


@dataclass(slots=True)
class Condition:
    """The parts of one condition, read from left to right. ``known`` gives the value of an operand's parts, if it has one."""

    parts: list[SgNode]
    known: Callable[[list[SgNode]], Node | None]
    tags: list[Node]
    at: int = 0

    @classmethod
    def of(cls, expression: SgNode, known: Callable[[list[SgNode]], Node | None]) -> Condition:
        return cls(list(_flat(expression)), known, [])

    def holds(self) -> bool | None:
        """Whether it is true; ``None`` where that hangs on something not known."""
        if not 0 < len(self.parts) <= _MOST_PARTS:
            return None
        found = self._either()
        return found if self.at == len(self.parts) else None

    def _sign(self) -> str:
        return self.parts[self.at].text() if self.at < len(self.parts) and not self.parts[self.at].is_named() else ""

    def _either(self) -> bool | None:
        sides = [self._both()]
        while self._sign() == "||":
            self.at += 1
            sides.append(self._both())
        return True if True in sides else None if None in sides else False

    def _both(self) -> bool | None:
        sides = [self._compared()]
        while self._sign() == "&&":
            self.at += 1
            sides.append(self._compared())
        return False if False in sides else None if None in sides else True

    def _compared(self) -> bool | None:
        if self._sign() == "!":
            self.at += 1
            inner = self._compared()
            return None if inner is None else not inner
        left = self._operand()
        if self._sign() not in _COMPARED:
            return left.value if left is not None and isinstance(left.value, bool) else None
        sign = self._sign()
        self.at += 1
        right = self._operand()
        return None if left is None or right is None else compared(sign, left, right)

    def _operand(self) -> Node | None:
        start = self.at
        while self.at < len(self.parts) and (self.parts[self.at].is_named() or self._sign() in ("(", ")")):
            self.at += 1
        taken = self.parts[start : self.at]
        if any(not part.is_named() for part in taken):
            return None
        found = self.known(taken) if taken else None
        if found is not None:
            self.tags.append(found)
        return found


def compared(sign: str, left: Node, right: Node) -> bool | None:
    """``left sign right`` for texts, numbers, truth values and null; ``None`` for anything else."""
    if isinstance(left.value, dict | list) or isinstance(right.value, dict | list):
        return (sign == "!=") if None in (left.value, right.value) and sign in ("==", "!=") else None
    if sign in ("==", "!="):
        return (left.value == right.value) is (sign == "==")
    one, other = left.number(), right.number()
    if one is None or other is None:
        return None
    return {"<": one < other, ">": one > other, "<=": one <= other, ">=": one >= other}[sign]


def _flat(node: SgNode) -> list[SgNode]:
    """The operands and signs below nested operations, in the order written."""
    flat: list[SgNode] = []
    waiting = [node]
    while waiting and len(flat) <= _MOST_PARTS:
        part = waiting.pop()
        if part.kind() in _FLAT:
            waiting += reversed([child for child in part.children() if child.kind() != "comment"])
        else:
            flat.append(part)
    return flat
