"""A Go file -> its imports, functions and values by name; a tree -> its Go files, by package and by the names they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING, NamedTuple

from advisor.scope import scope_of
from advisor.stack.apps import Apps, Root
from advisor.stack.own_code import OwnCode, SourceFile
from advisor.tree import Tree

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_VERSION = re.compile(r"^v\d+$|\.v\d+$")
_FUNCTIONS = ("function_declaration", "method_declaration")
_WORD = re.compile(r"[A-Za-z_]\w*")
_DECLARED = re.compile(r"^func\s(?:\([^)\n]{0,80}\)\s?)?(\w+)", re.MULTILINE)
_MOST_FILES = 400
"""Files of one package that are looked through for a name."""


class Function(NamedTuple):
    """A declared function; ``receiver`` is the type that it is a method of."""

    name: str
    receiver: str | None
    node: SgNode


class GoFile(SourceFile):
    """One parsed file."""

    def of_kind(self, *kinds: str) -> list[SgNode]:
        """All nodes of these kinds, in the order of the text."""
        if kinds not in self._asked:
            self._asked[kinds] = list(self.root.find_all(any=[{"kind": kind} for kind in kinds]))
        return self._asked[kinds]

    @cached_property
    def _asked(self) -> dict[tuple[str, ...], list[SgNode]]:
        return {}

    @cached_property
    def imports(self) -> dict[str, str]:
        """The name under which a package stands in this file -> its import path."""
        found: dict[str, str] = {}
        for spec in self.of_kind("import_spec"):
            quoted, alias = spec.field("path"), spec.field("name")
            path = quoted.text().strip('"`') if quoted is not None else ""
            found[alias.text() if alias is not None else package_name(path)] = path
        return found

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        found = []
        for node in self.of_kind(*_FUNCTIONS):
            name = node.field("name")
            if name is not None:
                found.append(Function(name.text(), _receiver(node), node))
        return tuple(found)

    @cached_property
    def assigned(self) -> dict[str, list[tuple[SgNode, SgNode | None]]]:
        """Name -> each value that it is given in this file, with the function around it (``None``: the package's)."""
        found: dict[str, list[tuple[SgNode, SgNode | None]]] = {}
        for node in self.of_kind("const_spec", "var_spec", "short_var_declaration", "assignment_statement"):
            for name, value in _pairs(node):
                found.setdefault(name, []).append((value, around(node)))
        return found

    def named(self, node: SgNode | None) -> tuple[str, str] | None:
        """``websocket.Accept`` -> import path and name, where the first part is an imported package."""
        parts = selected(node)
        if parts is None or "." in parts[0] or parts[0] not in self.imports:
            return None
        return self.imports[parts[0]], parts[1]

    def calls(self) -> Iterator[tuple[SgNode, str, str]]:
        """Each call of a selector: the call, the text before the last dot, and the name after it."""
        for call in self.of_kind("call_expression"):
            parts = selected(call.field("function"))
            if parts is not None:
                yield call, *parts


class GoCode(OwnCode):
    """The project's own Go files; tests are left out, for what they open is nobody's endpoint."""

    def __init__(self, tree: Tree, apps: Apps) -> None:
        super().__init__(tree, apps, "go", (".go",), GoFile)

    @cached_property
    def packages(self) -> dict[str, list[str]]:
        """Directory -> its own Go files."""
        found: dict[str, list[str]] = {}
        for path in self.tree.paths:
            if path.endswith(".go") and not path.endswith("_test.go") and self.tree.is_code(path):
                found.setdefault(dirname(path), []).append(path)
        return found

    def go(self, *words: str, sign: re.Pattern[str] | None = None) -> Iterator[GoFile]:
        """Parsed files that hold one of the words, without tests."""
        for path in self.paths(*words, sign=sign):
            if not path.endswith("_test.go"):
                file = self.file(path)
                if isinstance(file, GoFile):
                    yield file

    def beside_of(self, file: GoFile, *words: str, holding: str = "", declaring: str = "") -> Iterator[GoFile]:
        """Files of the same module and scope with one of the words that hold, or declare, a name."""
        key = (self.owner(file).id, scope_of(file.path), words)
        if key not in self._beside:
            paths = (path for path in self.paths(*words) if not path.endswith("_test.go"))
            self._beside[key] = [path for path in paths if (self.apps.owner(path).id, scope_of(path)) == key[:2]]
        for path in self._beside[key]:
            if (not holding or holding in self.names(path)[0]) and (not declaring or declaring in self.names(path)[1]):
                found = self.file(path)
                if isinstance(found, GoFile):
                    yield found

    @cached_property
    def _beside(self) -> dict[tuple[str, str, tuple[str, ...]], list[str]]:
        return {}

    def names(self, path: str) -> tuple[frozenset[str], frozenset[str]]:
        """Every word of a file, and those that are its functions'."""
        if path not in self._names:
            text = self.tree.text(path) or ""
            self._names[path] = frozenset(_WORD.findall(text)), frozenset(_DECLARED.findall(text))
        return self._names[path]

    @cached_property
    def _names(self) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
        return {}

    def package_of(self, file: GoFile, holding: str = "") -> Iterator[GoFile]:
        """The files of the same package that hold a name, the file itself first."""
        yield from self._in(dirname(file.path), holding, file)

    def imported(self, file: GoFile, path: str, holding: str = "") -> Iterator[GoFile]:
        """The files of a package of the same module that the file imports and that hold a name."""
        folder = self.folder(self.owner(file), path)
        if folder is not None:
            yield from self._in(folder, holding)

    def folder(self, root: Root, path: str) -> str | None:
        """Where a package of the module itself lies; ``None`` for those of others."""
        name = module_name(self.tree, root)
        if not name or not (path == name or path.startswith(f"{name}/")):
            return None
        inside = path.removeprefix(name).strip("/")
        return "/".join(part for part in ("" if root.path == "." else root.path, inside) if part)

    def near(self, file: GoFile, sign: re.Pattern[str]) -> Iterator[GoFile]:
        """Files of the package of a file, and of the packages of the module that it imports, in whose text the sign is found."""
        own = self.owner(file)
        folders = [dirname(file.path), *(self.folder(own, path) for path in dict.fromkeys(file.imports.values()))]
        paths = [path for folder in dict.fromkeys(folders) if folder is not None for path in self.packages.get(folder, ())]
        for path in sorted(paths[:_MOST_FILES], key=lambda path: path != file.path):
            if sign.search(self.tree.text(path) or ""):
                found = self.file(path)
                if isinstance(found, GoFile):
                    yield found

    def importers(self, file: GoFile, *words: str, holding: str) -> Iterator[tuple[GoFile, str]]:
        """Files of the module that import the package of a file and hold a name, with the name that it has there."""
        folder, own = dirname(file.path), self.owner(file)
        for other in self.beside_of(file, *words, holding=holding):
            for name, path in other.imports.items():
                if dirname(other.path) != folder and self.folder(own, path) == folder:
                    yield other, name

    def _in(self, folder: str, holding: str, first: GoFile | None = None) -> Iterator[GoFile]:
        if first is not None:
            yield first
        for path in self.packages.get(folder, ())[:_MOST_FILES]:
            if first is not None and path == first.path:
                continue
            if not holding or holding in self.names(path)[0]:
                file = self.file(path)
                if isinstance(file, GoFile):
                    yield file


def module_name(tree: Tree, root: Root) -> str:
    """The module's path as go.mod states it; empty where there is none."""
    manifest = root.manifest("go")
    found = re.search(r"^module\s+\"?([^\s\"]+)", tree.text(manifest.file) or "", re.MULTILINE) if manifest else None
    return found[1] if found else ""


def package_name(path: str) -> str:
    """The name that an import path's package has by convention: without a major version and the ``go-`` before it."""
    parts = [part for part in path.split("/") if part]
    while len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]):
        parts.pop()
    name = _VERSION.sub("", parts[-1]) if parts else ""
    return name.removeprefix("go-").removesuffix("-go").removesuffix(".go").replace("-", "")


def selected(node: SgNode | None) -> tuple[str, str] | None:
    """``a.b.C`` -> ``("a.b", "C")``, for a value as for a type."""
    if node is None:
        return None
    if node.kind() == "selector_expression":
        operand, field = node.field("operand"), node.field("field")
        return (operand.text(), field.text()) if operand is not None and field is not None else None
    if node.kind() == "qualified_type":
        package, name = node.field("package"), node.field("name")
        return (package.text(), name.text()) if package is not None and name is not None else None
    return None


def operand(call: SgNode) -> SgNode | None:
    """What a method is called on."""
    function = call.field("function")
    return function.field("operand") if function is not None and function.kind() == "selector_expression" else None


def arguments(call: SgNode) -> list[SgNode]:
    listed = call.field("arguments")
    return [child for child in listed.children() if child.is_named() and child.kind() != "comment"] if listed is not None else []


def around(node: SgNode) -> SgNode | None:
    """The declared function or method that a node stands in."""
    return next((parent for parent in node.ancestors() if parent.kind() in _FUNCTIONS), None)


def function_name(node: SgNode) -> str:
    name = node.field("name")
    return name.text() if name is not None else ""


def fields(node: SgNode | None) -> dict[str, SgNode]:
    """The named fields of a composite literal: ``T{A: x}`` and ``&T{A: x}``."""
    found: dict[str, SgNode] = {}
    body = node.field("body") if node is not None and node.kind() == "composite_literal" else None
    for element in body.children() if body is not None else ():
        if element.kind() == "keyed_element":
            parts = [child for child in element.children() if child.is_named()]
            if len(parts) == 2:
                found[parts[0].text()] = inner(parts[1])
    return found


def inner(node: SgNode) -> SgNode:
    """The expression inside parentheses, a literal's element and ``&``."""
    for _ in range(12):
        if node.kind() not in ("literal_element", "parenthesized_expression", "unary_expression"):
            break
        if node.kind() == "unary_expression" and not node.text().startswith("&"):
            break
        named = [child for child in node.children() if child.is_named()]
        if len(named) != 1:
            break
        node = named[0]
    return node


def _receiver(node: SgNode) -> str | None:
    listed = node.field("receiver")
    match = re.search(r"\*?(\w+)(?:\[[^\]]*\])?\s*\)$", listed.text()) if listed is not None else None
    return match[1] if match else None


def _pairs(node: SgNode) -> Iterator[tuple[str, SgNode]]:
    """Names and values of a declaration or an assignment; ``a, ok := f()`` gives ``a`` alone."""
    if node.kind() in ("const_spec", "var_spec"):
        listed = node.field("value")
        names = [child.text() for child in node.children() if child.kind() == "identifier"]
    else:
        listed, left = node.field("right"), node.field("left")
        names = [child.text() for child in left.children() if child.is_named()] if left is not None else []
    values = [child for child in listed.children() if child.is_named()] if listed is not None else []
    if len(values) == 1 and len(names) > 1:
        names = names[:1]
    yield from zip(names, values, strict=False)
