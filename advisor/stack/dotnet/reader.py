"""The C# side of a tree -> the socket libraries its programs use, found by the structure of the code."""

from __future__ import annotations

from importlib import import_module

from advisor.stack.apps import Apps, Found
from advisor.stack.curly import relays
from advisor.stack.dotnet.project import LISTENING_WORDS, DotNet
from advisor.stack.settled import settled
from advisor.tree import Tree

_DETECTORS = ("hubs", "sockets", "clients")


def words() -> frozenset[str]:
    """The literals one of which stands in every file that a detector asks for."""
    return frozenset((*LISTENING_WORDS, *relays.WORDS)) | frozenset(
        word for name in _DETECTORS for word in import_module(f"{__package__}.{name}").WORDS
    )


def detect(tree: Tree, apps: Apps) -> Found:
    """Every use in the project's own C# code."""
    project = DotNet(tree, apps)
    uses = [use for name in _DETECTORS for use in import_module(f"{__package__}.{name}").detect(project)]
    return Found(settled(uses, apps), project.not_read)
