"""A tree -> the apps in it that use WebSockets, and what they do with them.

Each language is a package below this one: it says by ``ENDINGS`` which files are its own, and its module ``reader`` offers
``words()`` and ``detect(tree, apps)`` (see ``advisor.stack.apps``). Languages are found by folder scan, and only those whose
files are there are loaded.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib import import_module
from types import ModuleType

from advisor.model import App, Place, Stack, Use
from advisor.stack import cleartext, cookies, negotiated, schemes, signals
from advisor.stack.apps import Apps, Found, Root, find
from advisor.stack.library import libraries
from advisor.stack.settled import at_home
from advisor.tree import Tree

_ANSWERS = re.compile(r"\bpong\b|\bheartbeat_?ack\b", re.IGNORECASE)
_SCOPES = ("production", "development", "example", "test", "documentation")


@cache
def _packages() -> tuple[ModuleType, ...]:
    names = (entry.name for entry in pkgutil.iter_modules(__path__) if entry.ispkg)
    return tuple(module for name in sorted(names) if hasattr(module := import_module(f"{__name__}.{name}"), "ENDINGS"))


def _readers(paths: Iterable[str] | None) -> tuple[ModuleType, ...]:
    """The readers of the languages that some path belongs to; of all languages for ``None``."""
    return tuple(
        import_module(f"{package.__name__}.reader")
        for package in _packages()
        if paths is None or any(path.endswith(package.ENDINGS) for path in paths)
    )


def words(paths: Iterable[str] | None = None) -> frozenset[str]:
    """The literals one of which stands in every file that some language's reader must parse, for a tree of these paths."""
    common = cleartext.WORDS | cookies.WORDS | schemes.WORDS | signals.WORDS
    return common | frozenset(word for reader in _readers(paths) for word in reader.words())


def detect(tree: Tree) -> Stack:
    """All apps that use sockets or are themselves a socket library, production first, then by directory."""
    apps = find(tree)
    found = [reader.detect(tree, apps) for reader in _readers(tree.paths)]
    uses = at_home(negotiated.agreed(use for part in found for use in part.uses))
    answering = any(_answers(tree, use) for use in uses)
    merged = (_app(root, found, uses, answering, tree, apps) for root in apps.roots.values())
    kept = sorted((app for app in merged if app), key=lambda app: (_SCOPES.index(app.scope), app.root))
    return Stack(tuple(kept), apps.not_read + tuple(item for part in found for item in part.not_read))


def _answers(tree: Tree, use: Use) -> bool:
    """True where the file of a server of the tree's own answers a client's messages that act as pings."""
    return use.role == "server" and use.scope == "production" and bool(_ANSWERS.search(tree.text(use.place.file) or ""))


def _app(root: Root, found: list[Found], every: tuple[Use, ...], answering: bool, tree: Tree, apps: Apps) -> App | None:
    uses = tuple(sorted((_answered(use, answering) for use in every if use.app == root.id), key=_order))
    if not uses and not root.is_library:
        return None
    forks: Place | None = next((part.forks[root.id] for part in found if root.id in part.forks), None)
    scripts = tuple(script for manifest in root.manifests for script in manifest.scripts)
    serves = any(use.role == "server" for use in uses)
    built, trusts = schemes.built(tree, apps, root) if serves else (None, False)
    return App(
        root.id,
        root.path,
        root.scope,
        _ecosystem(root, uses),
        uses,
        scripts,
        root.is_library,
        forks,
        signals.heard(tree, apps, root) if serves else (),
        cookies.same_site(tree, apps, root) if serves else None,
        built,
        trusts,
    )


def _answered(use: Use, answering: bool) -> Use:
    """A client's heartbeat comes back where a server answers it, whether or not the client looks at the answer."""
    if use.role != "client" or not answering or use.heartbeat is None or use.heartbeat.answered:
        return use
    return replace(use, heartbeat=replace(use.heartbeat, answered=True))


def _order(use: Use) -> tuple[int, int, Place]:
    return ("server", "backplane", "client", "managed_client").index(use.role), _SCOPES.index(use.scope), use.place


def _ecosystem(root: Root, uses: tuple[Use, ...]) -> str:
    """That of the first use's library (a server where there is one), else that of the first manifest."""
    known = libraries()
    first = next((known[use.library].ecosystem for use in uses if use.library in known), None)
    return first or next((manifest.ecosystem for manifest in root.manifests), "")
