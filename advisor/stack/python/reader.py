"""The Python side of a tree -> the socket libraries its apps use, found by the structure of the code."""

from __future__ import annotations

from importlib import import_module

from advisor.stack.apps import Apps, Found
from advisor.stack.library import libraries
from advisor.stack.python.project import Project
from advisor.stack.python.started import forks
from advisor.stack.settled import settled
from advisor.tree import Tree

_DETECTORS = ("asgi", "channels", "raw", "socketio", "flask_sock", "frameworks", "clients")


def words() -> frozenset[str]:
    """The literals one of which stands in every Python file that a detector asks for."""
    found = {word for library in libraries().values() if library.ecosystem == "pypi" for word in library.words}
    for name in (*_DETECTORS, "sockets", "started"):
        found.update(import_module(f"{__package__}.{name}").WORDS)
    return frozenset(found)


def detect(tree: Tree, apps: Apps) -> Found:
    """Every use in the project's own Python code; test clients, notebooks and libraries' own sources are none."""
    project = Project(tree, apps)
    uses = (use for name in _DETECTORS for use in import_module(f"{__package__}.{name}").detect(project))
    return Found(settled(uses, apps), tuple(project.not_read), forks(project))
