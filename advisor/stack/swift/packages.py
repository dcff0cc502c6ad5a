"""Package.resolved and Podfile.lock -> which version of a package an app has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from advisor.stack.apps import Apps, Root
from advisor.tree import Tree

_RESOLVED = re.compile(
    r'"(?:identity|package)"\s?:\s?"([\w.-]{1,80})"[^{}]{0,400}"state"\s?:\s?\{[^{}]{0,300}"version"\s?:\s?"(\d[\w.+-]{0,40})"'
)
_POD = re.compile(r"^  - \"?([\w.-]{1,80})(?:/\w+)? \((\d[\w.]{0,40})\)", re.MULTILINE)


@dataclass
class Packages:
    """Answers about every app of a tree; a lock file anywhere below its root speaks for it."""

    tree: Tree
    apps: Apps
    _locked: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def version(self, root: Root, names: Iterable[str]) -> str | None:
        return next((found for name in names if (found := self.locked(root).get(name))), None)

    def locked(self, root: Root) -> Mapping[str, str]:
        """Package in lower case -> version."""
        if root.path not in self._locked:
            found: dict[str, str] = {}
            for path in self.tree.named("Package.resolved", "Podfile.lock"):
                if root.path == "." or path.startswith(f"{root.path}/"):
                    text = self.tree.text(path) or ""
                    pattern = _POD if path.endswith("Podfile.lock") else _RESOLVED
                    found |= {each[1].lower(): each[2] for each in pattern.finditer(text)}
            self._locked[root.path] = found
        return self._locked[root.path]
