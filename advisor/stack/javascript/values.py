"""An expression -> the texts it can have, part by part, as far as the files show it.

Followed are literals, templates, ``+``, constants of the file and of relative imports, ``a || b``, ternaries, environment
variables, ``new URL``, ``replace``, functions of the file that only return, and what comes from ``location``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.stack.javascript import syntax
from advisor.stack.javascript.bindings import name_of
from advisor.stack.javascript.branches import DEVELOPMENT, DEVELOPMENT_TEST, asks_development, in_branch, test_of
from advisor.stack.javascript.names import Script
from advisor.stack.javascript.parts import (
    MOST,
    Kind,
    Part,
    Value,
    authority,
    calculated,
    joined,
    literal_value,
    numeric,
    plain_number,
    replaced,
    unknown,
)

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 14


_LOCATION: dict[str, Kind] = {
    "protocol": "scheme",
    "host": "host",
    "hostname": "hostname",
    "port": "port",
    "origin": "origin",
    "href": "origin",
    "pathname": "path",
    "search": "path",
    "hash": "path",
}
_HOLDERS = re.compile(r"^(?:(?:window|document|globalThis|self|top|parent|global)(?:\?)?\.)*location$")
_ENVIRONMENT = re.compile(
    r"^(?:(?:window|globalThis)\.)?(?:process(?:\?)?\.env|import\.meta\.env|Bun\.env|Deno\.env|\$env)(?:\?)?(?:\.|\[[\"'])(\w+)"
)
_ASKED = re.compile(r"^(?:Deno\.env\.get|env|getEnv|getenv|requireEnv)\(\s*[\"'](\w+)[\"']")
_PAGE = re.compile(r"location|protocol|isSecure|secure|https", re.IGNORECASE)
_SAME = frozenset({"toString", "toLowerCase", "trim", "trimEnd", "valueOf", "toUpperCase", "replaceAll"})
_THROUGH = frozenset(
    {"String", "Number", "parseInt", "parseFloat", "encodeURI", "decodeURI", "unref", "ref", "computed", "useMemo"}
)


class Evaluator:
    """Evaluates expressions of one script, following names into others."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def values(self, node: SgNode, depth: int = 0) -> tuple[Value, ...]:
        """What the expression can be, at most a few alternatives; a part that is not known names the expression."""
        if depth > _DEEPEST:
            return (unknown(node),)
        node = syntax.bare(node)
        found = self._values(node, depth)
        return tuple(dict.fromkeys(found))[:MOST] or (unknown(node),)

    def number(self, node: SgNode | None) -> float | None:
        """The number an expression is, where it is one and the same on every branch."""
        if node is None:
            return None
        numbers = {value.number for value in self.values(node)}
        return numbers.pop() if len(numbers) == 1 else None

    def text(self, node: SgNode | None) -> str | None:
        """The text an expression is, where every part is known and there is no other branch."""
        if node is None:
            return None
        texts = {value.literal for value in self.values(node)}
        return texts.pop() if len(texts) == 1 else None

    # ------------------------------------------------------------ by kind of node

    def _values(self, node: SgNode, depth: int) -> tuple[Value, ...]:
        kind = node.kind()
        text = syntax.string(node)
        if text is not None:
            return (literal_value(text),)
        if kind in ("null", "undefined"):
            return (literal_value(""),)
        if kind == "number":
            return (literal_value(plain_number(node.text())),)
        if kind == "template_string":
            return self._template(node, depth)
        if kind == "binary_expression":
            return self._binary(node, depth)
        if kind == "ternary_expression":
            return self._ternary(node, depth)
        if kind in ("member_expression", "subscript_expression"):
            return self._member(node, depth)
        if syntax.is_name(node):
            return self._name(node, depth)
        if kind in ("call_expression", "new_expression"):
            return self._call(node, depth)
        if kind == "unary_expression" and node.text().startswith("+"):
            argument = node.field("argument")
            return self.values(argument, depth + 1) if argument else ()
        return (unknown(node),)

    def _template(self, node: SgNode, depth: int) -> tuple[Value, ...]:
        found: tuple[Value, ...] = (Value(()),)
        for child in node.children():
            if child.kind() in ("string_fragment", "escape_sequence"):
                found = joined(found, (literal_value(syntax.unescape(child.text())),))
            elif child.kind() == "template_substitution":
                inner = syntax.named(child)
                found = joined(found, self.values(inner[0], depth + 1) if inner else ())
        return found

    def _binary(self, node: SgNode, depth: int) -> tuple[Value, ...]:
        left, right, sign = node.field("left"), node.field("right"), node.field("operator")
        if left is None or right is None or sign is None:
            return ()
        operator = sign.text()
        if operator in ("||", "??"):
            return self._either(self.values(left, depth + 1), self.values(right, depth + 1))
        if operator == "&&":
            return self.values(right, depth + 1)
        first, second = self.values(left, depth + 1), self.values(right, depth + 1)
        if operator == "+" and not (numeric(first, left) and numeric(second, right)):
            return joined(first, second)
        if operator in ("+", "-", "*", "/", "**") and len(first) == len(second) == 1:
            result = calculated(operator, first[0].number, second[0].number)
            if result is not None:
                return (Value((Part("literal", f"{result:.15g}"),)),)
        return (unknown(node),)

    def _either(self, first: tuple[Value, ...], second: tuple[Value, ...]) -> tuple[Value, ...]:
        """``a || b``: ``b`` is a fallback; where ``a`` is a variable of the environment, they are one value."""
        asked = next((value.environment for value in first if value.environment), None)
        fallbacks = tuple(replace(value, guarded=True, environment=value.environment or asked) for value in second)
        kept = tuple(value for value in first if value.known and not (value.environment and value.literal is None))
        return kept + fallbacks

    def _ternary(self, node: SgNode, depth: int) -> tuple[Value, ...]:
        condition, yes, no = node.field("condition"), node.field("consequence"), node.field("alternative")
        if condition is None or yes is None or no is None:
            return ()
        test = condition.text()
        first, second = self.values(yes, depth + 1), self.values(no, depth + 1)
        schemes = {value.literal for value in first + second}
        if all(text and re.fullmatch(r"(?:wss?|https?):?(?://)?", text) for text in schemes) and len(schemes) == 2:
            if _PAGE.search(test) or _PAGE.search(self._meaning(condition)):
                rest = next(iter(schemes)) or ""
                tail = rest[len(rest.split(":", 1)[0]) :]
                return (Value((Part("scheme", ""), *((Part("literal", tail),) if tail else ()))),)
            return first + second
        meant = f"{test} {self._meaning(condition)}"
        if DEVELOPMENT_TEST.search(meant) and not test.startswith("!"):
            return tuple(replace(value, guarded=True) for value in first) + second
        if re.search(r"={2,3}\s*[\"']prod|env\.PROD\b", meant) and not test.startswith("!"):
            return first + tuple(replace(value, guarded=True) for value in second)
        if DEVELOPMENT.search(meant):
            return tuple(in_branch(value) for value in first + second)
        return first + second

    def _meaning(self, condition: SgNode) -> str:
        """The text behind a plain name that is used as a condition."""
        inner = condition
        if inner.kind() == "unary_expression":
            inner = inner.field("argument") or inner
        value = self.script.value(inner.text(), inner) if syntax.is_name(inner) else None
        return value.text() if value else ""

    def _member(self, node: SgNode, depth: int) -> tuple[Value, ...]:
        text = node.text()
        environment = _ENVIRONMENT.match(text)
        if environment:
            return (Value((Part("unknown", environment[1]),), environment=environment[1]),)
        parts = syntax.member(node)
        if parts is None:
            return (unknown(node),)
        holder, key = parts
        if _HOLDERS.match(text):
            return (Value((Part("origin", text),)),)
        if text in ("document.domain", "window.document.domain"):
            return (Value((Part("hostname", text),)),)
        if _HOLDERS.match(holder.text()):
            return self._located(key, text)
        if key in _LOCATION and self._is_address(holder):
            return self._located(key, text)
        if key == "href" or key == "value" or key == "current":
            inner = self.values(holder, depth + 1)
            if any(value.known for value in inner):
                return inner
        return self._property(node, holder, key, depth) or (unknown(node),)

    def _is_address(self, holder: SgNode) -> bool:
        """True for a name that stands for the page's address (``const { host } = location``, ``new URL(location.href)``)."""
        value = self.script.value(holder.text(), holder) if syntax.is_name(holder) else None
        return value is not None and (_HOLDERS.match(value.text()) is not None or "location" in value.text()[:60])

    def _located(self, key: str, text: str) -> tuple[Value, ...]:
        kind = _LOCATION.get(key)
        if kind is None:
            return (Value((Part("unknown", key),)),)
        parts = (Part(kind, text), Part("literal", ":")) if kind == "scheme" else (Part(kind, key),)
        return (Value(parts),)

    def _property(self, node: SgNode, holder: SgNode, key: str, depth: int) -> tuple[Value, ...]:
        """``config.url``, ``this.url``: what is assigned to it in the file, or stands in the object it was declared with."""
        found: list[Value] = []
        text = node.text().replace("?.", ".")
        for assignment in self.script.assigned.get(text, ()):
            right = assignment.field("right")
            if right and not syntax.within(node, assignment):
                found += self.values(right, depth + 1)
        if holder.kind() == "this":
            for declared in self.script.nodes("field_definition", "public_field_definition"):
                value = declared.field("value")
                if syntax.key_of(declared) == key and value:
                    found += self.values(value, depth + 1)
        else:
            for script, literal in self._objects(holder, depth):
                for name, value in syntax.entries(literal):
                    if name == key:
                        found += Evaluator(script).values(value, depth + 1)
        known = [value for value in found if value.known]
        return tuple(known or found)

    def _objects(self, holder: SgNode, depth: int) -> list[tuple[Script, SgNode]]:
        """The object literals that a name stands for, here or in a relative import."""
        if depth > _DEEPEST:
            return []
        holder = syntax.bare(holder)
        if holder.kind() == "object":
            return [(self.script, holder)]
        parts = syntax.member(holder)
        if parts:
            return [
                (script, value)
                for script, literal in self._objects(parts[0], depth + 1)
                for name, value in syntax.entries(literal)
                if name == parts[1] and value.kind() == "object"
            ]
        if holder.kind() != "identifier":
            return []
        value = self.script.value(holder.text(), holder)
        if value is not None:
            frozen = (
                syntax.arguments(value) if value.kind() == "call_expression" and value.text().startswith("Object.freeze") else []
            )
            target = frozen[0] if frozen else value
            return [(self.script, target)] if target.kind() == "object" else []
        return [(script, node) for script, node in self._imported(holder.text(), depth) if node.kind() == "object"]

    def _imported(self, name: str, depth: int) -> list[tuple[Script, SgNode]]:
        """The node that a name imported from a file of the tree is declared with."""
        origin = self.script.imports.get(name)
        target = self.script.project.resolve(self.script.path, origin[0]) if origin else None
        found = self.script.project.lookup(target, origin[1], depth) if origin and target else None
        if found is None:
            return []
        script, node = found
        if isinstance(node, tuple):
            return []
        if node.kind() == "variable_declarator":
            value = node.field("value")
            return [(script, syntax.bare(value))] if value else []
        if syntax.is_name(node):
            value = script.value(node.text(), node)
            return [(script, value)] if value is not None else []
        return [(script, node)]

    def _name(self, node: SgNode, depth: int) -> tuple[Value, ...]:
        name = node.text()
        if _HOLDERS.match(name) and self.script.declaration(name, node) is None:
            return (Value((Part("origin", name),)),)
        declaration = self.script.declaration(name, node)
        if declaration is not None and declaration.kind() == "variable_declarator":
            return self._declared(declaration, node, depth)
        handed = self.script.parameter(name, node)
        if handed:
            return self._handed(handed[0], handed[1], node, depth)
        imported = [
            value for script, inner in self._imported(name, depth) for value in Evaluator(script).values(inner, depth + 1)
        ]
        origin = self.script.imports.get(name)
        if not imported and origin and origin[0].startswith("$env/"):
            return (Value((Part("unknown", name),), environment=name),)
        return tuple(imported) or (unknown(node),)

    def _declared(self, declaration: SgNode, node: SgNode, depth: int) -> tuple[Value, ...]:
        name = node.text()
        target, value = declaration.field("name"), declaration.field("value")
        if target is not None and target.kind() == "object_pattern" and value is not None:
            holder = value.text()
            if _HOLDERS.match(holder) and name in _LOCATION:
                return self._located(name, f"location.{name}")
            if re.search(r"process\.env$|import\.meta\.env$|Bun\.env$", holder):
                fallback = self._fallback(target, name, depth)
                variable = Value((Part("unknown", name),), environment=name)
                return self._either((variable,), fallback) if fallback else (variable,)
            return (unknown(node),)
        found: list[Value] = []
        if value is not None and not syntax.within(node, value):
            found += self.values(value, depth + 1)
        for assignment in self.script.assigned.get(name, ()):
            right = assignment.field("right")
            if right and not syntax.within(node, assignment) and self.script.declaration(name, assignment) == declaration:
                added = (
                    assignment.kind() == "augmented_assignment_expression" and assignment.text()[len(name) :].lstrip()[:2] == "+="
                )
                values = self.values(right, depth + 1)
                found += self._in_branches(name, assignment, joined(tuple(found), values) if added else values)
        known = [v for v in found if v.known]
        if len(found) > 1 and not known:
            return (unknown(node),)
        return tuple(known or found) or (unknown(node),)

    def _fallback(self, pattern: SgNode, name: str, depth: int) -> tuple[Value, ...]:
        """The default in ``const { PORT = 3000 } = process.env``."""
        for child in syntax.named(pattern):
            left, right = child.field("left"), child.field("right")
            if child.kind() == "object_assignment_pattern" and left and right and left.text() == name:
                return self.values(right, depth + 1)
        return ()

    def _in_branches(self, name: str, assignment: SgNode, values: tuple[Value, ...]) -> Iterator[Value]:
        """An assignment inside ``if (development)`` or ``if (!name)`` is a fallback."""
        tests = [test_of(above) for above in assignment.ancestors() if above.kind() == "if_statement"]
        development = any(DEVELOPMENT.search(test) for test in tests)
        missing = any(re.search(rf"!\s*{re.escape(name)}\b|\b{re.escape(name)}\s*={{2,3}}", test) for test in tests)
        asked = any(asks_development(above, assignment) for above in assignment.ancestors() if above.kind() == "if_statement")
        for value in values:
            yield replace(value, guarded=True) if missing or asked else in_branch(value) if development else value

    def _handed(self, function: SgNode, index: int, node: SgNode, depth: int) -> tuple[Value, ...]:
        """A parameter: what the file's own calls of that function hand in."""
        name = name_of(function)
        found: list[Value] = []
        if name and depth < 6:
            for call in self.script.calls():
                called = syntax.callee(call)
                given = syntax.arguments(call) if called and called.text().rsplit(".", 1)[-1] == name else []
                if len(given) > index and not syntax.within(node, call):
                    found += self.values(given[index], depth + 1)
        return tuple(value for value in found if value.known) or (unknown(node),)

    def _call(self, node: SgNode, depth: int) -> tuple[Value, ...]:
        function = syntax.callee(node)
        given = syntax.arguments(node)
        if function is None:
            return (unknown(node),)
        asked = _ASKED.match(node.text())
        if asked:
            fallback = self.values(given[1], depth + 1) if len(given) > 1 else ()
            variable = Value((Part("unknown", asked[1]),), environment=asked[1])
            return self._either((variable,), fallback) if fallback else (variable,)
        name = function.text()
        if name == "URL" and given:
            return self._address(given, depth)
        if name in _THROUGH and given:
            inner = syntax.body(given[0]) if given[0].kind() in syntax.FUNCTIONS else given[0]
            return self.values(inner, depth + 1) if inner else ()
        parts = syntax.member(function)
        if parts and parts[1] in _SAME and parts[1] != "replaceAll":
            return self.values(parts[0], depth + 1)
        if parts and parts[1] in ("replace", "replaceAll") and len(given) == 2:
            return tuple(replaced(value, given[0], syntax.string(given[1])) for value in self.values(parts[0], depth + 1))
        return self._returned(parts[1] if parts else name, node, depth) or (unknown(node),)

    def _address(self, given: list[SgNode], depth: int) -> tuple[Value, ...]:
        """``new URL(path, base)``: the base's scheme and host where the path is relative."""
        first = self.values(given[0], depth + 1)
        if len(given) < 2:
            return first
        bases = self.values(given[1], depth + 1)
        found = []
        for value in first:
            head = value.parts[0] if value.parts else Part("unknown", "")
            if head.kind == "literal" and re.match(r"\w+://", head.text):
                found.append(value)
                continue
            lead = () if head.kind == "literal" and head.text.startswith("/") else (Part("literal", "/"),)
            found += [replace(base, parts=authority(base.parts) + lead + value.parts) for base in bases]
        return tuple(found)

    def _returned(self, name: str, node: SgNode, depth: int) -> tuple[Value, ...]:
        """What a function of the file returns, where it only computes a text."""
        for function in self.script.functions(name.lstrip("#")):
            inner = syntax.body(function)
            if inner is None or (syntax.within(node, function) and node != function):
                continue
            if inner.kind() != "statement_block":
                return self.values(inner, depth + 1)
            returns = [
                r
                for r in self.script.by_kind["return_statement"]
                if syntax.within(r, inner) and syntax.function_above(r) == function
            ]
            found = [value for r in returns for child in syntax.named(r)[:1] for value in self.values(child, depth + 1)]
            if found:
                return tuple(value for value in found if value.known) or tuple(found)
        if depth < 8 and name in self.script.imports:
            for script, function in self._imported(name, depth):
                if function.kind() in syntax.FUNCTIONS and script is not self.script:
                    return Evaluator(script)._returned(name_of(function) or name, function, depth + 1)
        return ()
