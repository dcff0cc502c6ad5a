"""The text of a script, or of a page with scripts in it -> one syntax tree whose lines and columns are those of the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from advisor.formats import code
from advisor.formats.document import Unreadable
from advisor.stack.javascript import PAGES, SCRIPTS

if TYPE_CHECKING:
    from ast_grep_py import SgNode

LARGEST = 1_500_000
"""Characters; longer scripts are bundles that somebody built."""
DEEPEST = 400
"""Levels of brackets; more is generated data, and what walks a tree may recurse."""

_FRONTMATTER = re.compile(r"\A---\r?\n(.*?)\r?\n---", re.DOTALL)
_SOURCES = re.compile(r"""<script\b[^>]{0,2000}?\bsrc\s{0,20}=\s{0,20}["']([^"']{1,500})["']""", re.IGNORECASE)


def language(path: str) -> str | None:
    """The grammar of a file by its extension; ``page`` for markup with script blocks; ``None`` for anything else."""
    extension = path.rsplit(".", 1)[-1].lower()
    return SCRIPTS.get(extension) or ("page" if extension in PAGES else None)


def parse(path: str, text: str) -> tuple[SgNode, str] | None:
    """The root of the file's syntax tree, and its grammar; ``None`` where there is no script in it.

    Raises ``Unreadable`` where the text is too large or too deeply nested to be anybody's own code.
    """
    grammar = language(path)
    if grammar == "page":
        text, typed = scripts_of(path, text)
        grammar = "typescript" if typed else "javascript"
    if grammar is None or not text.strip():
        return None
    if len(text) > LARGEST:
        raise Unreadable(f"is a script of {len(text):,} characters, which is taken for a bundle")
    if _depth(text) > DEEPEST:
        raise Unreadable(f"nests more than {DEEPEST} levels deep")
    return code.parse(text, grammar, path).root(), grammar


def scripts_of(path: str, text: str) -> tuple[str, bool]:
    """A page's scripts at the lines and columns where they stand, with nothing between, and whether they are TypeScript."""
    blocks = code.blocks(text, "page.html")
    if path.endswith(".astro") and (front := _FRONTMATTER.match(text)):
        blocks.insert(0, code.Block("typescript", front[1], 1))
    written = ""
    for block in blocks:
        missing = block.offset - written.count("\n")
        written += "\n" * missing + block.text if missing > 0 or not written else f";{block.text.lstrip(' ')}"
    return written, any(block.language in ("typescript", "tsx") for block in blocks)


def loaded(text: str) -> list[str]:
    """The addresses of the scripts that a page loads (``<script src=...>``)."""
    return _SOURCES.findall(text)


def _depth(text: str) -> int:
    deepest = depth = 0
    for sign in re.findall(r"[\[\](){}]", text):
        depth += 1 if sign in "[({" else -1
        deepest = max(deepest, depth)
    return deepest
