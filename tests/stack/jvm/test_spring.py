"""Spring: STOMP, plain handlers, SockJS, WebFlux, and what the settings files say."""

from __future__ import annotations

import pytest

from tests.stack.jvm.trees import MAIN, only, paths, uses

STOMP = """\
import org.springframework.web.socket.config.annotation.*;
@Configuration
@EnableWebSocketMessageBroker
public class WebSocketConfig implements WebSocketMessageBrokerConfigurer {{
  private static final String PATH = "/ws";
  @Override public void registerStompEndpoints(StompEndpointRegistry registry) {{
    {endpoints}
  }}
  @Override public void configureMessageBroker(MessageBrokerRegistry registry) {{
    {broker}
  }}
}}
"""
SIMPLE = 'registry.enableSimpleBroker("/topic");'


def stomp(endpoints: str, broker: str = SIMPLE) -> str:
    return STOMP.format(endpoints=endpoints, broker=broker)


@pytest.mark.parametrize(
    ("endpoints", "wanted", "transports"),
    [
        ('registry.addEndpoint("/ws");', [("/ws", False)], ("websocket",)),
        ("registry.addEndpoint(PATH);", [("/ws", False)], ("websocket",)),
        ('registry.addEndpoint(PATH + "/chat").setAllowedOrigins("*");', [("/ws/chat", False)], ("websocket",)),
        ('registry.addEndpoint("/a", "/b").withSockJS();', [("/a", True), ("/b", True)], ("websocket", "polling")),
        ('var e = registry.addEndpoint("/ws"); e.withSockJS();', [("/ws", True)], ("websocket", "polling")),
        ('registry.addEndpoint("/ws"); registry.addEndpoint("/ws").withSockJS();', [("/ws", True)], ("websocket", "polling")),
        ("registry.addEndpoint(path());", [(None, False)], ("websocket",)),
    ],
)
def test_stomp_endpoints(endpoints: str, wanted: list[tuple[str, bool]], transports: tuple[str, ...]) -> None:
    """Literals, constants and SockJS; a path that is registered with SockJS as well is told once."""
    use = only(stomp(endpoints))
    assert ("spring-stomp", wanted, transports) == (use.library, paths(use), use.transports)


def test_stomp_with_and_without_sockjs_are_two_servers() -> None:
    """Endpoints of both kinds need different things of the hops in front."""
    found = uses(stomp('registry.addEndpoint("/ws"); registry.addEndpoint("/sock").withSockJS();'))
    assert [("/ws", False)] == paths(found[0])
    assert [("/sock", True)] == paths(found[1])


@pytest.mark.parametrize(
    ("broker", "beat"),
    [
        (SIMPLE, ("none", "default", None)),
        ('registry.enableSimpleBroker("/topic").setTaskScheduler(s);', ("server", "configured", 10)),
        (
            'registry.enableSimpleBroker("/t").setTaskScheduler(s).setHeartbeatValue(new long[]{20000, 10_000L});',
            ("server", "configured", 20),
        ),
        ('registry.enableSimpleBroker("/t").setHeartbeatValue(new long[]{0, 0});', ("none", "configured", None)),
    ],
)
def test_stomp_heartbeat(broker: str, beat: tuple[object, ...]) -> None:
    """The simple broker is silent unless it has a scheduler."""
    found = only(stomp('registry.addEndpoint("/ws");', broker)).heartbeat
    assert found is not None
    assert beat == (found.sender, found.source, found.interval_s)


def test_sockjs_sends_one_way() -> None:
    """SockJS's frame every 25 s is answered by nobody."""
    beat = only(stomp('registry.addEndpoint("/ws").withSockJS();')).heartbeat
    assert beat is not None
    assert ("server", 25, False) == (beat.sender, beat.interval_s, beat.answered)


@pytest.mark.parametrize(
    ("call", "origins"),
    [
        ("", ("{same origin}",)),
        ('.setAllowedOrigins("*")', ("*",)),
        ('.setAllowedOriginPatterns("https://*.acme.com", "https://acme.com")', ("https://*.acme.com", "https://acme.com")),
        (".setAllowedOrigins(origins)", ("{computed}",)),
    ],
)
def test_stomp_origins(call: str, origins: tuple[str, ...]) -> None:
    """The request's own origin unless more are allowed."""
    assert origins == only(stomp(f'registry.addEndpoint("/ws"){call};')).origins


def test_simple_broker_broadcasts_and_a_relay_joins() -> None:
    """Messages for a topic stay in one JVM, unless a broker relays them."""
    controller = '@Controller class C { @MessageMapping("/x") @SendTo("/topic/x") public String f(String s) { return s; } }'
    kept = only({f"{MAIN}W.java": stomp('registry.addEndpoint("/ws");'), f"{MAIN}C.java": controller})
    relay = 'registry.enableStompBrokerRelay("/topic").setRelayHost("rabbit");'
    joined = only({f"{MAIN}W.java": stomp('registry.addEndpoint("/ws");', relay), f"{MAIN}C.java": controller})
    assert kept.broadcasts is not None
    assert (f"{MAIN}C.java", None) == (kept.broadcasts.file, kept.backplane)
    assert (None, "stomp-broker-relay", "network") == (joined.broadcasts, joined.backplane, joined.backplane_scope)


RAW = """\
import org.springframework.web.socket.config.annotation.*;
@EnableWebSocket
class C implements WebSocketConfigurer {
  public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
    registry.addHandler(handler(), "/chat/{room}", "/live").setAllowedOrigins("https://acme.com");
  }
}
"""
HANDLER = """\
import org.springframework.web.socket.*;
class H extends TextWebSocketHandler {
  private final Map<String, WebSocketSession> sessions = new ConcurrentHashMap<>();
  public void handleTextMessage(WebSocketSession s, TextMessage m) throws Exception { %s }
  %s
}
"""


def test_raw_handlers() -> None:
    """Paths after the handler, a parameter as a prefix, the default port, a broadcast from another file."""
    loop = "for (WebSocketSession each : sessions.values()) each.sendMessage(m);"
    use = only({f"{MAIN}C.java": RAW, f"{MAIN}H.java": HANDLER % (loop, "")})
    assert [("/chat/", True), ("/live", False)] == paths(use)
    assert (8080, "default") == (use.endpoints[0].port, use.endpoints[0].port_from)
    assert use.broadcasts is not None
    assert 4 == use.broadcasts.line
    assert use.heartbeat is not None
    assert "none" == use.heartbeat.sender


@pytest.mark.parametrize(
    "body",
    [
        "s.sendMessage(m);",
        "sessions.get(m.getPayload()).sendMessage(m);",
        "for (WebSocketSession e : sessions.values()) e.close();",
    ],
)
def test_raw_answers_are_no_broadcast(body: str) -> None:
    """A handler that answers the caller, or one known socket, holds nothing that others need."""
    assert only({f"{MAIN}C.java": RAW, f"{MAIN}H.java": HANDLER % (body, "")}).broadcasts is None


@pytest.mark.parametrize(
    ("method", "seconds"),
    [
        ("@Scheduled(fixedRate = 20000) void p() { for (var s : all()) s.sendMessage(new PingMessage()); }", 20),
        ("@Scheduled(fixedDelay = 20, timeUnit = TimeUnit.SECONDS) void p() { s.sendMessage(new PingMessage()); }", 20),
        ('@Scheduled(cron = "*/15 * * * * *") void p() { s.sendMessage(new PingMessage()); }', 15),
        ("void start() { pool.scheduleAtFixedRate(() -> s.sendMessage(new PingMessage()), 0, 25, TimeUnit.SECONDS); }", 25),
        (
            "void start() { pool.scheduleAtFixedRate(this::beat, 5, 30, TimeUnit.SECONDS); }\n"
            "void beat() { s.sendMessage(new PingMessage()); }",
            30,
        ),
        ("void p() { s.sendMessage(new PingMessage()); }", None),
    ],
)
def test_raw_pings_on_a_timer(method: str, seconds: float | None) -> None:
    """Timers by annotation and by executor; a ping whose timer is not seen leaves the heartbeat open, not none."""
    beat = only({f"{MAIN}C.java": RAW, f"{MAIN}H.java": HANDLER % ("", method)}).heartbeat
    assert seconds == (beat and beat.interval_s)
    assert beat is None or (beat.source, beat.answered) == ("observed", True)


@pytest.mark.parametrize(
    ("name", "text", "listens"),
    [
        ("application.properties", "server.port=9000\nserver.servlet.context-path=/api\n", ("/api/ws", 9000, "literal")),
        ("application.yml", "server:\n  port: ${PORT:8081}\n  servlet:\n    contextPath: /x/\n", ("/x/ws", 8081, "environment")),
        ("application.yml", "server:\n  port: ${PORT}\n", ("/ws", None, "environment")),
        ("application.yml", "a: 1\n---\nspring.config.activate.on-profile: prod\nserver.port: 80\n", ("/ws", 80, "literal")),
        ("application.yml", "a: 1\n---\nspring.config.activate.on-profile: dev\nserver.port: 80\n", ("/ws", 8080, "default")),
        ("application-prod.properties", "server.port: 81", ("/ws", 81, "literal")),
        ("application-dev.properties", "server.port: 81", ("/ws", 8080, "default")),
        ("application.yml", "server: [", ("/ws", 8080, "default")),
    ],
)
def test_settings(name: str, text: str, listens: tuple[object, ...]) -> None:
    """Port and context path of what holds in production."""
    use = only({f"{MAIN}W.java": stomp('registry.addEndpoint("/ws");'), f"src/main/resources/{name}": text})
    endpoint = use.endpoints[0]
    assert listens == (endpoint.path, endpoint.port, endpoint.port_from)


def test_settings_of_tests_do_not_count() -> None:
    """``src/test/resources`` is not what is deployed."""
    files = {f"{MAIN}W.java": stomp('registry.addEndpoint("/ws");'), "src/test/resources/application.yml": "server.port: 1"}
    assert 8080 == only(files).endpoints[0].port


def test_injected_path() -> None:
    """A path from ``@Value`` is that of the settings, else its default."""
    code = stomp("registry.addEndpoint(endpoint);").replace(
        'private static final String PATH = "/ws";', '@Value("${chat.path:/fallback}") private String endpoint;'
    )
    assert [("/fallback", False)] == paths(only({f"{MAIN}W.java": code}))
    settings = {"src/main/resources/application.properties": "chat.path=/told"}
    assert [("/told", False)] == paths(only({f"{MAIN}W.java": code, **settings}))


def test_constant_of_another_class() -> None:
    """``Paths.WS`` is looked up in the file that is called like the class."""
    other = 'class Paths { static final String WS = "/live"; }'
    use = only({f"{MAIN}W.java": stomp("registry.addEndpoint(Paths.WS);"), f"{MAIN}Paths.java": other})
    assert [("/live", False)] == paths(use)


def test_kotlin() -> None:
    """The same configuration in Kotlin."""
    use = only(
        "import org.springframework.web.socket.config.annotation.*\n"
        "class C : WebSocketMessageBrokerConfigurer {\n"
        '  override fun registerStompEndpoints(registry: StompEndpointRegistry) { registry.addEndpoint("/ws").withSockJS() }\n'
        '  override fun configureMessageBroker(registry: MessageBrokerRegistry) { registry.enableSimpleBroker("/t") }\n}\n',
        "kt",
    )
    assert ("spring-stomp", [("/ws", True)]) == (use.library, paths(use))


def test_webflux() -> None:
    """A mapping of paths to reactive handlers; one to other handlers is none."""
    code = (
        "import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;\n"
        "import org.springframework.web.reactive.socket.WebSocketHandler;\n"
        "import org.springframework.web.reactive.socket.server.support.WebSocketHandlerAdapter;\n"
        'class C { HandlerMapping m() { return new SimpleUrlHandlerMapping(Map.of("/feed", handler), -1); } }\n'
    )
    assert ("spring-webflux", [("/feed", False)]) == ((use := only(code)).library, paths(use))


def test_jetty_below_spring_closes_silent_sockets() -> None:
    """Spring Boot on Jetty has Jetty's idle timeout."""
    pom = POM_WITH.format("spring-boot-starter-jetty")
    use = only({"pom.xml": pom, f"{MAIN}C.java": RAW})
    assert use.idle is not None
    assert 30 == use.idle.amount


POM_WITH = (
    "<project><artifactId>a</artifactId><dependencies><dependency><groupId>org.springframework.boot</groupId>"
    "<artifactId>{}</artifactId></dependency></dependencies></project>"
)


@pytest.mark.parametrize(
    "files",
    [
        {"pom.xml": POM_WITH.format("spring-boot-starter-websocket")},
        {f"{MAIN}C.java": '// registry.addEndpoint("/ws") in registerStompEndpoints\nclass C {}'},
        {f"{MAIN}C.java": 'class C { void registerStompEndpoints(R r) { r.other("/ws"); } }'},
        {f"{MAIN}C.java": 'class C { void f(Registry r) { r.addEndpoint("/ws"); } String s = "registerStompEndpoints"; }'},
        {"README.md": stomp('registry.addEndpoint("/ws");')},
    ],
    ids=["dependency", "comment", "another call", "another method", "readme"],
)
def test_mentions_are_none(files: dict[str, str]) -> None:
    """What only speaks of sockets is no server."""
    assert () == uses(files)


def test_tests_are_told_as_such() -> None:
    """Configuration below ``src/test`` is of the scope test; a package called example is not an example."""
    assert "test" == only({"src/test/java/com/acme/W.java": stomp('registry.addEndpoint("/ws");')}).scope
    assert "production" == only({"src/main/java/com/example/demo/W.java": stomp('registry.addEndpoint("/ws");')}).scope


_REDIS = "import org.springframework.data.redis.connection.*; "


@pytest.mark.parametrize(
    ("listener", "joined"),
    [
        (
            _REDIS + "class L implements MessageListener { H h; void f() { h.sendAll(x); } }",
            "redis",
        ),
        (
            _REDIS + "class L implements MessageListener { void f() { log.send(x); } }",
            None,
        ),
        ('class L { H h; @KafkaListener(topics = "x") void f(String m) { h.sendAll(m); } }', None),
    ],
)
def test_broker_by_hand(listener: str, joined: str | None) -> None:
    """A Redis subscription that leads to the sockets joins the instances; a consumer group does not."""
    loop = "for (WebSocketSession each : sessions.values()) each.sendMessage(m);"
    use = only({f"{MAIN}C.java": RAW, f"{MAIN}H.java": HANDLER % (loop, ""), f"{MAIN}L.java": listener})
    assert joined == use.backplane
