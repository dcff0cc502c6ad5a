"""mix.exs and mix.lock -> which packages an app has, and in which version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from advisor.stack.apps import Apps, Root
from advisor.tree import Tree

_ASKED = re.compile(r"""^\s{0,40}\{:(\w+),\s{0,10}(?:"(?:==\s?|~>\s?|>=\s?)?(\d[\w.]*)")?""", re.MULTILINE)
_LOCKED = re.compile(r'^\s{0,10}"(\w+)":\s?\{:hex,\s?:\w+,\s?"(\d[\w.+-]*)"', re.MULTILINE)


@dataclass
class Packages:
    """Answers about the packages of every app of a tree; an umbrella's lock file speaks for the apps in it."""

    tree: Tree
    apps: Apps
    _asked: dict[str, frozenset[str]] = field(default_factory=dict)
    _locked: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def version(self, root: Root, names: Iterable[str]) -> str | None:
        """The locked version of the first of these packages that the app has; ``None`` where no lock file says."""
        for name in names:
            for around in self.apps.chain(root.path):
                found = self.locked(around).get(name)
                if found:
                    return found
        return None

    def declares(self, root: Root, *names: str) -> bool:
        """True where the mix.exs of the app or of the umbrella around it asks for one of these packages."""
        return any(name in self.asked(around) for around in self.apps.chain(root.path) for name in names)

    def asked(self, root: Root) -> frozenset[str]:
        if root.path not in self._asked:
            self._asked[root.path] = frozenset(found[1] for found in _ASKED.finditer(self._text(root, "mix.exs") or ""))
        return self._asked[root.path]

    def locked(self, root: Root) -> Mapping[str, str]:
        """Package -> version as the directory's mix.lock says; empty where it has none."""
        if root.path not in self._locked:
            self._locked[root.path] = {found[1]: found[2] for found in _LOCKED.finditer(self._text(root, "mix.lock") or "")}
        return self._locked[root.path]

    def _text(self, root: Root, name: str) -> str | None:
        path = name if root.path == "." else f"{root.path}/{name}"
        return self.tree.text(path) if self.tree.exists(path) else None
