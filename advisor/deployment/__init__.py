"""A tree -> its deployment: every hop and process that the files show, and which files they were.

Each module of this package that defines ``read(tree) -> Part`` reads one platform family (see ``parts``); ``read`` merges
what they found and joins what belongs together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from advisor.deployment import templating
from advisor.deployment.link import linked
from advisor.model import Deployment
from advisor.tree import Tree

__all__ = ["read", "words"]


@cache
def parts() -> tuple[ModuleType, ...]:
    """The modules that read one platform family each, by name."""
    return tuple(module for module in _modules() if hasattr(module, "read"))


def _modules() -> Iterator[ModuleType]:
    for found in iter_modules(__path__):
        yield import_module(f"{__name__}.{found.name}")


def words() -> frozenset[str]:
    """Literals for the pre-filter: a file found by its content holds at least one of them."""
    return frozenset(word for part in (*parts(), templating) for word in getattr(part, "WORDS", ()))


def read(tree: Tree, assume: Mapping[str, str] | None = None) -> Deployment:
    """Hops and processes of the tree, joined; ``assume`` adds what the repository does not show (``replicas=3``)."""
    return templating.filled(linked(tuple(part.read(tree) for part in parts()), assume or {}), tree)
