"""An app to which no proxy's configuration leads -> whether people may reach it another way: past the proxy, or through code."""

from __future__ import annotations

import re
from collections.abc import Iterable

from advisor import kinds
from advisor.attempts import is_local
from advisor.deployment.parts import under
from advisor.model import Hop, Use
from advisor.scope import scope_of
from advisor.topology import Running, Topology
from advisor.tree import Tree

WORDS = (
    "httputil.ReverseProxy",
    "NewSingleHostReverseProxy",
    "http-proxy-middleware",
    "createProxyServer",
    "@fastify/http-proxy",
    "express-http-proxy",
    "spring-cloud-starter-gateway",
    "spring-cloud-gateway",
    "MapReverseProxy",
    "Ocelot",
)
"""What code that hands requests on cannot do without: Go's own proxy, Node's packages, Spring's gateway, .NET's."""
_FILES = frozenset("go js mjs cjs ts mts cts xml gradle kts cs csproj".split())
_DEVELOPMENT = re.compile(
    r"(?:^|/)(?:setupProxy|(?:vite|webpack|vue|next|nuxt|angular|craco|rsbuild)[\w.-]*config)\.[\w.]+$|dev-?server", re.IGNORECASE
)


def called_directly(running: Running, clients: Iterable[Use]) -> bool:
    """True where the app's own port is published and its clients take the address from a variable that the tree does not set.

    A local address beside the variable is what developers get without it.
    """
    urls = [url for client in clients for url in client.urls]
    published = running.process is not None and bool(running.process.published)
    open_ended = all(not url.derived and (url.host is None or is_local(url.host)) for url in urls)
    return published and open_ended and any(url.environment for url in urls)


def handed_on_in_code(running: Running, hop: Hop, topology: Topology, tree: Tree) -> bool:
    """True where another service beside the app holds code of a reverse proxy, whose own routes are not read."""
    own = running.process.root if running.process is not None else "."
    others = {
        node.process.root
        for node in topology.running
        if node.process is not None and node.environment == hop.environment and node.process.built
    }
    roots = [root for root in others if root not in (".", "") and not under(own, root)]
    return any(under(path, root) for path in tree.having(*WORDS) if _is_code(path, tree) for root in roots)


def _is_code(path: str, tree: Tree) -> bool:
    fits = kinds.extension(path) in _FILES and not _DEVELOPMENT.search(path)
    return fits and scope_of(path) == "production" and tree.is_code(path)
