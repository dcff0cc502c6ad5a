"""The Rust side of a tree -> the socket libraries its apps use, found by the structure of the code."""

from __future__ import annotations

from advisor.stack.apps import Apps, Found
from advisor.stack.rust import clients, servers
from advisor.stack.rust.module import RustCode
from advisor.stack.settled import settled
from advisor.tree import Tree

__all__ = ["detect", "words"]


def words() -> frozenset[str]:
    """The literals one of which stands in every Rust file that opens or takes sockets."""
    return frozenset(word for library in servers.known() for word in library.words)


def detect(tree: Tree, apps: Apps) -> Found:
    """Every use in the project's own Rust code; tests and libraries' own sources are none."""
    code = RustCode(tree, apps)
    uses = (use for module in (servers, clients) for use in module.detect(code))
    return Found(settled(uses, apps), tuple(code.not_read))
