"""Expressions of PHP code -> what they are worth, as far as the file and the app's own ``config/`` show."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from advisor.model import Value
from advisor.stack.php.module import PhpFile, arguments, entries, entry, returned, unquoted

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 12
_STRING = ("string", "encapsed_string")
_READS = frozenset({"env", "getenv"})
_AROUND = frozenset({"intval", "strval", "trim", "rtrim", "floatval", "array_map", "array_filter"})
_BLANK = frozenset({"true", "false", "null"})

Config = Callable[[str], PhpFile | None]
"""``reverb`` -> the app's ``config/reverb.php``."""


class Given(NamedTuple):
    """What an expression is worth: ``value`` ``None`` where it is computed; with ``variable`` it is the variable's fallback."""

    value: Value = None
    variable: str | None = None

    @property
    def number(self) -> int | float | None:
        """The value as a number, also where it is the text of one."""
        if isinstance(self.value, str):
            return _number(self.value)
        return self.value if isinstance(self.value, int | float) and not isinstance(self.value, bool) else None


class Values:
    """What expressions of one file are worth."""

    def __init__(self, file: PhpFile, config: Config = lambda _: None) -> None:
        self.file = file
        self.config = config

    def of(self, node: SgNode | None, depth: int = 0) -> Given:
        if node is None or depth > _DEEPEST:
            return Given()
        kind = node.kind()
        if kind in _STRING:
            return self._text(node, depth)
        if kind in ("integer", "float"):
            return Given(_number(node.text()))
        if kind in ("boolean", "null", "name") and node.text().lower() in _BLANK:
            return Given({"true": True, "false": False}.get(node.text().lower()))
        if kind in ("variable_name", "name", "class_constant_access_expression", "member_access_expression", "qualified_name"):
            return self._named(node.text(), depth)
        if kind == "scoped_property_access_expression":
            return self._named(node.text().rpartition("::")[2], depth)
        if kind in ("parenthesized_expression", "cast_expression", "argument", "unary_op_expression"):
            inner = [child for child in node.children() if child.is_named() and child.kind() != "cast_type"]
            return self.of(inner[-1], depth + 1) if inner and not node.text().startswith(("!", "-")) else Given()
        if kind == "subscript_expression":
            return self._environment(node)
        if kind in ("binary_expression", "conditional_expression"):
            return self._both(node, depth)
        return self._called(node, depth) if kind in ("function_call_expression", "scoped_call_expression") else Given()

    def texts(self, node: SgNode | None) -> tuple[str, ...] | None:
        """The texts of an array; those that are computed as ``{NAME}`` or ``{computed}``. ``None`` for something else."""
        if node is None:
            return None
        if node.kind() != "array_creation_expression":
            shown = self.of(node)
            return (f"{{{shown.variable or 'computed'}}}",)
        return tuple(self._shown(value) for _, value in entries(node))

    def _shown(self, node: SgNode) -> str:
        found = self.of(node)
        if isinstance(found.value, str) and found.variable is None:
            return found.value
        return f"{{{found.variable or 'computed'}}}"

    def _text(self, node: SgNode, depth: int) -> Given:
        """The text, with ``{name}`` for what is computed; a variable whose value is known is filled in."""
        pieces: list[str] = []
        variable = None
        for child in node.children():
            if child.kind() in ("string_content", "escape_sequence"):
                pieces.append(child.text())
            elif child.is_named():
                inner = self.of(child, depth + 1)
                variable = variable or inner.variable
                name = re.findall(r"\w+", child.text()[:80])
                filled = isinstance(inner.value, str | int) and not isinstance(inner.value, bool)
                pieces.append(str(inner.value) if filled else "{" + (name[-1] if name else "value") + "}")
        return Given("".join(pieces), variable)

    def _named(self, text: str, depth: int) -> Given:
        """What the one assignment of that name in the file gives it, or the one constant."""
        text = text.removeprefix("static::").removeprefix("self::")
        found = [
            value
            for name, value in self._assigned()
            if name == text or (text.startswith("$this->") and name == "$" + text.removeprefix("$this->"))
        ]
        return self.of(found[0], depth + 1) if len(found) == 1 else Given()

    def _assigned(self) -> list[tuple[str, SgNode]]:
        found: list[tuple[str, SgNode]] = []
        kinds = ("assignment_expression", "const_element", "property_element", "property_initializer", "simple_parameter")
        for node in self.file.of_kind(*kinds):
            parts = [child for child in node.children() if child.is_named()]
            if len(parts) > 1 and parts[0].kind() in ("variable_name", "name", "member_access_expression"):
                found.append((parts[0].text(), parts[-1]))
        for made in self.file.made:
            if made.of.rpartition("\\")[2] == "define" and len(made.arguments) > 1:
                found.append((unquoted(made.arguments[0]), made.arguments[1]))
        return found

    def _environment(self, node: SgNode) -> Given:
        """``$_ENV['X']``"""
        found = re.fullmatch(r"""\$_(?:ENV|SERVER)\[\s?["'](\w+)["']\s?\]""", node.text())
        return Given(None, found[1]) if found else Given()

    def _both(self, node: SgNode, depth: int) -> Given:
        """``a ?: b``, ``a ?? b``, ``30 * 1000``, ``'ws://' . $host``"""
        parts = [child for child in node.children() if child.is_named()]
        if len(parts) != 2:
            return Given()
        written = node.text()[len(parts[0].text()) :].removesuffix(parts[1].text()).strip()
        first, second = self.of(parts[0], depth + 1), self.of(parts[1], depth + 1)
        if written in ("?:", "??", "||"):
            return Given(second.value, first.variable) if first.variable and first.value is None else first
        if written == ".":
            shown = [
                str(each.value) if each.value is not None else f"{{{_last(part)}}}"
                for each, part in zip((first, second), parts, strict=True)
            ]
            return Given("".join(shown), first.variable or second.variable)
        left, right = first.number, second.number
        if left is None or right is None or written not in ("*", "+", "<<"):
            return Given()
        if written == "<<":
            return Given(int(left) << min(int(right), 40)) if right >= 0 else Given()
        return Given(left * right if written == "*" else left + right, first.variable or second.variable)

    def _called(self, node: SgNode, depth: int) -> Given:
        """``env('X', d)``, ``getenv('X')``, ``config('a.b', d)``, ``intval(x)``"""
        function = node.field("function") or node.field("name")
        name = function.text().rpartition("\\")[2].lower() if function is not None else ""
        given, _ = arguments(node)
        if name in _READS and given:
            variable = self.of(given[0], depth + 1).value
            fallback = self.of(given[1], depth + 1).value if len(given) > 1 else None
            return Given(fallback, variable if isinstance(variable, str) else None)
        if name == "config" and given and depth < _DEEPEST:
            return self._configured(given, depth)
        return self.of(given[0], depth + 1) if name in _AROUND and given else Given()

    def _configured(self, given: tuple[SgNode, ...], depth: int) -> Given:
        path = self.of(given[0], depth + 1).value
        if isinstance(path, str) and path.count(".") < 8:
            name, *keys = path.split(".")
            file = self.config(name) if re.fullmatch(r"[\w-]{1,60}", name) else None
            node = entry(returned(file), *keys) if file is not None and keys and all(keys) else None
            if file is not None and node is not None:
                return Values(file, self.config).of(node, depth + 1)
        return self.of(given[1], depth + 1) if len(given) > 1 else Given()


def _number(text: str) -> int | float | None:
    plain = text.replace("_", "").strip()
    if re.fullmatch(r"\d{1,15}", plain):
        return int(plain)
    return float(plain) if re.fullmatch(r"\d{1,15}\.\d{1,15}", plain) else None


def _last(node: SgNode) -> str:
    names = re.findall(r"\w+", node.text()[:80])
    return names[-1] if names else "value"
