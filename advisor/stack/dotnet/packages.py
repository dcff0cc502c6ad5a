"""Project files of .NET -> which packages a project asks for, in which version, and which program runs a class library.

Versions come from ``packages.lock.json``, else from the project, else from ``Directory.Packages.props`` above it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from posixpath import dirname, join, normpath

from advisor.stack.apps import Apps, Root, ancestors
from advisor.tree import Tree

_REFERENCE = re.compile(r"<PackageReference\s+([^<>]{1,400}?)/?>(?:\s*<Version>([^<]{1,60})</Version>)?")
_CENTRAL = re.compile(r"<PackageVersion\s+([^<>]{1,400}?)/?>")
_ATTRIBUTE = re.compile(r"(Include|Version|Update)\s{0,5}=\s{0,5}\"([^\"]{1,200})\"")
_PROJECT = re.compile(r"<ProjectReference\s+[^<>]{0,200}?Include\s{0,5}=\s{0,5}\"([^\"]{1,300})\"")
_RUNS = re.compile(
    r"Sdk\s{0,5}=\s{0,5}\"Microsoft\.NET\.Sdk\.(?:Web|Worker|BlazorWebAssembly)|<OutputType>\s*(?:Win)?Exe", re.IGNORECASE
)
_TESTS = re.compile(r"Microsoft\.NET\.Test\.Sdk|<IsTestProject>\s*true", re.IGNORECASE)
_FILES = (".csproj", ".fsproj", ".vbproj")
_LARGEST = 400_000
_MOST = 2_000


class Packages:
    """Package -> version of every project, and what starts a project that does not start itself."""

    def __init__(self, tree: Tree, apps: Apps) -> None:
        self._tree = tree
        self._apps = apps
        self._found: dict[str, Mapping[str, str | None]] = {}
        self._programs: Mapping[str, Root] | None = None

    def version(self, root: Root, names: Collection[str]) -> str | None:
        """The version of the first of these packages that the project asks for, where it is shown."""
        found = self.of(root)
        return next((version for name in names if (version := found.get(name.lower())) is not None), None)

    def declares(self, root: Root, names: Collection[str]) -> bool:
        return any(name.lower() in self.of(root) for name in names)

    def of(self, root: Root) -> Mapping[str, str | None]:
        if root.path not in self._found:
            merged: dict[str, str | None] = {}
            central = self._central(root)
            for file in _projects(root):
                for name, version in _references(self._text(file)):
                    merged[name.lower()] = version or central.get(name.lower())
            locked = self._locked(root)
            self._found[root.path] = {name: locked.get(name, version) for name, version in merged.items()}
        return self._found[root.path]

    def program(self, root: Root) -> Root:
        """The one program whose project refers to this class library, directly or through others; else the project itself."""
        if self._programs is None:
            self._programs = self._started()
        return self._programs.get(root.path, root)

    def _started(self) -> Mapping[str, Root]:
        roots = [root for root in self._apps.roots.values() if _projects(root)][:_MOST]
        texts = {root.path: "".join(self._text(file) for file in _projects(root)) for root in roots}
        referred = {root.path: {path for file in _projects(root) for path in self._referred(file)} for root in roots}
        runs = [
            root
            for root in roots
            if _RUNS.search(texts[root.path]) and not _TESTS.search(texts[root.path]) and root.scope == "production"
        ]
        users: dict[str, list[Root]] = {}
        for root in runs:
            for path in _reached(root.path, referred):
                users.setdefault(path, []).append(root)
        starters = {root.path for root in runs}
        return {path: found[0] for path, found in users.items() if path not in starters and len(found) == 1}

    def _referred(self, file: str) -> Iterator[str]:
        for written in _PROJECT.findall(self._text(file)):
            yield dirname(normpath(join(dirname(file), written.replace("\\", "/")))) or "."

    def _central(self, root: Root) -> Mapping[str, str]:
        for folder in ancestors(root.path):
            path = "Directory.Packages.props" if folder == "." else f"{folder}/Directory.Packages.props"
            if self._tree.exists(path):
                found = {}
                for attributes in _CENTRAL.findall(self._text(path)):
                    given = dict(_ATTRIBUTE.findall(attributes))
                    if "Include" in given and "Version" in given:
                        found[given["Include"].lower()] = given["Version"]
                return found
        return {}

    def _locked(self, root: Root) -> Mapping[str, str]:
        path = "packages.lock.json" if root.path == "." else f"{root.path}/packages.lock.json"
        try:
            data = json.loads(self._text(path) or "{}")
        except (ValueError, RecursionError):
            return {}
        frameworks = data.get("dependencies") if isinstance(data, dict) else None
        found: dict[str, str] = {}
        for packages in frameworks.values() if isinstance(frameworks, dict) else ():
            for name, entry in packages.items() if isinstance(packages, dict) else ():
                if isinstance(entry, dict) and isinstance(entry.get("resolved"), str):
                    found[name.lower()] = entry["resolved"]
        return found

    def _text(self, file: str) -> str:
        text = self._tree.text(file) or ""
        return text if len(text) <= _LARGEST else ""


def _projects(root: Root) -> list[str]:
    return [manifest.file for manifest in root.manifests if manifest.file.lower().endswith(_FILES)]


def _references(text: str) -> Iterator[tuple[str, str | None]]:
    for attributes, inner in _REFERENCE.findall(text):
        given = dict(_ATTRIBUTE.findall(attributes))
        version = given.get("Version") or inner.strip() or None
        if "Include" in given:
            yield given["Include"], version if version and re.match(r"[\[(]?\d", version) else None


def _reached(start: str, referred: Mapping[str, set[str]]) -> set[str]:
    """The projects that one refers to, directly or through others."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for path in referred.get(waiting.pop(), ()):
            if path not in found:
                found.add(path)
                waiting.append(path)
    return found
