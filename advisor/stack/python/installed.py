"""A tree and the directory of an app -> what its Python manifests install, as far as that decides whether it can upgrade."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.model import Place
from advisor.stack.apps import find
from advisor.stack.python.packages import Packages
from advisor.tree import Tree


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
