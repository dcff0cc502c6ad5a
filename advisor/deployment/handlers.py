"""A function's code and handler -> whether what it loads speaks of sockets, and from which directory.

Only such functions are processes: a function that does not touch sockets says nothing about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.deployment.parts import directory, join
from advisor.tree import Tree

_ENDINGS = (".ts", ".js", ".mjs", ".cjs", ".mts", ".tsx", ".py", "/index.ts", "/index.js", "/index.mjs", "/__init__.py")
_MOST_FILES = 40
_LOADS = re.compile(r"""(?:from\s+|require\(\s*|import\(\s*|import\s+)["'](\.{1,2}/[^"'\n]{1,200})["']""")
_LOADS_PYTHON = re.compile(r"^[ \t]*(?:from[ \t]+\.*([\w.]{1,200})[ \t]+import|import[ \t]+([\w.]{1,200}))", re.MULTILINE)
_SOCKETS = re.compile(
    r"""["'](?:ws|socket\.io|websocket|express-ws|@fastify/websocket|sockjs|@nestjs/platform-socket\.io|@nestjs/platform-ws)["']"""
    r"|^[ \t]*(?:import|from)[ \t]+(?:socketio|flask_socketio|flask_sock|websockets|channels)\b|\.websocket\(|WebSocketEndpoint",
    re.MULTILINE,
)


def speaking(tree: Tree, folder: str, handler: str | None) -> str | None:
    """The directory of the first file with a socket server's library among those that the handler loads; else ``None``.

    ``handler`` as the platform writes it: ``src/index.handler``, ``app.lambda_handler``.
    """
    first = entry(tree, folder, handler)
    return loading(tree, first) if first is not None else None


def loading(tree: Tree, first: str) -> str | None:
    """The directory of the first file with a socket server's library among a file and those that it imports; else ``None``."""
    found = next((path for path in _loaded(tree, first) if _SOCKETS.search(tree.text(path) or "")), None)
    return directory(found) if found is not None else None


def entry(tree: Tree, folder: str, handler: str | None) -> str | None:
    """The file of a handler: the name before its last dot, in the code's directory."""
    stem = (handler or "").rpartition(".")[0]
    base = join(folder, stem.replace(".", "/") if "/" not in stem else stem) if stem else None
    return next((base + ending for ending in _ENDINGS if tree.exists(base + ending)), None) if base else None


def _loaded(tree: Tree, first: str) -> Iterator[str]:
    """The file and those of the tree that it imports, one after the other."""
    waiting, seen = [first], {first}
    while waiting and len(seen) < _MOST_FILES:
        path = waiting.pop(0)
        yield path
        for other in _imports(tree, path):
            if other not in seen:
                seen.add(other)
                waiting.append(other)


def _imports(tree: Tree, path: str) -> Iterator[str]:
    text, folder = (tree.text(path) or "")[:200_000], directory(path)
    if path.endswith(".py"):
        names = [(match[1] or match[2]).replace(".", "/") for match in _LOADS_PYTHON.finditer(text) if match[1] or match[2]]
    else:
        names = [match[1] for match in _LOADS.finditer(text)]
    for name in names:
        base = join(folder, name)
        stems = (base, re.sub(r"\.[cm]?js$", "", base)) if base else ()
        found = next((stem + ending for stem in stems for ending in ("", *_ENDINGS) if tree.exists(stem + ending)), None)
        if found is not None:
            yield found
