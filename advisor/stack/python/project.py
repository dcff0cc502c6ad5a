"""The Python files of a tree -> parsed on demand, with names followed from file to file.

A name leads to the place that defines it through imports, re-exports and ``self`` attributes; nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from advisor.formats.document import Unreadable
from advisor.model import NotRead
from advisor.scope import scope_of
from advisor.stack.apps import Apps, Root, ancestors
from advisor.stack.python.module import Module, first_named, function_around, parameters
from advisor.stack.python.packages import Packages
from advisor.tree import Tree

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 12


class Site(NamedTuple):
    """Where a name is defined: the file, and the name there as assignments write it (``app``, ``self.sio``)."""

    module: Module
    name: str


class Made(NamedTuple):
    """What an object was made by: the full name of the class or function, the node that says so, and its file."""

    name: str
    node: SgNode
    module: Module


class Project:
    """The Python side of one tree."""

    def __init__(self, tree: Tree, apps: Apps) -> None:
        self.tree = tree
        self.apps = apps
        self.packages = Packages(tree, apps)
        self.not_read: list[NotRead] = []
        self._modules: dict[str, Module | None] = {}

    def files(self, *words: str, sign: re.Pattern[str] | None = None) -> Iterator[str]:
        """Python files of the project's own code that hold one of the words; a socket library's own source is left out.

        ``sign`` narrows them down by a search of the text, so that fewer are parsed.
        """
        for path in self.tree.having(*words):
            if not path.endswith(".py") or not self.tree.is_code(path) or self._of_library(path):
                continue
            if sign is None or sign.search(self.tree.text(path) or ""):
                yield path

    def _of_library(self, path: str) -> bool:
        """True for a socket library's own source and for the tests beside it."""
        owner = self.apps.owner(path)
        around = scope_of(path) == "test" and any(root.is_library for root in self.apps.chain(owner.path))
        return owner.is_library or around

    def modules(self, *words: str, sign: re.Pattern[str] | None = None) -> Iterator[Module]:
        for path in self.files(*words, sign=sign):
            module = self.module(path)
            if module is not None:
                yield module

    def module(self, path: str) -> Module | None:
        """The parsed file, or ``None`` where it cannot be read (then noted)."""
        if path not in self._modules:
            text = self.tree.text(path)
            try:
                self._modules[path] = Module(path, text) if text is not None else None
            except Unreadable as error:
                self.not_read.append(NotRead(path, error.clause, error.line))
                self._modules[path] = None
        return self._modules[path]

    def owner(self, module: Module) -> Root:
        return self.apps.owner(module.file)

    def siblings(self, module: Module, *words: str, sign: re.Pattern[str] | None = None) -> Iterator[Module]:
        """Modules of the same app and scope that hold one of the words (see ``files``)."""
        root, scope = self.owner(module), scope_of(module.file)
        for path in self.files(*words, sign=sign):
            if self.apps.owner(path).id == root.id and scope_of(path) == scope:
                found = self.module(path)
                if found is not None:
                    yield found

    def locate(self, module: Module, node: SgNode | None) -> Site | None:
        """Where the object that an expression names is defined."""
        if node is None or node.kind() not in ("identifier", "attribute"):
            return None
        written = node.text()
        if written in module.assigned or written.startswith("self."):
            return Site(module, written)
        if written.split(".", 1)[0] not in module.imports:
            return Site(module, written) if written in module.classes else None
        dotted = module.name(node)
        return self.find(dotted, module.file) if dotted else None

    def find(self, dotted: str, near: str, depth: int = 0) -> Site | None:
        """``pkg.module.name`` -> the file of that module and the name, seen from the file ``near``."""
        module_name, _, name = dotted.rpartition(".")
        path = self._path(module_name, near) if module_name else None
        module = self.module(path) if path else None
        if module is None or depth > _DEEPEST:
            return None
        if name in module.assigned or name in module.classes or name not in module.imports:
            return Site(module, name)
        return self.find(module.imports[name], module.file, depth + 1)

    def _path(self, dotted: str, near: str) -> str | None:
        """The nearest file that a dotted module name can mean, looked for from the importing file outwards."""
        tail = dotted.replace(".", "/")
        for folder in ancestors(near.rpartition("/")[0] or "."):
            before = "" if folder == "." else f"{folder}/"
            for candidate in (f"{before}{tail}.py", f"{before}{tail}/__init__.py", f"{before}src/{tail}.py"):
                if self.tree.exists(candidate):
                    return candidate
        return None

    def made(self, module: Module, node: SgNode | None) -> Made | None:
        """What an expression's object was made by: a call, or the class that a parameter's annotation names."""
        if node is None:
            return None
        if node.kind() == "call":
            name = module.name(node.field("function"))
            return Made(name, node, module) if name else None
        site = self.locate(module, node)
        for right in site.module.assigned.get(site.name, ()) if site else ():
            value = unwrapped(right)
            name = site.module.name(value.field("function")) if site and value.kind() == "call" else None
            if name and site:
                return Made(name, value, site.module)
        function = function_around(node) if node.kind() == "identifier" else None
        annotation = parameters(function).get(node.text(), (None, None))[0] if function is not None else None
        name = module.name(annotation)
        return Made(name, annotation, module) if name and annotation is not None else None


def unwrapped(node: SgNode) -> SgNode:
    """The expression inside ``await`` and parentheses."""
    for _ in range(_DEEPEST):
        inner = first_named(node) if node.kind() in ("await", "parenthesized_expression") else None
        if inner is None:
            break
        node = inner
    return node
