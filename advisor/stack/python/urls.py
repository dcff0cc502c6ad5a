"""An expression -> the URL a Python client opens: scheme, host, port and path as far as the code shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.model import Url
from advisor.stack.addresses import address
from advisor.stack.python.module import Module
from advisor.stack.python.project import Project
from advisor.stack.python.values import UNKNOWN, Environment, value

if TYPE_CHECKING:
    from ast_grep_py import SgNode


def url_of(project: Project, module: Module, node: SgNode | None) -> Url | None:
    """``None`` where there is no expression; computed parts are ``{name}`` in ``text`` and ``None`` in the fields."""
    if node is None:
        return None
    place = module.place(node)
    found = value(project, module, node)
    if isinstance(found, Environment):
        default = found.default if isinstance(found.default, str) else ""
        return address(default or f"{{{found.name}}}", place, guarded=bool(default), environment=found.name)
    if found is UNKNOWN or not isinstance(found, str):
        return Url(f"{{{node.text()[:40]}}}", place)
    return address(found, place)
