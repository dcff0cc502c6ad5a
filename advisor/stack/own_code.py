"""The code of one language in a tree -> parsed files, asked for by the words that they hold.

The smaller language readers share this; JavaScript and Python, which follow names through many files, have their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from advisor.formats.code import parse, place
from advisor.formats.document import Unreadable
from advisor.model import NotRead, Place
from advisor.scope import scope_of
from advisor.stack.apps import Apps, Root
from advisor.tree import Tree

if TYPE_CHECKING:
    from ast_grep_py import SgNode

LARGEST = 1_500_000
"""Characters; longer code is generated."""
DEEPEST = 400
"""Levels of brackets; more is generated data, and what walks a tree may recurse."""
_MOST_TESTS = 40
_BRACKETS = re.compile(r"[\[\](){}]")


class SourceFile:
    """One parsed file of a language."""

    def __init__(self, path: str, text: str, language: str) -> None:
        self.path = path
        self.text = text
        self._tree = parse(text, language, path)
        self.root = self._tree.root()

    def place(self, node: SgNode) -> Place:
        """Where a node of this file stands."""
        return place(node, self.path)

    def of_kind(self, *kinds: str) -> list[SgNode]:
        """All nodes of these kinds, in the order of the text; the first call walks the tree once for all kinds."""
        found = [node for kind in kinds for node in self._by_kind.get(kind, ())]
        return found if len(kinds) == 1 else sorted(found, key=lambda node: node.range().start.index)

    @cached_property
    def _by_kind(self) -> dict[str, list[SgNode]]:
        found: dict[str, list[SgNode]] = {}
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node.is_named():
                found.setdefault(node.kind(), []).append(node)
            waiting.extend(reversed(node.children()))
        return found


class OwnCode:
    """The project's own files of one language; those of a socket library's own source are left out.

    ``language`` is ast-grep's name of the grammar, ``endings`` are file endings with their dots; ``kind`` is what its files
    are parsed into.
    """

    def __init__(
        self, tree: Tree, apps: Apps, language: str, endings: tuple[str, ...], kind: type[SourceFile] = SourceFile
    ) -> None:
        self.tree = tree
        self.apps = apps
        self.not_read: list[NotRead] = []
        self._language = language
        self._endings = endings
        self._kind = kind
        self._files: dict[str, SourceFile | None] = {}

    def paths(self, *words: str, sign: re.Pattern[str] | None = None) -> Iterator[str]:
        """Files that hold one of the words, tests only the first ones; ``sign`` narrows them down by a search of the text."""
        yield from self.paths_of(self._endings, *words, sign=sign)

    def paths_of(self, endings: tuple[str, ...], *words: str, sign: re.Pattern[str] | None = None) -> Iterator[str]:
        """The same for files of other endings, such as templates."""
        tests = 0
        for path in self.tree.having(*words):
            if not path.endswith(endings) or not self.tree.is_code(path) or self._of_library(path):
                continue
            tests += scope_of(path) == "test"
            if scope_of(path) == "test" and tests > _MOST_TESTS:
                continue
            if sign is None or sign.search(self.tree.text(path) or ""):
                yield path

    def files(self, *words: str, sign: re.Pattern[str] | None = None) -> Iterator[SourceFile]:
        """The same, parsed."""
        for path in self.paths(*words, sign=sign):
            found = self.file(path)
            if found is not None:
                yield found

    def beside(self, file: SourceFile, *words: str, sign: re.Pattern[str] | None = None) -> Iterator[SourceFile]:
        """Parsed files of the same app and scope that hold one of the words."""
        root, scope = self.owner(file), scope_of(file.path)
        for path in self.paths(*words, sign=sign):
            if self.apps.owner(path).id == root.id and scope_of(path) == scope:
                found = self.file(path)
                if found is not None:
                    yield found

    def file(self, path: str) -> SourceFile | None:
        """The parsed file, or ``None`` where it cannot be read (then noted in ``not_read``)."""
        if path not in self._files:
            self._files[path] = self._read(path)
        return self._files[path]

    def owner(self, file: SourceFile) -> Root:
        return self.apps.owner(file.path)

    def _of_library(self, path: str) -> bool:
        owner = self.apps.owner(path)
        return owner.is_library or (scope_of(path) == "test" and any(root.is_library for root in self.apps.chain(owner.path)))

    def _read(self, path: str) -> SourceFile | None:
        text = self.tree.text(path)
        if text is None:
            return None
        try:
            if len(text) > LARGEST:
                raise Unreadable(f"is code of {len(text):,} characters, which is taken for generated")
            if nesting(text) > DEEPEST:
                raise Unreadable(f"nests more than {DEEPEST} levels deep")
            return self._kind(path, text, self._language)
        except Unreadable as error:
            self.not_read.append(NotRead(path, error.clause, error.line))
            return None


def nesting(text: str) -> int:
    """How many brackets are open at once at most, strings and comments not told apart."""
    deepest = depth = 0
    for sign in _BRACKETS.findall(text):
        depth += 1 if sign in "[({" else -1
        deepest = max(deepest, depth)
    return deepest
