"""The Elixir side of a tree -> the sockets its apps open: Phoenix Channels, LiveView, Absinthe, plain handlers, and clients."""

from __future__ import annotations

from advisor.stack.apps import Apps, Found
from advisor.stack.elixir import ENDINGS, phoenix, raw
from advisor.stack.elixir.packages import Packages
from advisor.stack.own_code import OwnCode
from advisor.stack.settled import settled
from advisor.tree import Tree


def words() -> frozenset[str]:
    """The literals one of which stands in every Elixir file that a detector asks for."""
    return frozenset((*phoenix.WORDS, *raw.WORDS))


def detect(tree: Tree, apps: Apps) -> Found:
    """Every use in the project's own Elixir code; a generated socket that nothing uses is none."""
    code = OwnCode(tree, apps, "elixir", ENDINGS)
    packages = Packages(tree, apps)
    uses = (*phoenix.detect(code, packages), *raw.detect(code, packages))
    return Found(settled(uses, apps), tuple(code.not_read))
