"""The program of y-websocket, which no code of the tree makes: found where something starts it."""

from __future__ import annotations

import json

import pytest

from advisor import stack
from advisor.model import Use
from advisor.tree import Tree


def _package(script: str = "", name: str = "start", version: str = "2.1.0", more: dict[str, str] | None = None) -> str:
    scripts = {name: script} if script else {}
    return json.dumps({"name": "docs", "scripts": scripts, "dependencies": {"y-websocket": version, **(more or {})}})


def _servers(files: dict[str, str]) -> list[Use]:
    return [use for use in stack.detect(Tree.of(files, stack.words())).uses() if use.role == "server"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"package.json": _package("npx y-websocket")}, [(1234, "localhost")], id="by-npx"),
        pytest.param({"package.json": _package("HOST=0.0.0.0 PORT=4444 npx y-websocket")}, [(4444, "0.0.0.0")], id="told-where"),
        pytest.param(
            {"package.json": _package("node ./node_modules/y-websocket/bin/server.js")}, [(1234, "localhost")], id="by-its-file"
        ),
        pytest.param(
            {"package.json": _package(), "Dockerfile": 'FROM node:22\nENV HOST=0.0.0.0\nCMD ["npx", "y-websocket"]\n'},
            [(1234, None)],
            id="in-an-image",
        ),
        pytest.param(
            {"package.json": _package("y-websocket"), "compose.yaml": "services:\n  a:\n    environment: [HOST=0.0.0.0]\n"},
            [(1234, None)],
            id="host-from-the-deployment",
        ),
        pytest.param(
            {"package.json": _package("y-websocket", more={"@y/websocket-server": "0.1.5"}, version="3.1.0")},
            [(1234, "localhost")],
            id="moved-to-its-own-package",
        ),
        pytest.param({"package.json": _package("y-websocket", version="3.1.0")}, [], id="no-program-since-3"),
        pytest.param({"package.json": _package("npx y-websocket", name="dev:sync")}, [], id="for-development"),
        pytest.param({"package.json": _package("npm install y-websocket")}, [], id="only-installed"),
        pytest.param({"package.json": _package("node server.js"), "README.md": "npx y-websocket"}, [], id="only-in-the-readme"),
        pytest.param(
            {"package.json": _package(), "Dockerfile": "FROM node:22\nRUN npm i y-websocket\nCMD node x.js\n"},
            [],
            id="installed-in-an-image",
        ),
    ],
)
def test_program(files: dict[str, str], expected: list[tuple[int, str | None]]) -> None:
    """The command shows the server, its port and its host; without HOST it listens on localhost."""
    assert expected == [(use.endpoints[0].port, use.endpoints[0].bind) for use in _servers(files)]


def test_documents_are_in_one_process() -> None:
    """Several copies would hold several versions of one document."""
    [use] = _servers({"package.json": _package("y-websocket")})

    assert (use.place, None) == (use.broadcasts, use.backplane)


@pytest.mark.parametrize(("option", "expected"), [("", 5), ("max_reconnects: 8", 8), ("max_reconnects: 0", None)])
def test_rpc_websockets_gives_up(option: str, expected: int | None) -> None:
    """rpc-websockets tries five times unless it is told otherwise; 0 is for ever."""
    code = f'import {{ Client }} from "rpc-websockets";\nnew Client("wss://a.acme.io/rpc", {{ {option} }});\n'
    files = {"package.json": '{"dependencies": {"rpc-websockets": "9.0.0"}}', "a.js": code}
    [use] = stack.detect(Tree.of(files, stack.words())).uses()

    assert use.reconnect is not None
    assert expected == use.reconnect.attempts
