"""Servers in Swift: routes, ports, heartbeats and frames of Vapor and Hummingbird."""

from __future__ import annotations

import pytest

from tests.stack.swift.trees import uses

_VAPOR = "import Vapor\n"


@pytest.mark.parametrize(
    ("code", "path"),
    [
        pytest.param('app.webSocket("ws") { req, ws in }\n', "/ws", id="plain"),
        pytest.param('app.webSocket("rooms", ":id", onUpgrade: chat)\n', "/rooms/:id", id="parts"),
        pytest.param(
            'let api = app.grouped("api")\nlet v1 = api.grouped("v1")\nv1.webSocket("ws") { req, ws in }\n',
            "/api/v1/ws",
            id="grouped",
        ),
        pytest.param('app.grouped("api").webSocket("ws") { req, ws in }\n', "/api/ws", id="inline-group"),
        pytest.param('app.group("api") { api in\n  api.webSocket("ws") { req, ws in }\n}\n', "/api/ws", id="group-block"),
        pytest.param("app.webSocket(name) { req, ws in }\n", None, id="computed"),
    ],
)
def test_routes(code: str, path: str | None) -> None:
    """The path with the groups before it."""
    (use,) = uses({"Sources/App/routes.swift": _VAPOR + code}, "server")
    assert ("vapor", path) == (use.library, use.endpoints[0].path)


def test_what_a_vapor_server_does() -> None:
    """Port and host from another file, pings, frames, sockets in memory."""
    files = {
        "Sources/App/routes.swift": _VAPOR
        + 'app.webSocket("ws", maxFrameSize: .init(integerLiteral: 1 << 20)) { req, ws in\n  ws.pingInterval = .seconds(20)\n'
        + "  ws.onText { ws, text in\n    for client in clients { client.send(text) }\n  }\n}\n",
        "Sources/App/configure.swift": _VAPOR
        + 'app.http.server.configuration.hostname = "0.0.0.0"\n'
        + 'app.http.server.configuration.port = Environment.get("PORT").flatMap(Int.init) ?? 8081\n',
    }
    (use,) = uses(files, "server")
    endpoint = use.endpoints[0]
    assert (8081, "environment", "0.0.0.0") == (endpoint.port, endpoint.port_from, endpoint.bind)
    assert use.heartbeat is not None
    assert use.max_message is not None
    assert ("server", 20, 1048576, "Sources/App/routes.swift:5") == (
        use.heartbeat.sender,
        use.heartbeat.interval_s,
        use.max_message.amount,
        str(use.broadcasts),
    )


@pytest.mark.parametrize(
    ("options", "beat"),
    [
        ("", ("server", 30, "default")),
        (", configuration: .init(autoPing: .enabled(timePeriod: .seconds(10)))", ("server", 10, "configured")),
        (", configuration: .init(autoPing: .disabled)", ("none", None, "configured")),
    ],
)
def test_hummingbird(options: str, beat: tuple[object, ...]) -> None:
    """It pings by itself every 30 s."""
    code = (
        "import HummingbirdWebSocket\nlet router = Router(context: BasicWebSocketRequestContext.self)\n"
        'router.ws("/chat") { inbound, outbound, context in }\n'
        f"let app = Application(router: r, server: .http1WebSocketUpgrade(webSocketRouter: router{options}))\n"
    )
    (use,) = uses({"Sources/App/main.swift": code}, "server")
    assert use.heartbeat is not None
    assert ("hummingbird-websocket", "/chat", 8080) == (use.library, use.endpoints[0].path, use.endpoints[0].port)
    assert beat == (use.heartbeat.sender, use.heartbeat.interval_s, use.heartbeat.source)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"A.swift": _VAPOR + '// app.webSocket("ws") { req, ws in }\n'}, id="comment"),
        pytest.param({"A.swift": _VAPOR + 'app.get("ws") { req in "x" }\n'}, id="plain-route"),
        pytest.param({"A.swift": 'app.webSocket("ws") { req, ws in }\n'}, id="not-vapor"),
        pytest.param(
            {"Package.swift": 'Package(name: "vapor")', "A.swift": _VAPOR + 'a.webSocket("ws") { r, w in }\n'}, id="vapor-itself"
        ),
    ],
)
def test_mentions(files: dict[str, str]) -> None:
    """A comment, a plain route, another thing of that name, the library's own source."""
    assert () == uses(files)
