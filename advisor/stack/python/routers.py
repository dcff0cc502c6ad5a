"""A router or app of a routing framework -> the prefixes under which its routes are public.

Followed from file to file: ``APIRouter(prefix=)``, ``include_router(prefix=)``, ``mount``, blueprints with ``url_prefix``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from advisor.stack.python.module import Module, argument, receiver
from advisor.stack.python.project import Project
from advisor.stack.python.values import value

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_DEEPEST = 8
_INCLUDES = (".include_router", ".mount", ".register_blueprint", ".blueprint")
WORDS = ("include_router", ".mount(", "Mount(", "register_blueprint", ".blueprint(")

Key = tuple[str, str]
"""File and name of a router as assignments write it."""


@dataclass
class Routers:
    """Which router is included where; read from the whole project when first asked for."""

    project: Project
    _busy: set[Key] = field(default_factory=set)

    def prefixes(self, module: Module, owner: SgNode | None, depth: int = 0) -> list[str | None]:
        """Every public prefix of the router that the expression names; ``None`` stands for a computed one."""
        site = self.project.locate(module, owner)
        made = self.project.made(module, owner)
        own = self._own(made.module, made.node) if made and made.node.kind() == "call" else ""
        if site is None or depth > _DEEPEST:
            return [own]
        key = (site.module.file, site.name)
        if key in self._busy:
            return []
        self._busy.add(key)
        found = [
            _joined(before, given, own)
            for parent, parent_node, given in self._included.get(key, ())
            for before in self.prefixes(parent, parent_node, depth + 1)
        ]
        self._busy.discard(key)
        return list(dict.fromkeys(found)) or [own]

    def _own(self, module: Module, call: SgNode) -> str | None:
        """``APIRouter(prefix=...)``, ``Blueprint(..., url_prefix=...)``, ``Router(path=...)``."""
        given = argument(call, None, "prefix", "url_prefix", "path")
        return "" if given is None else _text(self.project, module, given)

    @cached_property
    def _included(self) -> dict[Key, list[tuple[Module, SgNode | None, str | None]]]:
        found: dict[Key, list[tuple[Module, SgNode | None, str | None]]] = {}
        for module in self.project.modules(*WORDS):
            for call in module.called(*_INCLUDES):
                mounts = call.name.endswith(".mount")
                child = argument(call.node, 1 if mounts else 0, "app", "router", "blueprint")
                given = argument(call.node, 0 if mounts else None, "path" if mounts else "prefix", "url_prefix")
                site = self.project.locate(module, child)
                if site:
                    prefix = "" if given is None else _text(self.project, module, given)
                    found.setdefault((site.module.file, site.name), []).append((module, receiver(call.node), prefix))
        return found

    def mounted(self, module: Module, node: SgNode) -> str | None:
        """The prefix of the ``Mount("/x", routes=[...])`` calls that a route stands inside of."""
        pieces: list[str | None] = []
        for parent in node.ancestors():
            if parent.kind() == "call" and (module.name(parent.field("function")) or "").endswith("Mount"):
                pieces.insert(0, _text(self.project, module, argument(parent, 0, "path")))
        return _joined(*pieces)


def _text(project: Project, module: Module, node: SgNode | None) -> str | None:
    found = value(project, module, node)
    return found if isinstance(found, str) and not ("{" in found and node is not None and node.kind() != "string") else None


def _joined(*pieces: str | None) -> str | None:
    """The pieces one after the other; ``None`` where one of them is not known."""
    known = [piece.rstrip("/") for piece in pieces if piece is not None]
    return "".join(known) if len(known) == len(pieces) else None


def public(prefix: str | None, path: str | None) -> tuple[str | None, bool]:
    """A route's pattern -> the path before its first parameter, and whether more follows; ``(None, False)``: not known."""
    if prefix is None or path is None:
        return None, False
    whole = f"{prefix.rstrip('/')}/{path.lstrip('/')}" if path else prefix
    whole = whole if whole.startswith("/") else f"/{whole}"
    cut = min((at for at in (whole.find(sign) for sign in "{<*") if at >= 0), default=-1)
    if cut < 0:
        return whole, False
    return (whole[:cut], True) if cut > 1 else (None, False)
