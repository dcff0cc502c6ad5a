"""Infrastructure written as code (CDK, SST, Pulumi) -> API Gateway's WebSocket hops, where a construct of that name is made.

Only what stands there literally is read: which library a name is imported from, and that a WebSocket API is constructed. A
construct is no server; the handlers are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from advisor.deployment.parts import Findings, directory, identity, purpose_of, upwards
from advisor.formats.document import Unreadable
from advisor.model import Hop, Listen, NotRead, Place
from advisor.tree import Tree

if TYPE_CHECKING:
    from ast_grep_py import SgNode

WORDS = ("WebSocketApi", "ApiGatewayWebSocket", "WEBSOCKET")
ENDINGS = (".ts", ".js", ".mjs", ".cjs", ".mts", ".tsx", ".py")
_LIBRARIES = re.compile(
    r"aws-cdk-lib|@aws-cdk/aws-apigatewayv2|aws_cdk\b|@pulumi/aws|pulumi_aws|sst/constructs|@serverless-stack/resources|\bsst\.aws\."
)
_MADE = re.compile(r"(?:^|\.)(?:WebSocketApi|ApiGatewayWebSocket)$")
_TYPED = re.compile(r"(?:^|\.)(?:CfnApi|Api)$")
_PROTOCOL = re.compile(r"(?:protocolType|protocol_type)\s*[:=]\s*[\"']WEBSOCKET[\"']")
_ROOTS = ("cdk.json", "sst.config.ts", "sst.json", "Pulumi.yaml")


def find(tree: Tree, found: Findings) -> None:
    """One hop for each file that makes a WebSocket API."""
    for path in tree.having(*WORDS):
        text = tree.text(path) if path.endswith(ENDINGS) and tree.is_code(path) else None
        purpose = purpose_of(path)
        if text is None or not purpose.deployed or _LIBRARIES.search(text) is None:
            continue
        try:
            place = next(_made(text, path), None)
        except Unreadable as problem:
            found.not_read.append(NotRead(path, problem.clause, problem.line, deployment=True))
            continue
        if place is None:
            continue
        found.hops.append(
            Hop(
                identity("aws-api-gateway-websocket", path),
                "aws-api-gateway-websocket",
                "Amazon API Gateway",
                place,
                scope=purpose.scope,
                environment=purpose.environment,
                listens=(Listen("https", 443, place),),
                serves=_root(tree, path),
                because=f"{path} makes a WebSocket API",
            )
        )
        found.chose(path, purpose, "makes a WebSocket API of API Gateway")


def _made(text: str, path: str) -> Iterator[Place]:
    """Where a WebSocket API is constructed, by a construct for it or by one that is told the protocol."""
    from advisor.formats import code

    language = code.language_of(path)
    if language is None:
        return
    kind = "call" if language == "python" else "new_expression"
    for node in code.parse(text, language, path).root().find_all(kind=kind):
        function = node.field("function" if language == "python" else "constructor")
        name = function.text() if function is not None else ""
        if _MADE.search(name) or (_TYPED.search(name) and _PROTOCOL.search(_given(node))):
            yield code.place(node, path)


def _given(node: SgNode) -> str:
    arguments = node.field("arguments")
    return arguments.text()[:2000] if arguments is not None else ""


def _root(tree: Tree, path: str) -> str:
    """The directory of the project that the file belongs to: that of its CDK, SST or Pulumi file, else the file's own."""
    folders = upwards(directory(path))
    prefixes = ((folder, "" if folder == "." else f"{folder}/") for folder in folders)
    return next((folder for folder, prefix in prefixes if any(tree.exists(prefix + name) for name in _ROOTS)), directory(path))
