"""The go.mod of an app -> the versions of the modules that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from advisor.model import Place
from advisor.stack.apps import Root
from advisor.tree import Tree

_REQUIRED = re.compile(
    r"^[ \t]*(?:require[ \t]+)?([\w.~-]+\.[\w.~-]+/[\w./~-]+)[ \t]+v([\w.+-]+)[ \t]*(//[ \t]*indirect)?", re.MULTILINE
)


class Packages:
    """Modules of the apps of one tree, read once each."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._known: dict[str, dict[str, tuple[str, Place, bool]]] = {}

    def version(self, root: Root, packages: Iterable[str]) -> str | None:
        """The version of the first of these modules; go.mod states the one that is built."""
        asked = self._asked(root)
        return next((asked[name][0] for name in packages if name in asked), None)

    def place(self, root: Root, packages: Iterable[str]) -> Place | None:
        """The line that asks for one of these modules itself; ``None`` where it only comes along with another."""
        asked = self._asked(root)
        return next((asked[name][1] for name in packages if name in asked and not asked[name][2]), None)

    def _asked(self, root: Root) -> dict[str, tuple[str, Place, bool]]:
        manifest = root.manifest("go")
        if manifest is None:
            return {}
        if manifest.file not in self._known:
            text = self._tree.text(manifest.file) or ""
            found: dict[str, tuple[str, Place, bool]] = {}
            for match in _REQUIRED.finditer(text):
                line = text.count("\n", 0, match.start(1)) + 1
                found[match[1]] = (match[2].removesuffix("+incompatible"), Place(manifest.file, line), match[3] is not None)
            self._known[manifest.file] = found
        return self._known[manifest.file]
