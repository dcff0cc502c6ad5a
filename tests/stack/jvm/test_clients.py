"""Java and Kotlin code that opens sockets."""

from __future__ import annotations

import pytest

from tests.stack.jvm.trees import only, uses


@pytest.mark.parametrize(
    ("code", "ending", "library", "url"),
    [
        (
            "import okhttp3.*\nval client = OkHttpClient()\n"
            'fun f() { client.newWebSocket(Request.Builder().url("wss://acme.com/ws").build(), l) }',
            "kt",
            "okhttp",
            ("wss", "acme.com", "/ws"),
        ),
        (
            'import okhttp3.*;\nclass C { void f() { Request request = new Request.Builder().url(BASE + "/ws").build();\n'
            'client.newWebSocket(request, l); } static final String BASE = "ws://10.0.2.2:8080"; }',
            "java",
            "okhttp",
            ("ws", "10.0.2.2", "/ws"),
        ),
        (
            "import java.net.http.*;\nclass C { void f() { HttpClient.newHttpClient().newWebSocketBuilder()\n"
            '.buildAsync(URI.create("wss://acme.com/a"), l); } }',
            "java",
            "java-http-websocket",
            ("wss", "acme.com", "/a"),
        ),
        (
            'import javax.websocket.*;\nclass C { void f() { c.connectToServer(this, URI.create("ws://acme.com/a")); } }',
            "java",
            "jakarta-websocket",
            ("ws", "acme.com", "/a"),
        ),
        (
            'import org.java_websocket.client.*;\nclass C { void f() { new WebSocketClient(new URI("wss://acme.com/b")) {}; } }',
            "java",
            "java-websocket",
            ("wss", "acme.com", "/b"),
        ),
        (
            "import org.springframework.web.socket.messaging.*;\nclass C { void f() {\n"
            'var c = new WebSocketStompClient(new StandardWebSocketClient()); c.connectAsync("ws://acme.com/ws", h); } }',
            "java",
            "spring-stomp",
            ("ws", "acme.com", "/ws"),
        ),
        (
            'import io.socket.client.IO;\nclass C { void f() { Socket s = IO.socket("https://acme.com"); } }',
            "java",
            "socketio-java-client",
            ("https", "acme.com", "/socket.io/"),
        ),
        (
            'import com.microsoft.signalr.*;\nclass C { Object c = HubConnectionBuilder.create("https://acme.com/hub"); }',
            "java",
            "signalr-java",
            ("https", "acme.com", "/hub"),
        ),
    ],
)
def test_urls(code: str, ending: str, library: str, url: tuple[str, str, str]) -> None:
    """Each library by the call that opens, with its address."""
    use = only(code, ending)
    assert ("client", library, url) == (use.role, use.library, (use.urls[0].scheme, use.urls[0].host, use.urls[0].path))


@pytest.mark.parametrize(
    "code",
    [
        "import okhttp3.*;\nclass C { OkHttpClient c = new OkHttpClient(); }",
        "import java.net.http.*;\nclass C { void f() { HttpClient.newHttpClient().sendAsync(r, h); } }",
        "import org.springframework.web.socket.*;\nclass C { StandardWebSocketClient c; }",
    ],
)
def test_http_clients_are_none(code: str) -> None:
    """OkHttp and the JDK's client are mostly there for requests."""
    assert () == uses(code)


@pytest.mark.parametrize(
    ("builder", "beat"),
    [
        ("OkHttpClient.Builder().pingInterval(20, TimeUnit.SECONDS).build()", ("client", 20)),
        ("OkHttpClient.Builder().pingInterval(Duration.ofSeconds(10)).build()", ("client", 10)),
        ("OkHttpClient()", ("none", None)),
        ("Shared.client()", None),
    ],
)
def test_okhttp_pings(builder: str, beat: tuple[object, ...] | None) -> None:
    """Off by default; a client that is made elsewhere is not known."""
    code = f"import okhttp3.*\nval client = {builder}\nfun f() {{ client.newWebSocket(r, l) }}"
    found = only(code, "kt").heartbeat
    assert beat == (found and (found.sender, found.interval_s))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("client.newWebSocket(r, l)", ("none", None)),
        ("while (true) { client.newWebSocket(r, l); delay(3000) }", ("fixed", 3)),
        ("while (true) { client.newWebSocket(r, l); delay(wait); wait = min(wait * 2, 60000) }", ("exponential", None)),
        ("client.newWebSocket(r, l) // reconnect() is elsewhere", None),
    ],
)
def test_reconnects(body: str, kind: tuple[object, ...] | None) -> None:
    """A loop with a wait; where the file only speaks of reconnecting, it is left open."""
    found = only(f"import okhttp3.*\nsuspend fun connect() {{ {body} }}", "kt").reconnect
    assert kind == (found and (found.kind, found.delay_s))
