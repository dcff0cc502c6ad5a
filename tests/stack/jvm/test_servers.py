"""Servers apart from Spring's: by annotation, by router, with a port of their own."""

from __future__ import annotations

import pytest

from advisor.model import Use
from tests.stack.jvm.trees import MAIN, only, paths, uses

_JAKARTA = "import jakarta.websocket.*;\nimport jakarta.websocket.server.ServerEndpoint;\n"
_KTOR = "import io.ktor.server.websocket.*\nimport io.ktor.server.routing.*\n"
_QUARKUS = "import io.quarkus.websockets.next.*;\n"
_NETTY = "import io.netty.handler.codec.http.websocketx.*;\n"


def listens(use: Use) -> tuple[str | None, int | None, str | None]:
    """Bind, port and where the port comes from of the first endpoint."""
    return use.endpoints[0].bind, use.endpoints[0].port, use.endpoints[0].port_from


@pytest.mark.parametrize(
    ("code", "ending", "library", "endpoints"),
    [
        (_JAKARTA + '@ServerEndpoint("/chat/{room}") public class C {}', "java", "jakarta-websocket", [("/chat/", True)]),
        (
            _JAKARTA + '@ServerEndpoint(value = "/a", encoders = {E.class}) class C {}',
            "java",
            "jakarta-websocket",
            [("/a", False)],
        ),
        (
            'import javax.websocket.server.*;\n@ServerEndpoint("/a") class C {}',
            "java",
            "jakarta-websocket",
            [("/a", False)],
        ),
        (
            'import io.micronaut.websocket.annotation.*;\n@ServerWebSocket("/ws/{topic}") class C {}',
            "java",
            "micronaut",
            [("/ws/", True)],
        ),
        (
            _QUARKUS + '@WebSocket(path = "/chat") class C { @WebSocket(path = "/sub") static class D {} }',
            "java",
            "quarkus-websockets-next",
            [("/chat", False), ("/chat/sub", False)],
        ),
        (_KTOR + 'fun R.m() { routing { webSocket("/ws") { send("x") } } }', "kt", "ktor", [("/ws", False)]),
        (_KTOR + 'fun R.m() { routing { route("/api") { webSocket("ws/{id}") { } } } }', "kt", "ktor", [("/api/ws/", True)]),
        (
            _KTOR + 'fun R.m() { routing { route("/api") { chat() } } }\nfun Route.chat() { webSocket("/ws") { } }',
            "kt",
            "ktor",
            [("/api/ws", False)],
        ),
        (
            'import io.javalin.Javalin;\nclass C { void f() { app.ws("/ws/{id}", ws -> { ws.onConnect(c -> {}); }); } }',
            "java",
            "javalin",
            [("/ws/", True)],
        ),
        (
            'import static spark.Spark.*;\nclass C { void f() { webSocket("/echo", Echo.class); } }',
            "java",
            "jetty-websocket",
            [("/echo", False)],
        ),
        (
            "import io.vertx.core.*;\nclass C { void f() { vertx.createHttpServer().webSocketHandler(ws -> {\n"
            'if (ws.path().equals("/feed")) ws.accept(); }).listen(8888); } }',
            "java",
            "vertx",
            [("/feed", False)],
        ),
        (
            "import io.vertx.ext.web.handler.sockjs.*;\nclass C { void f() {\n"
            'router.route("/eventbus/*").subRouter(SockJSHandler.create(vertx).bridge(o)); } }',
            "java",
            "vertx-sockjs",
            [("/eventbus/", True)],
        ),
        (
            "import org.eclipse.jetty.websocket.server.config.*;\nclass C { void f() {\n"
            'JettyWebSocketServletContainerInitializer.configure(h, (c, w) -> w.addMapping("/ws/*", Creator.class)); } }',
            "java",
            "jetty-websocket",
            [("/ws/", True)],
        ),
        (
            "import static io.undertow.Handlers.*;\nimport io.undertow.websockets.core.*;\nclass C { void f() {\n"
            'Undertow.builder().setHandler(path().addPrefixPath("/ws", websocket((e, c) -> {}))); } }',
            "java",
            "undertow",
            [("/ws", True)],
        ),
        (
            _NETTY + 'class C { void f() { p.addLast(new WebSocketServerProtocolHandler("/websocket", null, true)); } }',
            "java",
            "netty",
            [("/websocket", False)],
        ),
    ],
)
def test_endpoints(code: str, ending: str, library: str, endpoints: list[tuple[str, bool]]) -> None:
    """Each library is found by what makes an endpoint, with its path."""
    use = only(code, ending)
    assert (library, endpoints) == (use.library, paths(use))


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        ('import com.acme.ServerEndpoint;\n@ServerEndpoint("/a") class C {}', "java"),
        ("import io.quarkus.websockets.next.*;\nclass C { WebSocket s; }", "java"),
        ('import io.ktor.server.websocket.*\n// webSocket("/ws") { }\nfun f() {}', "kt"),
        ('import io.javalin.Javalin;\nclass C { void f() { app.get("/ws", c -> {}); } }', "java"),
        ('import io.netty.channel.*;\nclass C { String s = "WebSocketServerProtocolHandler("; }', "java"),
        ("import org.java_websocket.WebSocket;\nclass C { WebSocketServer s; }", "java"),
        (
            "import io.vertx.core.*;\nclass C { void f() { vertx.createHttpServer().requestHandler(r -> {}).listen(80); } }",
            "java",
        ),
    ],
)
def test_mentions_are_none(code: str, ending: str) -> None:
    """A type, a comment, a text or another class of the same name is no server."""
    assert () == uses(code, ending)


@pytest.mark.parametrize(
    ("options", "beat"),
    [
        ("", ("none", None, None, "default")),
        ("pingPeriod = 15.seconds; timeout = 20.seconds", ("server", 15, 20, "configured")),
        ("pingPeriod = Duration.ofSeconds(30)", ("server", 30, 15, "configured")),
        ("pingPeriodMillis = 25_000", ("server", 25, 15, "configured")),
        ("pingPeriod = null", ("none", None, None, "configured")),
        ("pingPeriod = period()", None),
    ],
)
def test_ktor_heartbeat(options: str, beat: tuple[object, ...] | None) -> None:
    """Pings are off unless the plugin is given a period."""
    code = _KTOR + f'fun R.m() {{ install(WebSockets) {{ {options} }}\n routing {{ webSocket("/ws") {{ }} }} }}'
    found = only(code, "kt").heartbeat
    assert beat == (found and (found.sender, found.interval_s, found.timeout_s, found.source))


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        (
            {"src/M.kt": 'fun main() { embeddedServer(Netty, port = 9090, host = "127.0.0.1") { m() }.start() }'},
            ("127.0.0.1", 9090, "literal"),
        ),
        (
            {"src/M.kt": 'fun main() { val p = System.getenv("PORT")?.toInt() ?: 8080\n embeddedServer(Netty, p) { } }'},
            (None, 8080, "environment"),
        ),
        (
            {"src/main/resources/application.conf": "ktor {\n deployment {\n  port = 8081\n  port = ${?PORT}\n }\n}"},
            (None, 8081, "environment"),
        ),
        ({}, (None, None, None)),
    ],
)
def test_ktor_listens(files: dict[str, str], wanted: tuple[object, ...]) -> None:
    """The port of the one embedded server, else of the configuration, else not known."""
    code = _KTOR + 'fun R.m() { routing { webSocket("/ws") { } } }'
    assert wanted == listens(only({"src/W.kt": code, **files}))


def test_ktor_client_beside_a_server() -> None:
    """``client.webSocket`` opens a socket, and makes no route."""
    code = (
        "import io.ktor.client.*\nimport io.ktor.client.plugins.websocket.*\n"
        'suspend fun f() { client.webSocket("wss://acme.com/feed") { } }'
    )
    use = only(code, "kt")
    assert ("client", "ktor-client", "acme.com", "/feed") == (use.role, use.library, use.urls[0].host, use.urls[0].path)


@pytest.mark.parametrize(
    ("body", "beat"),
    [
        ("", ("both", 60, 90)),
        ("setConnectionLostTimeout(30);", ("both", 30, 45)),
        ("setConnectionLostTimeout(0);", ("none", None, None)),
    ],
)
def test_java_websocket(body: str, beat: tuple[object, ...]) -> None:
    """Host and port of the address, pings by default, ``broadcast``."""
    code = (
        "import org.java_websocket.server.WebSocketServer;\npublic class S extends WebSocketServer {\n"
        f'S() {{ super(new InetSocketAddress("0.0.0.0", 8887)); {body} }}\n'
        "public void onMessage(WebSocket c, String m) { broadcast(m); } }"
    )
    use = only(code)
    assert ("java-websocket", ("0.0.0.0", 8887, "literal")) == (use.library, listens(use))
    assert use.heartbeat is not None
    assert beat == (use.heartbeat.sender, use.heartbeat.interval_s, use.heartbeat.timeout_s)
    assert use.broadcasts is not None


def test_netty_socketio() -> None:
    """Options of the configuration, and a store that joins the instances."""
    code = (
        "import com.corundumstudio.socketio.*;\nclass S { void f() {\nConfiguration c = new Configuration();\n"
        'c.setHostname("localhost"); c.setPort(9092); c.setPingInterval(10000); c.setOrigin("https://acme.com");\n'
        '%s\nSocketIOServer s = new SocketIOServer(c); s.getBroadcastOperations().sendEvent("x"); } }'
    )
    use = only(code % "")
    assert [("/socket.io/", True)] == paths(use)
    assert ("localhost", 9092, "literal") == listens(use)
    assert use.heartbeat is not None
    assert (10, 60) == (use.heartbeat.interval_s, use.heartbeat.timeout_s)
    assert (("https://acme.com",), None, ("polling", "websocket")) == (use.origins, use.backplane, use.transports)
    assert "netty-socketio-store" == only(code % "c.setStoreFactory(new RedissonStoreFactory(r));").backplane


def test_netty_idle_pings_and_group() -> None:
    """An idle handler with a ping frame is a heartbeat; a channel group is kept in memory."""
    server = (
        _NETTY + 'class C { void f() { p.addLast(new WebSocketServerProtocolHandler("/ws"), new IdleStateHandler(0, 40, 0)); } }'
    )
    handler = (
        _NETTY + "class H { ChannelGroup all = new DefaultChannelGroup(e);\n"
        "void userEventTriggered(C c, Object e) { c.writeAndFlush(new PingWebSocketFrame()); }\n"
        "void read(String s) { all.writeAndFlush(new TextWebSocketFrame(s)); } }"
    )
    use = only({f"{MAIN}C.java": server, f"{MAIN}H.java": handler})
    assert use.heartbeat is not None
    assert ("observed", 40) == (use.heartbeat.source, use.heartbeat.interval_s)
    assert use.broadcasts is not None
    assert 4 == use.broadcasts.line


def test_jakarta_sends_to_all_open_sessions() -> None:
    """``getOpenSessions`` are the sockets of one JVM."""
    code = _JAKARTA + (
        '@ServerEndpoint("/a") class C { @OnMessage public void m(Session s, String t) {\n'
        "for (Session each : s.getOpenSessions()) each.getAsyncRemote().sendText(t); } }"
    )
    assert only(code).broadcasts is not None
    assert (
        only(_JAKARTA + '@ServerEndpoint("/a") class C { @OnMessage public String m(String t) { return t; } }').broadcasts is None
    )


def test_quarkus_settings() -> None:
    """Ping interval, port and root path of application.properties; those of the profile dev do not hold."""
    code = _QUARKUS + '@WebSocket(path = "/chat") class C { @OnTextMessage(broadcast = true) String m(String s) { return s; } }'
    settings = (
        "quarkus.http.port=9000\n%dev.quarkus.http.port=1\n%prod.quarkus.http.root-path=/api\n"
        "quarkus.websockets-next.server.auto-ping-interval=20s\n"
    )
    use = only({f"{MAIN}C.java": code, "src/main/resources/application.properties": settings})
    assert ([("/api/chat", False)], (None, 9000, "literal")) == (paths(use), listens(use))
    assert use.heartbeat is not None
    assert 20 == use.heartbeat.interval_s
    assert use.broadcasts is not None


def test_javalin_pings_and_idle() -> None:
    """Automatic pings at their own interval, Jetty's idle timeout below, the port of ``start``."""
    code = (
        "import io.javalin.Javalin;\nclass C { void f() { var app = Javalin.create().start(7070);\n"
        'app.ws("/ws", ws -> { ws.onConnect(c -> c.enableAutomaticPings(10, TimeUnit.SECONDS)); }); } }'
    )
    use = only(code)
    assert (None, 7070, "literal") == listens(use)
    assert use.heartbeat is not None
    assert 10 == use.heartbeat.interval_s
    assert use.idle is not None
    assert 30 == use.idle.amount
