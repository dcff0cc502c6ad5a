"""Functions behind a gateway that holds the sockets: by which code they are known, and what they keep in memory."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor import stack
from advisor.model import Use
from advisor.tree import Tree

SDK = 'import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";\n'


def uses(files: dict[str, str]) -> list[Use]:
    return list(stack.detect(Tree.of(files, stack.words())).uses())


@pytest.mark.parametrize(
    ("file", "code", "line"),
    [
        pytest.param("app.mjs", SDK + "new ApiGatewayManagementApiClient({});", 2, id="version-3"),
        pytest.param("app.js", "const AWS = require('aws-sdk');\nnew AWS.ApiGatewayManagementApi({});", 2, id="version-2"),
        pytest.param(
            "app.js",
            "const { ApiGatewayManagementApi: Api } = require('aws-sdk');\nnew Api({});",
            2,
            id="version-2-renamed",
        ),
        pytest.param("a.js", "exports.handler = async (event) => event.requestContext.connectionId;", 1, id="id-of-the-event"),
        pytest.param("a.ts", "export const f = (e: any) => e.requestContext!.connectionId;", 1, id="id-asserted"),
        pytest.param(
            "a.js", "exports.f = async (e) => {\n  const { connectionId, stage } = e.requestContext;\n};", 2, id="taken-out"
        ),
        pytest.param("a.js", "exports.f = async ({ requestContext: { connectionId } }) => connectionId;", 1, id="in-parameters"),
        pytest.param("a.py", 'def f(event, context):\n    return event["requestContext"]["connectionId"]\n', 2, id="python-id"),
        pytest.param(
            "a.py", 'def f(event, c):\n    return event.get("requestContext", {}).get("connectionId")\n', 2, id="python-get"
        ),
        pytest.param("a.py", 'import boto3\napi = boto3.client("apigatewaymanagementapi")\n', 2, id="python-client"),
        pytest.param(
            "main.go",
            'import "x/apigatewaymanagementapi"\n\nfunc f(r events.APIGatewayWebsocketProxyRequest) {}\n',
            3,
            id="go-event",
        ),
        pytest.param("main.go", "package main\nvar api = apigatewaymanagementapi.NewFromConfig(c)\n", 2, id="go-client"),
        pytest.param("A.java", "class A { void f(APIGatewayV2WebSocketEvent e) {} }\n", 1, id="java"),
        pytest.param("A.cs", "using X;\nvar c = new AmazonApiGatewayManagementApiClient(config);\n", 2, id="csharp"),
        pytest.param("main.rs", "use a;\nfn f(e: ApiGatewayWebsocketProxyRequest) {}\n", 2, id="rust"),
        pytest.param(
            "a.py", 'import boto3\napi = boto3.Session().client("apigatewaymanagementapi", endpoint_url=u)\n', 2, id="session"
        ),
    ],
)
def test_known_by(file: str, code: str, line: int) -> None:
    """Each of these is one server, at the line that shows it, of which nothing is sent on silent sockets."""
    (use,) = uses({file: code})
    assert ("aws-api-gateway-websocket", "server", "platform", file, line) == (
        use.library,
        use.role,
        use.runs_in,
        use.place.file,
        use.place.line,
    )
    assert use.heartbeat is not None
    assert "none" == use.heartbeat.sender


@pytest.mark.parametrize(
    ("file", "code"),
    [
        pytest.param("a.js", "// event.requestContext.connectionId", id="comment"),
        pytest.param("a.js", "exports.f = (event) => event.requestContext.identity.sourceIp;", id="another-field"),
        pytest.param("a.js", "const connectionId = socket.id; log(connectionId);", id="another-id"),
        pytest.param("a.js", "class ApiGatewayManagementApi {}\nnew ApiGatewayManagementApi();", id="own-class"),
        pytest.param("a.ts", 'import type { X } from "@aws-sdk/client-apigatewaymanagementapi";', id="type-only"),
        pytest.param("a.py", 'NAME = "apigatewaymanagementapi"\n', id="a-word"),
        pytest.param("README.md", "event.requestContext.connectionId", id="prose"),
        pytest.param("a.go", "// func f(r events.APIGatewayWebsocketProxyRequest)\n", id="comment-in-go"),
        pytest.param("a.java", "import x.APIGatewayV2WebSocketEvent;\n", id="import-in-java"),
        pytest.param("infra.ts", "new WebSocketApi(this, 'x');  // requestContext", id="a-construct-is-no-server"),
    ],
)
def test_no_sign(file: str, code: str) -> None:
    """Words alone, other fields and constructs of infrastructure are no server."""
    assert [] == [use for use in uses({file: code}) if use.library == "aws-api-gateway-websocket"]


def test_one_use_for_each_service() -> None:
    """Functions with manifests of their own below one template are one server, at the call that answers."""
    files = {
        "template.yaml": "Resources: {}",
        "connect/package.json": '{"name": "connect", "dependencies": {}}',
        "connect/app.js": "exports.f = (event) => event.requestContext.connectionId;",
        "send/package.json": '{"name": "send", "dependencies": {}}',
        "send/app.mjs": SDK + "new ApiGatewayManagementApiClient({});",
        "alerts/serverless.yml": "service: alerts",
        "alerts/on.js": "exports.f = (event) => event.requestContext.connectionId;",
    }
    assert [("alerts/on.js", 1), ("send/app.mjs", 2)] == [(use.place.file, use.place.line) for use in uses(files)]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        pytest.param("const ids = new Set();\nexports.f = (e) => { ids.add(e.requestContext.connectionId); };", 2, id="set"),
        pytest.param("const ids = {};\nexports.f = (e) => {\n  ids[e.requestContext.connectionId] = e;\n};", 3, id="object"),
        pytest.param("let ids = [];\nexports.f = (e) => { ids.push(e.requestContext.connectionId); };", 2, id="array"),
        pytest.param("exports.f = (e) => { const ids = []; ids.push(e.requestContext.connectionId); };", None, id="of-one-call"),
        pytest.param("const t = table();\nexports.f = (e) => t.add(e.requestContext.connectionId);", None, id="not-memory"),
    ],
)
def test_kept_in_memory(code: str, line: int | None) -> None:
    """An id that is put into a collection of the module is kept in one instance's memory; a call's own list is not."""
    (use,) = uses({"a.js": code})
    assert line == (use.broadcasts.line if use.broadcasts else None)


@pytest.mark.parametrize(
    "files",
    [
        {"a.js": "exports.f = (e) => { if (e.requestContext.connectionId && body.action === 'ping') return ok; };"},
        {"a.py": 'def f(e, c):\n    return e["requestContext"]["connectionId"]\n', "b.py": "def handle_ping(): ...\n"},
        {
            "a.js": "exports.f = (e) => e.requestContext.connectionId;",
            "template.yaml": "Resources:\n  R:\n    Properties:\n      RouteKey: ping\n",
        },
    ],
)
def test_a_route_for_pings_leaves_the_heartbeat_open(files: dict[str, str]) -> None:
    """Where something waits for clients' pings, they may well be sent by clients that are not here."""
    assert [None] == [use.heartbeat for use in uses(files)]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_never_raises(text: str) -> None:
    """Whatever stands around the words, nothing is raised."""
    for file in ("a.js", "a.ts", "a.py"):
        stack.detect(Tree.of({file: f"requestContext {text} connectionId apigatewaymanagementapi"}, stack.words()))
