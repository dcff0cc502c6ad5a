"""composer.json and composer.lock -> which packages an app asks for, and in which version it has them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from advisor.stack.apps import Apps, Root
from advisor.tree import Tree

_LOCKED = re.compile(r'"name":\s?"([\w./-]{1,100})",\s{1,40}"version":\s?"v?(\d[\w.+-]{0,40})"')
_EXACT = re.compile(r"^v?(\d+(?:\.\d+){1,3})$")


@dataclass
class Packages:
    """Answers about the packages of every app of a tree; files are read when first asked for."""

    tree: Tree
    apps: Apps
    _asked: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _locked: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def version(self, root: Root, names: Iterable[str]) -> str | None:
        """The locked version of the first of these packages, else the one that composer.json pins."""
        for name in names:
            for around in self.apps.chain(root.path):
                pinned = _EXACT.match(self.asked(around).get(name, ""))
                found = self.locked(around).get(name) or (pinned[1] if pinned else None)
                if found:
                    return found
        return None

    def declares(self, root: Root, *names: str) -> bool:
        """True where composer.json of the app, or of a directory around it, requires one of these packages in production."""
        return any(name in self.asked(around) for around in self.apps.chain(root.path) for name in names)

    def asked(self, root: Root) -> Mapping[str, str]:
        """``require`` of the directory's composer.json: package -> constraint."""
        if root.path not in self._asked:
            try:
                data = json.loads(self._text(root, "composer.json") or "{}")
            except (ValueError, RecursionError):
                data = {}
            required = data.get("require") if isinstance(data, dict) else None
            self._asked[root.path] = {
                name.lower(): asked
                for name, asked in (required if isinstance(required, dict) else {}).items()
                if isinstance(asked, str)
            }
        return self._asked[root.path]

    def locked(self, root: Root) -> Mapping[str, str]:
        """Package -> version as the directory's composer.lock says; empty where it has none."""
        if root.path not in self._locked:
            found = _LOCKED.finditer(self._text(root, "composer.lock") or "")
            self._locked[root.path] = {each[1].lower(): each[2] for each in found}
        return self._locked[root.path]

    def _text(self, root: Root, name: str) -> str | None:
        path = name if root.path == "." else f"{root.path}/{name}"
        return self.tree.text(path) if self.tree.exists(path) else None
