"""The Python side of a tree -> the socket libraries its apps use, found by the structure of the code."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from advisor.model import Place
from advisor.stack.apps import Apps, Found, find
from advisor.stack.library import libraries
from advisor.stack.python.packages import Packages
from advisor.stack.python.project import Project
from advisor.stack.python.started import forks
from advisor.stack.settled import settled
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
    uses = (use for name in _DETECTORS for use in import_module(f"{__name__}.{name}").detect(project))
    return Found(settled(uses, apps), tuple(project.not_read), forks(project))


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
