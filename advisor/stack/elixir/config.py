"""``config/*.exs`` -> what an endpoint is configured with in production, with the place of each value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from advisor.model import Place
from advisor.stack.apps import Root
from advisor.stack.elixir.values import Given, arguments, calls, keywords, target, value
from advisor.stack.own_code import OwnCode, SourceFile

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_FILES = ("config.exs", "prod.exs", "prod.secret.exs", "releases.exs", "runtime.exs")
"""In the order in which they are read for production; later ones win."""
WORD = "import Config"
_OTHERS = re.compile(r":dev\b|:test\b")


class Set(NamedTuple):
    """One key as set, and by which file."""

    node: SgNode
    file: SourceFile

    @property
    def place(self) -> Place:
        return self.file.place(self.node)

    @property
    def given(self) -> Given:
        return value(self.node, self.file.root)


@dataclass
class Endpoint:
    """The configuration of one endpoint module: keys with dots (``url.host``, ``http.port``, ``check_origin``)."""

    keys: dict[str, Set] = field(default_factory=dict)
    read: bool = False
    """True where some file configures it, and no code of the app's own may do so besides (``import Config`` in a module)."""

    def text(self, key: str) -> str | None:
        found = self.keys.get(key)
        given = found.given if found is not None else Given()
        return given.value if isinstance(given.value, str) and not given.variable else None


def endpoint(code: OwnCode, root: Root, module: str) -> Endpoint:
    """The settings of the endpoint ``module`` in the app's own config directory or an umbrella's."""
    found = Endpoint()
    for around in reversed(code.apps.chain(root.path)):
        before = "config" if around.path == "." else f"{around.path}/config"
        for name in _FILES:
            path = f"{before}/{name}"
            file = code.file(path) if code.tree.exists(path) else None
            for call in calls(file.of_kind("call"), "config") if file is not None else ():
                if file is not None and not elsewhere(call) and _configures(call, module):
                    found.read = True
                    for key, node in keywords(call).items():
                        _gather(found, key, node, file, 0)
    if _by_code(code, root):
        found.read = False
        found.keys = {key: each for key, each in found.keys.items() if key == "adapter"}
    return found


def _by_code(code: OwnCode, root: Root) -> bool:
    return any(path.endswith(".ex") and code.apps.owner(path).id == root.id for path in code.tree.having(WORD))


def _configures(call: SgNode, module: str) -> bool:
    """``config :app, Module, key: value``"""
    given = arguments(call)
    return len(given) > 1 and given[1].kind() == "alias" and given[1].text() == module


def _gather(found: Endpoint, key: str, node: SgNode, file: SourceFile, depth: int) -> None:
    """Keyword lists are merged key by key, as Config does; anything else replaces what was there."""
    inner = keywords(node) if node.kind() == "list" and depth < 4 else {}
    if inner:
        for name, each in inner.items():
            _gather(found, f"{key}.{name}", each, file, depth + 1)
        return
    found.keys[key] = Set(node, file)


def elsewhere(node: SgNode) -> bool:
    """True inside a branch for development or tests, and in what stands for anything but production."""
    below: SgNode | None = None
    for above in node.ancestors():
        if above.kind() == "call" and target(above) in ("if", "unless", "case"):
            test = " ".join(each.text() for each in arguments(above))
            negated = target(above) == "unless" or "!=" in test or "not " in test
            names_others = bool(_OTHERS.search(test)) or "code_reloading?" in test or "dev_routes" in test
            names_production = ":prod" in test
            in_else = below is not None and below.kind() == "else_block"
            if names_others and not names_production and negated == in_else:
                return True
            if names_production and not names_others and negated != in_else:
                return True
        below = above if above.kind() == "else_block" else below if above.kind() == "do_block" else None
    return False
