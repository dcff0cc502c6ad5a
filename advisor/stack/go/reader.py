"""The Go side of a tree -> the socket libraries its apps use, found by the structure of the code."""

from __future__ import annotations

from advisor.stack.apps import Apps, Found
from advisor.stack.go import clients, listening, routes, servers, sockets
from advisor.stack.go.module import GoCode
from advisor.stack.settled import settled
from advisor.tree import Tree

__all__ = ["detect", "words"]

_SETTINGS = ("envconfig:", "envDefault:", "env-default:", 'env:"')


def words() -> frozenset[str]:
    """The literals one of which stands in every Go file that is asked for."""
    own = {word for library in servers.known() for word in library.words}
    return frozenset({*own, ".Upgrade(", *_SETTINGS, *routes.WORDS, *listening.WORDS, *sockets.WORDS})


def detect(tree: Tree, apps: Apps) -> Found:
    """Every use in the project's own Go code; tests, tools that others bring along and libraries' own sources are none."""
    code = GoCode(tree, apps)
    uses = (use for module in (servers, clients) for use in module.detect(code))
    return Found(settled(uses, apps), tuple(code.not_read))
