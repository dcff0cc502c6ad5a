"""A tree -> its apps: directories with a manifest, and the question which of them a file belongs to.

A file belongs to the nearest directory above it that holds a manifest of any ecosystem, so that the browser code below a
Django project belongs to that project. Files above every manifest belong to the root. The language modules under
``advisor.stack`` take an ``Apps`` and answer a ``Found``:

    def words() -> frozenset[str]: ...                  # literals one of which stands in every file that matters
    def detect(tree: Tree, apps: Apps) -> Found: ...    # uses with ``Use.app`` = ``apps.owner(path).id``
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from posixpath import dirname
from typing import Any

from advisor.formats import json as json_format
from advisor.formats.document import Unreadable
from advisor.model import NotRead, Place, Scope, Use
from advisor.scope import scope_of
from advisor.stack.library import libraries
from advisor.stack.manifest_names import published
from advisor.tree import Tree


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest file. ``root`` is the directory whose code it speaks for, ``data`` its content where that is a mapping."""

    file: str
    root: str
    ecosystem: str
    name: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    scripts: tuple[tuple[str, str, Place], ...] = ()
    """Name, command and place of each script (``scripts`` of package.json, ``tasks`` of deno.json)."""


@dataclass(frozen=True, slots=True)
class Root:
    """A directory that is an app of its own, whether or not it uses sockets. ``path`` is ``.`` for the scanned root."""

    id: str
    path: str
    scope: Scope
    manifests: tuple[Manifest, ...] = ()
    is_library: bool = False

    def manifest(self, ecosystem: str) -> Manifest | None:
        return next((manifest for manifest in self.manifests if manifest.ecosystem == ecosystem), None)


@dataclass(frozen=True, slots=True)
class Found:
    """What a language module hands back. ``forks``: app id -> where its code starts worker processes of its own."""

    uses: tuple[Use, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    forks: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Apps:
    """All roots of a tree by path; the scanned root is always among them."""

    roots: Mapping[str, Root]
    not_read: tuple[NotRead, ...] = ()

    def owner(self, file: str) -> Root:
        """The root that a file belongs to."""
        return next(self.roots[folder] for folder in ancestors(dirname(file) or ".") if folder in self.roots)

    def chain(self, root: str) -> tuple[Root, ...]:
        """The root itself and those around it, nearest first: where packages of a workspace may be declared."""
        return tuple(self.roots[folder] for folder in ancestors(root) if folder in self.roots)

    def get(self, id: str) -> Root | None:
        return next((root for root in self.roots.values() if root.id == id), None)


def ancestors(folder: str) -> Iterable[str]:
    """``a/b`` -> ``a/b``, ``a``, ``.``"""
    while folder not in ("", "."):
        yield folder
        folder = dirname(folder)
    yield "."


def is_project(tree: Tree, folder: str, ecosystem: str) -> bool:
    """True for a directory with a manifest of its own of that ecosystem: what is built there is not the app around it."""
    names = (name for name, each in _FILES.items() if each == ecosystem and name not in _MARKERS)
    return any((dirname(path) or ".") == folder for path in tree.named(*names))


def find(tree: Tree) -> Apps:
    """Every app of the tree. A manifest that cannot be parsed still makes its directory an app, and is reported."""
    not_read: list[NotRead] = []
    by_root: dict[str, list[Manifest]] = {".": []}
    for manifest in _manifests(tree, not_read):
        by_root.setdefault(manifest.root, []).append(manifest)
    ids = _ids(by_root)
    roots = {
        path: Root(ids[path], path, scope_of(f"{path}/x") if path != "." else "production", tuple(found), _library(found))
        for path, found in by_root.items()
    }
    return Apps(roots, tuple(not_read))


ECOSYSTEM = "npm"
_FILES = {
    "package.json": "npm",
    "deno.json": "npm",
    "deno.jsonc": "npm",
    "pyproject.toml": "pypi",
    "requirements.txt": "pypi",
    "setup.py": "pypi",
    "setup.cfg": "pypi",
    "pipfile": "pypi",
    "manage.py": "pypi",
    "gemfile": "rubygems",
    "go.mod": "go",
    "cargo.toml": "cargo",
    "mix.exs": "hex",
    "composer.json": "packagist",
    "pom.xml": "maven",
    "build.gradle": "maven",
    "build.gradle.kts": "maven",
    "build.sbt": "maven",
    "pubspec.yaml": "pub",
    "package.swift": "swift",
}
_NAMED_BY = {
    "mix.exs": re.compile(r"^\s{0,20}app:\s{0,10}:(\w+)", re.MULTILINE),
    "go.mod": re.compile(r"^module[ \t]+\"?([^\s\"]+)", re.MULTILINE),
    "composer.json": re.compile(r"\"name\"\s{0,5}:\s{0,5}\"([\w.-]{1,60}/[\w.-]{1,60})\""),
    "pubspec.yaml": re.compile(r"^name:[ \t]*[\"']?(\w+)", re.MULTILINE),
    "package.swift": re.compile(r"\bname:\s{0,10}\"([\w.-]+)\""),
    "cargo.toml": re.compile(r"^\[package\][^\[]{0,2000}?^name[ \t]*=[ \t]*\"([^\"\n]+)\"", re.MULTILINE),
}
"""Manifests of which only the name is read here, and how they name the package."""
_MAJOR = re.compile(r"/v\d+$")
_ENDINGS = {".csproj": "nuget", ".fsproj": "nuget", ".vbproj": "nuget"}
_REQUIREMENTS = re.compile(r"^(?:.+[-_.])?requirements(?:[-_.].+)?\.(?:txt|in)$")
_MARKERS = frozenset({"manage.py", "setup.py", "setup.cfg"})
_SPEAKS = ("name", "scripts", "dependencies", "devDependencies", "workspaces", "tasks", "imports")


def _manifests(tree: Tree, not_read: list[NotRead]) -> Iterable[Manifest]:
    """Manifests from the outside in. Markers (``manage.py``) count only where no manifest of their ecosystem is around them."""
    seen: set[tuple[str, str]] = set()
    files = [(path, ecosystem) for path in tree.paths if (ecosystem := _ecosystem(path)) and tree.is_code(path)]
    for path, ecosystem in sorted(
        files, key=lambda item: (item[0].count("/"), item[0].rsplit("/", 1)[-1].lower() in _MARKERS, item[0])
    ):
        base = path.rsplit("/", 1)[-1].lower()
        root = dirname(path) or "."
        if base.endswith((".txt", ".in")) and root.rsplit("/", 1)[-1].lower() in ("requirements", "reqs", "deps"):
            root = dirname(root) or "."
        if base in _MARKERS and any((folder, ecosystem) in seen for folder in ancestors(root)):
            continue
        manifest = _manifest(tree, path, root, ecosystem, not_read)
        if manifest:
            seen.add((root, ecosystem))
            yield manifest


def _ecosystem(path: str) -> str | None:
    base = path.rsplit("/", 1)[-1].lower()
    named = _FILES.get(base) or ("pypi" if _REQUIREMENTS.match(base) else None)
    if base.endswith(".gemspec"):
        return "rubygems" if _of_socket_gem(base) else None
    return named or next((ecosystem for ending, ecosystem in _ENDINGS.items() if base.endswith(ending)), None)


def _of_socket_gem(base: str) -> bool:
    """True for the gemspec of a socket library itself; any other one is a part of the app around it (an engine)."""
    gem = base.removesuffix(".gemspec")
    return any(gem in library.packages for library in libraries().values() if library.ecosystem == "rubygems")


def _manifest(tree: Tree, path: str, root: str, ecosystem: str, not_read: list[NotRead]) -> Manifest | None:
    """``None`` for a package.json that only says how files are to be loaded (``{"type": "module"}``)."""
    base = path.rsplit("/", 1)[-1].lower()
    if base.endswith(".gemspec"):
        return Manifest(path, root, ecosystem, base.removesuffix(".gemspec"))
    if base in _NAMED_BY:
        found = _NAMED_BY[base].search(tree.text(path) or "")
        return Manifest(path, root, ecosystem, _MAJOR.sub("", found[1]) if found else None)
    if base not in ("package.json", "deno.json", "deno.jsonc", "pyproject.toml"):
        return Manifest(path, root, ecosystem, published(tree, path))
    text = tree.text(path)
    if text is None:
        return Manifest(path, root, ecosystem)
    try:
        data = tomllib.loads(text) if base == "pyproject.toml" else json_format.load(text, path)
    except Unreadable as error:
        not_read.append(NotRead(path, error.clause, error.line))
        return Manifest(path, root, ecosystem)
    except (ValueError, RecursionError) as error:
        not_read.append(NotRead(path, f"it is not valid TOML: {error}"))
        return Manifest(path, root, ecosystem)
    if not isinstance(data, dict):
        return Manifest(path, root, ecosystem)
    if base != "pyproject.toml" and not any(key in data for key in _SPEAKS):
        return None
    return Manifest(path, root, ecosystem, _name(data), data, tuple(_scripts(path, text, data)))


def _scripts(path: str, text: str, data: Mapping[str, Any]) -> Iterable[tuple[str, str, Place]]:
    for table in ("scripts", "tasks"):
        commands = data.get(table)
        if not isinstance(commands, dict):
            continue
        start = text.find(f'"{table}"')
        for name, command in commands.items():
            if isinstance(command, str):
                at = max(text.find(json.dumps(name, ensure_ascii=False), start), 0)
                yield name, command, Place(path, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def _name(data: Mapping[str, Any]) -> str | None:
    """The package's own name: npm ``name``, PEP 621 ``project.name``, Poetry ``tool.poetry.name``."""
    tool = data.get("tool")
    tables = (data, data.get("project"), tool.get("poetry") if isinstance(tool, dict) else None)
    names = [table.get("name") for table in tables if isinstance(table, dict)]
    return next((name for name in names if isinstance(name, str) and name), None)


def _ids(by_root: Mapping[str, list[Manifest]]) -> dict[str, str]:
    """The directory's name where it is unique, else its whole path; the scanned root takes its manifest's name, else ``app``."""
    bases = [path.rsplit("/", 1)[-1] for path in by_root if path != "."]
    ids = {path: base if bases.count(base := path.rsplit("/", 1)[-1]) == 1 else path for path in by_root if path != "."}
    name = next((re.split("[/:]", manifest.name)[-1] for manifest in by_root["."] if manifest.name), "app")
    ids["."] = name if name not in ids.values() else f"{name} (root)"
    return ids


def _library(manifests: Iterable[Manifest]) -> bool:
    """True where a package that is published under a socket library's name is this very package.

    One that is private, that has no version, or that depends on the package of its own name only borrows the name.
    """
    return any(
        manifest.name in library.packages
        and ("version" in manifest.data or manifest.ecosystem != ECOSYSTEM)
        and manifest.name not in (manifest.data.get("dependencies") or {})
        for manifest in manifests
        if manifest.name and manifest.data.get("private") is not True
        for library in libraries().values()
        if library.ecosystem == manifest.ecosystem
    )
