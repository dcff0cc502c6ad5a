"""Gemfile and Gemfile.lock -> which gems an app has, and in which version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from advisor.stack.apps import Apps, Root
from advisor.tree import Tree

_ASKED = re.compile(
    r"""^\s{0,40}gem[\s(]\s{0,10}["']([\w.-]+)["'](?:\s{0,10},\s{0,10}["'](?:=\s?)?v?(\d[\w.]*)["'])?""", re.MULTILINE
)
_LOCKED = re.compile(r"^    ([\w.-]+) \((\d[\w.]*?)(?:-[\w-]+)?\)$", re.MULTILINE)


@dataclass
class Packages:
    """Answers about the gems of every app of a tree; files are read when first asked for."""

    tree: Tree
    apps: Apps
    _asked: dict[str, Mapping[str, str | None]] = field(default_factory=dict)
    _locked: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def version(self, root: Root, names: Iterable[str]) -> str | None:
        """The locked version of the first of these gems, else the one that the Gemfile pins; ``None`` where neither says."""
        for name in names:
            for around in self.apps.chain(root.path):
                found = self.locked(around).get(name) or self.asked(around).get(name)
                if found:
                    return found
        return None

    def declares(self, root: Root, *names: str) -> bool:
        """True where the Gemfile of the app or of a directory around it asks for one of these gems."""
        return any(name in self.asked(around) for around in self.apps.chain(root.path) for name in names)

    def asked(self, root: Root) -> Mapping[str, str | None]:
        """What the directory's Gemfile asks for, with the version where it is pinned to one."""
        if root.path not in self._asked:
            text = self._text(root, "Gemfile") or ""
            self._asked[root.path] = {found[1]: found[2] for found in _ASKED.finditer(text)}
        return self._asked[root.path]

    def locked(self, root: Root) -> Mapping[str, str]:
        """Gem -> version as the directory's lock file says; empty where it has none."""
        if root.path not in self._locked:
            text = self._text(root, "Gemfile.lock") or ""
            self._locked[root.path] = {found[1]: found[2] for found in _LOCKED.finditer(text)}
        return self._locked[root.path]

    def _text(self, root: Root, name: str) -> str | None:
        path = name if root.path == "." else f"{root.path}/{name}"
        return self.tree.text(path) if self.tree.exists(path) else None
