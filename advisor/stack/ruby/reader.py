"""The Ruby side of a tree -> the socket libraries its apps use: Action Cable first, and servers and clients by hand."""

from __future__ import annotations

from advisor.stack.apps import Apps, Found
from advisor.stack.own_code import OwnCode
from advisor.stack.ruby import ENDINGS, cable, raw
from advisor.stack.ruby.packages import Packages
from advisor.stack.settled import settled
from advisor.tree import Tree


def words() -> frozenset[str]:
    """The literals one of which stands in every Ruby file or view that a detector asks for."""
    return frozenset((*cable.WORDS, *raw.WORDS))


def detect(tree: Tree, apps: Apps) -> Found:
    """Every use in the project's own Ruby code; Rails alone, tests and gems that drive a browser are none."""
    code = OwnCode(tree, apps, "ruby", ENDINGS)
    packages = Packages(tree, apps)
    uses = (*cable.detect(code, packages), *raw.detect(code, packages))
    return Found(settled(uses, apps), tuple(code.not_read))
