"""Raw WebSockets of ASP.NET Core, GraphQL subscriptions, Fleck, websocket-sharp, and clients."""

from __future__ import annotations

import pytest

from tests.stack.dotnet.trees import only, paths, uses

_ACCEPT = "using var ws = await context.WebSockets.AcceptWebSocketAsync();"


@pytest.mark.parametrize(
    ("code", "endpoints"),
    [
        (f'app.Map("/ws", async context => {{ {_ACCEPT} }});', [("/ws", False)]),
        (f'app.MapGet("/ws/{{id}}", async (HttpContext context) => {{ {_ACCEPT} }});', [("/ws/", True)]),
        (f'app.Use(async (context, next) => {{ if (context.Request.Path == "/ws") {{ {_ACCEPT} }} }});', [("/ws", False)]),
        (
            f'app.Use(async (context, next) => {{ if (context.Request.Path.StartsWithSegments("/ws")) {{ {_ACCEPT} }} }});',
            [("/ws", True)],
        ),
        (
            f'[Route("api/[controller]")] class ChatController : Base {{ [HttpGet("live")] async Task F() {{ {_ACCEPT} }} }}',
            [("/api/chat/live", False)],
        ),
        (f'class C : ControllerBase {{ [Route("/ws")] async Task Get() {{ {_ACCEPT} }} }}', [("/ws", False)]),
        (f"class M {{ async Task Invoke(HttpContext context) {{ {_ACCEPT} }} }}", [(None, False)]),
    ],
)
def test_endpoints(code: str, endpoints: list[tuple[str | None, bool]]) -> None:
    """Routes, branches by path, controllers; a middleware takes any path."""
    use = only(code)
    assert ("aspnetcore-websockets", endpoints) == (use.library, paths(use))


def test_middleware_that_is_mapped() -> None:
    """The path at which the class with the middleware is used."""
    files = {
        "Program.cs": 'app.UseWebSockets();\napp.Map("/live", x => x.UseMiddleware<SocketMiddleware>());',
        "SocketMiddleware.cs": f"class SocketMiddleware {{ async Task Invoke(HttpContext context) {{ {_ACCEPT} }} }}",
    }
    assert [("/live", True)] == paths(only(files))


@pytest.mark.parametrize(
    ("options", "beat"),
    [
        ("", ("server", 120, None, False)),
        ("new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30) }", ("server", 30, None, False)),
        ("new() { KeepAliveInterval = TimeSpan.FromSeconds(30) }", ("server", 30, None, False)),
        (
            "new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(10) }",
            ("server", 20, 10, True),
        ),
        ("new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero }", ("none", None, None, True)),
        ("new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan }", ("none", None, None, True)),
        ("new WebSocketOptions { KeepAliveInterval = options.Interval }", None),
    ],
)
def test_keep_alive(options: str, beat: tuple[object, ...] | None) -> None:
    """An unasked pong every two minutes; with a timeout a ping that is answered."""
    found = only(f'app.UseWebSockets({options});\napp.Map("/ws", async context => {{ {_ACCEPT} }});').heartbeat
    assert beat == (found and (found.sender, found.interval_s, found.timeout_s, found.answered))


def test_options_in_a_variable() -> None:
    """Options that are made apart from the call, with origins added one by one."""
    use = only(
        "var o = new WebSocketOptions { KeepAliveInterval = TimeSpan.FromMinutes(1) };\n"
        'o.AllowedOrigins.Add("https://a.com");\no.AllowedOrigins.Add("https://b.com");\napp.UseWebSockets(o);\n'
        f'app.Map("/ws", async context => {{ {_ACCEPT} }});'
    )
    assert ("https://a.com", "https://b.com") == use.origins
    assert use.heartbeat is not None
    assert 60 == use.heartbeat.interval_s


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("foreach (var s in _sockets.Values) await s.SendAsync(b, t, true, c);", 3),
        ("await Task.WhenAll(_sockets.Select(s => s.Value.SendAsync(b, t, true, c)));", 3),
        ("await _sockets[id].SendAsync(b, t, true, c);", None),
        ("foreach (var s in _sockets.Values) await s.CloseAsync(x, y, c);", None),
        ("foreach (var s in _sockets.Values) await SendKeepAlive(s);", None),
    ],
)
def test_broadcasts(body: str, line: int | None) -> None:
    """A loop over the sockets that a class keeps; one of them, or a sign of life, is none."""
    manager = (
        "using System.Net.WebSockets;\nclass Manager {\n"
        f"async Task All() {{ {body} }}\nConcurrentDictionary<string, WebSocket> _sockets = new(); }}"
    )
    found = only({"Program.cs": f'app.Map("/ws", async context => {{ {_ACCEPT} }});', "Manager.cs": manager}).broadcasts
    assert line == (found and found.line)


@pytest.mark.parametrize(
    ("adds", "joined", "kept"),
    [("AddInMemorySubscriptions()", None, True), ("AddRedisSubscriptions(r)", "hotchocolate-redis", False)],
)
def test_graphql(adds: str, joined: str | None, kept: bool) -> None:
    """Subscriptions at the path of the GraphQL endpoint; in memory they stay in one process."""
    use = only(f"builder.Services.AddGraphQLServer().AddSubscriptionType<S>().{adds};\napp.MapGraphQL();")
    assert ("hotchocolate", [("/graphql", False)], joined) == (use.library, paths(use), use.backplane)
    assert kept == (use.broadcasts is not None)


@pytest.mark.parametrize(
    ("url", "listens"),
    [
        ("ws://0.0.0.0:9000", ("0.0.0.0", 9000, "literal")),
        ("ws://127.0.0.1", ("127.0.0.1", 8181, "default")),
    ],
)
def test_fleck(url: str, listens: tuple[object, ...]) -> None:
    """A server of its own, with the address of its URL, that sends to a list."""
    use = only(
        "using Fleck;\nvar all = new List<IWebSocketConnection>();\n"
        f'var server = new WebSocketServer("{url}");\nserver.Start(s => {{ s.OnMessage = m => all.ForEach(x => x.Send(m)); }});'
    )
    endpoint = use.endpoints[0]
    assert ("fleck", listens) == (use.library, (endpoint.bind, endpoint.port, endpoint.port_from))
    assert use.broadcasts is not None
    assert 4 == use.broadcasts.line


@pytest.mark.parametrize(("more", "beat"), [("", ("server", 60)), ("server.KeepClean = false;", ("none", None))])
def test_websocket_sharp(more: str, beat: tuple[object, ...]) -> None:
    """Services by path, port, pings every minute unless that is turned off, broadcasts to the sessions."""
    use = only(
        "using WebSocketSharp;\nusing WebSocketSharp.Server;\n"
        "class Chat : WebSocketBehavior { void M(string m) { Sessions.Broadcast(m); } }\n"
        f'class P {{ void F() {{ var server = new WebSocketServer(4649); server.AddWebSocketService<Chat>("/chat"); {more} }} }}'
    )
    assert ("websocket-sharp", [("/chat", False)], 4649) == (use.library, paths(use), use.endpoints[0].port)
    assert use.heartbeat is not None
    assert beat == (use.heartbeat.sender, use.heartbeat.interval_s)
    assert use.broadcasts is not None


@pytest.mark.parametrize(
    "code",
    [
        "if (context.WebSockets.IsWebSocketRequest) { context.Response.StatusCode = 400; }",
        "// await context.WebSockets.AcceptWebSocketAsync();",
        "using Fleck;\nclass C { IWebSocketConnection c; }",
        "class WebSocketServer { } class C { void F() { var s = new WebSocketServer(80); } }",
        "builder.Services.AddGraphQLServer().AddQueryType<Q>();\napp.MapGraphQL();",
        "class C { Task<WebSocket> AcceptWebSocketAsync() => null; }",
    ],
)
def test_mentions_are_none(code: str) -> None:
    """A check, a comment, a type or another class of the same name is no server."""
    assert () == uses(code)


# ---------------------------------------------------------------- clients


@pytest.mark.parametrize(
    ("code", "library", "url"),
    [
        (
            'var c = new HubConnectionBuilder().WithUrl("https://acme.com/hub").Build();',
            "signalr-dotnet",
            ("https", "acme.com", "/hub"),
        ),
        (
            'var ws = new ClientWebSocket(); await ws.ConnectAsync(new Uri("wss://acme.com/ws"), ct);',
            "clientwebsocket",
            ("wss", "acme.com", "/ws"),
        ),
        (
            'using Websocket.Client;\nvar c = new WebsocketClient(new Uri("wss://acme.com/a"));',
            "websocket-client-dotnet",
            ("wss", "acme.com", "/a"),
        ),
        (
            'using SocketIOClient;\nvar c = new SocketIO("http://acme.com");',
            "socketio-dotnet",
            ("http", "acme.com", "/socket.io/"),
        ),
        ('using WebSocketSharp;\nvar c = new WebSocket("ws://acme.com/b");', "websocket-sharp", ("ws", "acme.com", "/b")),
    ],
)
def test_clients(code: str, library: str, url: tuple[str, str, str]) -> None:
    """Each library by the call that opens, with its address."""
    use = only(code)
    assert ("client", library, url) == (use.role, use.library, (use.urls[0].scheme, use.urls[0].host, use.urls[0].path))


@pytest.mark.parametrize(
    ("chain", "schedule"),
    [
        ("", ("none", None, None)),
        (".WithAutomaticReconnect()", ("library", 0, 4)),
        (".WithAutomaticReconnect(new[] { TimeSpan.Zero, TimeSpan.FromSeconds(5) })", ("exponential", 0, 2)),
        (".WithAutomaticReconnect(new ForeverPolicy())", ("library", None, None)),
    ],
)
def test_hub_reconnects(chain: str, schedule: tuple[object, ...]) -> None:
    """Off unless it is asked for; four tries, the listed ones, or a policy of the app's own."""
    found = only(f'var c = new HubConnectionBuilder().WithUrl("https://acme.com/hub"){chain}.Build();').reconnect
    assert found is not None
    assert schedule == (found.kind, found.delay_s, found.attempts)


@pytest.mark.parametrize(
    "code",
    [
        "using System.Net.WebSockets;\nclass C { ClientWebSocket ws; }",
        "var tcp = new TcpClient(); await tcp.ConnectAsync(host, port);",
        "using Microsoft.AspNetCore.SignalR.Client;\nclass C { HubConnection c; }",
    ],
)
def test_types_are_no_clients(code: str) -> None:
    """A field's type opens nothing."""
    assert () == uses(code)
