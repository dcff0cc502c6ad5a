"""The text of a script, or of a page with scripts in it -> one syntax tree whose lines and columns are those of the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ast_grep_py import SgNode

SCRIPTS = {
    "js": "javascript",
    "jsx": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "ts": "typescript",
    "mts": "typescript",
    "cts": "typescript",
    "tsx": "tsx",
}
PAGES = frozenset(
    (
        "html htm xhtml vue svelte astro ejs erb hbs handlebars "
        "mustache njk jinja jinja2 j2 twig php cshtml gohtml tmpl heex eex jsp"
    ).split()
)
LARGEST = 1_500_000
"""Characters; longer scripts are bundles that somebody built."""
DEEPEST = 400
"""Levels of brackets; more is generated data, and what walks a tree may recurse."""

_SCRIPT = re.compile(r"<script\b([^>]{0,2000})>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
_TYPE = re.compile(r"""\btype\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_TYPED = re.compile(r"""\blang\s*=\s*["']?(?:ts|tsx|typescript)\b""", re.IGNORECASE)
_RUNS = frozenset({"module", "text/javascript", "application/javascript", "text/babel", "text/jsx", "text/typescript"})
_FRONTMATTER = re.compile(r"\A---\n(.*?)\n---", re.DOTALL)
_SOURCES = re.compile(r"""<script\b[^>]{0,2000}?\bsrc\s*=\s*["']([^"']{1,500})["']""", re.IGNORECASE)


def language(path: str) -> str | None:
    """The grammar of a file by its extension; ``page`` for markup with script blocks; ``None`` for anything else."""
    extension = path.rsplit(".", 1)[-1].lower()
    return SCRIPTS.get(extension) or ("page" if extension in PAGES else None)


def parse(path: str, text: str) -> SgNode | None:
    """The root of the file's syntax tree; ``None`` where there is no script in it. Raises ``ValueError`` with the reason
    where the text is too large or too deeply nested to be anybody's own code."""
    from ast_grep_py import SgRoot

    grammar = language(path)
    if grammar == "page":
        text, typed = scripts_of(path, text)
        grammar = "typescript" if typed else "javascript"
    if grammar is None or not text.strip():
        return None
    if len(text) > LARGEST:
        raise ValueError(f"is a script of {len(text):,} characters, which is taken for a bundle")
    if _depth(text) > DEEPEST:
        raise ValueError(f"nests more than {DEEPEST} levels deep")
    return SgRoot(text, grammar).root()


def scripts_of(path: str, text: str) -> tuple[str, bool]:
    """A page with everything but its scripts blanked out, and whether they are TypeScript."""
    kept = [(match.start(2), match.end(2)) for match in _SCRIPT.finditer(text) if _runs(match[1])]
    typed = any(_TYPED.search(match[1]) for match in _SCRIPT.finditer(text))
    if path.endswith(".astro"):
        front = _FRONTMATTER.match(text)
        kept = [*([front.span(1)] if front else []), *kept]
        typed = True
    parts: list[str] = []
    at = 0
    for start, end in kept:
        parts.append(_blank(text[at:start]))
        parts.append(text[start:end])
        at = end
    return ("".join(parts) if kept else "", typed)


def loaded(text: str) -> list[str]:
    """The addresses of the scripts that a page loads (``<script src=...>``)."""
    return _SOURCES.findall(text)


def _runs(attributes: str) -> bool:
    kind = _TYPE.search(attributes)
    return kind is None or kind[1].lower() in _RUNS


def _blank(text: str) -> str:
    """The same number of lines and columns, with a statement's end before each script so that neighbours stay apart."""
    blanked = re.sub(r"[^\r\n]", " ", text)
    return blanked[:-1] + ";" if blanked.endswith(" ") else blanked


def _depth(text: str) -> int:
    deepest = depth = 0
    for sign in re.findall(r"[\[\](){}]", text):
        depth += 1 if sign in "[({" else -1
        deepest = max(deepest, depth)
    return deepest
