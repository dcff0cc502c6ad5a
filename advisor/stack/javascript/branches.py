"""Conditions of development and fallback: which of several values code means for production."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.stack.javascript import syntax
from advisor.stack.javascript.parts import Value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

DEVELOPMENT = re.compile(
    r"NODE_ENV|import\.meta\.env\.(?:DEV|PROD|MODE)|localhost|127\.0\.0\.1|\b__DEV__\b|is_?(?:dev|local|prod)|\bdev\b|\bdevelopment\b",
    re.I,
)
DEVELOPMENT_TEST = re.compile(
    r"""={2,3}\s*["'](?:dev|development|local|test)["']|NODE_ENV\s*!={1,2}\s*["']prod|env\.DEV\b|\b__DEV__\b"""
    r"""|(?:hostname|host)\s*={2,3}\s*["'](?:localhost|127\.0\.0\.1)|(?<!!)\bis_?(?:Dev|Local)""",
)
"""A condition that holds in development only."""


def in_branch(value: Value) -> Value:
    """A value of a branch that asks for development: guarded where it is the local one."""
    text = value.literal or "".join(part.text for part in value.parts)
    return replace(value, guarded=True) if re.search(r"localhost|127\.0\.0\.1|0\.0\.0\.0|::1", text) else value


def asks_development(statement: SgNode, node: SgNode) -> bool:
    """True where the node runs only in development: the first branch of such a test."""
    yes = statement.field("consequence")
    return yes is not None and syntax.within(node, yes) and bool(DEVELOPMENT_TEST.search(test_of(statement)))


def test_of(statement: SgNode) -> str:
    """The condition of an ``if`` as text."""
    condition = statement.field("condition")
    return condition.text() if condition else ""
