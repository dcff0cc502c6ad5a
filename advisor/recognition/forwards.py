"""Configurations of development servers -> the paths whose requests they hand on, where to, and whether sockets go along.

Read are ``server.proxy`` and ``preview.proxy`` of Vite, ``devServer.proxy`` of webpack and Vue, calls of
``createProxyMiddleware``, and the ``proxy`` string of Create React App. What is no literal is left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.formats.document import Unreadable
from advisor.model import Place
from advisor.stack.javascript import syntax
from advisor.tree import Tree

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_LARGEST = 200_000
_PLAIN = re.compile(r"([\w/.~-]*)")
_PATTERN = re.compile(r"\^((?:[\w/-]|\\[/.])*)")
"""The literal beginning of a key: all of it, or what stands before the first sign of a pattern."""
_HOT_RELOAD = "/ws"
_OPTIONS = frozenset({"server", "preview", "devServer", "vite"})
_MIDDLEWARE = frozenset({"createProxyMiddleware", "proxy", "legacyCreateProxyMiddleware"})


@dataclass(frozen=True, slots=True)
class Forwarded:
    """One entry of a development server's proxy."""

    path: str
    """What a path begins with that it takes; ``/`` for all."""
    target: str | None
    """Where it leads, as written; ``None`` where code computes it."""
    sockets: bool
    """True where upgrades are handed on as well."""
    place: Place
    leaves: str | None = None
    """What a path begins with that it leaves to hot reload."""

    def takes(self, path: str) -> bool:
        """True where a request for the path is handed on."""
        if self.leaves is not None and path.startswith(self.leaves):
            return False
        return path == self.path or path.startswith(self.path if self.path.endswith("/") else f"{self.path}/")


def forwarded(tree: Tree, path: str) -> tuple[Forwarded, ...]:
    """The entries of one file, in the order written; nothing for a file that cannot be read."""
    text = tree.text(path) or ""
    if len(text) > _LARGEST:
        return ()
    try:
        return tuple(_manifest(text, path) if path.endswith(".json") else _code(text, path))
    except Unreadable:
        return ()


def _manifest(text: str, path: str) -> Iterator[Forwarded]:
    """The string hands on all that no page or file answers, sockets too but for those of hot reload.

    Source: WebpackDevServerUtils.js of react-dev-utils, ``prepareProxy``.
    """
    from advisor.formats.json import parse

    node = parse(text, path).get("proxy")
    if node is not None and node.text():
        yield Forwarded("/", node.text(), True, node.key_place or node.place, _HOT_RELOAD)


def _code(text: str, path: str) -> Iterator[Forwarded]:
    from advisor.formats.code import language_of, parse

    language = language_of(path)
    if language in (None, "html"):
        return
    root = parse(text, language or "javascript", path).root()
    for pair in root.find_all(kind="pair"):
        value = pair.field("value")
        if value is not None and syntax.key_of(pair) == "proxy" and _of_server(pair):
            yield from _entries(syntax.bare(value), path, root)
    for call in root.find_all(kind="call_expression"):
        called = syntax.callee(call)
        if called is not None and called.text() in _MIDDLEWARE:
            yield from _middleware(call, path)


def _of_server(pair: SgNode) -> bool:
    """True where the pair stands directly in the options of a development server."""
    above = pair.parent()
    holder = above.parent() if above is not None else None
    return holder is not None and holder.kind() == "pair" and syntax.key_of(holder) in _OPTIONS


def _entries(value: SgNode, path: str, root: SgNode) -> Iterator[Forwarded]:
    if value.kind() == "identifier":
        declared = (each for each in root.find_all(kind="variable_declarator") if _text(each.field("name")) == value.text())
        given = next((inner for each in declared if (inner := each.field("value")) is not None), None)
        value = syntax.bare(given) if given is not None else value
    if value.kind() == "array":
        for member in syntax.named(value):
            options = dict(syntax.entries(syntax.bare(member)))
            contexts = options.get("context") or options.get("pathFilter")
            listed = syntax.named(contexts) if contexts is not None and contexts.kind() == "array" else [contexts]
            for context in listed:
                named = syntax.string(context) if context is not None else "/"
                yield from _entry(named, options, context or member, path)
    elif (whole := syntax.string(value)) is not None:
        yield Forwarded("/", whole, True, syntax.place(path, value))
    else:
        for key, inner in syntax.entries(value):
            target = syntax.string(inner)
            if target is not None:
                yield from _forwarded(key, target, target.startswith(("ws:", "wss:")), inner, path)
            else:
                yield from _entry(key, dict(syntax.entries(inner)), inner, path)


def _middleware(call: SgNode, path: str) -> Iterator[Forwarded]:
    """``app.use('/ws', createProxyMiddleware({...}))``, ``createProxyMiddleware('/ws', {...})`` and ``pathFilter``."""
    arguments = syntax.arguments(call)
    options = dict(syntax.entries(arguments[-1])) if arguments else {}
    first = syntax.string(arguments[0]) if len(arguments) > 1 else None
    filtered = options.get("pathFilter")
    named = first or (syntax.string(filtered) if filtered is not None else None) or _mounted(call)
    yield from _entry(named or "/", options, call, path)


def _mounted(call: SgNode) -> str | None:
    """The path of the ``app.use`` around a call."""
    for above in call.ancestors():
        if above.kind() == "call_expression":
            arguments = syntax.arguments(above)
            return syntax.string(arguments[0]) if arguments else None
    return None


def _entry(key: str | None, options: dict[str, SgNode], node: SgNode, path: str) -> Iterator[Forwarded]:
    target = syntax.string(options["target"]) if "target" in options else None
    asked = "ws" in options and options["ws"].text() == "true"
    if key is not None and ("target" in options or "router" in options):
        yield from _forwarded(key, target, asked or (target or "").startswith(("ws:", "wss:")), node, path)


def _forwarded(key: str, target: str | None, sockets: bool, node: SgNode, path: str) -> Iterator[Forwarded]:
    begins = (_PATTERN if key.startswith("^") else _PLAIN).match(key)
    literal = begins[1].replace("\\", "") if begins is not None else ""
    if literal.startswith("/"):
        pair = node.parent() if node.parent() is not None and node.parent().kind() == "pair" else None  # type: ignore[union-attr]
        yield Forwarded(literal.rstrip("/") or "/", target, sockets, syntax.place(path, pair or node))


def _text(node: SgNode | None) -> str:
    return node.text() if node is not None else ""
