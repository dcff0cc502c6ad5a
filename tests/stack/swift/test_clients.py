"""Clients in Swift: which constructions count, where they go, what they send, what becomes of a lost connection."""

from __future__ import annotations

import pytest

from tests.stack.swift.trees import APP, client, uses


@pytest.mark.parametrize(
    ("code", "library"),
    [
        pytest.param(
            'let t = URLSession.shared.webSocketTask(with: URL(string: "ws://localhost:8080/ws")!)\n',
            "urlsession-websocket",
            id="task",
        ),
        pytest.param(
            'import Starscream\nvar r = URLRequest(url: URL(string: "ws://localhost:8080/ws")!)\nlet s = WebSocket(request: r)\n',
            "starscream",
            id="starscream",
        ),
        pytest.param(
            'import SocketIO\nlet m = SocketManager(socketURL: URL(string: "http://localhost:8080/ws")!, config: [.log(true)])\n',
            "socket-io-client-swift",
            id="socket-io",
        ),
        pytest.param(
            'import SwiftPhoenixClient\nlet s = Socket("ws://localhost:8080/ws")\n', "swift-phoenix-client", id="phoenix"
        ),
        pytest.param(
            'import WebSocketKit\nlet f = WebSocket.connect(to: "ws://localhost:8080/ws", on: group) { ws in }\n',
            "websocket-kit",
            id="kit",
        ),
        pytest.param(
            "import Network\nlet o = NWProtocolWebSocket.Options()\n"
            'let c = NWConnection(to: .url(URL(string: "ws://localhost:8080/ws")!), using: p)\n',
            "network-framework-websocket",
            id="network",
        ),
    ],
)
def test_what_opens_a_socket(code: str, library: str) -> None:
    """A construction of a library that the file imports, on a person's device."""
    use = client(code)
    assert (library, "client", "device", "localhost", 8080) == (
        use.library,
        use.role,
        use.runs_in,
        use.urls[0].host,
        use.urls[0].port,
    )


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"A.swift": APP + "// session.webSocketTask(with: url)\n"}, id="comment"),
        pytest.param({"A.swift": APP + 'let help = "session.webSocketTask(with: url)"\n'}, id="text"),
        pytest.param({"A.swift": APP + "var task: URLSessionWebSocketTask?\n"}, id="type"),
        pytest.param({"A.swift": APP + "struct WebSocket { init(url: URL) {} }\nlet s = WebSocket(url: u)\n"}, id="own-type"),
        pytest.param({"README.md": "session.webSocketTask(with: url)"}, id="readme"),
        pytest.param({"A.swift": "import Network\nlet c = NWConnection(host: h, port: p, using: .tcp)\n"}, id="plain-tcp"),
        pytest.param(
            {
                "Package.swift": 'let package = Package(name: "Starscream")',
                "A.swift": "import Starscream\nlet s = WebSocket(url: u)\n",
            },
            id="the-library-itself",
        ),
        pytest.param({}, id="package-alone"),
    ],
)
def test_mentions(files: dict[str, str]) -> None:
    """A comment, a text, a type, a type of one's own, plain TCP, the library's own source."""
    assert () == uses(files)


_TASK = "let t = URLSession.shared.webSocketTask(with: %s)\n"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(
            'let url = URL(string: "wss://a.org/ws?token=abc")!\n' + _TASK % "url", [("a.org", False, None)], id="constant"
        ),
        pytest.param(
            "#if DEBUG\n"
            'let url = URL(string: "ws://localhost:1/ws")!\n#else\nlet url = URL(string: "wss://a.org/ws")!\n#endif\n'
            + _TASK
            % "url",
            [("localhost", True, None), ("a.org", False, None)],
            id="debug",
        ),
        pytest.param(
            'let base = isLocal ? "ws://localhost:1" : "wss://a.org"\n' + _TASK % 'URL(string: "\\(base)/ws")!',
            [("localhost", True, None), ("a.org", False, None)],
            id="something-chooses",
        ),
        pytest.param(
            'let base = ProcessInfo.processInfo.environment["WS"] ?? "ws://localhost:1"\n' + _TASK % "URL(string: base)!",
            [("localhost", True, "WS")],
            id="environment",
        ),
        pytest.param(_TASK % "URL(string: Config.socket)!", [("a.org", False, None)], id="another-file"),
        pytest.param("func open(url: URL) { " + _TASK % "url" + "}\n", [], id="handed-in"),
    ],
)
def test_urls(code: str, told: list[tuple[object, ...]]) -> None:
    """Every address that the code may open; those of a build for development are guarded."""
    urls = client(
        code, Config='enum Config {\n  static let host = "a.org"\n  static var socket: String { "wss://\\(host)/ws" }\n}\n'
    ).urls
    assert told == [(url.host, url.guarded, url.environment) for url in urls]
    assert "abc" not in repr(urls)


_CLASS = (
    "class S {\n  func connect() {\n    task = session.webSocketTask(with: url)\n    task.receive { r in\n"
    "      switch r {\n      case .failure: %s\n      case .success: break\n      }\n    }\n  }\n%s}\n"
)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(_CLASS % ("break", ""), ("none", None), id="never"),
        pytest.param(_CLASS % ("self.connect()", ""), ("immediate", None), id="at-once"),
        pytest.param(
            _CLASS % ("DispatchQueue.main.asyncAfter(deadline: .now() + 3) { self.connect() }", ""), ("fixed", 3), id="dispatched"
        ),
        pytest.param(
            _CLASS % ("self.again()", "  func again() async { try? await Task.sleep(for: .seconds(5)); connect() }\n"),
            ("fixed", 5),
            id="slept",
        ),
        pytest.param(
            _CLASS
            % ("self.again()", "  func again() { DispatchQueue.main.asyncAfter(deadline: .now() + delay) { self.connect() } }\n"),
            ("library", None),
            id="computed",
        ),
        pytest.param(_CLASS % ("break", "  var shouldReconnect = true\n"), None, id="spoken-of-and-not-seen"),
    ],
)
def test_reconnect(code: str, told: tuple[object, ...] | None) -> None:
    """What becomes of a lost connection, where the file shows it."""
    found = client(code).reconnect
    assert told == ((found.kind, found.delay_s) if found is not None else None)


def test_starscream_connects_again() -> None:
    """Its socket is opened again by ``connect``."""
    code = (
        "import Starscream\nclass S {\n  init() { socket = WebSocket(request: r) }\n"
        "  func didReceive(event: WebSocketEvent) {\n    switch event {\n    case .disconnected:\n"
        "      DispatchQueue.main.asyncAfter(deadline: .now() + 2) { self.socket.connect() }\n    default: break\n    }\n  }\n}\n"
    )
    use = client(code)
    assert use.reconnect is not None
    assert ("4.0.6", "fixed", 2) == (use.version, use.reconnect.kind, use.reconnect.delay_s)


def test_pings() -> None:
    """A timer that calls ``sendPing``."""
    code = _TASK % "u" + "Timer.scheduledTimer(withTimeInterval: 30, repeats: true) { _ in t.sendPing { e in } }\n"
    beat = client(code).heartbeat
    assert beat is not None
    assert ("client", 30, "observed", True) == (beat.sender, beat.interval_s, beat.source, beat.answered)


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("[.reconnects(false), .forceWebsockets(true)]", (("websocket",), "none", None, None)),
        ("[.reconnectAttempts(5), .reconnectWait(2)]", (("polling", "websocket"), "library", 2, 5)),
        ("[.log(true)]", (("polling", "websocket"), "library", 10, None)),
    ],
)
def test_socket_io(config: str, told: tuple[object, ...]) -> None:
    """What the configuration says."""
    use = client(f'import SocketIO\nlet m = SocketManager(socketURL: URL(string: "http://localhost:1")!, config: {config})\n')
    assert use.reconnect is not None
    assert told == (use.transports, use.reconnect.kind, use.reconnect.delay_s, use.reconnect.attempts)
