"""An app's own code -> where it takes ``Upgrade: h2c``, by which a client turns an open connection into one of HTTP/2.

Most servers leave such a request alone (RFC 9113 took it out of HTTP/2); those that do not say so in their code.
"""

from __future__ import annotations

import re

from advisor.formats.source import Source
from advisor.model import Place
from advisor.scope import scope_of
from advisor.tree import Tree

_SIGNS = (
    ("golang.org/x/net/http2/h2c", (".go",), re.compile(r"\bh2c\.NewHandler\(")),
    ("HTTP2CServerConnectionFactory", (".java", ".kt"), re.compile(r"\bHTTP2CServerConnectionFactory\(")),
    ("HttpProtocol.H2C", (".java", ".kt"), re.compile(r"\bHttpProtocol\.H2C\b")),
    ("server.http2.enabled", (".properties",), re.compile(r"^[ \t]*server\.http2\.enabled[ \t]*[=:][ \t]*true\b", re.MULTILINE)),
)  # fmt: skip
"""Word of the pre-filter, endings, and what shows that it is switched on: Go's handler, Jetty's, Reactor Netty's, Spring's."""
WORDS = frozenset(word for word, _, _ in _SIGNS)
_LARGEST = 300_000


def takes_h2c(tree: Tree, root: str) -> Place | None:
    """The first place below a directory where production code takes ``Upgrade: h2c``."""
    prefix = "" if root == "." else f"{root}/"
    for path in tree.having(*sorted(WORDS)):
        if not path.startswith(prefix) or scope_of(path) != "production":
            continue
        for _, endings, pattern in _SIGNS:
            text = tree.text(path) if path.endswith(endings) else None
            found = pattern.search(text) if text and len(text) <= _LARGEST else None
            if text and found is not None:
                return Source(text, path).place(*found.span())
    return None
