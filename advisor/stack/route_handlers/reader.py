"""Handlers of a gateway's own model: the words that show them, and the reading itself, which is loaded where one stands."""

from __future__ import annotations

from advisor.stack.apps import Apps, Found
from advisor.tree import Tree

WORDS = (
    "requestContext",
    "apigatewaymanagement",
    "ApiGatewayManagementApi",
    "APIGatewayWebsocketProxyRequest",
    "APIGatewayV2WebSocketEvent",
    "ApiGatewayWebsocketProxyRequest",
)


def words() -> frozenset[str]:
    """The literals one of which stands in every file that shows such a function."""
    return frozenset(WORDS)


def detect(tree: Tree, apps: Apps) -> Found:
    """One use for each service and scope, at the call that answers a socket, else at the first sign."""
    from advisor.stack.route_handlers import services

    return services.detect(tree, apps)
