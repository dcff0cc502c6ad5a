"""Whatever stands in Java, Kotlin and C# files, and in the files beside them, nothing raises."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.stack import detect, words
from advisor.tree import Tree
from tests.stack.dotnet import test_hubs
from tests.stack.jvm import test_spring

_KTOR = """\
import io.ktor.server.websocket.*
fun Application.m() { install(WebSockets) { pingPeriod = 15.seconds }
  routing { route("/api") { webSocket("/ws/{id}") { for (s in sessions.values) s.send("x") } } } }
val sessions = ConcurrentHashMap<String, WebSocketSession>()
"""
_SAMPLES = {
    "java": test_spring.stomp('registry.addEndpoint("/ws").setAllowedOrigins("*").withSockJS();')
    + test_spring.RAW
    + test_spring.HANDLER
    % ("for (var s : sessions.values()) s.sendMessage(m);", "@Scheduled(fixedRate = 3) void p() { q(new PingMessage()); }"),
    "kt": _KTOR,
    "cs": test_hubs.program("o => o.KeepAliveInterval = TimeSpan.FromSeconds(3)", ".AddStackExchangeRedis(x)")
    + "class M { async Task F(HttpContext c) { await c.WebSockets.AcceptWebSocketAsync(); foreach (var s in all) s.Send(x); }\n"
    "List<WebSocket> all; }",
}
_SIGNS = [
    "{",
    "}",
    "(",
    ")",
    '"',
    "'",
    "\\",
    ";",
    ",",
    "$",
    "@",
    "<",
    ">",
    "\0",
    "\n",
    "/*",
    "//",
    "new ",
    "${",
    "é",
    "\ud800"[:0],
    "0x",
    "9" * 40,
]


def mutated(text: str, seed: int) -> str:
    """The text with a few pieces cut, doubled or put in at random."""
    chosen = random.Random(seed)  # noqa: S311 - a test's choice
    for _ in range(chosen.randint(1, 8)):
        start = chosen.randrange(len(text))
        end = min(len(text), start + chosen.randint(0, 30))
        text = text[:start] + chosen.choice(["", text[start:end] * 2, chosen.choice(_SIGNS)]) + text[end:]
    return text


@pytest.mark.parametrize("ending", sorted(_SAMPLES))
@pytest.mark.parametrize("seed", range(40))
def test_mutated_code(ending: str, seed: int) -> None:
    """Broken variants of real code are read or left, never raised on."""
    files = {f"src/App.{ending}": mutated(_SAMPLES[ending], seed), "pom.xml": "<project>", "App.csproj": "<Project>"}
    assert detect(Tree.of(files, words())) is not None


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text(text: str) -> None:
    """Any text in code, settings and manifests."""
    files = {
        "src/main/java/A.java": f"class A {{ void registerStompEndpoints() {{ r.addEndpoint({text}); }} }}",
        "src/main/resources/application.yml": text,
        "src/main/resources/application.properties": f"server.port={text}",
        "src/main/resources/application.conf": f"port = {text}",
        "pom.xml": text,
        "build.gradle": text,
        "gradle/libs.versions.toml": text,
        "A.csproj": text,
        "appsettings.json": text,
        "B.cs": f"app.MapHub<X>({text}); app.Run({text});",
        "C.kt": f"import io.ktor.server.websocket.*\nfun f() {{ webSocket({text}) {{ }} }}",
    }
    assert detect(Tree.of(files, words())) is not None


@pytest.mark.parametrize(
    "code",
    [
        "class A { void registerStompEndpoints() { r.addEndpoint(" + "a + " * 3000 + '"x"); } }',
        "class A { void registerStompEndpoints() { r.addEndpoint(" + "(" * 350 + ")" * 350 + "); } }",
        "class A { void registerStompEndpoints() { r" + ".addEndpoint(x)" * 3000 + "; } }",
        "class A { void registerStompEndpoints() { " + 'r.addEndpoint("/a").withSockJS();' * 2000 + " } }",
    ],
    ids=["long sum", "deep brackets", "long chain", "many endpoints"],
)
def test_large_code(code: str) -> None:
    """Long sums, chains and lists end soon."""
    assert detect(Tree.of({"src/main/java/A.java": code, "pom.xml": "<project/>"}, words())) is not None
