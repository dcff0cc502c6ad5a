"""Where a platform speaks a socket model of its own: what leads to what, and what is said of it."""

from __future__ import annotations

from datetime import date

import pytest

from advisor.advise import advise, words
from advisor.model import Path, Report
from advisor.options import Options
from advisor.tree import Tree

HANDLER = "exports.f = (event) => event.requestContext.connectionId;"
SERVERLESS = "service: x\nfunctions:\n  f:\n    handler: on.f\n    events:\n      - websocket: $default\n"
PACKAGE = '{"name": "chat", "scripts": {"start": "node server.js"}, "dependencies": {"ws": "8.18.0"}}'
SERVER = 'const { WebSocketServer } = require("ws");\nnew WebSocketServer({ port: process.env.PORT || 3000 });\n'
PAIR = "export default { fetch() { const [a, b] = Object.values(new WebSocketPair()); b.accept(); } };"
WRANGLER = 'main = "src/index.js"\n'


def report_on(files: dict[str, str], **assume: str) -> Report:
    return advise(Tree.of(files, words()), Options(as_of=date(2026, 11, 25), assume=assume))


def shown(path: Path) -> tuple[str, str | None, str | None]:
    return " ".join(hop.platform for hop in path.hops), path.server.library if path.server else None, path.handshake.cause


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"serverless.yml": SERVERLESS, "on.js": HANDLER},
            [("aws-api-gateway-websocket", "aws-api-gateway-websocket", None)],
            id="handlers-behind-their-gateway",
        ),
        pytest.param(
            {"infra/readme.txt": "", "on.js": HANDLER},
            [("aws-api-gateway-websocket", "aws-api-gateway-websocket", None)],
            id="handlers-imply-their-gateway",
        ),
        pytest.param(
            {"wrangler.toml": WRANGLER, "src/index.js": PAIR},
            [("cloudflare-workers", "workers-websocket-pair", None)],
            id="a-pair-on-its-worker",
        ),
        pytest.param(
            {"vercel.json": "{}", "package.json": '{"dependencies": {"next": "16.0.0"}}', "edge/index.js": PAIR},
            [("cloudflare-workers", "workers-websocket-pair", None)],
            id="a-worker-is-not-run-by-another-host",
        ),
        pytest.param(
            {
                "api/wrangler.toml": WRANGLER,
                "api/src/index.js": "export default { fetch() {} };",
                "rooms/wrangler.toml": WRANGLER,
                "rooms/package.json": '{"name": "rooms", "devDependencies": {"wrangler": "4.0.0"}}',
                "rooms/src/index.js": PAIR,
            },
            [("cloudflare-workers", "workers-websocket-pair", None)],
            id="another-worker-does-not-lead-there",
        ),
        pytest.param(
            {
                "wrangler.toml": WRANGLER,
                "src/index.js": "export default { fetch() {} };",
                "chat/package.json": PACKAGE,
                "chat/server.js": SERVER,
            },
            [("", "ws", None)],
            id="a-server-elsewhere-in-the-tree-is-not-on-the-worker",
        ),
        pytest.param(
            {
                "wrangler.toml": WRANGLER,
                "src/index.js": "import './other.js';",
                "src/other.js": "export default { fetch() {} };",
                "package.json": PACKAGE,
                "server.js": SERVER,
            },
            [("", "ws", None)],
            id="a-server-beside-the-worker-is-not-on-it",
        ),
        pytest.param(
            {
                "wrangler.toml": WRANGLER + '[[containers]]\nclass_name = "Box"\nimage = "./Dockerfile"\n',
                "src/index.js": "export default { fetch() {} };",
                "Dockerfile": 'FROM node:22\nCOPY . .\nCMD ["node", "server.js"]\n',
                "package.json": PACKAGE,
                "server.js": SERVER,
            },
            [("cloudflare-workers", "ws", None)],
            id="a-container-runs-an-ordinary-server",
        ),
    ],
)
def test_paths(files: dict[str, str], expected: list[tuple[str, str | None, str | None]]) -> None:
    """A server for a model of its own is met on that platform alone, and an ordinary one where it really runs."""
    assert expected == [shown(path) for path in report_on(files).paths]


def test_refusal_names_the_model() -> None:
    """An ordinary server behind a platform's own model is refused by that hop, and nothing else is blamed."""
    report = report_on({"package.json": PACKAGE, "server.js": SERVER}, hop="ably")
    (path,) = report.paths

    assert ("refused", "own_protocol", "assumed:ably") == (
        path.handshake.outcome,
        path.handshake.cause,
        path.handshake.decided_by,
    )
    assert "breaks" == report.verdict
    assert {"WS802"} == {finding.rule for finding in report.findings if finding.severity == "error"}


def test_handlers_are_a_server() -> None:
    """A repository of handlers is no repository without sockets; its limits are the gateway's."""
    report = report_on({"serverless.yml": SERVERLESS, "on.js": HANDLER})

    assert "works_with_changes" == report.verdict
    assert ["WS201", "WS204"] == [finding.rule for finding in report.findings]
