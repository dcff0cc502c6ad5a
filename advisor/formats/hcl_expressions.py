"""One HCL expression of ast-grep's tree -> a node: its value where the files settle it, its text where they do not.

Evaluated are literals, lists, objects, strings with known parts, arithmetic on known numbers, conditions on known values,
``jsonencode``, the conversions and a few functions more, and what the scope knows of ``var.x`` and ``local.x``. Other
functions, loops and references stay open.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.formats.document import Node, Unreadable
from advisor.formats.hcl_conditions import Condition
from advisor.formats.hcl_functions import called
from advisor.formats.source import MAX_DEPTH, as_written
from advisor.model import Place, Value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

Scope = Callable[[str, str, int], Node | None]
"""(``var`` or ``local``, name, depth) -> the node that it stands for, ``None`` where the files leave it open."""

_LONGEST_TEXT = 10_000
_LONGEST_NUMBER = 400
_PASSED_ON = frozenset({"tostring", "tonumber", "tobool", "tolist", "toset", "tomap", "sensitive", "nonsensitive", "jsonencode"})
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|\$(\$\{)|%(%\{)", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_HEREDOC = re.compile(r"<<(-?)[^\n]*\n")


def nothing_known(kind: str, name: str, depth: int) -> Node | None:
    """The scope of a file by itself."""
    return None


class Evaluator:
    """Evaluates the expressions of one file."""

    def __init__(self, file: str, scope: Scope = nothing_known) -> None:
        self.file = file
        self.scope = scope

    def place(self, node: SgNode) -> Place:
        found = node.range()
        return Place(self.file, found.start.line + 1, found.start.column + 1, found.end.line + 1, found.end.column + 1)

    def node(self, expression: SgNode, key_place: Place | None = None, depth: int = 1) -> Node:
        """The expression's node. Raises ``Unreadable`` where it is nested deeper than ``MAX_DEPTH``."""
        place = self.place(expression)
        if depth > MAX_DEPTH:
            raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep", place.line)
        found = self._known(expression, depth)
        if found is None:
            return Node(expression.text(), place, key_place, "expression")
        place = found.place if found.tag == "heredoc" and found.place.file == self.file else place
        return Node(found.value, place, key_place, found.tag)

    def _known(self, expression: SgNode, depth: int) -> Node | None:
        return self._value([child for child in expression.children() if child.kind() != "comment"], depth)

    def _value(self, parts: list[SgNode], depth: int) -> Node | None:
        """The value of what stands in an expression, one part or a name with its steps; ``None`` where it is open."""
        kinds = [part.kind() for part in parts]
        if kinds == ["(", "expression", ")"]:
            return self.node(parts[1], None, depth + 1)
        if kinds[:1] == ["variable_expr"]:
            return self._variable(parts, depth)
        if len(parts) != 1:
            return None
        return self._part(parts[0], depth)

    def _part(self, part: SgNode, depth: int) -> Node | None:
        match part.kind():
            case "literal_value":
                return Node(literal(part), self.place(part))
            case "template_expr":
                return self._template(part.child(0), depth)
            case "collection_value":
                return self._collection(part.child(0), depth)
            case "operation":
                return self._operation(part.child(0), depth)
            case "function_call":
                return self._function(part, depth)
            case "conditional":
                return self._conditional(part, depth)
        return None

    def _conditional(self, conditional: SgNode, depth: int) -> Node | None:
        """The branch that the condition takes; open where that is not known."""
        branches = [child for child in conditional.children() if child.kind() == "expression"]
        if len(branches) != 3:
            return None
        condition = Condition.of(branches[0], lambda parts: self._operand(parts, depth + 1))
        holds = condition.holds()
        if holds is None:
            return None
        found = self.node(branches[1 if holds else 2], None, depth + 1)
        return None if found.tag == "expression" else replace(found, tag=found.tag or origin(condition.tags))

    def _operand(self, parts: list[SgNode], depth: int) -> Node | None:
        if parts[0].kind() == "variable_expr":
            return self._variable(parts, depth)
        return self._part(parts[0], depth) if len(parts) == 1 else None

    def _collection(self, collection: SgNode | None, depth: int) -> Node | None:
        if collection is None:
            return None
        place = self.place(collection)
        if collection.kind() == "tuple":
            members = [child for child in collection.children() if child.kind() == "expression"]
            return Node([self.node(member, None, depth + 1) for member in members], place)
        pairs: dict[str, Node] = {}
        for element in collection.children():
            if element.kind() == "object_elem":
                key, value = (child for child in element.children() if child.kind() == "expression")
                pairs[self._key(key, depth)] = self.node(value, self.place(key), depth + 1)
        return Node(pairs, place)

    def _key(self, key: SgNode, depth: int) -> str:
        """A bare word is a name, not a variable; only brackets make it one (HCL syntax, "Collection Values")."""
        first = key.child(0)
        if first is not None and first.kind() == "variable_expr" and len(key.children()) == 1:
            return key.text()
        return self.node(key, None, depth + 1).text() or key.text()

    def _variable(self, parts: list[SgNode], depth: int) -> Node | None:
        """``var.name``, ``local.name``, and what lies below them."""
        kind = parts[0].text()
        if kind not in ("var", "local") or len(parts) < 2 or parts[1].kind() != "get_attr":
            return None
        found = self.scope(kind, parts[1].text()[1:].strip(), depth)
        for part in parts[2:]:
            step = self._step(part, depth)
            below = found.get(step) if found is not None and step is not None else None
            found = replace(below, tag=below.tag or found.tag) if found is not None and below is not None else None
        return None if found is None or found.tag == "expression" else found

    def _step(self, part: SgNode, depth: int) -> str | int | None:
        if part.kind() == "get_attr":
            return part.text()[1:].strip()
        inside = part.find(kind="expression") if part.kind() == "index" else None
        value = self.node(inside, None, depth + 1).value if inside is not None else None
        return value if isinstance(value, str | int) and not isinstance(value, bool) else None

    def _operation(self, operation: SgNode | None, depth: int) -> Node | None:
        if operation is None or depth > MAX_DEPTH:
            return None
        parts = [child for child in operation.children() if child.kind() != "comment"]
        at = next((number for number, part in enumerate(parts) if not part.is_named()), None)
        if at is None:
            return None
        sides = [side for side in (parts[:at], parts[at + 1 :]) if side]
        values = [self._value(side, depth + 1) for side in sides]
        known = [one for one in values if one is not None and one.tag != "expression"]
        value = calculated(parts[at].text(), [one.value for one in known]) if len(known) == len(sides) else None
        return None if value is None else Node(value, self.place(operation), tag=origin(known))

    def _function(self, call: SgNode, depth: int) -> Node | None:
        name = call.child(0)
        arguments = call.find(kind="function_arguments")
        given = [child for child in arguments.children() if child.kind() == "expression"] if arguments is not None else []
        if name is None:
            return None
        nodes = [self.node(argument, None, depth + 1) for argument in given]
        if name.text() not in _PASSED_ON or len(nodes) != 1:
            computed = called(name.text(), nodes, self.place(call))
            return None if computed is None else replace(computed, tag=computed.tag or origin(nodes))
        found = nodes[0]
        if found.tag == "expression":
            return None
        return replace(found, tag="secret" if name.text() == "sensitive" else found.tag)

    def _template(self, template: SgNode | None, depth: int) -> Node | None:
        if template is None:
            return None
        heredoc = template.kind() == "heredoc_template"
        inner = [child for child in template.children() if child.kind() == "template_interpolation"]
        if template.find(kind="template_directive") is not None and not heredoc:
            return None
        values = [self._interpolated(part, depth) for part in inner]
        if heredoc:
            return self._heredoc(template, inner, values)
        known = [value for value in values if value is not None]
        if len(known) != len(inner):
            return None
        if len(inner) == 1 and all(child.kind() != "template_literal" for child in template.children()):
            return known[0]
        remaining = iter(known)
        pieces: list[str | None] = []
        for child in template.children():
            if child.kind() == "template_literal":
                pieces.append(unescaped(child.text()))
            elif child.kind() == "template_interpolation":
                pieces.append(next(remaining).text())
        text = _joined(pieces)
        return None if text is None else Node(text, self.place(template), tag=origin(known))

    def _interpolated(self, part: SgNode, depth: int) -> Node | None:
        expression = next((child for child in part.children() if child.kind() == "expression"), None)
        found = self.node(expression, None, depth + 1) if expression is not None else None
        return None if found is None or found.tag == "expression" else found

    def _heredoc(self, template: SgNode, inner: list[SgNode], values: list[Node | None]) -> Node:
        """The text from its first line on, which is its place; known parts are put in, others stay as written."""
        whole, start = template.text(), template.range().start
        pieces: list[str] = []
        done = 0
        for part, value in zip(inner, values, strict=True):
            begin, end = part.range().start.index - start.index, part.range().end.index - start.index
            text = None if value is None else value.text()
            pieces += [whole[done:begin], whole[begin:end] if text is None else text]
            done = end
        text = "".join([*pieces, whole[done:]])
        opening = _HEREDOC.match(text)
        if opening is None:
            return Node(text, self.place(template), tag="expression")
        body = text[opening.end() :].rpartition("\n")[0]
        lines = body.split("\n")
        indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0) if opening[1] else 0
        place = replace(self.place(template), line=start.line + 2, column=indent + 1)
        secret = origin([value for value in values if value is not None]) == "secret"
        return Node("".join(line[indent:] + "\n" for line in lines), place, tag="secret" if secret else "heredoc")


def literal(node: SgNode) -> Value:
    """A number, text, boolean or null; numbers print as written."""
    kind = next((child.kind() for child in node.children()), "")
    text = node.text()
    if kind == "numeric_lit":
        return _number(text)
    if kind == "bool_lit":
        return text == "true"
    return None if kind == "null_lit" else unescaped(text[1:-1])


def _number(text: str) -> Value:
    if len(text) > _LONGEST_NUMBER:
        return text
    try:
        return as_written(int(text) if text.isdecimal() else float(text), text)
    except ValueError:
        return text


def unescaped(text: str) -> str:
    """The text of a quoted template without its escapes (HCL syntax, "Quoted Templates")."""
    if "\\" not in text and "$${" not in text and "%%{" not in text:
        return text

    def plain(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code:
            number = int(code, 16)
            return "\ufffd" if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF else chr(number)
        return match[4] or match[5] or _PLAIN_ESCAPES.get(match[3], match[3])

    return _ESCAPE.sub(plain, text)


def calculated(sign: str, values: list[object]) -> Value:
    """Arithmetic on known numbers, and ``!``; ``None`` where it is anything else."""
    if sign == "!" and len(values) == 1 and isinstance(values[0], bool):
        return not values[0]
    numbers = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) != len(values) or any(abs(number) > 1e15 for number in numbers):
        return None
    match sign, numbers:
        case "-", [one]:
            return -one
        case "+", [left, right]:
            return left + right
        case "-", [left, right]:
            return left - right
        case "*", [left, right]:
            return left * right
        case "/", [left, right] if right:
            quotient = left / right
            return int(quotient) if quotient.is_integer() else quotient
        case "%", [left, right] if right:
            return left % right
    return None


def origin(nodes: list[Node]) -> str | None:
    """The tag of a value made of these: ``secret`` if one is, else ``variable`` if one comes from a variable."""
    tags = {node.tag for node in nodes}
    return "secret" if "secret" in tags else "variable" if "variable" in tags else None


def _joined(pieces: list[str | None]) -> str | None:
    known = [piece for piece in pieces if piece is not None]
    text = "".join(known)
    return text if len(known) == len(pieces) and len(text) <= _LONGEST_TEXT else None
