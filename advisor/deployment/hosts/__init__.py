"""Files of managed hosts (App Platform, Kamal, Upsun, Dokku ...) -> the host's hop for each service and the process that it runs.

Each module of this package that defines ``read(tree, found)`` reads the files of one host.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from advisor.deployment.parts import Findings, Part
from advisor.tree import Tree


def read(tree: Tree) -> Part:
    """Every host whose files stand in the tree."""
    found = Findings()
    for host in hosts():
        host.read(tree, found)
    return found.part()


@cache
def hosts() -> tuple[ModuleType, ...]:
    """The modules that read one host each, by name."""
    modules = (import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__))
    return tuple(module for module in modules if hasattr(module, "read"))
