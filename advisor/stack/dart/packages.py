"""pubspec.yaml and pubspec.lock -> whether an app is one of Flutter's, and which version of a package it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from advisor.stack.apps import Apps, Root
from advisor.tree import Tree

_LOCKED = re.compile(
    r"^  ([\w]{1,80}):\n(?:    [^\n]*\n|      [^\n]*\n){1,12}?    version: \"?(\d[\w.+-]{0,40})\"?", re.MULTILINE
)
_FLUTTER = re.compile(r"^[ \t]+sdk:[ \t]*flutter\b|^flutter:", re.MULTILINE)


@dataclass
class Packages:
    """Answers about every app of a tree; files are read when first asked for."""

    tree: Tree
    apps: Apps
    _locked: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def version(self, root: Root, names: Iterable[str]) -> str | None:
        """The locked version of the first of these packages; a workspace's lock file speaks for the apps in it."""
        for name in names:
            for around in self.apps.chain(root.path):
                found = self.locked(around).get(name)
                if found:
                    return found
        return None

    def locked(self, root: Root) -> Mapping[str, str]:
        if root.path not in self._locked:
            self._locked[root.path] = {each[1]: each[2] for each in _LOCKED.finditer(self._text(root, "pubspec.lock"))}
        return self._locked[root.path]

    def is_flutter(self, root: Root) -> bool:
        """True for an app that runs on people's own devices."""
        return any(_FLUTTER.search(self._text(around, "pubspec.yaml")) for around in self.apps.chain(root.path)[:1])

    def _text(self, root: Root, name: str) -> str:
        path = name if root.path == "." else f"{root.path}/{name}"
        return (self.tree.text(path) or "") if self.tree.exists(path) else ""
