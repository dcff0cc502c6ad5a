"""A server that stands in a function -> whether anything calls that function.

People leave a first try behind: ``export function initSocketServer(server) { new Server(server) }`` that no other file names. It
opens nothing. Names by which a framework finds a function (``GET``, ``SOCKET``, ``handler``) say nothing, and neither does a
package that others install.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import commonpath, dirname

from advisor.model import Use
from advisor.stack.apps import Apps, Root
from advisor.tree import Tree

_ENDINGS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".vue", ".svelte", ".astro")
_MOST_FILES = 4000
_FUNCTION = re.compile(
    r"(?:export\s+)?(?:async\s+)?function\s+(\w+)\s*[(<]"
    r"|(?:export\s+)?(?:const|let|var)\s+(\w+)\s*(?::[^=\n]{1,200})?=\s*(?:async\s*)?(?:function\b|\([^)\n]{0,300}\)?[^\n]*=>\s*\{|\w+\s*=>)"
    r"|(?:module\.)?exports\.(\w+)\s*=\s*(?:async\s*)?(?:function\b|\()"
)
_BY_PEOPLE = re.compile(
    r"^(?:init|initialize|create|setup|start|attach|register|configure|make|build|get|use|bind|mount|launch|run|open|connect)[A-Z_]\w*$"
)


def opens(use: Use, tree: Tree, apps: Apps) -> bool:
    """False for a server in a function that nothing in the tree names but where it is defined."""
    if use.role != "server" or use.scope != "production" or not use.place.file.endswith(_ENDINGS):
        return True
    text = tree.text(use.place.file) or ""
    name = _around(text.splitlines(), use.place.line)
    if name is None or _is_installed(apps.owner(use.place.file)):
        return True
    return _called_here(name, text) or any(_names(name, tree.text(path) or "") for path in _others(tree, use.place.file))


def _around(lines: list[str], number: int) -> str | None:
    """The name of the function at the edge of the file that holds the line, where only people would call it so."""
    for line in reversed(lines[: number - 1]):
        if not line[:1].strip() or line.startswith((")", "//", "/*", "*")):
            continue
        found = _FUNCTION.match(line)
        name = next((each for each in found.groups() if each), None) if found is not None else None
        return name if name is not None and _BY_PEOPLE.match(name) else None
    return None


def _called_here(name: str, text: str) -> bool:
    called = rf"(?<![\w.])(?<!function )(?<!typeof ){name}\s*\((?![^)\n]{{0,300}}\)\s*\{{)"
    passed = rf"export\s+default\s+(?:async\s+function\s+)?{name}\b|[,(:=\[]\s*{name}\s*[,)\];]"
    return re.search(called, text) is not None or re.search(passed, text) is not None


def _names(name: str, text: str) -> bool:
    return name in text and re.search(rf"\b{name}\b", text) is not None


def _others(tree: Tree, file: str) -> Iterator[str]:
    """The other files of code, those nearest by their path first."""
    paths = [path for path in tree.paths if path.endswith(_ENDINGS) and path != file and tree.is_code(path)]
    yield from sorted(paths, key=lambda path: -len(commonpath((dirname(path), dirname(file)))))[:_MOST_FILES]


def _is_installed(root: Root) -> bool:
    """True for a package that others may import from."""
    return any(key in manifest.data for manifest in root.manifests for key in ("main", "module", "exports", "bin"))
