"""Source code -> a syntax tree by ast-grep, guarded against what would stop the program; places of its nodes.

Script blocks of HTML, Vue and Svelte files are handed out as code of their own, with the line they start at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from advisor.formats.document import Unreadable
from advisor.formats.source import Source
from advisor.model import Place

if TYPE_CHECKING:
    from ast_grep_py import SgNode, SgRoot

_BY_ENDING = {
    "js": "javascript",
    "jsx": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "ts": "typescript",
    "mts": "typescript",
    "cts": "typescript",
    "tsx": "tsx",
    "py": "python",
    "pyi": "python",
    "html": "html",
    "htm": "html",
    "vue": "html",
    "svelte": "html",
}
LANGUAGES = frozenset(
    ("javascript typescript tsx python hcl bash go ruby java kotlin scala php rust elixir csharp dart swift").split()
)
"""Grammars of ast-grep that are asked for; it ends the program on a name it does not know."""

_SCRIPT_TYPES = frozenset(
    {"", "module", "text/javascript", "application/javascript", "text/ecmascript", "text/babel", "text/jsx", "text/typescript"}
)
_SCRIPT_LANGUAGES = {"ts": "typescript", "typescript": "typescript", "tsx": "tsx", "jsx": "javascript", "js": "javascript"}

_OPENING = re.compile(r"<!--|<script(?=[\s/>])", re.IGNORECASE)
_CLOSING = re.compile(r"</script(?=[\s/>])", re.IGNORECASE)
_ATTRIBUTES = re.compile(r"""(?:[^>"']{1,500}|"[^"]{0,500}"|'[^']{0,500}'){0,50}+>""")
_ATTRIBUTE = re.compile(r"""(?<![\w:@.-])([\w:@.-]+)\s{0,50}=\s{0,50}(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""")


class Block(NamedTuple):
    """Code of one language. ``offset`` is how many lines stand before it in its file; columns are the file's own."""

    language: str
    text: str
    offset: int = 0


def language_of(path: str) -> str | None:
    """The grammar for a file by its ending; ``html`` also for Vue and Svelte (see ``blocks``); ``None`` for others."""
    name = path.rsplit("/", 1)[-1]
    return _BY_ENDING.get(name.rsplit(".", 1)[-1].lower()) if "." in name else None


def blocks(text: str, path: str) -> list[Block]:
    """The code in a file: all of it, or the script blocks of a page; empty where the ending is not known."""
    language = language_of(path)
    if language is None:
        return []
    return _scripts(text, path) if language == "html" else [Block(language, text)]


def parse(text: str, language: str, file: str) -> SgRoot:
    """The syntax tree. Code with mistakes has a tree too, with nodes of kind ``ERROR``.

    Raises ``Unreadable`` for a grammar that is not asked for, for text that is not valid Unicode, and for ``bash`` with
    characters outside ASCII (``commands`` knows how to read such scripts).
    """
    from ast_grep_py import SgRoot

    if language not in LANGUAGES:
        raise Unreadable(f"there is no grammar for {language}")
    if language == "bash" and not text.isascii():
        # The grammar reads beyond a table at such characters and can end the program (tree-sitter/tree-sitter-bash#337).
        raise Unreadable("holds characters outside ASCII, which the bash grammar cannot be given")
    try:
        return SgRoot(text, language)
    except UnicodeError:
        raise Unreadable("is not valid text: it holds half of a surrogate pair") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable(f"the {language} parser gave up on it") from None


def place(node: SgNode, file: str, offset: int = 0) -> Place:
    """Where a node stands in its file, its end exclusive; ``offset`` is that of the ``Block`` it was parsed from."""
    found = node.range()
    start, end = found.start, found.end
    return Place(file, start.line + 1 + offset, start.column + 1, end.line + 1 + offset, end.column + 1)


def _scripts(text: str, file: str) -> list[Block]:
    """Scripts of a page as HTML's tokenizer ends them: at the next ``</script``, whatever stands between.

    Source: HTML Living Standard, sections 13.2.5.4 and 13.2.5.15 (script data state).
    """
    source = Source(text, file)
    found = []
    at = 0
    while (opening := _OPENING.search(source.text, at)) is not None:
        at = opening.end()
        if opening[0] == "<!--":
            at = source.text.find("-->", at) + 3
            if at < 3:
                break
            continue
        tag = _ATTRIBUTES.match(source.text, at)
        if tag is None:
            continue
        start = tag.end()
        closing = _CLOSING.search(source.text, start)
        at = closing.start() if closing else len(source.text)
        language, content = _script_language(tag[0]), source.text[start:at]
        if language is not None and content.strip():
            line, column = source.position(start)
            found.append(Block(language, " " * (column - 1) + content, line - 1))
    return found


def _script_language(attributes: str) -> str | None:
    """The grammar that a script's ``lang`` and ``type`` ask for; ``None`` for data, templates and import maps."""
    values = {found[1].lower(): (found[2] or found[3] or found[4] or "").lower() for found in _ATTRIBUTE.finditer(attributes)}
    kind = values.get("type", "")
    if kind not in _SCRIPT_TYPES:
        return None
    return _SCRIPT_LANGUAGES.get(values.get("lang") or kind.removeprefix("text/"), "javascript")
