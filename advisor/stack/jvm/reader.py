"""The Java and Kotlin side of a tree -> the socket libraries its apps use, found by the structure of the code."""

from __future__ import annotations

from importlib import import_module

from advisor.stack.apps import Apps, Found
from advisor.stack.curly import relays
from advisor.stack.jvm.project import Jvm
from advisor.stack.settled import settled
from advisor.tree import Tree

_DETECTORS = ("spring", "annotated", "routed", "standalone", "clients")


def words() -> frozenset[str]:
    """The literals one of which stands in every file that a detector asks for."""
    return frozenset(relays.WORDS) | frozenset(
        word for name in _DETECTORS for word in import_module(f"{__package__}.{name}").WORDS
    )


def detect(tree: Tree, apps: Apps) -> Found:
    """Every use in the project's own Java and Kotlin code."""
    project = Jvm(tree, apps)
    uses = [use for name in _DETECTORS for use in import_module(f"{__package__}.{name}").detect(project)]
    return Found(settled(uses, apps), project.not_read)
