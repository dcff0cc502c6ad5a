"""An expression -> its value where the code shows it: a literal, a constant assigned once, an environment variable.

Nothing is run. What is computed is ``UNKNOWN``; a text keeps its computed parts as ``{name}``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from advisor.stack.python.module import Module, arguments, first_named, function_around, parameters
from advisor.stack.python.project import Project

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 12
_LITERALS = {"true": True, "false": False, "none": None}
_ENVIRONMENT = ("os.environ.get", "os.getenv", "decouple.config")


class Unknown:
    """The one value that is computed."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Environment:
    """A value read from an environment variable; ``default`` is ``None`` where there is none."""

    name: str
    default: Any = None


def value(project: Project, module: Module, node: SgNode | None, depth: int = 0) -> Any:
    """A literal, list, dictionary or ``Environment``; ``UNKNOWN`` for what is computed and for no node at all."""
    if node is None or depth > _DEEPEST:
        return UNKNOWN
    kind = node.kind()
    if kind in _LITERALS:
        return _LITERALS[kind]
    if kind in ("integer", "float"):
        return _number(node.text())
    if kind in ("string", "concatenated_string"):
        return text(project, module, node, depth)
    if kind in ("list", "tuple", "set"):
        return [value(project, module, child, depth + 1) for child in node.children() if child.is_named()]
    if kind == "dictionary":
        return _dictionary(project, module, node, depth)
    if kind in ("identifier", "attribute"):
        return _named(project, module, node, depth)
    if kind in ("parenthesized_expression", "await", "type"):
        return value(project, module, first_named(node), depth + 1)
    if kind == "unary_operator":
        inner = value(project, module, node.field("argument"), depth + 1)
        return -inner if isinstance(inner, int | float) and node.text().startswith("-") else UNKNOWN
    if kind == "binary_operator":
        return _binary(project, module, node, depth)
    if kind == "boolean_operator":
        return _either(project, module, node, depth)
    return _read(project, module, node, depth) if kind in ("call", "subscript") else UNKNOWN


def text(project: Project, module: Module, node: SgNode, depth: int = 0) -> str:
    """A string with its computed parts as ``{name}``; constants are put in."""
    pieces: list[str] = []
    for child in node.children():
        if child.kind() == "string":
            pieces.append(text(project, module, child, depth))
        elif child.kind() == "string_content":
            pieces.append(child.text().replace("{{", "{").replace("}}", "}") if "{{" in child.text() else child.text())
        elif child.kind() == "interpolation":
            inner = child.field("expression") or first_named(child)
            pieces.append(_shown(value(project, module, inner, depth + 1), inner))
    return "".join(pieces)


def number(project: Project, module: Module, node: SgNode | None) -> float | int | None:
    """A number, also where it is only a variable's default; ``None`` for anything else."""
    found = value(project, module, node)
    found = found.default if isinstance(found, Environment) else found
    if isinstance(found, str):
        found = _number(found)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def port(
    project: Project, module: Module, node: SgNode | None
) -> tuple[int | None, Literal["literal", "environment", "default"] | None]:
    """A port and where it comes from; ``(None, None)`` where it is computed or not given."""
    found = value(project, module, node)
    if isinstance(found, Environment):
        default = _number(str(found.default))
        return default if isinstance(default, int) else None, "environment"
    if isinstance(found, str):
        found = _number(found)
    return (found, "literal") if isinstance(found, int) and not isinstance(found, bool) else (None, None)


def host(project: Project, module: Module, node: SgNode | None) -> str | None:
    """A literal host, or a variable's default; an empty one is every interface."""
    found = value(project, module, node)
    found = found.default if isinstance(found, Environment) else found
    if not isinstance(found, str) or "{" in found:
        return None
    return found or "0.0.0.0"  # noqa: S104 - what the program binds, not something bound here


def _dictionary(project: Project, module: Module, node: SgNode, depth: int) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for pair in node.children():
        if pair.kind() == "pair":
            key = value(project, module, pair.field("key"), depth + 1)
            if isinstance(key, str | int):
                found[key] = value(project, module, pair.field("value"), depth + 1)
    return found


def _named(project: Project, module: Module, node: SgNode, depth: int) -> Any:
    """A constant: a name with one value here or where it is imported from, or a field of a settings object."""
    function = function_around(node) if node.kind() == "identifier" else None
    given = parameters(function) if function is not None else {}
    if node.text() in given:
        return value(project, module, given[node.text()][1], depth + 1)
    site = project.locate(module, node)
    rights = site.module.assigned.get(site.name, []) if site else []
    if site and rights:
        found = [value(project, site.module, right, depth + 1) for right in rights[:5]]
        return found[0] if all(type(one) is type(found[0]) and one == found[0] for one in found) else UNKNOWN
    attribute = node.field("attribute") if node.kind() == "attribute" else None
    owner = project.locate(module, node.field("object")) if attribute is not None else None
    fields = owner.module.assigned.get(attribute.text(), []) if owner and attribute is not None else []
    return value(project, owner.module, fields[0], depth + 1) if owner and len(fields) == 1 else UNKNOWN


def _binary(project: Project, module: Module, node: SgNode, depth: int) -> Any:
    left, right = (value(project, module, node.field(side), depth + 1) for side in ("left", "right"))
    operator = node.field("operator")
    sign = operator.text() if operator is not None else ""
    if all(isinstance(side, int | float) and abs(side) < 10**12 for side in (left, right)) and sign in ("*", "+", "-"):
        return left * right if sign == "*" else left + right if sign == "+" else left - right
    if sign == "+" and (isinstance(left, str) or isinstance(right, str)):
        return f"{_shown(left, node.field('left'))}{_shown(right, node.field('right'))}"
    return UNKNOWN


def _either(project: Project, module: Module, node: SgNode, depth: int) -> Any:
    """``os.getenv("X") or "default"``."""
    left, right = (value(project, module, node.field(side), depth + 1) for side in ("left", "right"))
    operator = node.field("operator")
    if isinstance(left, Environment) and left.default is None and operator is not None and operator.text() == "or":
        return Environment(left.name, right if isinstance(right, str | int | float) else None)
    return UNKNOWN


def _read(project: Project, module: Module, node: SgNode, depth: int) -> Any:
    """``os.environ["X"]``, ``os.environ.get("X", d)``, ``os.getenv``, ``config("X", default=d)``; also in ``int()``."""
    if node.kind() == "subscript":
        key = value(project, module, node.field("subscript"), depth + 1)
        return Environment(key) if module.name(node.field("value")) == "os.environ" and isinstance(key, str) else UNKNOWN
    name = module.name(node.field("function")) or ""
    positional, keyword = arguments(node)
    if name in ("int", "str", "float") and len(positional) == 1:
        return _converted(value(project, module, positional[0], depth + 1), name)
    if not positional or not (name in _ENVIRONMENT or name.endswith(("env.int", "env.str", "env", "config.get"))):
        return UNKNOWN
    key = value(project, module, positional[0], depth + 1)
    given = positional[1] if len(positional) > 1 else keyword.get("default")
    default = value(project, module, given, depth + 1)
    return Environment(key, None if default is UNKNOWN else default) if isinstance(key, str) else UNKNOWN


def _number(written: str) -> Any:
    plain = written.replace("_", "").lower()
    try:
        return int(plain, 0) if plain[:2] in ("0x", "0o", "0b") else int(plain)
    except ValueError:
        pass
    try:
        return float(plain)
    except ValueError:
        return UNKNOWN


def _converted(found: Any, kind: str) -> Any:
    if isinstance(found, Environment):
        return Environment(found.name, None if found.default is None else _converted(found.default, kind))
    if kind == "str" and isinstance(found, str | int | float):
        return str(found)
    return _number(found) if isinstance(found, str) else found if isinstance(found, int | float) else UNKNOWN


def _shown(found: Any, node: SgNode | None) -> str:
    if isinstance(found, str | int | float) and not isinstance(found, bool):
        return str(found)
    if isinstance(found, Environment):
        return f"{{{found.name}}}"
    return f"{{{node.text()[:40] if node is not None else ''}}}"
