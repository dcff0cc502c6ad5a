"""Start commands of Dart and Swift: what they run and where it listens."""

from __future__ import annotations

import pytest

from advisor.stack.commands import interpret


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("dart run bin/server.dart --port 9000", ("dart", "bin/server.dart", 9000, "literal")),
        ("dart --enable-asserts bin/server.dart", ("dart", "bin/server.dart", None, None)),
        ("swift run -c release App serve --hostname 0.0.0.0 --port $PORT", ("swift", "App", None, "environment")),
        ("swift run", ("swift", None, None, None)),
    ],
)
def test_servers(command: str, told: tuple[object, ...]) -> None:
    """The entry and the port that its own flags give."""
    server = interpret(command)
    assert server is not None
    assert told == (server.program, server.entry, server.port, server.port_from)


@pytest.mark.parametrize("command", ["dart pub get", "dart test", "dart compile exe bin/a.dart", "swift build", "swift test"])
def test_what_serves_nothing(command: str) -> None:
    """Builds and tests are no servers."""
    assert interpret(command) is None
