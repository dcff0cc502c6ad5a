"""One Swift file: its imports, its calls with their arguments, its functions and what its properties are given."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from advisor.stack.own_code import SourceFile
from advisor.stack.reopening import Span

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_IMPORT = re.compile(r"^\s{0,8}(?:@\w+\s+)?import\s+(?:class |struct |func |enum )?(\w+)", re.MULTILINE)
_DIRECTIVE = re.compile(r"^[ \t]*#(if|elseif|else|endif)\b[ \t]*([^\n]{0,120})", re.MULTILINE)
_DEBUG = re.compile(r"\bDEBUG\b|\bDEV\b|targetEnvironment\(simulator\)", re.IGNORECASE)


class Call(NamedTuple):
    """``of`` is what stands before the last dot; ``labelled`` are arguments by their label, ``block`` the closure behind them."""

    name: str
    of: str
    node: SgNode
    arguments: tuple[SgNode, ...]
    labelled: dict[str, SgNode]
    block: SgNode | None


class SwiftFile(SourceFile):
    """A parsed file that knows what it imports."""

    @cached_property
    def imports(self) -> frozenset[str]:
        return frozenset(_IMPORT.findall(self.text[:60_000]))

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every call in the order of the text."""
        found = []
        for node in self.of_kind("call_expression"):
            parts = [child for child in node.children() if child.is_named()]
            if len(parts) < 2 or parts[-1].kind() != "call_suffix":
                continue
            pieces = [piece for piece in re.split(r"[?!]?\.", parts[0].text()) if piece]
            if pieces:
                found.append(Call(pieces[-1].strip("?!"), ".".join(pieces[:-1]), node, *_arguments(parts[-1])))
        return tuple(found)

    @cached_property
    def declared(self) -> dict[str, list[SgNode]]:
        """Name -> the expressions that its declarations give it; a computed property gives its block."""
        found: dict[str, list[SgNode]] = {}
        for node in self.of_kind("property_declaration"):
            parts = [child for child in node.children() if child.is_named()]
            name = next((part.text() for part in parts if part.kind() == "pattern"), None)
            if name is not None and parts[-1].kind() not in ("pattern", "type_annotation"):
                found.setdefault(name, []).append(parts[-1])
        return found

    @cached_property
    def functions(self) -> tuple[Span, ...]:
        found = []
        for node in self.of_kind("function_declaration"):
            name = next((child.text() for child in node.children() if child.kind() == "simple_identifier"), "")
            at = node.range()
            if name:
                found.append(Span(name, at.start.index, at.end.index))
        return tuple(found)

    @cached_property
    def _debug(self) -> tuple[list[int], list[bool]]:
        """Where the text goes over into code for development alone, and back: offsets and what holds behind each."""
        starts, states = [0], [False]
        stack: list[tuple[bool, bool]] = []
        for each in _DIRECTIVE.finditer(self.text):
            kind, condition = each[1], each[2]
            debug = (
                bool(_DEBUG.search(condition)) is not condition.lstrip().startswith("!") if _DEBUG.search(condition) else False
            )
            if kind == "if":
                stack.append((debug, bool(_DEBUG.search(condition)) and not debug))
            elif kind in ("else", "elseif") and stack:
                stack[-1] = (stack[-1][1] if kind == "else" else debug, False)
            elif kind == "endif" and stack:
                stack.pop()
            starts.append(each.start())
            states.append(any(inside for inside, _ in stack))
        return starts, states

    def in_debug(self, node: SgNode) -> bool:
        """True between ``#if DEBUG`` and its ``#else`` or ``#endif``."""
        starts, states = self._debug
        return states[bisect_right(starts, node.range().start.index) - 1]


def _arguments(suffix: SgNode) -> tuple[tuple[SgNode, ...], dict[str, SgNode], SgNode | None]:
    positional: list[SgNode] = []
    labelled: dict[str, SgNode] = {}
    block = None
    for child in suffix.children():
        if child.kind() == "lambda_literal":
            block = child
        for argument in child.children() if child.kind() == "value_arguments" else []:
            parts = [part for part in argument.children() if part.is_named()] if argument.kind() == "value_argument" else []
            if len(parts) > 1 and parts[0].kind() == "value_argument_label":
                labelled[parts[0].text()] = parts[-1]
            elif parts:
                positional.append(parts[-1])
    return tuple(positional), labelled, block
