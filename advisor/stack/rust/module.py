"""A Rust file -> its functions, values and imported names; a tree -> its Rust files by crate, and by the words they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from advisor.scope import scope_of
from advisor.stack.apps import Apps
from advisor.stack.own_code import OwnCode, SourceFile
from advisor.tree import Tree

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 12
_WORD = re.compile(r"[A-Za-z_]\w*")
_DECLARED = re.compile(r"\bfn\s+(\w+)")
_CONFIGURED = re.compile(r"#\[cfg\(test\)\]\s*(?:pub(?:\([^)]*\))?\s+)?mod\s")
_VALUES = ("const_item", "static_item", "let_declaration")


class RustFile(SourceFile):
    """One parsed file; what stands below ``#[cfg(test)] mod`` is passed over."""

    @cached_property
    def tests_at(self) -> int:
        """Where the file's own tests begin, as an index of its text."""
        found = _CONFIGURED.search(self.text)
        return len(self.text[: found.start()].encode()) if found else len(self.text.encode())

    def of_kind(self, *kinds: str) -> list[SgNode]:
        """All nodes of these kinds, in the order of the text, the file's own tests left out."""
        if kinds not in self._asked:
            nodes = self.root.find_all(any=[{"kind": kind} for kind in kinds])
            self._asked[kinds] = [node for node in nodes if not self._is_test(node)]
        return self._asked[kinds]

    def _is_test(self, node: SgNode) -> bool:
        if node.range().start.line < self._tests_line:
            return False
        return any(parent.kind() == "mod_item" and _named(parent) in ("test", "tests") for parent in node.ancestors())

    @cached_property
    def _tests_line(self) -> int:
        found = _CONFIGURED.search(self.text)
        return self.text.count("\n", 0, found.start()) if found else 1 << 30

    @cached_property
    def _asked(self) -> dict[tuple[str, ...], list[SgNode]]:
        return {}

    @cached_property
    def imports(self) -> dict[str, str]:
        """Local name -> full path, from every ``use`` of the file."""
        found: dict[str, str] = {}
        for node in self.of_kind("use_declaration"):
            inside = node.field("argument")
            for path, name in _used(inside.text() if inside is not None else "", "", 0):
                found[name] = path
        return found

    @cached_property
    def globs(self) -> tuple[str, ...]:
        """Paths of which every name is imported (``use axum::extract::ws::*``)."""
        return tuple(path.removesuffix("::*") for path in self.imports.values() if path.endswith("::*"))

    def full(self, written: str) -> str:
        """``ws::start`` -> ``actix_web_actors::ws::start``, through the file's imports; generics are left out."""
        plain = re.sub(r"<[^<>]*>", "", written).replace(" ", "")
        first, sign, rest = plain.partition("::")
        return f"{self.imports[first]}{sign}{rest}" if first in self.imports else plain

    def means(self, written: str, crates: tuple[str, ...], path: str) -> bool:
        """True where a written path is that of one of the crates: the crate and the last parts agree."""
        full, wanted = self.full(written).split("::"), path.split("::")
        if full[-1] != wanted[-1]:
            return False
        if full[0] in crates and len(full) > 1:
            return full[-len(wanted) :] == wanted
        return any(glob.split("::")[0] in crates for glob in self.globs) and full == wanted

    @cached_property
    def values(self) -> dict[str, list[tuple[SgNode, SgNode | None]]]:
        """Name -> each value that ``let``, ``const`` and ``static`` give it, with the function around it."""
        found: dict[str, list[tuple[SgNode, SgNode | None]]] = {}
        for node in self.of_kind(*_VALUES):
            name, value = node.field("name") or node.field("pattern"), node.field("value")
            if name is not None and value is not None:
                found.setdefault(name.text().removeprefix("mut "), []).append((value, around(node)))
        return found

    @property
    def module(self) -> str:
        """The name of the module that the file is."""
        *folders, base = self.path.removesuffix(".rs").split("/")
        return folders[-1] if base == "mod" and folders else base


class RustCode(OwnCode):
    """The project's own Rust files."""

    def __init__(self, tree: Tree, apps: Apps) -> None:
        super().__init__(tree, apps, "rust", (".rs",), RustFile)

    def rust(self, *words: str, sign: re.Pattern[str] | None = None) -> Iterator[RustFile]:
        for path in self.paths(*words, sign=sign):
            file = self.file(path)
            if isinstance(file, RustFile):
                yield file

    def crate(self, file: RustFile, sign: re.Pattern[str]) -> Iterator[RustFile]:
        """Files of the same crate and scope in whose text the sign is found, the file itself first."""
        for path in sorted(self._of_crate(self.owner(file).id, scope_of(file.path)), key=lambda path: path != file.path):
            if sign.search(self.tree.text(path) or ""):
                found = self.file(path)
                if isinstance(found, RustFile):
                    yield found

    def naming(self, file: RustFile, name: str) -> Iterator[RustFile]:
        """Files of the tree of the same scope that hold a name, those of the crate first."""
        own = self._of_crate(self.owner(file).id, scope_of(file.path))
        others = [path for path in self._all if path not in own and scope_of(path) == scope_of(file.path)]
        for path in (*own, *others):
            if name in self.names(path)[0]:
                found = self.file(path)
                if isinstance(found, RustFile):
                    yield found

    def is_common(self, file: RustFile, name: str) -> bool:
        """True where several files of the tree declare a function of that name."""
        return sum(name in self.names(path)[1] for path in self._all) > 1

    def names(self, path: str) -> tuple[frozenset[str], frozenset[str]]:
        """Every word of a file, and those that are its functions'."""
        if path not in self._names:
            text = self.tree.text(path) or ""
            self._names[path] = frozenset(_WORD.findall(text)), frozenset(_DECLARED.findall(text))
        return self._names[path]

    @cached_property
    def _names(self) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
        return {}

    @cached_property
    def _all(self) -> list[str]:
        return [
            path for path in self.tree.paths if path.endswith(".rs") and self.tree.is_code(path) and not self._of_library(path)
        ][:4000]

    def _of_crate(self, root: str, scope: str) -> list[str]:
        if (root, scope) not in self._crates:
            self._crates[root, scope] = [
                path for path in self._all if self.apps.owner(path).id == root and scope_of(path) == scope
            ]
        return self._crates[root, scope]

    @cached_property
    def _crates(self) -> dict[tuple[str, str], list[str]]:
        return {}


def around(node: SgNode) -> SgNode | None:
    """The function that a node stands in."""
    return next((parent for parent in node.ancestors() if parent.kind() == "function_item"), None)


def name_of(node: SgNode) -> str:
    return _named(node)


def arguments(call: SgNode) -> list[SgNode]:
    listed = call.field("arguments")
    return [child for child in listed.children() if child.is_named() and "comment" not in child.kind()] if listed else []


def method(call: SgNode) -> tuple[SgNode, str] | None:
    """What a method is called on, and its name."""
    function = call.field("function")
    if function is None or function.kind() != "field_expression":
        return None
    value, field = function.field("value"), function.field("field")
    return (value, field.text()) if value is not None and field is not None else None


def called(call: SgNode) -> str:
    """The path of the function that is called (``warp::ws``); empty for methods."""
    function = call.field("function")
    return function.text() if function is not None and function.kind() in ("identifier", "scoped_identifier") else ""


def _named(node: SgNode) -> str:
    name = node.field("name")
    return name.text() if name is not None else ""


def _used(text: str, before: str, depth: int) -> Iterator[tuple[str, str]]:
    """``a::{b::C, d as E}`` -> full path and local name of each."""
    text = text.strip()
    if depth > _DEEPEST or not text:
        return
    opening = text.find("{")
    if opening >= 0 and text.endswith("}"):
        start = f"{before}{text[:opening]}".replace(" ", "")
        for part in _parts(text[opening + 1 : -1]):
            yield from _used(part, start, depth + 1)
        return
    path, _, alias = text.partition(" as ")
    full = f"{before}{path}".replace(" ", "").replace("\n", "")
    full = full.removesuffix("::self")
    yield full, alias.strip() or (full if full.endswith("*") else full.rpartition("::")[2])


def _parts(text: str) -> list[str]:
    """At the commas outside of braces."""
    found, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if sign == "," and depth == 0:
            found.append(text[start:at])
            start = at + 1
    return [*found, text[start:]]
