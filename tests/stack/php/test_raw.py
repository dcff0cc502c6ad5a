"""Servers that a PHP script runs itself, and clients: what is use, where it listens, how it pings."""

from __future__ import annotations

import pytest

from tests.stack.php.trees import RATCHET, found, uses

_IO = """<?php
use Ratchet\\Server\\IoServer;
use Ratchet\\Http\\HttpServer;
use Ratchet\\WebSocket\\WsServer;
$ws = new WsServer(new Chat());
$server = IoServer::factory(new HttpServer($ws), %s);
%s
$server->run();
"""
_SWOOLE = "<?php\nuse Swoole\\WebSocket\\Server;\n$server = new Server('0.0.0.0', 9502);\n$server->set([%s]);\n%s"
_AMP = """<?php
use Amp\\Http\\Server\\SocketHttpServer;
use Amp\\Websocket\\Server\\Websocket;
use Amp\\Websocket\\Server\\AllowOriginAcceptor;
use Amp\\Socket\\InternetAddress;
$server->expose(new InternetAddress('127.0.0.1', 1337));
$websocket = new Websocket($server, $logger, new AllowOriginAcceptor(['https://a.org']), $handler);
$router->addRoute('GET', '/broadcast', $websocket);
"""


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(_IO % ("8080", ""), ("ratchet", None, 8080, "literal", None), id="ratchet"),
        pytest.param(
            _IO % ("(int) (getenv('PORT') ?: 8080), '127.0.0.1'", ""),
            ("ratchet", None, 8080, "environment", "127.0.0.1"),
            id="env",
        ),
        pytest.param(
            "<?php\n$app = new Ratchet\\App('chat.example.com', 9000);\n$app->route('/chat', new Chat, ['*']);\n",
            ("ratchet", "/chat", 9000, "literal", "127.0.0.1"),
            id="ratchet-app",
        ),
        pytest.param(
            "<?php\nnamespace App;\n$s = new \\React\\Socket\\SocketServer('0.0.0.0:8090');\n"
            "new \\Ratchet\\Server\\IoServer(new \\Ratchet\\Http\\HttpServer(new \\Ratchet\\WebSocket\\WsServer($x)), $s);\n",
            ("ratchet", None, 8090, "literal", "0.0.0.0"),
            id="react-socket",
        ),
        pytest.param(_SWOOLE % ("", ""), ("swoole-websocket", None, 9502, "literal", "0.0.0.0"), id="swoole"),
        pytest.param(
            "<?php\n$s = new OpenSwoole\\Websocket\\Server('127.0.0.1', 9501);\n",
            ("swoole-websocket", None, 9501, "literal", "127.0.0.1"),
            id="openswoole",
        ),
        pytest.param(
            "<?php\nuse Workerman\\Worker;\n$w = new Worker('Websocket://0.0.0.0:2346');\n",
            ("workerman", None, 2346, "literal", "0.0.0.0"),
            id="workerman",
        ),
        pytest.param(
            "<?php\nuse Utopia\\WebSocket\\Adapter;\nuse Utopia\\WebSocket\\Server;\n"
            "$a = new Adapter\\Swoole(port: System::getEnv('PORT', 81));\n$s = new Server($a);\n",
            ("utopia-websocket", None, 81, "environment", None),
            id="utopia",
        ),
        pytest.param(_AMP, ("amphp-websocket-server", "/broadcast", 1337, "literal", "127.0.0.1"), id="amphp"),
    ],
)
def test_servers(code: str, told: tuple[object, ...]) -> None:
    """A construction is a server; names are followed through the file's imports."""
    (use,) = uses({**RATCHET, "bin/server.php": code})
    endpoint = use.endpoints[0]
    assert told == (use.library, endpoint.path, endpoint.port, endpoint.port_from, endpoint.bind)


@pytest.mark.parametrize(
    ("path", "code", "told"),
    [
        pytest.param(
            "config/process.php",
            "<?php\nreturn ['push' => ['handler' => Push::class, 'listen' => 'websocket://0.0.0.0:3131', 'count' => 1]];\n",
            ("workerman", 3131),
            id="webman",
        ),
        pytest.param(
            "config/autoload/server.php",
            "<?php\nreturn ['servers' => [['type' => Server::SERVER_WEBSOCKET, 'host' => '0.0.0.0', 'port' => 9502]]];\n",
            ("hyperf-websocket", 9502),
            id="hyperf",
        ),
    ],
)
def test_servers_of_a_configuration(path: str, code: str, told: tuple[str, int]) -> None:
    """Frameworks that are told in a file what listens."""
    (use,) = uses({path: code})
    assert told == (use.library, use.endpoints[0].port)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"a.php": "<?php\n// new WsServer(new Chat());\n"}, id="comment"),
        pytest.param({"a.php": "<?php\necho 'new WsServer()';\n"}, id="text"),
        pytest.param({"a.php": "<?php\nuse Ratchet\\WebSocket\\WsServer;\nfunction f(WsServer $x) {}\n"}, id="type"),
        pytest.param({"a.php": "<?php\nnamespace Acme;\n$x = new WsServer();\n"}, id="another-class-of-that-name"),
        pytest.param({"README.md": "new Ratchet\\App('localhost')\n"}, id="readme"),
        pytest.param({"a.php": "<?php\nuse Swoole\\Http\\Server;\n$s = new Server('0.0.0.0', 80);\n"}, id="http-server"),
        pytest.param({"a.php": "<?php\nuse Workerman\\Worker;\n$w = new Worker('http://0.0.0.0:80');\n"}, id="http-worker"),
        pytest.param({"composer.json": '{"name": "cboden/ratchet"}', "src/a.php": _IO % ("80", "")}, id="the-library-itself"),
        pytest.param({}, id="package-alone"),
    ],
)
def test_mentions(files: dict[str, str]) -> None:
    """A comment, a text, a type, another class, a server of HTTP or the library's own source is no use."""
    assert () == uses({**RATCHET, **files})


@pytest.mark.parametrize(
    ("code", "beat"),
    [
        pytest.param(_IO % ("80", ""), ("none", None, "default", True), id="none"),
        pytest.param(_IO % ("80", "$ws->enableKeepAlive($server->loop);"), ("server", 30, "configured", True), id="keep-alive"),
        pytest.param(_IO % ("80", "$ws->enableKeepAlive($server->loop, 15);"), ("server", 15, "configured", True), id="given"),
        pytest.param(
            _IO
            % (
                "80",
                '$loop->addPeriodicTimer(20, function () use ($c) { foreach ($c as $x) { $x->send(\'{"type":"ping"}\'); } });',
            ),
            ("server", 20, "observed", False),
            id="own-message",
        ),
        pytest.param(
            _SWOOLE % ("", "$server->tick(25000, function () use ($server) { $server->push(1, '', WEBSOCKET_OPCODE_PING); });"),
            ("server", 25, "observed", True),
            id="swoole-counts-milliseconds",
        ),
        pytest.param(
            _SWOOLE % ("'heartbeat_check_interval' => 60", ""), ("none", None, "default", True), id="swoole-sends-nothing"
        ),
        pytest.param(_AMP, ("server", 10, "default", True), id="amphp"),
        pytest.param(
            "<?php\nuse GatewayWorker\\Gateway;\n$gateway = new Gateway('websocket://0.0.0.0:7272');\n"
            '$gateway->pingInterval = 10;\n$gateway->pingData = \'{"type":"ping"}\';\n',
            ("server", 10, "configured", False),
            id="gateway",
        ),
        pytest.param(
            "<?php\nuse GatewayWorker\\Gateway;\n$gateway = new Gateway('websocket://0.0.0.0:7272');\n"
            "$gateway->pingInterval = 10;\n$gateway->pingData = '';\n",
            ("none", None, "default", True),
            id="gateway-that-waits",
        ),
    ],
)
def test_heartbeat(code: str, beat: tuple[object, ...]) -> None:
    """What is sent, in the unit of the library, and what is only waited for."""
    found_beat = uses({**RATCHET, "bin/server.php": code})[0].heartbeat
    assert found_beat is not None
    assert beat == (found_beat.sender, found_beat.interval_s, found_beat.source, found_beat.answered)


def test_swoole_closes_silent_clients() -> None:
    """The heartbeat settings of Swoole are an idle timeout, twice the interval where none is set."""
    (use,) = uses({"a.php": _SWOOLE % ("'heartbeat_check_interval' => 60, 'package_max_length' => 2 * 1024 * 1024", "")})
    assert use.idle is not None
    assert use.max_message is not None
    assert (120, 2097152) == (use.idle.amount, use.max_message.amount)


def test_sockets_in_memory_and_cookies() -> None:
    """A loop that sends to every connection, a cookie that tells who is there."""
    code = (
        "<?php\nclass Chat {\n  function onMessage($from, $m) {\n"
        "    foreach ($this->clients as $client) {\n      $client->send($m);\n"
        "    }\n  }\n  function onOpen($c) { $c->httpRequest->getHeader('Cookie'); }\n}\n"
    )
    (use,) = uses({**RATCHET, "a.php": (_IO % ("80", "")) + code.removeprefix("<?php\n")})
    assert ("a.php:11", True) == (str(use.broadcasts), use.cookies)


def test_origins() -> None:
    """``OriginCheck`` lists hosts, ``App`` its own host, a route what it is given."""
    names = "<?php\nuse Ratchet\\WebSocket\\WsServer;\nuse Ratchet\\Http\\OriginCheck;\n"
    checked = names + "new OriginCheck(new WsServer($x), ['a.org']);\n"
    assert ("a.org",) == uses({**RATCHET, "a.php": checked})[0].origins
    app = "<?php\n$app = new \\Ratchet\\App('chat.org');\n$app->route('/chat', new Chat%s);\n"
    assert ("chat.org",) == uses({**RATCHET, "a.php": app % ""})[0].origins
    assert ("*",) == uses({**RATCHET, "a.php": app % ", ['*']"})[0].origins


def test_version() -> None:
    """From the lock file."""
    assert "0.4.4" == uses({**RATCHET, "bin/server.php": _IO % ("80", "")})[0].version


def test_port_from_the_configuration() -> None:
    """``config('chat.port')`` is read from the app's own config directory."""
    files = {"config/chat.php": "<?php\nreturn ['port' => env('CHAT_PORT', 7001)];\n", "a.php": _IO % ("config('chat.port')", "")}
    endpoint = uses({**RATCHET, **files})[0].endpoints[0]
    assert (7001, "environment") == (endpoint.port, endpoint.port_from)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param(
            "<?php\nuse function Ratchet\\Client\\connect;\n"
            "connect('wss://feed.acme.org/x')->then(fn ($c) => $c->on('message', $f));\n",
            ("pawl", "feed.acme.org", True, False),
            id="pawl",
        ),
        pytest.param(
            "<?php\n$client = new WebSocket\\Client(\"ws://localhost:8080\");\n$client->text('x');\n$client->close();\n",
            ("phrity-websocket", "localhost", False, True),
            id="says-something-and-ends",
        ),
        pytest.param(
            "<?php\nuse Workerman\\Connection\\AsyncTcpConnection;\n$c = new AsyncTcpConnection('ws://stream.acme.org:443');\n"
            "$c->onMessage = $f;\n",
            ("workerman-client", "stream.acme.org", True, False),
            id="workerman",
        ),
    ],
)
def test_clients(code: str, told: tuple[object, ...]) -> None:
    """A client with a public address is somebody else's customer."""
    (use,) = uses({"a.php": code}, "client")
    assert told == (use.library, use.urls[0].host, use.foreign, use.one_shot)


def test_hostile_depth() -> None:
    """Brackets without end are said not to be read."""
    result = found({"a.php": "<?php new WsServer(" + "[" * 3000})
    assert ["a.php"] == [each.file for each in result.not_read]
