"""One PHP file with its imports: the full name of every class that it makes or calls, and the arguments of those calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from advisor.stack.own_code import SourceFile

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_NAMES = ("name", "qualified_name", "relative_name", "namespace_name")


class Made(NamedTuple):
    """A call: ``of`` is the class (or function) in full and in lower case, ``method`` empty for ``new`` and for functions."""

    of: str
    method: str
    node: SgNode
    arguments: tuple[SgNode, ...]
    named: dict[str, SgNode]


class PhpFile(SourceFile):
    """A parsed file that knows what its short names mean."""

    @cached_property
    def namespace(self) -> str:
        found = re.search(r"^\s*(?:<\?php\s+)?namespace\s+([\w\\]+)", self.text, re.MULTILINE)
        return found[1] if found else ""

    @cached_property
    def imported(self) -> dict[str, str]:
        """Short name in lower case -> full name, as ``use`` says; of ``use function`` too."""
        found: dict[str, str] = {}
        for node in self.of_kind("namespace_use_declaration"):
            group = next((child for child in node.children() if child.kind() == "namespace_use_group"), None)
            before = next((child.text() for child in node.children() if child.kind() == "namespace_name"), "")
            for clause in (group if group is not None else node).children():
                if clause.kind() not in ("namespace_use_clause", "namespace_use_group_clause"):
                    continue
                names = [child.text() for child in clause.children() if child.is_named()]
                names = [name for name in names if name not in ("function", "const")]
                if names:
                    full = f"{before}\\{names[0]}" if group is not None and before else names[0]
                    found[names[-1].rsplit("\\", 1)[-1].lower()] = full.lstrip("\\")
        return found

    def full(self, name: str) -> str:
        """``WsServer`` -> ``ratchet\\websocket\\wsserver`` where it is imported; names are the same in any case."""
        if name.startswith("\\"):
            return name.lstrip("\\").lower()
        first, sign, rest = name.partition("\\")
        known = self.imported.get(first.lower())
        if known is not None:
            return f"{known}{sign}{rest}".lower()
        return (f"{self.namespace}\\{name}" if self.namespace and not sign else name).lower()

    @cached_property
    def made(self) -> tuple[Made, ...]:
        """Every ``new X(...)``, ``X::f(...)`` and ``f(...)`` in the order of the text."""
        kinds = ("object_creation_expression", "scoped_call_expression", "function_call_expression")
        return tuple(self._made(self.of_kind(*kinds)))

    def _made(self, nodes: list[SgNode]) -> Iterator[Made]:
        for node in nodes:
            names = [child for child in node.children() if child.kind() in _NAMES]
            if not names:
                continue
            method = names[1].text() if node.kind() == "scoped_call_expression" and len(names) > 1 else ""
            yield Made(self.full(names[0].text()), method, node, *arguments(node))

    def methods(self, *wanted: str) -> Iterator[SgNode]:
        """Calls of a method of some object (``$server->set(...)``)."""
        for node in self.of_kind("member_call_expression", "nullsafe_member_call_expression"):
            if method(node) in wanted:
                yield node


def method(node: SgNode) -> str:
    found = node.field("name")
    return found.text() if found is not None else ""


def holder(node: SgNode) -> str:
    """What a method is called on, or a property is taken from, as written."""
    found = node.field("object")
    return found.text() if found is not None else ""


def arguments(node: SgNode) -> tuple[tuple[SgNode, ...], dict[str, SgNode]]:
    """The values of a call's arguments: those in order, and those by name (``port: 8080``)."""
    held = next((child for child in node.children() if child.kind() == "arguments"), None)
    positional: list[SgNode] = []
    named: dict[str, SgNode] = {}
    for child in held.children() if held is not None else []:
        parts = [part for part in child.children() if part.is_named()] if child.kind() == "argument" else []
        if len(parts) > 1 and parts[0].kind() == "name":
            named[parts[0].text()] = parts[-1]
        elif parts:
            positional.append(parts[-1])
    return tuple(positional), named


def entries(node: SgNode | None) -> list[tuple[SgNode | None, SgNode]]:
    """The elements of an array with their keys, where they have one."""
    found: list[tuple[SgNode | None, SgNode]] = []
    for child in node.children() if node is not None and node.kind() == "array_creation_expression" else []:
        parts = [part for part in child.children() if part.is_named() and part.kind() != "comment"]
        if child.kind() == "array_element_initializer" and parts:
            found.append((parts[0] if len(parts) > 1 else None, parts[-1]))
    return found


def entry(node: SgNode | None, *keys: str) -> SgNode | None:
    """The value below these keys, the last one of each; ``""`` goes into the first element without a key."""
    for key in keys:
        found = [
            value for name, value in entries(node) if (name is None if not key else name is not None and unquoted(name) == key)
        ]
        if not found:
            return None
        node = found[0] if not key else found[-1]
    return node


def returned(file: PhpFile) -> SgNode | None:
    """The array that a configuration file returns."""
    for node in file.of_kind("return_statement"):
        inner = next((child for child in node.children() if child.is_named()), None)
        if inner is not None and inner.kind() == "array_creation_expression":
            return inner
    return None


def unquoted(node: SgNode) -> str:
    return node.text().strip("'\"")
