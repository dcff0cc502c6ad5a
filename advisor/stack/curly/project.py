"""The files of one family of languages in a tree -> units with values, and constants followed from file to file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from advisor.scope import scope_of
from advisor.stack.apps import Apps, Root
from advisor.stack.curly.syntax import Unit
from advisor.stack.curly.values import UNKNOWN, Values
from advisor.stack.own_code import OwnCode
from advisor.tree import Tree

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from advisor.model import NotRead

_CONSTANT = re.compile(r"[A-Z_a-z]\w{0,60}")
_MOST_DECLARING = 3


class Family:
    """Java and Kotlin, or C#: the project's own code in each of these languages, asked for together."""

    def __init__(self, tree: Tree, apps: Apps, languages: Iterable[tuple[str, tuple[str, ...]]]) -> None:
        self.tree = tree
        self.apps = apps
        self._codes = tuple((OwnCode(tree, apps, language, endings), endings) for language, endings in languages)
        self._endings = tuple(ending for _, endings in self._codes for ending in endings)
        self._units: dict[str, Unit | None] = {}

    @property
    def not_read(self) -> tuple[NotRead, ...]:
        return tuple(item for code, _ in self._codes for item in code.not_read)

    def paths(self, *words: str, sign: re.Pattern[str] | None = None) -> Iterator[str]:
        for code, _ in self._codes:
            yield from code.paths(*words, sign=sign)

    def units(self, *words: str, sign: re.Pattern[str] | None = None) -> Iterator[Unit]:
        """Parsed files that hold one of the words; ``sign`` narrows them down by a search of the text."""
        for path in self.paths(*words, sign=sign):
            unit = self.unit(path)
            if unit is not None:
                yield unit

    def unit(self, path: str) -> Unit | None:
        if path not in self._units:
            code = next((code for code, endings in self._codes if path.endswith(endings)), None)
            file = code.file(path) if code is not None else None
            self._units[path] = Unit(file) if file is not None else None
        return self._units[path]

    def beside(self, root: Root, scope: str, *words: str, sign: re.Pattern[str] | None = None) -> Iterator[Unit]:
        """Parsed files of one app and scope."""
        for path in self.paths(*words, sign=sign):
            if self.apps.owner(path).id == root.id and scope_of(path) == scope:
                unit = self.unit(path)
                if unit is not None:
                    yield unit

    def owner(self, unit: Unit) -> Root:
        return self.apps.owner(unit.path)

    def values(self, unit: Unit) -> Values:
        """The reader of a file's expressions."""
        return Values(unit, self.constant, lambda text: self.setting(unit, text))

    def setting(self, unit: Unit, text: str) -> Any:
        """What ``${key:default}`` stands for; the families with settings files say."""
        return UNKNOWN

    def constant(self, owner: str, name: str) -> tuple[Unit, SgNode] | None:
        """The one declaration of ``owner.name``, in the file that is called like the class."""
        if not owner or not _CONSTANT.fullmatch(owner) or not owner[0].isupper():
            return None
        files = [path for ending in self._endings for path in self.tree.named(f"{owner}{ending}")]
        if not 0 < len(files) <= _MOST_DECLARING:
            return None
        for path in files:
            unit = self.unit(path)
            given = unit.assigned.get(name, []) if unit is not None else []
            if unit is not None and len(given) == 1:
                return unit, given[0]
        return None
