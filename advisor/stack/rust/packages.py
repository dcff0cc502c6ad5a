"""Cargo.toml and Cargo.lock -> the version of a crate that an app is built with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from posixpath import join

from advisor.stack.apps import Apps, Root
from advisor.tree import Tree

_LOCKED = re.compile(r'^name = "([\w-]+)"\r?\nversion = "([\w.+-]+)"', re.MULTILINE)
_ASKED = r'^[ \t]*{name}[ \t]*=[ \t]*(?:"[\^~=]?([\d.]+)"|\{{[^}}\n]*\bversion[ \t]*=[ \t]*"[\^~=]?([\d.]+)")'


class Packages:
    """Crates of the apps of one tree."""

    def __init__(self, tree: Tree, apps: Apps) -> None:
        self._tree = tree
        self._apps = apps
        self._locks: dict[str, dict[str, list[str]]] = {}

    def version(self, root: Root, packages: Iterable[str]) -> str | None:
        """That of Cargo.lock, and of several the one that the manifest asks for; else the manifest's own number."""
        for name in packages:
            asked = self._asked(root, name)
            locked = self._locked(root).get(name, [])
            fitting = [version for version in locked if asked is None or version == asked or version.startswith(f"{asked}.")]
            if fitting:
                return fitting[-1]
            if locked or asked:
                return locked[-1] if len(locked) == 1 else asked
        return None

    def _asked(self, root: Root, name: str) -> str | None:
        for around in self._apps.chain(root.path):
            manifest = around.manifest("cargo")
            text = self._tree.text(manifest.file) if manifest is not None else None
            found = re.search(_ASKED.format(name=re.escape(name)), text or "", re.MULTILINE)
            if found:
                return found[1] or found[2]
        return None

    def _locked(self, root: Root) -> dict[str, list[str]]:
        for around in self._apps.chain(root.path):
            path = "Cargo.lock" if around.path == "." else join(around.path, "Cargo.lock")
            if path not in self._locks:
                found: dict[str, list[str]] = {}
                for name, version in _LOCKED.findall(self._tree.text(path) or ""):
                    found.setdefault(name, []).append(version)
                self._locks[path] = found
            if self._locks[path]:
                return self._locks[path]
        return {}
