"""A Python file -> the signs of functions behind a gateway that holds the sockets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from advisor.model import Place
from advisor.stack.python.module import Module, argument, arguments, function_around, receiver
from advisor.stack.python.project import Project
from advisor.stack.route_handlers.sign import Sign

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_SERVICE = re.compile(r"[\"']apigatewaymanagementapi[\"']$")
_READ = re.compile(r"[\"']?requestContext\b[^\n]{0,40}[\"']connectionId[\"'],?[^\n]{0,20}[\])]$")
_ID = re.compile(r"connection_?id\b", re.IGNORECASE)
_KEEPS = frozenset({"add", "append", "insert", "setdefault"})
_MEMORY = re.compile(r"(?:set|dict|list|defaultdict|collections\.\w+)\(|\[|\{")


def signs(project: Project, path: str) -> Iterator[Sign]:
    """The signs in one file; nothing for a file of another language or one that cannot be parsed."""
    module = project.module(path) if path.endswith(".py") else None
    if module is None:
        return
    kept = _kept(module)
    for method, node in module.methods:
        given = argument(node, 0, "service_name") if method in ("client", "resource") else None
        if given is not None and _SERVICE.search(given.text()):
            yield Sign("answers", module.place(node), kept)
    taken = next(_taken(module), None)
    if taken is not None:
        yield Sign("takes", module.place(taken), kept)


def _taken(module: Module) -> Iterator[SgNode]:
    """``event["requestContext"]["connectionId"]`` and the same by ``get``."""
    for kind in ("subscript", "call"):
        for node in module.root.find_all(kind=kind):
            text = node.text()
            if len(text) < 200 and _READ.search(text):
                yield node


def _kept(module: Module) -> Place | None:
    """Where a connection id goes into a collection that the module itself holds: this instance's memory."""
    for method, node in module.methods:
        positional, _ = arguments(node)
        holder = receiver(node)
        if method in _KEEPS and positional and _ID.search(positional[0].text()) and _of_module(module, holder):
            return module.place(node)
    for node in module.root.find_all(kind="assignment"):
        left = node.field("left")
        into = left.field("value") if left is not None and left.kind() == "subscript" else None
        if left is None or into is None:
            continue
        if _ID.search(left.text()[len(into.text()) :]) and _of_module(module, into):
            return module.place(node)
    return None


def _of_module(module: Module, holder: SgNode | None) -> bool:
    if holder is None or holder.kind() != "identifier":
        return False
    values = module.assigned.get(holder.text(), [])
    return any(function_around(value) is None and _MEMORY.match(value.text()) is not None for value in values)
