"""A Python file -> its names: what imports bring, what is assigned where, which calls and decorators stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING, NamedTuple

from advisor.formats.code import parse, place
from advisor.model import Place

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 30


class Call(NamedTuple):
    """A call with the full dotted name of what is called (``fastapi.FastAPI``, ``app.websocket``)."""

    name: str
    node: SgNode


class Decorated(NamedTuple):
    """A function or class below a decorator, with the decorator's full name."""

    name: str
    decorator: SgNode
    definition: SgNode


class Module:
    """One parsed file. Names are resolved through its own imports; what they lead to is ``Project``'s to find."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._tree = parse(text, "python", file)
        self.root = self._tree.root()

    def place(self, node: SgNode) -> Place:
        return place(node, self.file)

    @cached_property
    def package(self) -> str:
        """The dotted path of the folder it lies in, from the root of the tree."""
        return dirname(self.file).replace("/", ".")

    @cached_property
    def imports(self) -> dict[str, str]:
        """Local name -> dotted name. Relative imports start at the root of the tree: ``from .a import b`` -> ``pkg.a.b``."""
        found: dict[str, str] = {}
        for statement in self.root.find_all(kind="import_statement"):
            for dotted, alias in _imported(statement):
                found[alias or dotted.split(".", 1)[0]] = dotted if alias else dotted.split(".", 1)[0]
        for statement in self.root.find_all(kind="import_from_statement"):
            source = statement.field("module_name")
            base = self._base(source) if source else None
            if source is None or base is None:
                continue
            for dotted, alias in _imported(statement, source):
                found[alias or dotted] = f"{base}.{dotted}" if base else dotted
        return found

    def _base(self, source: SgNode) -> str | None:
        text = source.text().replace(" ", "")
        if not text.startswith("."):
            return text
        dots = len(text) - len(text.lstrip("."))
        parts = self.package.split(".") if self.package else []
        if dots - 1 > len(parts):
            return None
        kept = parts[: len(parts) - (dots - 1)]
        return ".".join((*kept, *(part for part in text.lstrip(".").split(".") if part)))

    def name(self, node: SgNode | None, depth: int = 0) -> str | None:
        """The dotted name of an expression, its first part resolved through imports; ``None`` for anything computed."""
        if node is None or depth > _DEEPEST:
            return None
        kind = node.kind()
        if kind == "identifier":
            return self.imports.get(node.text(), node.text())
        if kind == "attribute":
            base = self.name(node.field("object"), depth + 1)
            attribute = node.field("attribute")
            return f"{base}.{attribute.text()}" if base and attribute else None
        if kind in ("parenthesized_expression", "await", "type"):
            return self.name(first_named(node), depth + 1)
        return None

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """All calls whose callee has a name, in source order."""
        found = ((self.name(node.field("function")), node) for node in self.root.find_all(kind="call"))
        return tuple(Call(name, node) for name, node in found if name)

    def called(self, *names: str) -> Iterator[Call]:
        """The calls of these full names; a name that starts with a dot means any object's method (``.include_router``)."""
        exact = frozenset(names)
        ends = tuple(name for name in names if name.startswith("."))
        for call in self.calls:
            if call.name in exact or (ends and call.name.endswith(ends)):
                yield call

    @cached_property
    def methods(self) -> tuple[tuple[str, SgNode], ...]:
        """All calls of a method, whatever the object: method name and call (``conns[x].send`` has no dotted name)."""
        found: list[tuple[str, SgNode]] = []
        for node in self.root.find_all(kind="call"):
            function = node.field("function")
            attribute = function.field("attribute") if function is not None and function.kind() == "attribute" else None
            if attribute is not None:
                found.append((attribute.text(), node))
        return tuple(found)

    @cached_property
    def decorated(self) -> tuple[Decorated, ...]:
        found: list[Decorated] = []
        for node in self.root.find_all(kind="decorated_definition"):
            definition = node.field("definition")
            for decorator in node.children():
                inner = first_named(decorator) if decorator.kind() == "decorator" else None
                if inner is None or definition is None:
                    continue
                name = self.name(inner.field("function") if inner.kind() == "call" else inner)
                if name:
                    found.append(Decorated(name, inner, definition))
        return tuple(found)

    @cached_property
    def assigned(self) -> dict[str, list[SgNode]]:
        """The left side as written (``app``, ``self.sio``; class bodies and ``with ... as`` too) -> the right sides, in order."""
        found: dict[str, list[SgNode]] = {}
        for node in self.root.find_all(kind="assignment"):
            left, right = node.field("left"), node.field("right")
            if left is not None and right is not None and left.kind() in ("identifier", "attribute"):
                found.setdefault(left.text(), []).append(right)
        for node in self.root.find_all(kind="as_pattern"):
            parts = [child for child in node.children() if child.is_named()]
            if len(parts) == 2:
                found.setdefault(parts[1].text(), []).append(parts[0])
        return found

    @cached_property
    def classes(self) -> dict[str, tuple[SgNode, tuple[str, ...]]]:
        """Class name -> its definition and the full names of its bases."""
        found: dict[str, tuple[SgNode, tuple[str, ...]]] = {}
        for node in self.root.find_all(kind="class_definition"):
            own, bases = node.field("name"), node.field("superclasses")
            names = [self.name(base) for base in bases.children() if base.is_named()] if bases else []
            if own:
                found[own.text()] = node, tuple(name for name in names if name)
        return found


def first_named(node: SgNode) -> SgNode | None:
    """The first child that is no punctuation."""
    return next((child for child in node.children() if child.is_named() and child.kind() != "comment"), None)


def _imported(statement: SgNode, source: SgNode | None = None) -> Iterator[tuple[str, str | None]]:
    """Name and alias of each thing that an import statement brings."""
    skipped = source.range().end.index if source is not None else -1
    for child in statement.children():
        if child.range().start.index < skipped:
            continue
        if child.kind() == "dotted_name":
            yield child.text().replace(" ", ""), None
        elif child.kind() == "aliased_import":
            name, alias = child.field("name"), child.field("alias")
            if name is not None and alias is not None:
                yield name.text().replace(" ", ""), alias.text()


def arguments(call: SgNode) -> tuple[list[SgNode], dict[str, SgNode]]:
    """Positional and keyword arguments of a call; ``*args`` and ``**kwargs`` are left out."""
    listed = call.field("arguments")
    positional: list[SgNode] = []
    keyword: dict[str, SgNode] = {}
    for child in listed.children() if listed is not None else []:
        if child.kind() == "keyword_argument":
            name, value = child.field("name"), child.field("value")
            if name is not None and value is not None:
                keyword[name.text()] = value
        elif child.is_named() and child.kind() not in ("comment", "list_splat", "dictionary_splat"):
            positional.append(child)
    return positional, keyword


def argument(call: SgNode, position: int | None, *names: str) -> SgNode | None:
    """The argument by one of its names, or at a position (from 0)."""
    positional, keyword = arguments(call)
    named = next((keyword[name] for name in names if name in keyword), None)
    if named is not None or position is None:
        return named
    return positional[position] if position < len(positional) else None


def receiver(call: SgNode) -> SgNode | None:
    """The object whose method is called."""
    function = call.field("function")
    return function.field("object") if function is not None and function.kind() == "attribute" else None


def function_around(node: SgNode) -> SgNode | None:
    """The nearest function that a node stands in."""
    return next((parent for parent in node.ancestors() if parent.kind() == "function_definition"), None)


def parameters(function: SgNode) -> dict[str, tuple[SgNode | None, SgNode | None]]:
    """Parameter name -> annotation and default."""
    listed = function.field("parameters")
    found: dict[str, tuple[SgNode | None, SgNode | None]] = {}
    for child in listed.children() if listed is not None else []:
        kind = child.kind()
        if kind == "identifier":
            found[child.text()] = None, None
        elif kind in ("typed_parameter", "typed_default_parameter", "default_parameter"):
            name = child.field("name") or next((part for part in child.children() if part.kind() == "identifier"), None)
            if name is not None:
                found[name.text()] = child.field("type"), child.field("value")
    return found
