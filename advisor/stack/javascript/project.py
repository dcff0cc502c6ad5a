"""The scripts of a tree, parsed once and only when asked for, and the imports between them."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from advisor.formats.document import Unreadable
from advisor.model import NotRead, Scope
from advisor.scope import scope_of
from advisor.stack.apps import Apps
from advisor.stack.javascript import source
from advisor.stack.javascript.bindings import Origin
from advisor.stack.javascript.names import Script
from advisor.stack.library import libraries
from advisor.tree import Tree

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_ENDINGS = (
    "",
    ".ts",
    ".tsx",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    "/index.ts",
    "/index.tsx",
    "/index.js",
    "/index.jsx",
    "/index.mjs",
)
_COMPILED = {".js": (".ts", ".tsx"), ".mjs": (".mts",), ".cjs": (".cts",), ".jsx": (".tsx",)}
_ALIASES = ("@/", "~/", "$lib/", "#/")


@dataclass
class Project:
    """All scripts of a tree; files that cannot be parsed are noted in ``not_read``."""

    tree: Tree
    apps: Apps
    not_read: list[NotRead] = field(default_factory=list)
    _scripts: dict[str, Script | None] = field(default_factory=dict)
    _packages: dict[str, str] | None = None

    def script(self, path: str) -> Script | None:
        """The parsed file; ``None`` where it is not a script of the project's own or cannot be parsed."""
        if path not in self._scripts:
            self._scripts[path] = self._parse(path)
        return self._scripts[path]

    def _parse(self, path: str) -> Script | None:
        if source.language(path) is None or not self.tree.is_code(path):
            return None
        text = self.tree.text(path)
        if text is None:
            return None
        try:
            parsed = source.parse(path, text)
        except Unreadable as error:
            self.not_read.append(NotRead(path, error.clause, error.line))
            return None
        return Script(path, parsed[0], self, text, parsed[1]) if parsed else None

    def scope(self, path: str) -> Scope:
        """What a file is for inside its app: a test of an example is a test."""
        root = self.apps.owner(path)
        return scope_of(path if root.path == "." else path[len(root.path) + 1 :])

    def together(self, path: str, other: str) -> bool:
        """True where two files belong to the same app and serve the same purpose in it."""
        return self.apps.owner(path) is self.apps.owner(other) and self.scope(path) == self.scope(other)

    def resolve(self, path: str, specifier: str) -> str | None:
        """The file of the tree that a relative or aliased import in ``path`` means."""
        if specifier.startswith("."):
            bases = [posixpath.normpath(posixpath.join(posixpath.dirname(path), specifier))]
        else:
            alias = next((alias for alias in _ALIASES if specifier.startswith(alias)), None)
            if alias is None:
                return self._workspace(specifier)
            root = self.apps.owner(path).path
            rest = specifier[len(alias) :]
            folders = ("src/lib",) if alias == "$lib/" else ("src", ".", "app")
            bases = [posixpath.normpath(posixpath.join(root, folder, rest)) for folder in folders]
        return self._file(bases)

    def _workspace(self, specifier: str) -> str | None:
        """A package of the same repository (``@acme/shared``, ``@acme/shared/path``) -> its entry or that file.

        A socket library's own packages stay packages, also in its own repository.
        """
        if self._packages is None:
            named = {root.path: manifest.name for root in self.apps.roots.values() if (manifest := root.manifest("npm"))}
            known = {name for library in libraries().values() for name in library.packages}
            self._packages = {name: path for path, name in named.items() if name and name not in known}
        name = "/".join(specifier.split("/")[: 2 if specifier.startswith("@") else 1])
        root = self._packages.get(name)
        if root is None:
            return None
        rest = specifier[len(name) :].lstrip("/")
        inner = [rest, f"src/{rest}"] if rest else ["src/index", "index", "lib/index", "src/main"]
        return self._file([posixpath.normpath(posixpath.join(root, part)) for part in inner])

    def _file(self, bases: list[str]) -> str | None:
        for base in bases:
            if base.startswith(".."):
                continue
            stem, ending = posixpath.splitext(base)
            names = [base + suffix for suffix in _ENDINGS] + [stem + other for other in _COMPILED.get(ending, ())]
            found = next((name for name in names if self.tree.exists(name)), None)
            if found:
                return self._built(found)
        return None

    def _built(self, path: str) -> str:
        """Angular's ``environments/environment.ts`` -> the file that its production build puts in its place."""
        stem, dot, ending = path.rpartition(".")
        if not stem.endswith("environments/environment"):
            return path
        others = (f"{stem}.{name}{dot}{ending}" for name in ("prod", "production"))
        return next((other for other in others if self.tree.exists(other)), path)

    def through(self, script: Script, origin: Origin, depth: int = 0) -> Origin | None:
        """An origin in a file of the tree -> what that file exports there; packages stay as they are."""
        module, export = origin
        target = self.resolve(script.path, module)
        if target is None:
            return None if module.startswith(".") else origin
        found = self.lookup(target, export, depth)
        if found is None:
            return None
        other, node = found
        return node if isinstance(node, tuple) else other.origin(node, depth + 1)

    def lookup(self, path: str, export: str, depth: int = 0) -> tuple[Script, Origin | SgNode] | None:
        """The script and what it exports under a name: an origin, or a node of it."""
        other = self.script(path) if depth < 8 else None
        if other is None:
            return None
        found = other.exported(export, depth + 1)
        return None if found is None else (other, found)
