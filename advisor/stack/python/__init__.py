"""The Python side of a tree -> the socket libraries its apps use, found by the structure of the code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module

from advisor.model import Place, Use
from advisor.scope import scope_of
from advisor.stack.apps import Apps, Found, find
from advisor.stack.javascript.hosts import is_foreign, is_local
from advisor.stack.library import libraries
from advisor.stack.python.packages import Packages
from advisor.stack.python.project import Project
from advisor.stack.python.started import forks
from advisor.tree import Tree

_DETECTORS = ("asgi", "channels", "raw", "socketio", "flask_sock", "frameworks", "clients")

__all__ = ["Packages", "asgi_server", "declared", "detect", "missing_websocket_package", "words"]


def words() -> frozenset[str]:
    """The literals one of which stands in every Python file that a detector asks for."""
    found = {word for library in libraries().values() if library.ecosystem == "pypi" for word in library.words}
    for name in (*_DETECTORS, "sockets", "started"):
        found.update(import_module(f"{__name__}.{name}").WORDS)
    return frozenset(found)


def detect(tree: Tree, apps: Apps) -> Found:
    """Every use in the project's own Python code; test clients, notebooks and libraries' own sources are none."""
    project = Project(tree, apps)
    uses = [_scoped(use, apps) for name in _DETECTORS for use in import_module(f"{__name__}.{name}").detect(project)]
    serves = any(use.role == "server" and use.scope == "production" for use in uses)
    marked = tuple(_marked(use, serves) for use in _told_once(uses))
    return Found(marked, tuple(project.not_read), forks(project))


def missing_websocket_package(tree: Tree, root: str) -> Place | None:
    """The line of a manifest that asks for uvicorn, where nothing installs what uvicorn upgrades with; else ``None``.

    ``root`` is an app's directory. Only for apps that uvicorn serves: hypercorn and daphne bring a package of their own.
    """
    apps = find(tree)
    return Packages(tree, apps).without_websocket_package(apps.roots[root]) if root in apps.roots else None


def declared(tree: Tree, root: str, names: Iterable[str]) -> frozenset[str]:
    """Which of these packages the manifests of an app, or of a directory around it, ask for."""
    apps = find(tree)
    if root not in apps.roots:
        return frozenset()
    packages = Packages(tree, apps)
    return frozenset(name for name in names if packages.declares(apps.roots[root], (name,)))


def asgi_server(tree: Tree, root: str) -> tuple[str, str | None] | None:
    """Id and version of the one ASGI server that the app's manifests ask for, where no command says which one runs."""
    apps = find(tree)
    return Packages(tree, apps).asgi_server(apps.roots[root]) if root in apps.roots else None


def _told_once(uses: list[Use]) -> Iterator[Use]:
    """In tests, one use of each library and role in an app stands for all: every test case opens its own."""
    seen: set[tuple[str, str, str]] = set()
    for use in uses:
        key = (use.app, use.library, use.role)
        if use.scope != "test" or key not in seen:
            yield use
        if use.scope == "test":
            seen.add(key)


def _marked(use: Use, serves: bool) -> Use:
    """A client of a known public service is foreign; one of any public host is, where the code serves no sockets itself."""
    hosts = [url.host for url in use.urls if url.host]
    if use.role != "client" or not hosts:
        return use
    public = not serves and not any(is_local(host) for host in hosts)
    return replace(use, foreign=public or any(is_foreign(url.host, url.text) for url in use.urls))


def _scoped(use: Use, apps: Apps) -> Use:
    """In a directory that is an example or a test as a whole, so is what stands in it."""
    root = apps.get(use.app)
    return replace(use, scope=root.scope) if root and scope_of(use.place.file) == "production" != root.scope else use
