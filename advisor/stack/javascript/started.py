"""Servers that no code of the tree makes: a package's own program, started by a script of the manifest or by a Dockerfile.

``npx y-websocket`` is the one that people deploy: it serves Yjs documents, holds them in its own memory, and listens on
localhost unless it is told otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from advisor.model import Endpoint, Place, Use
from advisor.scope import scope_of
from advisor.stack import by_library
from advisor.stack.apps import Apps, Root
from advisor.stack.javascript.packages import Packages
from advisor.stack.library import libraries
from advisor.tree import Tree
from advisor.versions import before

_WORD = "y-websocket"
_LIBRARY = "y-websocket"
_RUNS = re.compile(r"(?:^|[\s;&|\"'])y-websocket(?:-server)?(?=$|[\s;&|\"'])|y-websocket/(?:bin|dist|src)/server\.[cm]?js")
_INSTALLS = re.compile(r"\b(?:npm|pnpm|yarn|bun)\s+(?:i|install|add|ci)\b")
_DEVELOPING = re.compile(r"^(?:dev|develop|watch|test|e2e)\b|:(?:dev|test|watch)$")
_STARTS = re.compile(r"^\s*(?:CMD|ENTRYPOINT)\b", re.IGNORECASE)
_SET = r"\b{name}[=\s]\s*\"?([\w.:-]+)"
_TOLD = ("Dockerfile*", "*compose*.yml", "*compose*.yaml", "fly.toml", "*.env", ".env*", "Procfile", "render.yaml")
_MOVED = "3"
"""Since this version the package holds the client alone; the program moved to a package of its own."""


def uses(tree: Tree, apps: Apps, packages: Packages) -> Iterator[Use]:
    """One server for each app whose files start the program."""
    seen: set[str] = set()
    for path in tree.having(_WORD):
        root = apps.owner(path)
        started = _started(tree, root, path) if root.id not in seen and not root.is_library else None
        if started is not None and _is_there(root, packages):
            seen.add(root.id)
            yield _use(tree, root, packages, *started)


def _started(tree: Tree, root: Root, path: str) -> tuple[str, Place] | None:
    """The command and its line."""
    base = path.rsplit("/", 1)[-1]
    if base == "package.json":
        scripts = (script for manifest in root.manifests if manifest.file == path for script in manifest.scripts)
        return next(
            ((command, place) for name, command, place in scripts if _runs(command) and not _DEVELOPING.search(name)), None
        )
    if fnmatchcase(base.lower(), "dockerfile*"):
        lines = (tree.text(path) or "").splitlines()
        return next(
            ((line, Place(path, number)) for number, line in enumerate(lines, 1) if _STARTS.match(line) and _runs(line)), None
        )
    return None


def _runs(command: str) -> bool:
    return _RUNS.search(command) is not None and _INSTALLS.search(command) is None


def _is_there(root: Root, packages: Packages) -> bool:
    version = packages.version(root.path, ("y-websocket",))
    return version is None or before(version, _MOVED) or packages.version(root.path, ("@y/websocket-server",)) is not None


def _use(tree: Tree, root: Root, packages: Packages, command: str, place: Place) -> Use:
    library = libraries()[_LIBRARY]
    port = re.search(_SET.format(name="PORT"), command)
    number = int(port[1]) if port is not None and port[1].isdecimal() else library.port
    endpoint = Endpoint(None, place, number, "literal" if port is not None else "default", _host(tree, command))
    scope = root.scope if root.scope != "production" else scope_of(place.file)
    version = packages.version(root.path, library.packages)
    return by_library.use(
        library,
        "server",
        root.id,
        place,
        scope=scope,
        version=version,
        certainty="strong",
        endpoints=(endpoint,),
        broadcasts=place,
    )


def _host(tree: Tree, command: str) -> str | None:
    """``localhost`` by default; not known where some file of the deployment says HOST."""
    given = re.search(_SET.format(name="HOST"), command)
    if given is not None:
        return given[1]
    told = any(re.search(r"\bHOST\b", tree.text(path) or "") for path in tree.named(*_TOLD) if not tree.is_secret(path))
    secret = any(tree.is_secret(path) for path in tree.named(*_TOLD))
    return None if told or secret else "localhost"
