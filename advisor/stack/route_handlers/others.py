"""A file in Go, Java, Kotlin, C#, Rust or Ruby -> the signs of functions behind a gateway that holds the sockets.

These languages are not parsed here: a line that is no comment and no import and that names the client or the event counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.model import Place
from advisor.stack.route_handlers.sign import Sign
from advisor.tree import Tree

ENDINGS = (".go", ".java", ".kt", ".cs", ".rs", ".rb")
_SKIPPED = re.compile(r"\s*(?://|#|\*|/\*|import\b|using\b|use\b|require\b|\"[^\"]*\"\s*$)")
_ANSWERS = re.compile(
    r"apigatewaymanagementapi\.New|\bNewFromConfig\b.*apigatewaymanagement|AmazonApiGatewayManagementApi(?:Client|Async\w*)?\s*[({]"
    r"|ApiGatewayManagementApi(?:Async)?Client\.(?:builder|create)|AmazonApiGatewayManagementApi\w*Builder"
    r"|aws_sdk_apigatewaymanagement::Client::|Aws::ApiGatewayManagementApi::Client\.new"
)
_TAKES = re.compile(r"\bAPIGatewayWebsocketProxyRequest\b|\bAPIGatewayV2WebSocketEvent\b|\bApiGatewayWebsocketProxyRequest\b")


def signs(tree: Tree, path: str) -> Iterator[Sign]:
    """The first sign of each kind in one file."""
    lines = (tree.text(path) or "").splitlines()
    for kind, pattern in (("answers", _ANSWERS), ("takes", _TAKES)):
        for number, line in enumerate(lines, 1):
            found = pattern.search(line[:2000]) if not _SKIPPED.match(line) else None
            if found is not None:
                place = Place(path, number, found.start() + 1, number, found.end() + 1)
                yield Sign("answers" if kind == "answers" else "takes", place)
                break
