"""Servers in Dart: handlers, their routes, ports, heartbeats and origins."""

from __future__ import annotations

import pytest

from tests.stack.dart.trees import DART, uses

_SHELF = "import 'package:shelf_web_socket/shelf_web_socket.dart';\nimport 'package:shelf/shelf_io.dart' as io;\n"
_IO = """import 'dart:io';
Future<void> main() async {
  final server = await HttpServer.bind(InternetAddress.anyIPv4, int.parse(Platform.environment['PORT'] ?? '8080'));
  await for (final request in server) {
    if (request.uri.path == '/ws' && WebSocketTransformer.isUpgradeRequest(request)) {
      final socket = await WebSocketTransformer.upgrade(request);
      socket.pingInterval = const Duration(seconds: 20);
      socket.listen((m) { for (final client in clients) { client.add(m); } });
    }
  }
}
"""


@pytest.mark.parametrize(
    ("path", "code", "told"),
    [
        pytest.param(
            "bin/server.dart",
            _SHELF + "void main() { io.serve(webSocketHandler((s, p) {}), 'localhost', 9000); }",
            ("shelf-web-socket", None, 9000, "literal", "localhost"),
            id="shelf",
        ),
        pytest.param(
            "bin/server.dart",
            _SHELF + "void main() { final handler = webSocketHandler((s, p) {});\n  router.get('/rooms/<id>', handler);\n"
            "  io.serve(router, InternetAddress.anyIPv4, 9000); }",
            ("shelf-web-socket", "/rooms/{id}", 9000, "literal", "0.0.0.0"),
            id="shelf-router",
        ),
        pytest.param(
            "routes/chat/[id].dart",
            "import 'package:dart_frog_web_socket/dart_frog_web_socket.dart';\n"
            "Handler get onRequest => webSocketHandler((s, p) {});\n",
            ("shelf-web-socket", "/chat/{id}", 8080, "environment", None),
            id="dart-frog",
        ),
        pytest.param(
            "bin/server.dart",
            _IO,
            ("dart-io-websocket", "/ws", 8080, "environment", "0.0.0.0"),
            id="dart-io",
        ),
    ],
)
def test_servers(path: str, code: str, told: tuple[object, ...]) -> None:
    """Library, path, port and where it comes from."""
    (use,) = uses({**DART, path: code}, "server")
    endpoint = use.endpoints[0]
    assert told == (use.library, endpoint.path, endpoint.port, endpoint.port_from, endpoint.bind)


def test_what_a_server_does() -> None:
    """Pings, sockets in memory."""
    (use,) = uses({**DART, "bin/server.dart": _IO}, "server")
    assert use.heartbeat is not None
    assert ("server", 20, "bin/server.dart:8") == (use.heartbeat.sender, use.heartbeat.interval_s, str(use.broadcasts))


def test_origins() -> None:
    """``allowedOrigins`` lists pages."""
    code = (
        _SHELF
        + "final h = webSocketHandler((s, p) {}, allowedOrigins: {'https://a.org'}, pingInterval: Duration(seconds: 30));\n"
    )
    (use,) = uses({**DART, "lib/a.dart": code}, "server")
    assert use.heartbeat is not None
    assert (("https://a.org",), 30) == (use.origins, use.heartbeat.interval_s)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"lib/a.dart": "webSocketHandler(x) {}\nf() => webSocketHandler(1);\n"}, id="own-function"),
        pytest.param({"lib/a.dart": _SHELF + "// webSocketHandler((s) {})\n"}, id="comment"),
        pytest.param(
            {"pubspec.yaml": "name: shelf_web_socket\n", "lib/a.dart": _SHELF + "f() => webSocketHandler((s) {});"}, id="library"
        ),
    ],
)
def test_mentions(files: dict[str, str]) -> None:
    """A function of that name, a comment, the library itself."""
    assert () == uses({**DART, **files})
