"""A server in a function is one only where something calls the function."""

from __future__ import annotations

import pytest

from advisor import stack
from advisor.tree import Tree

PACKAGE = '{"name": "shop", "private": true, "dependencies": {"socket.io": "4.8.1", "ws": "8.18.0"}}'
BEGINS = 'import { Server } from "socket.io";\n'
EXPORTED = f"{BEGINS}export const initSockets = (http: unknown) => {{\n  const io = new Server(http);\n  return io;\n}};\n"


def _servers(files: dict[str, str]) -> int:
    found = stack.detect(Tree.of({"package.json": PACKAGE, **files}, stack.words))
    return len([use for use in found.uses() if use.role == "server"])


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"src/sockets.ts": EXPORTED}, 0, id="nobody-calls-it"),
        pytest.param(
            {"src/sockets.ts": f"{EXPORTED}export type IO = ReturnType<typeof initSockets>;\n"}, 0, id="only-its-type-is-named"
        ),
        pytest.param({"src/sockets.ts": EXPORTED, "README.md": "Call initSockets."}, 0, id="only-the-readme-names-it"),
        pytest.param(
            {"src/sockets.ts": EXPORTED, "src/server.ts": 'import { initSockets } from "./sockets";\ninitSockets(http);\n'},
            1,
            id="imported",
        ),
        pytest.param({"src/sockets.ts": f"{EXPORTED}initSockets(server);\n"}, 1, id="called-in-its-own-file"),
        pytest.param({"src/sockets.ts": f"{EXPORTED}export default initSockets;\n"}, 1, id="the-file-s-default"),
        pytest.param(
            {"src/sockets.js": f"{EXPORTED}module.exports = {{ initSockets }};\n"}, 0, id="exported-again-and-nobody-takes-it"
        ),
        pytest.param(
            {"src/sockets.ts": f"{BEGINS}export function SOCKET(http) {{\n  new Server(http);\n}}\n"},
            1,
            id="a-name-for-a-framework",
        ),
        pytest.param({"src/sockets.ts": f"{BEGINS}const io = new Server(3000);\n"}, 1, id="in-no-function"),
        pytest.param(
            {"src/sockets.ts": EXPORTED, "package.json": PACKAGE.replace('"private": true', '"main": "src/sockets.ts"')},
            1,
            id="a-package-that-others-install",
        ),
    ],
)
def test_function_that_opens_a_server(files: dict[str, str], expected: int) -> None:
    """What is left behind and never called opens nothing; names that a framework looks for are left alone."""
    assert expected == _servers(files)
