"""One Dart file: what it imports and under which prefix, its calls with their arguments, its functions and declarations."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from advisor.stack.own_code import SourceFile
from advisor.stack.reopening import Span

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_IMPORT = re.compile(r"""^\s{0,8}(?:import|export)\s+["']([^"'\n]{1,200})["']([^;]{0,300});""", re.MULTILINE)
_PREFIX = re.compile(r"\bas\s+(\w+)")
_DECLARED = ("static_final_declaration", "initialized_identifier", "initialized_variable_definition")
FUNCTIONS = ("method_declaration", "function_declaration", "local_function_declaration", "getter_declaration")


class Call(NamedTuple):
    """``of`` is what stands before the last dot, without an import's prefix; empty for a plain call or construction."""

    name: str
    of: str
    node: SgNode
    arguments: tuple[SgNode, ...]
    named: dict[str, SgNode]


class DartFile(SourceFile):
    """A parsed file that knows its imports."""

    @cached_property
    def imports(self) -> dict[str, str]:
        """Library -> prefix (empty for none), exports of a barrel file too."""
        found: dict[str, str] = {}
        for each in _IMPORT.finditer(self.text[:60_000]):
            prefix = _PREFIX.search(each[2])
            found[each[1]] = prefix[1] if prefix else ""
        return found

    def imports_any(self, *starts: str) -> bool:
        return any(name.startswith(starts) for name in self.imports)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every call and construction in the order of the text."""
        prefixes = {prefix for prefix in self.imports.values() if prefix}
        found = []
        for node in self.of_kind("call_expression", "const_object_expression", "new_expression"):
            callee = next((child for child in node.children() if child.is_named()), None)
            if callee is None or callee.kind() == "function_expression":
                continue
            pieces = [piece for piece in re.split(r"\??\.", callee.text()) if piece]
            while len(pieces) > 1 and pieces[0] in prefixes:
                pieces = pieces[1:]
            if pieces:
                found.append(Call(pieces[-1].strip("!"), ".".join(pieces[:-1]), node, *arguments(node)))
        return tuple(found)

    @cached_property
    def declared(self) -> dict[str, list[SgNode]]:
        """Name -> the expressions that its declarations give it."""
        found: dict[str, list[SgNode]] = {}
        for node in self.of_kind(*_DECLARED):
            parts = [child for child in node.children() if child.is_named()]
            names = [part for part in parts if part.kind() == "identifier"]
            if (len(parts) > 1 and names and parts[-1].kind() not in ("identifier", "type")) or len(names) > 1:
                value = next(part for part in reversed(parts) if part.kind() != "cascade_section")
                found.setdefault(names[0].text(), []).append(value)
        return found

    @cached_property
    def functions(self) -> tuple[Span, ...]:
        """Functions, methods and getters with the stretch of text they take."""
        found = []
        for node in self.of_kind(*FUNCTIONS):
            signature = next((child for child in node.children() if "signature" in child.kind()), None)
            name = _signature_name(signature)
            if name:
                at = node.range()
                found.append(Span(name, at.start.index, at.end.index))
        return tuple(found)

    def body(self, name: str) -> SgNode | None:
        """The one function or getter of that name."""
        found = []
        for node in self.of_kind(*FUNCTIONS):
            signature = next((child for child in node.children() if "signature" in child.kind()), None)
            if _signature_name(signature) == name:
                found.append(node)
        return found[0] if len(found) == 1 else None


def _signature_name(node: SgNode | None) -> str:
    """``Future<void> connect(String url)`` -> ``connect``."""
    waiting = [node] if node is not None else []
    while waiting:
        each = waiting.pop(0)
        parts = [child for child in each.children() if child.is_named()]
        names = [part.text() for part in parts if part.kind() == "identifier"]
        if names:
            return names[-1]
        waiting.extend(part for part in parts if "signature" in part.kind())
    return ""


def arguments(node: SgNode) -> tuple[tuple[SgNode, ...], dict[str, SgNode]]:
    """The values of a call's arguments: those in order, and those by name."""
    held = next((child for child in node.children() if child.kind() == "arguments"), None)
    positional: list[SgNode] = []
    named: dict[str, SgNode] = {}
    for child in held.children() if held is not None else []:
        if child.kind() == "named_argument":
            parts = [part for part in child.children() if part.is_named()]
            if len(parts) > 1:
                named[parts[0].text().rstrip(":").strip()] = parts[-1]
        elif child.is_named() and child.kind() not in ("comment", "documentation_comment"):
            positional.append(child)
    return tuple(positional), named
