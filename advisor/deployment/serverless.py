"""Serverless Framework files -> API Gateway's hops by the events of the functions, and processes for functions with sockets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.deployment.handlers import speaking
from advisor.deployment.parts import Findings, Part, Purpose, directory, identity, purpose_of
from advisor.formats.document import Node
from advisor.model import Certainty, Hop, Listen, Place, Process
from advisor.tree import Tree

_PLATFORMS = {
    "websocket": "aws-api-gateway-websocket",
    "http": "aws-api-gateway-http-rest",
    "httpApi": "aws-api-gateway-http-rest",
    "url": "aws-lambda-function-url",
}
_IN_CODE = re.compile(r"\bwebsocketsApi(?:Name|RouteSelectionExpression)\s*:|\bwebsocket\s*:\s*[{'\"`]")
_MOST_FUNCTIONS = 300


def read(tree: Tree) -> Part:
    """A hop for each kind of event: sockets always, plain requests where the code behind them speaks of sockets."""
    found = Findings()
    for path in tree.named("serverless.yml", "serverless.yaml", "serverless.json", "serverless.ts", "serverless.js"):
        purpose = purpose_of(path)
        if not purpose.deployed:
            found.chose(path, purpose, "a test's fixture")
        elif path.endswith((".ts", ".js")):
            _code(tree, path, purpose, found)
        else:
            _service(tree, path, purpose, found)
    return found.part()


def _service(tree: Tree, path: str, purpose: Purpose, found: Findings) -> None:
    from advisor.formats import json, yaml

    document = found.document(tree, path, json.parse if path.endswith(".json") else yaml.parse)
    provider = document.get("provider", "name") if document is not None else None
    if document is None or (provider is not None and provider.text() not in (None, "aws")):
        return
    led: dict[str, list[str]] = {}
    places: dict[str, Place] = {}
    for name, function in _functions(document):
        root = speaking(tree, directory(path), _text(function.get("handler")))
        identifier = identity("serverless", path, name)
        kinds = dict(reversed(list(_events(function))))
        for kind, place in kinds.items():
            platform = _PLATFORMS[kind]
            if platform == "aws-api-gateway-websocket" or root is not None:
                places.setdefault(platform, place)
                led.setdefault(platform, []).extend([identifier] if root is not None else [])
        if root is not None and kinds:
            place = function.key_place or function.place
            found.processes.append(
                Process(identifier, place, root=root, scope=purpose.scope, environment_name=purpose.environment)
            )
    expression = document.get("provider", "websocketsApiRouteSelectionExpression") or document.get(
        "provider", "websocketsApiName"
    )
    for platform, place in places.items():
        if platform == "aws-api-gateway-websocket" and expression is not None:
            place = expression.key_place or expression.place
        found.hops.append(_hop(path, platform, place, purpose, tuple(led[platform])))
        found.chose(path, purpose, "describes functions for the Serverless Framework")


def _functions(document: Node) -> Iterator[tuple[str, Node]]:
    listed = document.get("functions")
    groups = list(listed.each()) if listed is not None else []
    yield from [pair for group in groups for pair in group.items() if isinstance(pair[1].value, dict)][:_MOST_FUNCTIONS]


def _events(function: Node) -> Iterator[tuple[str, Place]]:
    """Kind and place of the events by which requests reach the function, and of a URL of its own."""
    events = function.get("events")
    for event in events.each() if events is not None else ():
        if isinstance(event.value, dict):
            yield from ((key, node.key_place or node.place) for key, node in event.items() if key in _PLATFORMS)
        elif event.text() in _PLATFORMS:
            yield event.text() or "", event.place
    url = function.get("url")
    if url is not None and url.value not in (None, False):
        yield "url", url.key_place or url.place


def _text(node: Node | None) -> str | None:
    return node.text() if node is not None else None


def _code(tree: Tree, path: str, purpose: Purpose, found: Findings) -> None:
    """A configuration in TypeScript is not run: an event called ``websocket`` in it is a strong sign."""
    text = tree.text(path) or ""
    sign = _IN_CODE.search(text)
    if sign is not None:
        place = Place(path, text.count("\n", 0, sign.start()) + 1, sign.start() - text.rfind("\n", 0, sign.start()))
        found.hops.append(_hop(path, "aws-api-gateway-websocket", place, purpose, (), "strong"))
        found.chose(path, purpose, "describes functions for the Serverless Framework")


def _hop(
    path: str, platform: str, place: Place, purpose: Purpose, processes: tuple[str, ...], certainty: Certainty = "explicit"
) -> Hop:
    sockets = platform == "aws-api-gateway-websocket"
    return Hop(
        identity(platform, path),
        platform,
        "Amazon API Gateway" if platform != "aws-lambda-function-url" else "AWS Lambda function URL",
        place,
        certainty=certainty,
        scope=purpose.scope,
        environment=purpose.environment,
        listens=(Listen("https", 443, place),),
        serves=directory(path) if sockets else None,
        processes=processes,
        because=f"{path} gives functions {'WebSocket' if sockets else 'HTTP'} events",
    )
