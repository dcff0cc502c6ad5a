"""Clients in Dart: which constructions count, where they go, what they send, what becomes of a lost connection."""

from __future__ import annotations

import pytest

from tests.stack.dart.trees import CHANNEL, FLUTTER, client, uses

_OPEN = "f() => WebSocketChannel.connect(Uri.parse(u));"
_LISTEN = "channel.stream.listen((m) {}"


@pytest.mark.parametrize(
    ("imports", "code", "library"),
    [
        pytest.param(
            "", "final c = WebSocketChannel.connect(Uri.parse('ws://localhost:8080/ws'));", "web-socket-channel", id="channel"
        ),
        pytest.param(
            "", "final c = IOWebSocketChannel.connect('ws://localhost:8080/ws');", "web-socket-channel", id="io-channel"
        ),
        pytest.param(
            "import 'dart:io';\n",
            "Future<void> f() async { final s = await WebSocket.connect('ws://localhost:8080/ws'); }",
            "dart-io-websocket",
            id="dart-io",
        ),
        pytest.param(
            "import 'dart:io' as io;\n",
            "f() async { await io.WebSocket.connect('ws://localhost:8080/ws'); }",
            "dart-io-websocket",
            id="import-with-a-prefix",
        ),
        pytest.param(
            "import 'package:web_socket_client/web_socket_client.dart';\n",
            "final s = WebSocket(Uri.parse('ws://localhost:8080/ws'));",
            "web-socket-client-dart",
            id="web-socket-client",
        ),
        pytest.param(
            "import 'package:socket_io_client/socket_io_client.dart' as IO;\n",
            "final s = IO.io('http://localhost:8080/ws', IO.OptionBuilder().setTransports(['websocket']).build());",
            "socket-io-client-dart",
            id="socket-io",
        ),
        pytest.param(
            "import 'package:stomp_dart_client/stomp.dart';\n",
            "final c = StompClient(config: StompConfig(url: 'ws://localhost:8080/ws'));",
            "stomp-dart-client",
            id="stomp",
        ),
        pytest.param(
            "import 'package:phoenix_socket/phoenix_socket.dart';\n",
            "final s = PhoenixSocket('ws://localhost:8080/ws');",
            "phoenix-socket-dart",
            id="phoenix",
        ),
    ],
)
def test_what_opens_a_socket(imports: str, code: str, library: str) -> None:
    """A construction of a package that the file imports, on a person's device."""
    (use,) = uses({**FLUTTER, "lib/a.dart": (imports or CHANNEL) + code + "\n"})
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
        pytest.param({"lib/a.dart": CHANNEL + "// WebSocketChannel.connect(Uri.parse('ws://x'));\n"}, id="comment"),
        pytest.param({"lib/a.dart": CHANNEL + "const help = 'WebSocketChannel.connect(uri)';\n"}, id="text"),
        pytest.param({"lib/a.dart": CHANNEL + "class A { WebSocketChannel? channel; }\n"}, id="type"),
        pytest.param(
            {"lib/a.dart": "class WebSocket { static connect(u) {} }\nf() => WebSocket.connect('ws://x');\n"}, id="own-class"
        ),
        pytest.param({"README.md": "WebSocketChannel.connect(Uri.parse('ws://x'))"}, id="readme"),
        pytest.param({}, id="package-alone"),
        pytest.param(
            {"pubspec.yaml": "name: web_socket_channel\n", "lib/a.dart": CHANNEL + "f(u) => WebSocketChannel.connect(u);\n"},
            id="the-library-itself",
        ),
    ],
)
def test_mentions(files: dict[str, str]) -> None:
    """A comment, a text, a type, a class of one's own, a document or a package alone opens nothing."""
    assert () == uses({**FLUTTER, **files})


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(
            "f() => WebSocketChannel.connect(Uri.parse('wss://a.org/ws?token=abc'));", [("a.org", False, None)], id="literal"
        ),
        pytest.param(
            "final u = kDebugMode ? 'ws://10.0.2.2:8080/ws' : 'wss://a.org/ws';\n" + _OPEN,
            [("10.0.2.2", True, None), ("a.org", False, None)],
            id="debug-mode",
        ),
        pytest.param(
            "final u = kReleaseMode ? 'wss://a.org/ws' : 'ws://10.0.2.2:8080/ws';\n" + _OPEN,
            [("a.org", False, None), ("10.0.2.2", True, None)],
            id="release-mode",
        ),
        pytest.param(
            "final u = Platform.isAndroid ? 'ws://10.0.2.2:8080' : 'ws://localhost:8080';\n" + _OPEN,
            [("10.0.2.2", False, None), ("localhost", False, None)],
            id="both-of-the-developer",
        ),
        pytest.param(
            "final u = local ? 'ws://localhost:8080' : 'wss://a.org';\n" + _OPEN,
            [("localhost", True, None), ("a.org", False, None)],
            id="something-chooses",
        ),
        pytest.param(
            "String get u { if (kDebugMode) { return 'ws://localhost:1'; } return 'wss://a.org'; }\n" + _OPEN,
            [("localhost", True, None), ("a.org", False, None)],
            id="getter",
        ),
        pytest.param(
            "f() { if (kDebugMode) { WebSocketChannel.connect(Uri.parse('ws://localhost:1')); } }",
            [("localhost", True, None)],
            id="guard",
        ),
        pytest.param(
            "const u = String.fromEnvironment('WS_URL', defaultValue: 'ws://localhost:1');\n" + _OPEN,
            [("localhost", True, "WS_URL")],
            id="dart-define",
        ),
        pytest.param(
            "f() => WebSocketChannel.connect(Uri.parse(dotenv.env['WS'] ?? 'ws://localhost:1'));",
            [("localhost", True, "WS")],
            id="dotenv",
        ),
        pytest.param(
            "const host = 'a.org';\nf(id) => WebSocketChannel.connect(Uri.parse('wss://$host/rooms/${id.value}'));",
            [("a.org", False, None)],
            id="interpolated",
        ),
        pytest.param(
            "f() => WebSocketChannel.connect(Uri(scheme: 'ws', host: 'a.org', port: 81, path: '/ws'));",
            [("a.org", False, None)],
            id="uri",
        ),
        pytest.param(
            "const api = 'https://a.org/v1';\nfinal u = api.replaceFirst('http', 'ws') + '/ws';\n" + _OPEN,
            [("a.org", False, None)],
            id="replaced",
        ),
        pytest.param("f(url) => WebSocketChannel.connect(Uri.parse(url));", [], id="handed-in"),
    ],
)
def test_urls(code: str, told: list[tuple[object, ...]]) -> None:
    """Every address that the code may open; those of a build for development are guarded."""
    urls = client(code).urls
    assert told == [(url.host, url.guarded, url.environment) for url in urls]
    assert "abc" not in repr(urls)


def test_url_from_another_file() -> None:
    """A static of a class that is imported, over a barrel file too."""
    use = client(
        "import 'config/all.dart';\nf() => WebSocketChannel.connect(Uri.parse(Config.socket));\n",
        lib__config__all="export 'config.dart';\n",
        lib__config__config="class Config {\n  static const base = 'wss://a.org';\n  static const socket = '$base/ws';\n}\n",
    )
    assert ["wss://a.org/ws"] == [url.text for url in use.urls]


@pytest.mark.parametrize(
    ("code", "beat"),
    [
        pytest.param("f() => WebSocketChannel.connect(Uri.parse('ws://x.org'));", ("none", None, "default", True), id="none"),
        pytest.param(
            "f() => IOWebSocketChannel.connect('ws://x.org', pingInterval: const Duration(seconds: 20));",
            ("client", 20, "configured", True),
            id="ping-interval",
        ),
        pytest.param(
            "const every = Duration(minutes: 1);\nf() => IOWebSocketChannel.connect('ws://x.org', pingInterval: every);",
            ("client", 60, "configured", True),
            id="constant",
        ),
        pytest.param(
            "f() { final c = WebSocketChannel.connect(Uri.parse('ws://x.org'));\n"
            '  Timer.periodic(Duration(seconds: 25), (_) { c.sink.add(\'{"type":"ping"}\'); }); }',
            ("client", 25, "observed", False),
            id="timer",
        ),
    ],
)
def test_heartbeat(code: str, beat: tuple[object, ...]) -> None:
    """What the client sends on an idle connection."""
    told = client(code).heartbeat
    assert told is not None
    assert beat == (told.sender, told.interval_s, told.source, told.answered)


_CONNECT = "class A { void connect() { channel = WebSocketChannel.connect(Uri.parse('ws://x.org')); %s } %s }"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(_CONNECT % (f"{_LISTEN});", ""), ("none", None), id="never"),
        pytest.param(_CONNECT % (f"{_LISTEN}, onDone: () {{ connect(); }});", ""), ("immediate", None), id="at-once"),
        pytest.param(_CONNECT % (f"{_LISTEN}, onDone: connect);", ""), ("immediate", None), id="handed-on-by-name"),
        pytest.param(
            _CONNECT % (f"{_LISTEN}, onDone: () {{ Future.delayed(Duration(seconds: 3), () => connect()); }});", ""),
            ("fixed", 3),
            id="delayed",
        ),
        pytest.param(
            _CONNECT % (f"{_LISTEN}, onDone: _again);", "void _again() { Timer(const Duration(seconds: 5), connect); }"),
            ("fixed", 5),
            id="timer",
        ),
        pytest.param(
            _CONNECT
            % (
                f"{_LISTEN}, onDone: _again);",
                "Future<void> _again() async { await Future.delayed(Duration(seconds: 2)); connect(); }",
            ),
            ("fixed", 2),
            id="awaited",
        ),
        pytest.param(
            _CONNECT % (f"{_LISTEN}, onDone: _again);", "void _again() { Timer(Duration(seconds: 1 << attempts++), connect); }"),
            ("library", None),
            id="growing",
        ),
        pytest.param(_CONNECT % (f"{_LISTEN});", "bool reconnecting = false;"), None, id="spoken-of-and-not-seen"),
    ],
)
def test_reconnect(code: str, told: tuple[object, ...] | None) -> None:
    """What becomes of a lost connection, where the file shows it."""
    found = client(code).reconnect
    assert told == ((found.kind, found.delay_s) if found is not None else None)


def test_reconnect_in_another_file() -> None:
    """Who uses the service may open it again; then nothing is said."""
    use = client(
        "class Service { void open() { c = WebSocketChannel.connect(Uri.parse('ws://x.org')); c.stream.listen((_) {}); } }\n",
        lib__bloc="import 'socket.dart';\nclass Bloc { void reconnect() { Service().open(); } }\n",
    )
    assert use.reconnect is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("IO.OptionBuilder().setTransports(['websocket']).build()", (("websocket",), "library", 1, None)),
        ("<String, dynamic>{'transports': ['websocket'], 'reconnection': false}", (("websocket",), "none", None, None)),
        (
            "IO.OptionBuilder().setReconnectionAttempts(3).setReconnectionDelay(2000).build()",
            (("polling", "websocket"), "library", 2, 3),
        ),
    ],
)
def test_socket_io(options: str, told: tuple[object, ...]) -> None:
    """Builder and map say the same."""
    code = (
        f"import 'package:socket_io_client/socket_io_client.dart' as IO;\nfinal s = IO.io('http://localhost:3000', {options});\n"
    )
    (use,) = uses({**FLUTTER, "lib/a.dart": code})
    assert use.reconnect is not None
    assert told == (use.transports, use.reconnect.kind, use.reconnect.delay_s, use.reconnect.attempts)


def test_stomp_durations() -> None:
    """Zero switches reconnects off."""
    code = (
        "import 'package:stomp_dart_client/stomp.dart';\n"
        "final c = StompConfig(url: 'ws://localhost/ws', reconnectDelay: Duration.zero,\n"
        "    heartbeatOutgoing: Duration(seconds: 20));\n"
    )
    (use,) = uses({**FLUTTER, "lib/a.dart": code})
    assert use.reconnect is not None
    assert use.heartbeat is not None
    assert ("none", 20) == (use.reconnect.kind, use.heartbeat.interval_s)


def test_version_and_place() -> None:
    """From the lock file; a program without Flutter runs by itself."""
    use = client("f() => WebSocketChannel.connect(Uri.parse('ws://localhost'));")
    assert ("3.0.1", "lib/socket.dart:3") == (use.version, str(use.place))
    (other,) = uses(
        {"pubspec.yaml": "name: tool\n", "bin/a.dart": CHANNEL + "f() => WebSocketChannel.connect(Uri.parse('ws://x'));"}
    )
    assert "own_process" == other.runs_in
