"""Manifests and lock files -> which version of a package an app has."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from advisor.formats.document import Unreadable
from advisor.formats.source import checked
from advisor.model import NotRead
from advisor.stack.apps import Apps
from advisor.tree import Tree
from advisor.versions import key

_SECTIONS = ("dependencies", "optionalDependencies", "peerDependencies", "devDependencies")


@dataclass
class Packages:
    """Answers about the packages of every app of a tree; lock files are read when first asked for.

    ``not_read``: those of them that could not be read.
    """

    tree: Tree
    apps: Apps
    not_read: list[NotRead] = field(default_factory=list)
    _locks: dict[str, dict[str, str]] = field(default_factory=dict)

    def version(self, root: str, names: Iterable[str]) -> str | None:
        """The locked version of the first of these packages that the app has, else the least that its manifest asks for."""
        wanted = tuple(names)
        for name in wanted:
            for folder in self.apps.chain(root):
                locked = self._lock(folder.path).get(name)
                if locked and locked[0].isdigit():
                    return locked
        for name in wanted:
            for folder in self.apps.chain(root):
                asked = self._asked(folder.path, name)
                if asked:
                    return asked
        return None

    def _asked(self, root: str, name: str) -> str | None:
        manifest = self.apps.roots[root].manifest("npm")
        for section in (*_SECTIONS, "imports"):
            table = manifest.data.get(section) if manifest else None
            text = table.get(name) if isinstance(table, Mapping) else None
            if isinstance(text, str):
                return least(text)
        return None

    def _lock(self, root: str) -> dict[str, str]:
        if root not in self._locks:
            self._locks[root] = self._read(root)
        return self._locks[root]

    def _read(self, root: str) -> dict[str, str]:
        before = "" if root == "." else f"{root}/"
        for name, reader in _READERS.items():
            if self.tree.exists(before + name):
                text = self.tree.text(before + name)
                try:
                    return reader(checked(text, before + name).text) if text else {}
                except Unreadable as problem:
                    self.not_read.append(NotRead(before + name, problem.clause, problem.line))
                except (ValueError, RecursionError, AttributeError, TypeError):
                    self.not_read.append(NotRead(before + name, "it is not a lock file of the kind that its name says"))
                return {}
        return {}


def least(asked: str) -> str | None:
    """The lower bound of a range: ``^4.8.1`` -> ``4.8.1``; ``None`` for tags, addresses and ``*``."""
    text = asked.removeprefix("npm:").rsplit("@", 1)[-1] if asked.startswith("npm:") else asked
    match = re.match(r"\s*(?:workspace:)?[\^~>=v\s]*(\d+(?:\.(?:\d+|x))*(?:-[\w.]+)?)", text)
    if match is None or "://" in text or text.strip().startswith("<"):
        return None
    return match[1].split(".x")[0]


def _package_lock(text: str) -> dict[str, str]:
    """npm's package-lock.json, lockfileVersion 1 (``dependencies``) and 2 or 3 (``packages``); the top-level copies only."""
    data = json.loads(text)
    found: dict[str, str] = {}
    for path, entry in (data.get("packages") or {}).items():
        if path.startswith("node_modules/") and path.count("node_modules/") == 1:
            _take(found, path.removeprefix("node_modules/"), entry)
    for name, entry in (data.get("dependencies") or {}).items():
        if name not in found:
            _take(found, name, entry)
    return found


def _take(found: dict[str, str], name: str, entry: Any) -> None:
    if isinstance(entry, dict) and isinstance(entry.get("version"), str):
        found[name] = entry["version"]


_YARN = re.compile(r'^"?((?:@[^/@\s"]+/)?[^@\s"]+)@[^\n]{1,2000}:\n\s+version:?\s+"?([^"\s]+)"?', re.MULTILINE)
_PNPM = re.compile(r"^  '?/?((?:@[^/@\s']+/)?[^@/\s'()]+)[@/](\d[^\s:'()_]*)", re.MULTILINE)
_PNPM_DIRECT = re.compile(
    r"^ {4,6}'?((?:@[^/@\s']+/)?[^@/\s':]+)'?:\n\s+specifier: [^\n]*\n\s+version: '?(\d[^\s'()_]*)", re.MULTILINE
)
_BUN = re.compile(r'^\s+"((?:@[^/"]+/)?[^/"]+)": \["(?:@[^/"]+/)?[^@"]+@(\d[^"]*)"', re.MULTILINE)


def _newest(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """One version a name. Where a lock holds several, the newest: the app's own is rarely the older one."""
    found: dict[str, str] = {}
    for name, version in pairs:
        if name not in found or key(found[name]) < key(version):
            found[name] = version
    return found


def _pnpm(text: str) -> dict[str, str]:
    return {**_newest(_PNPM.findall(text)), **_newest(_PNPM_DIRECT.findall(text))}


def _yarn(text: str) -> dict[str, str]:
    return _newest(_YARN.findall(text))


def _bun(text: str) -> dict[str, str]:
    return _newest(_BUN.findall(text))


_READERS: Mapping[str, Callable[[str], dict[str, str]]] = {
    "package-lock.json": _package_lock,
    "npm-shrinkwrap.json": _package_lock,
    "pnpm-lock.yaml": _pnpm,
    "yarn.lock": _yarn,
    "bun.lock": _bun,
}
