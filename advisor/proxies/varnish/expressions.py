"""Words of a VCL expression -> its value for one request; what is not understood is asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from advisor.formats.vcl import Token
from advisor.proxies.patterns import Undecided, match

_DEEPEST = 40
Value = str | bool | None
"""``None``: a header that is not there."""


class Unknown(Exception):
    """An expression that cannot be evaluated here."""


@dataclass(slots=True)
class Scope:
    """What variables hold; the client's address is none of them."""

    variables: dict[str, str] = field(default_factory=dict)
    headers: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    """``req`` -> lower-case name -> name as written and value."""
    asks: Callable[[str], bool] = lambda question: False

    def get(self, name: str) -> Value:
        holder, _, header = name.partition(".http.")
        if header:
            found = self.headers.get(holder, {}).get(header.lower())
            return found[1] if found is not None else None
        if name in self.variables:
            return self.variables[name]
        raise Unknown(name)


def truth(words: tuple[Token, ...], scope: Scope) -> bool:
    """Whether a condition holds; the question is put to the reader where it cannot be evaluated."""
    try:
        reader = _Reader(words, scope)
        value = reader.either(0)
        if reader.at != len(words):
            raise Unknown
    except (Unknown, RecursionError, IndexError):
        shown = " ".join(f'"{word.value}"' if word.kind == "text" else word.value for word in words)
        return scope.asks(shown)
    return value is not None and value is not False


def text(words: tuple[Token, ...], scope: Scope) -> str:
    """A string expression. Raises :class:`Unknown`."""
    reader = _Reader(words, scope)
    value = reader.joined(0)
    if reader.at != len(words):
        raise Unknown
    return value if isinstance(value, str) else ""


class _Reader:
    def __init__(self, words: tuple[Token, ...], scope: Scope) -> None:
        self.words, self.scope, self.at = words, scope, 0

    def _sign(self, *signs: str) -> str | None:
        word = self.words[self.at] if self.at < len(self.words) else None
        if word is not None and word.kind == "sign" and word.value in signs:
            self.at += 1
            return word.value
        return None

    def either(self, depth: int) -> Value:
        value = self._both(depth)
        while self._sign("||"):
            other = self._both(depth)
            value = _is(value) or _is(other)
        return value

    def _both(self, depth: int) -> Value:
        value = self._not(depth)
        while self._sign("&&"):
            other = self._not(depth)
            value = _is(value) and _is(other)
        return value

    def _not(self, depth: int) -> Value:
        if depth > _DEEPEST:
            raise Unknown
        if self._sign("!"):
            return not _is(self._not(depth + 1))
        left = self.joined(depth)
        sign = self._sign("==", "!=", "~", "!~", "<", ">", "<=", ">=")
        if sign is None:
            return left
        if sign in ("~", "!~"):
            return self._matches(left) is (sign == "~")
        right = self.joined(depth)
        if sign in ("==", "!="):
            return (left == right) is (sign == "==")
        raise Unknown

    def _matches(self, left: Value) -> bool:
        word = self.words[self.at]
        self.at += 1
        if word.kind != "text":
            raise Unknown
        return _found(word.value, left if isinstance(left, str) else "")

    def joined(self, depth: int) -> Value:
        """One operand, or several strung together with ``+`` or by standing side by side."""
        value = self._operand(depth)
        while self.at < len(self.words):
            before = self.at
            plus = self._sign("+")
            word = self.words[self.at] if self.at < len(self.words) else None
            if word is None or (plus is None and word.kind == "sign"):
                self.at = before
                break
            other = self._operand(depth)
            value = (value if isinstance(value, str) else "") + (other if isinstance(other, str) else "")
        return value

    def _operand(self, depth: int) -> Value:
        if self._sign("("):
            value = self.either(depth + 1)
            if not self._sign(")"):
                raise Unknown
            return value
        word = self.words[self.at]
        if word.kind == "sign":
            raise Unknown
        self.at += 1
        if word.kind == "text":
            return word.value
        if self._sign("("):
            return self._call(word.value, depth)
        if word.value in ("true", "false"):
            return word.value == "true"
        if word.value[0].isdigit():
            return word.value
        return self.scope.get(word.value)

    def _call(self, name: str, depth: int) -> Value:
        values: list[str] = []
        while not self._sign(")"):
            value = self.joined(depth + 1)
            values.append(value if isinstance(value, str) else "")
            self._sign(",")
        if name in ("regsub", "regsuball") and len(values) == 3:
            return _substituted(values[1], values[2], values[0], once=name == "regsub")
        if name in ("std.tolower", "std.toupper") and len(values) == 1:
            return values[0].lower() if name.endswith("lower") else values[0].upper()
        raise Unknown


def _is(value: Value) -> bool:
    return value is not None and value is not False


def _found(pattern: str, subject: str) -> bool:
    try:
        return match(pattern, subject) is not None
    except Undecided:
        raise Unknown from None


def _substituted(pattern: str, replacement: str, subject: str, once: bool) -> str:
    import regex

    template = re.sub(r"\\(\d)", r"\\g<\1>", replacement)
    try:
        return str(regex.sub(pattern, template, subject, count=1 if once else 0, timeout=0.1))
    except (regex.error, TimeoutError, RecursionError, ValueError, IndexError):
        raise Unknown from None
