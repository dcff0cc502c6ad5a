"""Tests of Serverless Framework files, of infrastructure written as code, and of functions whose code speaks of sockets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.deployment import cdk, cloudformation, serverless, terraform
from advisor.deployment.handlers import speaking
from advisor.tree import Tree

from .reading import read

SERVICE = """\
service: chat
provider:
  name: aws
functions:
  connect:
    handler: src/handlers.connect
    events:
      - websocket: $connect
  rest:
    handler: src/rest.main
    events:
      - httpApi: '*'
    url: true
"""
SOCKETS = 'const { Server } = require("socket.io");\nmodule.exports.main = () => new Server();\n'


def hops(files: dict[str, str]) -> list[tuple[str, str, str | None]]:
    return [(hop.platform, str(hop.place), hop.serves) for hop in read(files).hops]


def test_socket_events() -> None:
    """A socket event makes a hop that serves the service's directory; plain events of functions without sockets make none."""
    assert [("aws-api-gateway-websocket", "api/serverless.yml:8", "api")] == hops({"api/serverless.yml": SERVICE})


def test_plain_events_before_code_with_sockets() -> None:
    """Where the function's code speaks of sockets, what leads to it is a hop, and the function a process."""
    files = {"serverless.yml": SERVICE, "src/rest.js": 'exports.main = require("./app").main;', "src/app.js": SOCKETS}
    found = read(files)
    assert {"aws-api-gateway-websocket", "aws-api-gateway-http-rest", "aws-lambda-function-url"} == {
        hop.platform for hop in found.hops
    }
    assert ["src"] == [process.root for process in found.processes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("provider: {name: aws, websocketsApiName: x}\n" + SERVICE.partition("aws\n")[2], "serverless.yml:1"),
        ("functions:\n  - a: {handler: a.b, events: [websocket: $default]}\n", "serverless.yml:2"),
        ("functions:\n  a:\n    handler: a.b\n    events:\n      - websocket\n", "serverless.yml:5"),
    ],
)
def test_forms(text: str, expected: str) -> None:
    """The provider's key is the place where there is one; functions come as a list too, and events as bare words."""
    assert [("aws-api-gateway-websocket", expected, ".")] == hops({"serverless.yml": text})


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("serverless.yml", SERVICE.replace("name: aws", "name: google")),
        ("serverless.yml", "service: x\nfunctions: ${file(functions.yml)}\n"),
        ("tests/serverless.yml", SERVICE),
        ("serverless.ts", "export default { service: 'x' };"),
    ],
)
def test_no_hop(file: str, text: str) -> None:
    """Another cloud's file, functions that stand elsewhere, and fixtures give nothing."""
    assert [] == hops({file: text})


def test_typescript_configuration() -> None:
    """A configuration in TypeScript is not run; an event in it is a strong sign."""
    text = "export default {\n  functions: { a: { events: [{ websocket: { route: '$connect' } }] } },\n};\n"
    (hop,) = read({"serverless.ts": text}).hops
    assert ("aws-api-gateway-websocket", "serverless.ts:2", "strong") == (hop.platform, str(hop.place), hop.certainty)


V2 = "import { WebSocketApi } from 'aws-cdk-lib/aws-apigatewayv2';\n"


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        pytest.param("lib/a.ts", V2 + "const api = new WebSocketApi(this, 'Chat', {});\n", 2, id="typescript"),
        pytest.param(
            "lib/a.ts",
            "import * as v2 from '@aws-cdk/aws-apigatewayv2-alpha';\nnew v2.WebSocketApi(this, 'x');\n",
            2,
            id="namespace",
        ),
        pytest.param(
            "lib/a.ts",
            "import { CfnApi } from 'aws-cdk-lib/aws-apigatewayv2';\nnew CfnApi(this, 'x', { protocolType: 'WEBSOCKET' });\n",
            2,
            id="raw-construct",
        ),
        pytest.param(
            "app/stack.py",
            "from aws_cdk import aws_apigatewayv2 as v2\n\n\ndef f(self):\n    v2.WebSocketApi(self, 'Chat')\n",
            5,
            id="python",
        ),
        pytest.param("sst.config.ts", "export default {};\nnew sst.aws.ApiGatewayWebSocket('Chat');\n", 2, id="sst"),
        pytest.param(
            "index.ts",
            'import * as aws from "@pulumi/aws";\nnew aws.apigatewayv2.Api("c", { protocolType: "WEBSOCKET" });\n',
            2,
            id="pulumi",
        ),
    ],
)
def test_infrastructure_as_code(file: str, text: str, line: int) -> None:
    """A WebSocket API that is constructed is a hop at that line."""
    assert [("aws-api-gateway-websocket", f"{file}:{line}")] == [found[:2] for found in hops({file: text})]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("class WebSocketApi {}\nnew WebSocketApi();\n", id="own-class"),
        pytest.param(V2 + "function f(api: WebSocketApi) {}\n", id="only-a-type"),
        pytest.param("import { Api } from '@pulumi/aws';\nnew Api('x', { protocolType: 'HTTP' });\n// WEBSOCKET\n", id="http"),
        pytest.param(V2 + "// new WebSocketApi(this)\n", id="comment"),
    ],
)
def test_no_api_is_made(text: str) -> None:
    """Types, comments and classes of one's own are no API."""
    assert [] == hops({"lib/a.ts": text})


def test_root_of_a_cdk_project() -> None:
    """The API serves the directory of its project's own file."""
    text = V2 + "new WebSocketApi(this, 'Chat');\n"
    assert [("aws-api-gateway-websocket", "infra/lib/a.ts:2", "infra")] == hops({"infra/cdk.json": "{}", "infra/lib/a.ts": text})


@pytest.mark.parametrize(
    ("files", "handler", "expected"),
    [
        ({"src/a.js": SOCKETS}, "src/a.main", "src"),
        ({"a.ts": "import { x } from './lib/b';", "lib/b.ts": "import { Server } from 'socket.io';"}, "a.handler", "lib"),
        ({"pkg/a.py": "from .b import f\n", "pkg/b.py": "import socketio\n"}, "pkg/a.handler", "pkg"),
        ({"a.js": "exports.main = () => 1;"}, "a.main", None),
        ({"b.js": SOCKETS}, "a.main", None),
        ({"a.js": SOCKETS}, None, None),
        ({"a.js": "require('../../etc/passwd')"}, "a.main", None),
    ],
)
def test_code_that_speaks_of_sockets(files: dict[str, str], handler: str | None, expected: str | None) -> None:
    """The directory of the file that loads a socket library, followed from the handler inside the tree."""
    assert expected == speaking(Tree.of(files), ".", handler)


def test_functions_of_a_template() -> None:
    """A SAM function whose code speaks of sockets is a process of its API, and has a hop of its own where it has a URL."""
    text = """\
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
  Chat:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: chat/
      Handler: app.main
      FunctionUrlConfig: {AuthType: NONE}
      Events:
        All: {Type: HttpApi, Properties: {ApiId: !Ref Api}}
"""
    part = cloudformation.read(Tree.of({"template.yaml": text, "chat/app.js": SOCKETS}, cloudformation.WORDS))
    (process,) = part.processes
    assert ("chat", {"aws-api-gateway-http-rest", "aws-lambda-function-url"}) == (
        process.root,
        {hop.platform for hop in part.hops if process.id in hop.processes},
    )


TERRAFORM = """\
resource "aws_apigatewayv2_api" "chat" {
  protocol_type = "WEBSOCKET"
}
resource "aws_apigatewayv2_integration" "chat" {
  api_id          = aws_apigatewayv2_api.chat.id
  integration_uri = aws_lambda_function.chat.invoke_arn
}
data "archive_file" "chat" {
  source_dir = "${path.module}/../chat"
}
resource "aws_lambda_function" "chat" {
  filename = data.archive_file.chat.output_path
  handler  = "app.main"
}
resource "aws_lambda_function_url" "chat" {
  function_name = aws_lambda_function.chat.function_name
}
"""


def test_functions_of_terraform() -> None:
    """The code that is packed for a function is followed; its API and its URL lead to it."""
    part = terraform.read(Tree.of({"infra/main.tf": TERRAFORM, "chat/app.js": SOCKETS}, terraform.WORDS))
    (process,) = part.processes
    assert ("chat", {"aws-api-gateway-websocket", "aws-lambda-function-url"}) == (
        process.root,
        {hop.platform for hop in part.hops if process.id in hop.processes},
    )


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_never_raises(text: str) -> None:
    """Whatever stands in the files, nothing is raised."""
    serverless.read(Tree.of({"serverless.yml": f"functions:\n{text}", "serverless.ts": f"websocket: {{{text}"}))
    cdk.read(Tree.of({"a.ts": f"aws-cdk-lib WebSocketApi {text}", "a.py": f"aws_cdk WEBSOCKET {text}"}, cdk.WORDS))
