"""Texts in parts: what is known of a text that code puts together, and how its parts are joined, replaced and calculated."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from advisor.stack.javascript import syntax

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Kind = Literal["literal", "scheme", "host", "hostname", "port", "origin", "path", "unknown"]
MOST = 6
"""Alternatives that are kept of one expression."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text. All kinds but ``literal`` and ``unknown`` come from the page's own address."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """One text that an expression can have. ``guarded``: only as a fallback, or in a branch for development."""

    parts: tuple[Part, ...]
    environment: str | None = None
    guarded: bool = False

    @property
    def literal(self) -> str | None:
        """The whole text where every part of it is known."""
        return "".join(part.text for part in self.parts) if all(part.kind == "literal" for part in self.parts) else None

    @property
    def number(self) -> float | None:
        """The text as a number, where it is one."""
        text = self.literal
        try:
            return float(text.replace("_", "")) if text else None
        except ValueError:
            return None

    @property
    def known(self) -> bool:
        """True where at least a part of the text is known."""
        return any(part.kind != "unknown" for part in self.parts)


def literal_value(text: str) -> Value:
    """A text that is known as a whole."""
    return Value((Part("literal", text),))


def unknown(node: SgNode) -> Value:
    """A text of which only the expression is known, which gives it its name."""
    name = re.sub(r"\s+", " ", node.text()).removeprefix("this.").removeprefix("#")
    return Value((Part("unknown", name if len(name) <= 40 else "..."),))


def plain_number(text: str) -> str:
    """``30_000``, ``0x1f`` and ``5e3`` in decimal digits."""
    cleaned = text.replace("_", "").rstrip("n")
    try:
        return str(int(cleaned, 0)) if re.match(r"0[xXbBoO]", cleaned) else f"{float(cleaned):.12g}"
    except ValueError:
        return text


def numeric(values: tuple[Value, ...], node: SgNode) -> bool:
    """True where ``+`` on these values adds numbers and does not join texts."""
    return all(value.number is not None for value in values) and node.kind() not in ("string", "template_string")


def calculated(operator: str, first: float | None, second: float | None) -> float | None:
    """The result of an arithmetic operator, or ``None`` where an operand is unknown or the result is no number."""
    if first is None or second is None:
        return None
    try:
        match operator:
            case "+":
                return first + second
            case "-":
                return first - second
            case "*":
                return first * second
            case "/":
                return first / second
            case _:
                return float(first**second) if abs(second) < 64 and abs(first) < 1e6 and first > 0 else None
    except (ZeroDivisionError, OverflowError):
        return None


def joined(first: tuple[Value, ...], second: tuple[Value, ...]) -> tuple[Value, ...]:
    """Every first text followed by every second one."""
    return tuple(
        Value(left.parts + right.parts, left.environment or right.environment, left.guarded or right.guarded)
        for left in first
        for right in second
    )[:MOST]


def replaced(value: Value, pattern: SgNode, new: str | None) -> Value:
    """``.replace(/^http/, "ws")``: exact on the page's own address and on known texts."""
    if new is None or not value.parts:
        return value
    head = value.parts[0]
    old = syntax.string(pattern)
    if old is None:
        expression = re.match(r"/\^?\(?(https?\??|ws)s?\)?(:(?:\\/\\/)?)?/", pattern.text())
        old = "http" if expression else None
    if head.kind == "literal" and old:
        return replace(value, parts=(Part("literal", head.text.replace(old, new, 1)), *value.parts[1:]))
    return value


def authority(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts of a base address up to its path."""
    kept: list[Part] = []
    for part in parts:
        if part.kind == "path":
            break
        if part.kind == "literal":
            match = re.match(r"(?:\w+:)?(?://)?[^/?#]*", part.text)
            kept.append(replace(part, text=match[0] if match else ""))
            if match and match.end() < len(part.text):
                break
        else:
            kept.append(part)
            if part.kind == "origin":
                break
    return tuple(kept)
