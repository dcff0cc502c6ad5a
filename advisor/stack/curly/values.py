"""An expression of Java, Kotlin or C# -> its value where the code shows it: a literal, a constant, a duration, a variable.

Nothing is run. What is computed is ``UNKNOWN``; a text keeps its computed parts as ``{name}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from advisor.stack.curly.syntax import Unit, named_children

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 12
_STRINGS = ("string_literal", "interpolated_string_expression", "verbatim_string_literal", "raw_string_literal", "text_block",
            "multiline_string_literal", "line_string_literal", "character_literal")  # fmt: skip
_INTEGERS = (
    "decimal_integer_literal",
    "integer_literal",
    "hex_integer_literal",
    "long_literal",
    "unsigned_literal",
    "hex_literal",
)
_REALS = ("decimal_floating_point_literal", "real_literal")
_NAMED = (
    "identifier",
    "simple_identifier",
    "field_access",
    "member_access_expression",
    "navigation_expression",
    "scoped_identifier",
)
_INNER = ("parenthesized_expression", "cast_expression", "as_expression", "await_expression", "postfix_unary_expression",
          "expression_statement", "const_expression", "postfix_expression")  # fmt: skip
_ADDS = ("binary_expression", "additive_expression", "multiplicative_expression")
_LISTS = ("array_initializer", "initializer_expression", "element_value_array_initializer", "collection_literal",
          "collection_expression", "collection_element", "expression_element")  # fmt: skip
_SECONDS = {
    **dict.fromkeys(("ofNanos", "nanoseconds", "NANOSECONDS"), 1e-9),
    **dict.fromkeys(("ofMillis", "milliseconds", "FromMilliseconds", "MILLISECONDS"), 0.001),
    **dict.fromkeys(("ofSeconds", "seconds", "FromSeconds", "SECONDS"), 1.0),
    **dict.fromkeys(("ofMinutes", "minutes", "FromMinutes", "MINUTES"), 60.0),
    **dict.fromkeys(("ofHours", "hours", "FromHours", "HOURS"), 3600.0),
    **dict.fromkeys(("ofDays", "days", "FromDays", "DAYS"), 86400.0),
}
_IN_UNITS = {"toMillis": 1000.0, "toSeconds": 1.0, "toMinutes": 1 / 60, "inWholeMilliseconds": 1000.0, "inWholeSeconds": 1.0,
             "toMillisPart": 1000.0, "TotalMilliseconds": 1000.0, "TotalSeconds": 1.0, "getSeconds": 1.0}  # fmt: skip
_ENVIRONMENT = ("getenv", "GetEnvironmentVariable")
_PASSED_ON = frozenset(
    ("parseInt parseLong valueOf toInt toIntOrNull toLong toLongOrNull intValue longValue Parse ToInt32 ToInt64 asList of listOf "
     "arrayOf setOf requireNonNull create URI Uri toURI toUri toString trim ofNullable orElse AsUri toHttpUrl parse "
     "longArrayOf intArrayOf asLong Of toDuration").split()
)  # fmt: skip
_SEVERAL = frozenset({"asList", "of", "listOf", "arrayOf", "setOf", "longArrayOf", "intArrayOf"})
_CONSTANT_NUMBERS = {"MAX_VALUE": float(2**63 - 1), "MaxValue": float(2**31 - 1)}


class Unknown:
    """The one value that is computed."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time that the code gives with its unit."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Environment:
    """A value read from a variable or key from outside; ``default`` is ``None`` where there is none."""

    name: str
    default: Any = None


Constant = Callable[[str, str], "tuple[Unit, SgNode] | None"]
"""Class and name -> where another file of the project declares that constant."""


@dataclass(frozen=True, slots=True)
class Values:
    """Reads expressions of one file. ``constant`` finds what other files declare; ``setting`` a ``${key:default}``."""

    unit: Unit
    constant: Constant = lambda _class, _name: None
    setting: Callable[[str], Any] = lambda _text: UNKNOWN

    def of(self, node: SgNode | None, depth: int = 0) -> Any:
        """A text, number, list, ``Duration`` or ``Environment``; ``UNKNOWN`` for what is computed and for no node at all."""
        if node is None or depth > _DEEPEST:
            return UNKNOWN
        kind, text = node.kind(), node.text()
        if kind in _STRINGS:
            return self._text(node, depth)
        if kind in _INTEGERS or kind in _REALS:
            return _number(text)
        if kind in ("true", "false", "boolean_literal"):
            return text == "true"
        if kind in ("null_literal", "null"):
            return None
        if kind in _INNER:
            inner = named_children(node)
            return self.of(inner[-1], depth + 1) if inner else UNKNOWN
        if kind in _ADDS:
            return self._added(node, depth)
        if kind in ("elvis_expression", "conditional_expression", "ternary_expression", "if_expression"):
            return self._either(node, depth)
        if kind in _LISTS or kind in ("array_creation_expression", "implicit_array_creation_expression"):
            return self._list(node, depth)
        if kind == "prefix_unary_expression" or kind == "unary_expression" or kind == "prefix_expression":
            inner = named_children(node)
            found = self.of(inner[-1], depth + 1) if inner else UNKNOWN
            return -found if text.startswith("-") and isinstance(found, int | float) else UNKNOWN
        call = self.unit.call_at(node)
        if call is not None:
            return self._called(node, depth)
        return self._named(node, depth) if kind in _NAMED else UNKNOWN

    def text(self, node: SgNode | None) -> str | None:
        """A text, the default of a variable, ``None`` where it is computed as a whole."""
        found = plain(self.of(node))
        return found if isinstance(found, str) else None

    def shown(self, node: SgNode | None) -> str:
        """A text with its computed parts in braces: what is computed as a whole is ``{name}``."""
        if node is None:
            return "{computed}"
        return _shown(self.of(node), node)

    def texts(self, node: SgNode | None) -> list[str]:
        """One text or a list of them; what is computed is ``{computed}``."""
        found = plain(self.of(node))
        items = found if isinstance(found, list) else [found]
        return [item if isinstance(item := plain(each), str) else "{computed}" for each in items]

    def number(self, node: SgNode | None) -> float | None:
        found = plain(self.of(node))
        if isinstance(found, str) and re.fullmatch(r"\d{1,15}", found):
            return float(found)
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None

    def seconds(self, node: SgNode | None, unit: float = 1.0) -> float | None:
        """A duration in seconds; a bare number is taken in ``unit`` seconds (0.001 for milliseconds)."""
        found = plain(self.of(node))
        if isinstance(found, Duration):
            return found.seconds
        if isinstance(found, str):
            return written_seconds(found, unit)
        return found * unit if isinstance(found, int | float) and not isinstance(found, bool) else None

    def port(self, node: SgNode | None) -> tuple[int | None, Literal["literal", "environment"] | None]:
        """A port and where it comes from; of a variable its fallback."""
        found = self.of(node)
        if isinstance(found, Environment):
            return _port(found.default), "environment"
        number = _port(found)
        return number, "literal" if number is not None else None

    # ------------------------------------------------------------ kinds of expressions

    def _text(self, node: SgNode, depth: int) -> Any:
        pieces: list[str] = []
        skip = False
        for child in node.children():
            kind = child.kind()
            if kind in (
                "string_fragment",
                "string_content",
                "string_literal_content",
                "raw_string_content",
                "multiline_string_fragment",
            ):
                pieces.append(child.text())
            elif kind in ("interpolation_identifier_start", "interpolation_expression_start", "interpolation_expression_end"):
                continue
            elif kind in ("interpolated_identifier", "interpolated_expression", "interpolation"):
                inner = [part for part in named_children(child) if part.kind() != "interpolation_brace"]
                part = inner[0] if inner else child
                named = part.kind() == "interpolated_identifier"
                pieces.append(_shown(self._constant(part.text(), depth + 1) if named else self.of(part, depth + 1), part))
            elif kind in ("escape_sequence", "character_escape_seq"):
                pieces.append(child.text()[1:])
            elif child.is_named() and kind not in ("string_start", "string_end", "interpolation_start", "interpolation_quote"):
                skip = skip or kind == "ERROR"
        text = "".join(pieces) if pieces or skip else _unquoted(node.text())
        return self.setting(text) if "${" in text and text.count("${") == 1 and text.startswith("${") else text

    def _added(self, node: SgNode, depth: int) -> Any:
        parts = named_children(node)
        if len(parts) != 2:
            return UNKNOWN
        sign = node.text()[
            parts[0].range().end.index - node.range().start.index : parts[1].range().start.index - node.range().start.index
        ]
        sign = sign.strip()
        left, right = self.of(parts[0], depth + 1), self.of(parts[1], depth + 1)
        if sign == "??":
            return Environment(left.name, plain(right)) if isinstance(left, Environment) else right if left is None else left
        if sign == "+" and (isinstance(left, str) or isinstance(right, str)):
            return _shown(left, parts[0]) + _shown(right, parts[1])
        left, right = plain(left), plain(right)
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            return UNKNOWN
        try:
            return (
                {"+": left + right, "-": left - right, "*": left * right}.get(sign, UNKNOWN)
                if sign != "<<"
                else int(left) << min(int(right), 62)
            )
        except (OverflowError, ValueError):
            return UNKNOWN

    def _either(self, node: SgNode, depth: int) -> Any:
        """``a ?: b``, ``a ?? b`` and a choice between two: a variable with the other one as its fallback, else not known."""
        parts = named_children(node)
        if node.kind() == "if_expression":
            parts = [
                named_children(part)[0] if part.kind() == "control_structure_body" and named_children(part) else part
                for part in parts
            ]
        found = [self.of(part, depth + 1) for part in parts[-2:]]
        outside = next((each for each in found if isinstance(each, Environment)), None)
        if outside is None:
            return (
                found[0]
                if node.kind() == "elvis_expression" and not isinstance(found[0], Unknown) and found[0] is not None
                else UNKNOWN
            )
        other = next((plain(each) for each in found if each is not outside), None)
        return Environment(outside.name, None if isinstance(other, Unknown) else other)

    def _list(self, node: SgNode, depth: int) -> Any:
        if node.kind() in ("array_creation_expression", "implicit_array_creation_expression"):
            inner = next((child for child in node.children() if child.kind() in _LISTS), None)
            return self.of(inner, depth + 1)
        if node.kind() in ("collection_element", "expression_element"):
            parts = named_children(node)
            return self.of(parts[0], depth + 1) if parts else UNKNOWN
        return [self.of(child, depth + 1) for child in named_children(node)]

    def _called(self, node: SgNode, depth: int) -> Any:
        call = self.unit.call_at(node)
        if call is None:
            return UNKNOWN
        first = call.values[0] if call.values else None
        if call.name in _ENVIRONMENT and first is not None:
            return Environment(str(self.of(first, depth + 1)))
        if call.name in ("getProperty", "getOrDefault", "GetValue", "getInteger", "propertyOrNull") and len(call.values) == 2:
            name, default = self.of(call.values[0], depth + 1), plain(self.of(call.values[1], depth + 1))
            return Environment(name if isinstance(name, str) else "", None if isinstance(default, Unknown) else default)
        if call.name == "TimeSpan" and call.made:
            return _time_span([self.of(value, depth + 1) for value in call.values])
        if call.name in _SECONDS and first is not None:
            return _duration(plain(self.of(first, depth + 1)), _SECONDS[call.name])
        if call.name in _IN_UNITS:
            return self._converted(call.receiver, first, _IN_UNITS[call.name], depth)
        if call.name == "orElse" and call.receiver is not None and first is not None:
            outside = self.of(call.receiver, depth + 1)
            return Environment(outside.name, plain(self.of(first, depth + 1))) if isinstance(outside, Environment) else UNKNOWN
        if call.name in _SEVERAL:
            unit = _SECONDS.get(_last(call.values[1])) if call.name == "of" and len(call.values) == 2 else None
            if unit is not None:
                return _duration(plain(self.of(first, depth + 1)), unit)
            return [self.of(value, depth + 1) for value in call.values]
        if call.name in _PASSED_ON:
            return self.of(first if first is not None else call.receiver, depth + 1)
        return UNKNOWN

    def _converted(self, receiver: SgNode | None, first: SgNode | None, factor: float, depth: int) -> Any:
        """``TimeUnit.SECONDS.toMillis(30)`` and ``Duration.ofSeconds(30).toMillis()`` -> 30000."""
        if first is not None:
            unit, amount = _SECONDS.get(_last(receiver)), plain(self.of(first, depth + 1))
            return amount * unit * factor if unit is not None and isinstance(amount, int | float) else UNKNOWN
        found = self.of(receiver, depth + 1)
        return found.seconds * factor if isinstance(found, Duration) else UNKNOWN

    def _named(self, node: SgNode, depth: int) -> Any:
        text, parts = node.text(), named_children(node)
        last = _last(node)
        if node.kind() == "navigation_expression" and last in _SECONDS and parts:
            return _duration(plain(self.of(parts[0], depth + 1)), _SECONDS[last])
        if last in _IN_UNITS and parts:
            return self._converted(parts[0], None, _IN_UNITS[last], depth)
        if last in _CONSTANT_NUMBERS:
            return _CONSTANT_NUMBERS[last]
        if text in ("TimeSpan.Zero", "Duration.ZERO"):
            return Duration(0.0)
        if text in ("Timeout.InfiniteTimeSpan", "Duration.INFINITE", "TimeSpan.MaxValue"):
            return Duration(float("inf"))
        return self._constant(text, depth)

    def _constant(self, text: str, depth: int) -> Any:
        """What a name stands for: the one declaration in this file, else that of the class it names."""
        owner, _, name = text.removeprefix("this.").rpartition(".")
        given = self.unit.assigned.get(name, [])
        if len(given) == 1:
            return self.of(given[0], depth + 1)
        if given:
            return UNKNOWN
        elsewhere = self.constant(owner.rsplit(".", 1)[-1], name)
        if elsewhere is None:
            injected = self._injected(name)
            return self.setting(injected) if injected else UNKNOWN
        unit, node = elsewhere
        return Values(unit, self.constant, self.setting).of(node, depth + 1)

    def _injected(self, name: str) -> str | None:
        """The ``${key:default}`` of the field of that name, as ``@Value`` or ``@ConfigProperty`` gives it."""
        for each in self.unit.annotations:
            if each.name in ("Value", "ConfigProperty", "Property") and re.search(
                rf"\b{re.escape(name)}\b", each.owner.text()[:400]
            ):
                key = each.argument("value", "name")
                written = _unquoted(key.text()).replace("\\$", "$") if key is not None else ""
                default = next((_unquoted(item.node.text()) for item in each.arguments if item.name == "defaultValue"), None)
                if written and not written.startswith("${"):
                    return "${" + written + (f":{default}" if default is not None else "") + "}"
                return written or None
        return None


def _shown(found: Any, node: SgNode) -> str:
    """The value as text; the last name of what is computed in braces."""
    found = plain(found)
    if isinstance(found, str | int | float) and not isinstance(found, bool):
        return str(found)
    name = re.findall(r"\w+", node.text()[:80])
    return "{" + (name[-1] if name else "computed") + "}"


def plain(found: Any) -> Any:
    """A variable's fallback in place of the variable; ``UNKNOWN`` where it has none."""
    return (UNKNOWN if found.default is None else found.default) if isinstance(found, Environment) else found


def written_seconds(text: str, unit: float = 1.0) -> float | None:
    """``30s``, ``500ms``, ``PT30S``, ``15 seconds``, ``30``: the ways in which settings give a duration."""
    match = re.fullmatch(r"(?:PT)?(\d{1,12}(?:\.\d{1,6})?)\s?([a-zA-Z]{0,12})", text.strip())
    if match is None:
        return None
    units = {"": unit, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "millis": 0.001, "milliseconds": 0.001,
             "sec": 1.0, "second": 1.0, "seconds": 1.0, "min": 60.0, "minute": 60.0, "minutes": 60.0, "hour": 3600.0}  # fmt: skip
    factor = units.get(match[2].lower())
    return float(match[1]) * factor if factor is not None else None


def _number(text: str) -> Any:
    cleaned = (
        text.replace("_", "").rstrip("lLuUfFmM") if not text.lower().startswith("0x") else text.replace("_", "").rstrip("lLuU")
    )
    if not text.lower().startswith("0x"):
        cleaned = cleaned.rstrip("dD")
    if len(cleaned) > 30:
        return UNKNOWN
    try:
        return int(cleaned, 16) if cleaned.lower().startswith("0x") else int(cleaned) if cleaned.isdigit() else float(cleaned)
    except ValueError:
        return UNKNOWN


def _duration(amount: Any, factor: float) -> Any:
    return Duration(amount * factor) if isinstance(amount, int | float) and not isinstance(amount, bool) else UNKNOWN


def _time_span(parts: list[Any]) -> Any:
    """``new TimeSpan(hours, minutes, seconds)``, with days before and milliseconds after; one number counts ticks of 100 ns."""
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in parts):
        return UNKNOWN
    if len(parts) == 1:
        return Duration(parts[0] / 1e7)
    factors = {3: (3600, 60, 1), 4: (86400, 3600, 60, 1), 5: (86400, 3600, 60, 1, 0.001)}.get(len(parts))
    return Duration(float(sum(part * factor for part, factor in zip(parts, factors, strict=True)))) if factors else UNKNOWN


def _port(found: Any) -> int | None:
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) < 6:
        found = int(found)
    return int(found) if isinstance(found, int | float) and not isinstance(found, bool) and 0 < found < 65536 else None


def _last(node: SgNode | None) -> str:
    return re.split(r"[.:?]+", node.text())[-1].strip() if node is not None else ""


def _unquoted(text: str) -> str:
    return text.lstrip("$@").strip('"')
