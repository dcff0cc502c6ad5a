"""The Swift side of a tree -> the socket libraries its apps use: clients on Apple's systems, and servers of Swift."""

from __future__ import annotations

from advisor.stack.apps import Apps, Found
from advisor.stack.own_code import OwnCode
from advisor.stack.settled import settled
from advisor.stack.swift import ENDINGS, clients, servers
from advisor.stack.swift.module import SwiftFile
from advisor.stack.swift.packages import Packages
from advisor.tree import Tree


def words() -> frozenset[str]:
    """The literals one of which stands in every Swift file that a detector asks for."""
    return frozenset((*clients.WORDS, *servers.WORDS))


def detect(tree: Tree, apps: Apps) -> Found:
    """Every use in the project's own Swift code."""
    code = OwnCode(tree, apps, "swift", ENDINGS, SwiftFile)
    packages = Packages(tree, apps)
    uses = (*servers.detect(code, packages), *clients.detect(code, packages))
    return Found(settled(uses, apps), tuple(code.not_read))
