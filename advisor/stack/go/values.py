"""An expression of Go -> its value where the code shows it: a literal, a constant, a duration, an environment variable.

Nothing is run. Durations are nanoseconds, as in Go. What is computed is ``UNKNOWN``; a text keeps such parts as ``{name}``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from advisor.stack.go.module import GoCode, GoFile, arguments, around, inner, selected

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 12
_UNITS = {
    "Nanosecond": 1,
    "Microsecond": 10**3,
    "Millisecond": 10**6,
    "Second": 10**9,
    "Minute": 60 * 10**9,
    "Hour": 3600 * 10**9,
}
_ENVIRONMENT = re.compile(r"env", re.IGNORECASE)
_FLAGS = re.compile(r"^(?:String|Int|Uint|Int64|Duration)(?:Var)?P?$")
_CONVERSIONS = frozenset({"Atoi", "ParseInt", "Itoa", "Sprint", "TrimSpace", "FormatInt"})
_TYPES = frozenset({"int", "int64", "int32", "uint", "uint16", "string", "float64", "time.Duration"})
_TAG = re.compile(r'(?:env|envconfig):"(\w+)')
_DEFAULT = re.compile(r'(?:envDefault|default|env-default):"([^"]*)"')
_DURATION = re.compile(r"^(\d+(?:\.\d+)?)(ms|s|m|h)$")


class Unknown:
    """The one value that is computed."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Given:
    """A value from outside: a variable of the environment, or a flag (``default``); ``before`` is text in front."""

    name: str
    default: Any = None
    origin: Literal["environment", "default"] = "environment"
    before: str = ""


def value(code: GoCode, file: GoFile, node: SgNode | None, depth: int = 0) -> Any:
    """A number, text, truth, list or ``Given``; ``UNKNOWN`` for what is computed and for no node at all."""
    if node is None or depth > _DEEPEST:
        return UNKNOWN
    node = inner(node)
    kind, text = node.kind(), node.text()
    if kind == "int_literal":
        return _integer(text)
    if kind == "float_literal":
        return float(text) if re.fullmatch(r"[\d.]{1,30}", text) and text.count(".") == 1 and text != "." else UNKNOWN
    if kind in ("interpreted_string_literal", "raw_string_literal"):
        return text[1:-1]
    if kind in ("true", "false"):
        return kind == "true"
    if kind == "identifier":
        return _named(code, file, node, depth)
    if kind == "selector_expression":
        return _selected(code, file, node, depth)
    if kind == "unary_expression":
        return value(code, file, node.field("operand"), depth + 1) if text.startswith("*") else UNKNOWN
    if kind == "binary_expression":
        return _binary(code, file, node, depth)
    if kind == "composite_literal":
        body = node.field("body")
        elements = [child for child in body.children() if child.kind() == "literal_element"] if body is not None else []
        return [value(code, file, child, depth + 1) for child in elements]
    return _called(code, file, node, depth) if kind == "call_expression" else UNKNOWN


def number(code: GoCode, file: GoFile, node: SgNode | None) -> float | int | None:
    """A number, also where it is only a default; ``None`` for anything else."""
    found = value(code, file, node)
    found = found.default if isinstance(found, Given) else found
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def seconds(code: GoCode, file: GoFile, node: SgNode | None) -> float | None:
    """A ``time.Duration`` in seconds."""
    found = number(code, file, node)
    return found / 1e9 if found is not None and found >= 10**6 else None


def text(code: GoCode, file: GoFile, node: SgNode | None) -> str | None:
    """A text without computed parts, also where it is only a default."""
    found = value(code, file, node)
    found = found.default if isinstance(found, Given) else found
    return found if isinstance(found, str) and "{" not in found else None


def shown(found: Any, node: SgNode | None) -> str:
    """A value as part of a text."""
    if isinstance(found, str | int | float) and not isinstance(found, bool):
        return str(found)
    if isinstance(found, Given):
        return f"{{{found.name}}}"
    return f"{{{node.text()[:40] if node is not None else ''}}}"


def _integer(written: str) -> Any:
    plain = written.replace("_", "").lower()
    try:
        return int(plain, 0) if len(plain) < 20 else UNKNOWN
    except ValueError:
        return UNKNOWN


def _named(code: GoCode, file: GoFile, node: SgNode, depth: int) -> Any:
    """A name with one value in its function, else in its package."""
    name, function = node.text(), around(node)
    local = [given for given, where in file.assigned.get(name, ()) if where is not None and where == function]
    if local:
        return _joined([value(code, file, given, depth + 1) for given in local[:5] if given.text() != name])
    if function is not None and _is_parameter(function, name):
        return UNKNOWN
    for other in code.package_of(file, name):
        own = [given for given, where in other.assigned.get(name, ()) if where is None]
        if own:
            later = [given for given, where in other.assigned.get(name, ()) if where is not None]
            return _joined([value(code, other, given, depth + 1) for given in (own + later)[:5]])
    return UNKNOWN


def _joined(found: list[Any]) -> Any:
    """Values that one name is given in turn: a variable of the environment, with the literal as its fallback."""
    given = [each for each in found if isinstance(each, Given)]
    plain = [each for each in found if isinstance(each, str | int | float) and each != ""]
    if given and all(each.name == given[0].name for each in given):
        default = next((each.default for each in given if each.default is not None), None)
        plain = [each for each in plain if not isinstance(each, bool)]
        return replace(given[0], default=default if default is not None else plain[0] if len(set(plain)) == 1 else None)
    return found[0] if found and all(type(each) is type(found[0]) and each == found[0] for each in found) else UNKNOWN


def _is_parameter(function: SgNode, name: str) -> bool:
    listed = function.field("parameters")
    return listed is not None and re.search(rf"\b{re.escape(name)}\b", listed.text()) is not None


def _selected(code: GoCode, file: GoFile, node: SgNode, depth: int) -> Any:
    parts = selected(node)
    if parts is None:
        return UNKNOWN
    before, name = parts
    path = file.imports.get(before)
    if path == "time":
        return _UNITS.get(name, UNKNOWN)
    if path is not None:
        for other in code.imported(file, path, name):
            own = [given for given, where in other.assigned.get(name, ()) if where is None]
            if own:
                return _joined([value(code, other, given, depth + 1) for given in own[:5]])
        return UNKNOWN
    written = [given for given, _ in file.assigned.get(node.text(), ())]
    if written:
        return _joined([value(code, file, given, depth + 1) for given in written[:5]])
    return _field(code, file, name)


def _field(code: GoCode, file: GoFile, name: str) -> Any:
    """A field of a settings struct whose tag names the variable it is read from."""
    found = set()
    for other in code.beside_of(file, "envconfig:", "envDefault:", "env-default:", 'env:"'):
        for node in other.of_kind("field_declaration"):
            called, tag = node.field("name"), node.field("tag")
            variable = _TAG.search(tag.text()) if tag is not None else None
            if called is not None and called.text() == name and tag is not None and variable:
                default = _DEFAULT.search(tag.text())
                found.add(Given(variable[1], _plain(default[1]) if default else None))
    return found.pop() if len(found) == 1 else UNKNOWN


def _plain(written: str) -> Any:
    duration = _DURATION.match(written)
    if duration:
        return float(duration[1]) * {"ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}[duration[2]]
    return int(written) if written.isascii() and written.isdigit() and len(written) < 16 else written


def _binary(code: GoCode, file: GoFile, node: SgNode, depth: int) -> Any:
    left, right = (value(code, file, node.field(side), depth + 1) for side in ("left", "right"))
    sign = node.field("operator")
    operator = sign.text() if sign is not None else ""
    numbers = [side.default if isinstance(side, Given) else side for side in (left, right)]
    if all(isinstance(side, int | float) and not isinstance(side, bool) and abs(side) < 10**18 for side in numbers):
        return _reckoned(numbers[0], operator, numbers[1])
    if operator == "+" and any(isinstance(side, str | Given) for side in (left, right)):
        return _concatenated([(left, node.field("left")), (right, node.field("right"))])
    return UNKNOWN


def _reckoned(left: float, operator: str, right: float) -> Any:
    if operator == "<<" and isinstance(left, int) and isinstance(right, int) and 0 <= right < 60:
        return left << right
    if operator == "/" and right:
        return left // right if isinstance(left, int) and isinstance(right, int) else left / right
    return left * right if operator == "*" else left + right if operator == "+" else left - right if operator == "-" else UNKNOWN


def _concatenated(parts: list[tuple[Any, SgNode | None]]) -> Any:
    """Text of parts; one part from outside makes the whole so, with its default put in."""
    given = [each for each, _ in parts if isinstance(each, Given)]
    if len(given) == 1 and all(isinstance(each, str | int | Given) for each, _ in parts):
        before = ""
        for each, _ in parts:
            if isinstance(each, Given):
                break
            before += str(each)
        default = given[0].default
        whole = "".join(str(default) if isinstance(each, Given) else str(each) for each, _ in parts)
        return replace(given[0], default=whole if default is not None else None, before=before + given[0].before)
    return "".join(shown(each, node) for each, node in parts)


def _called(code: GoCode, file: GoFile, node: SgNode, depth: int) -> Any:
    function, given = node.field("function"), arguments(node)
    parts = selected(function)
    name = parts[1] if parts else function.text() if function is not None else ""
    whole = function.text() if function is not None else ""
    if parts and file.imports.get(parts[0]) == "os" and name in ("Getenv", "LookupEnv"):
        key = value(code, file, given[0] if given else None, depth + 1)
        return Given(key) if isinstance(key, str) else UNKNOWN
    if name == "Sprintf" and given:
        return _formatted(code, file, given, depth)
    if name == "JoinHostPort" and len(given) == 2:
        host, port = (value(code, file, each, depth + 1) for each in given)
        return _concatenated([(host, given[0]), (":", None), (port, given[1])])
    if whole in ("cmp.Or", "lo.CoalesceOrEmpty"):
        return _joined([value(code, file, each, depth + 1) for each in given[:5]])
    if given and (name in _CONVERSIONS or whole in _TYPES):
        found = value(code, file, given[0], depth + 1)
        return _plain(found) if isinstance(found, str) and name == "Atoi" else found
    return _from_outside(code, file, given, parts, whole, depth)


def _from_outside(code: GoCode, file: GoFile, given: list[SgNode], parts: tuple[str, str] | None, whole: str, depth: int) -> Any:
    """``flag.String("addr", ":8080", "...")`` and helpers as ``getEnv("PORT", "8080")``."""
    if parts and _FLAGS.match(parts[1]) and file.imports.get(parts[0], parts[0]) in ("flag", "github.com/spf13/pflag"):
        at = (1 if "Var" in parts[1] else 0, 2 if "Var" in parts[1] else 1)
        at = (at[0], at[1] + parts[1].endswith("P"))
        if len(given) > at[1]:
            key, default = (value(code, file, given[each], depth + 1) for each in at)
            return Given(str(key), None if default is UNKNOWN else default, "default")
    if _ENVIRONMENT.search(whole) and len(given) in (1, 2):
        key = value(code, file, given[0], depth + 1)
        if isinstance(key, str) and re.fullmatch(r"[A-Z][A-Z\d_]*", key):
            default = value(code, file, given[1], depth + 1) if len(given) == 2 else None
            return Given(key, default if isinstance(default, str | int | float) else None)
    return UNKNOWN


def _formatted(code: GoCode, file: GoFile, given: list[SgNode], depth: int) -> Any:
    shape = value(code, file, given[0], depth + 1)
    if not isinstance(shape, str):
        return UNKNOWN
    parts: list[tuple[Any, SgNode | None]] = []
    rest = iter(given[1:])
    for piece in re.split(r"(%[-+#\d.]*[a-zA-Z])", shape):
        if piece.startswith("%") and len(piece) > 1:
            node = next(rest, None)
            parts.append((value(code, file, node, depth + 1), node))
        elif piece:
            parts.append((piece, None))
    return _concatenated(parts) if parts else shape
