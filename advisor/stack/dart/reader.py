"""The Dart side of a tree -> the socket libraries its apps use: clients of Flutter apps, and servers of Dart."""

from __future__ import annotations

from advisor.stack.apps import Apps, Found
from advisor.stack.dart import ENDINGS, clients, servers
from advisor.stack.dart.module import DartFile
from advisor.stack.dart.packages import Packages
from advisor.stack.own_code import OwnCode
from advisor.stack.settled import settled
from advisor.tree import Tree


def words() -> frozenset[str]:
    """The literals one of which stands in every Dart file that a detector asks for."""
    return frozenset((*clients.WORDS, *servers.WORDS))


def detect(tree: Tree, apps: Apps) -> Found:
    """Every use in the project's own Dart code."""
    code = OwnCode(tree, apps, "dart", ENDINGS, DartFile)
    packages = Packages(tree, apps)
    uses = (*servers.detect(code, packages), *clients.detect(code, packages))
    return Found(settled(uses, apps), tuple(code.not_read))
