"""SignalR and Blazor Server: hubs, options, backplanes, where they listen."""

from __future__ import annotations

import pytest

from tests.stack.dotnet.trees import WEB, only, paths, uses

_PROGRAM = """\
using Microsoft.AspNetCore.SignalR;
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSignalR({options}){after};
var app = builder.Build();
app.MapHub<ChatHub>("/hubs/chat"{map});
app.Run({run});
"""
_HUB = """\
public class ChatHub : Hub {{
  public async Task Send(string m) => await {target}.SendAsync("m", m);
}}
"""


def program(options: str = "", after: str = "", map: str = "", run: str = "") -> str:
    return _PROGRAM.format(options=options, after=after, map=map, run=run)


def test_hub() -> None:
    """A mapped hub: path, polling first, the library's heartbeat."""
    use = only(program())
    assert ("signalr", "server", [("/hubs/chat", True)]) == (use.library, use.role, paths(use))
    assert ("polling", "websocket") == use.transports
    assert use.heartbeat is not None
    assert ("both", 15, 30, "default") == (
        use.heartbeat.sender,
        use.heartbeat.interval_s,
        use.heartbeat.timeout_s,
        use.heartbeat.source,
    )


@pytest.mark.parametrize(
    ("options", "beat"),
    [
        ("o => o.KeepAliveInterval = TimeSpan.FromSeconds(10)", (10, 30)),
        ("o => { o.KeepAliveInterval = TimeSpan.FromMinutes(1); o.ClientTimeoutInterval = TimeSpan.FromMinutes(2); }", (60, 120)),
        ("o => { o.KeepAliveInterval = new TimeSpan(0, 0, 5); }", (5, 30)),
        ("o => { o.KeepAliveInterval = settings.Interval; }", None),
    ],
)
def test_options(options: str, beat: tuple[float, float] | None) -> None:
    """Intervals as time spans; a computed one is not guessed."""
    found = only(program(options)).heartbeat
    assert beat == (found and (found.interval_s, found.timeout_s))


def test_size_and_transports() -> None:
    """The receive limit, and WebSockets alone."""
    use = only(program("o => o.MaximumReceiveMessageSize = 64 * 1024", map=", o => o.Transports = HttpTransportType.WebSockets"))
    assert use.max_message is not None
    assert (65536, ("websocket",)) == (use.max_message.amount, use.transports)


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("Clients.All", 2),
        ("Clients.Others", 2),
        ("Clients.Group(room)", 2),
        ("Clients.User(id)", 2),
        ("Clients.Caller", None),
    ],
)
def test_broadcasts(target: str, line: int | None) -> None:
    """What goes to others than the caller needs to be known by every server."""
    use = only({"Program.cs": program(), "Hubs/ChatHub.cs": _HUB.format(target=target)})
    assert line == (use.broadcasts and use.broadcasts.line)


def test_broadcasts_through_the_context() -> None:
    """``IHubContext`` sends from outside the hub; that of another hub is not this one's."""
    service = 'class S {{ S(IHubContext<{hub}> hub) {{ hub.Clients.All.SendAsync("x"); }} }}'
    mine = only({"Program.cs": program(), "S.cs": service.format(hub="ChatHub")})
    other = only({"Program.cs": program(), "S.cs": service.format(hub="OtherHub")})
    assert mine.broadcasts is not None
    assert other.broadcasts is None


@pytest.mark.parametrize(
    ("after", "joined"),
    [
        ("", (None, None)),
        (".AddStackExchangeRedis(redis)", ("signalr-redis", "network")),
        (".AddMessagePackProtocol().AddStackExchangeRedis(redis, o => { })", ("signalr-redis", "network")),
    ],
)
def test_backplane(after: str, joined: tuple[str | None, str | None]) -> None:
    """Redis joins the servers where it is added to SignalR."""
    use = only(program(after=after))
    assert joined == (use.backplane, use.backplane_scope)


def test_azure_takes_the_sockets() -> None:
    """With the service no socket arrives at the app; added under a condition the app may still hold them."""
    managed = only(program(after=".AddAzureSignalR()"))
    assert ("azure-signalr", "managed_client") == (managed.library, managed.role)
    conditional = program().replace(
        "builder.Services.AddSignalR();", "var s = builder.Services.AddSignalR();\nif (cloud) { s.AddAzureSignalR(); }"
    )
    assert "signalr" == only(conditional).library


@pytest.mark.parametrize(
    ("files", "listens"),
    [
        ({"Program.cs": program(run='"http://0.0.0.0:5000"')}, ("0.0.0.0", 5000, "literal")),
        (
            {"Program.cs": program().replace("var app", 'builder.WebHost.UseUrls("http://+:81");\nvar app')},
            ("0.0.0.0", 81, "literal"),
        ),
        (
            {"Program.cs": program().replace("var app", "builder.WebHost.ConfigureKestrel(o => o.ListenAnyIP(82));\nvar app")},
            ("0.0.0.0", 82, "literal"),
        ),
        (
            {
                "Program.cs": program().replace(
                    "var app", "builder.WebHost.ConfigureKestrel(o => o.ListenLocalhost(83));\nvar app"
                )
            },
            ("127.0.0.1", 83, "literal"),
        ),
        (
            {"Program.cs": program(), "appsettings.json": '{"Urls": "http://*:84;https://*:85" // both\n}'},
            ("0.0.0.0", 84, "literal"),
        ),
        (
            {"Program.cs": program(), "appsettings.json": '{"Kestrel": {"Endpoints": {"Http": {"Url": "http://localhost:86"}}}}'},
            ("localhost", 86, "literal"),
        ),
        (
            {
                "Program.cs": program(),
                "Properties/launchSettings.json": '{"profiles": {"a": {"applicationUrl": "http://localhost:87"}}}',
            },
            (None, None, None),
        ),
        ({"Program.cs": program(), "appsettings.json": "{"}, (None, None, None)),
        ({"Program.cs": program()}, (None, None, None)),
    ],
)
def test_listens(files: dict[str, str], listens: tuple[object, ...]) -> None:
    """Code before settings; what only holds on a developer's machine does not count."""
    endpoint = only(files).endpoints[0]
    assert listens == (endpoint.bind, endpoint.port, endpoint.port_from)


def test_prefixes() -> None:
    """A path base and a group stand before the hub's own path."""
    code = program().replace(
        'app.MapHub<ChatHub>("/hubs/chat")', 'app.UsePathBase("/base");\nvar g = app.MapGroup("/v1");\ng.MapHub<ChatHub>("chat")'
    )
    assert [("/base/v1/chat", True)] == paths(only(code))


def test_origins() -> None:
    """The WebSocket middleware's list acts on hubs as well."""
    code = program().replace(
        "app.MapHub", 'app.UseWebSockets(new WebSocketOptions { AllowedOrigins = { "https://a.com" } });\napp.MapHub'
    )
    assert ("https://a.com",) == only(code).origins
    assert only(program()).origins is None


def test_cookies() -> None:
    """A hub that asks for a signed-in user, in an app that signs in by cookie."""
    signs_in = program().replace("var app", "builder.Services.AddAuthentication().AddCookie();\nvar app")
    hub = '[Authorize] public class ChatHub : Hub { Task F() => Clients.All.SendAsync("x"); }'
    assert only({"Program.cs": signs_in, "H.cs": hub}).cookies
    assert not only({"Program.cs": signs_in, "H.cs": hub.replace("[Authorize] ", "")}).cookies
    assert not only({"Program.cs": program(), "H.cs": hub}).cookies


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("app.MapBlazorHub();", "/_blazor"),
        ('app.MapBlazorHub("/circuit");', "/circuit"),
        ("app.MapRazorComponents<App>().AddInteractiveServerRenderMode();", "/_blazor"),
    ],
)
def test_blazor(code: str, path: str) -> None:
    """Both styles of Blazor Server, at the framework's own path."""
    use = only(code)
    assert ("blazor-server", [(path, True)]) == (use.library, paths(use))


@pytest.mark.parametrize(
    "files",
    [
        {"Program.cs": "app.MapRazorComponents<App>().AddInteractiveWebAssemblyRenderMode();"},
        {"Program.cs": "builder.Services.AddSignalR();"},
        {"ChatHub.cs": 'public class ChatHub : Hub { Task F() => Clients.All.SendAsync("x"); }'},
        {"Program.cs": '// app.MapHub<ChatHub>("/x")'},
        {"Program.cs": 'repository.MapHub("x");'},
        {"Chat.csproj": WEB.replace("></", '><PackageReference Include="Microsoft.AspNetCore.SignalR" /></')},
        {"README.md": program()},
    ],
    ids=["webassembly", "not mapped", "hub alone", "comment", "another method", "package", "readme"],
)
def test_mentions_are_none(files: dict[str, str]) -> None:
    """A hub that nothing maps, a package or a comment is no server."""
    assert () == uses(files)


def test_class_library_belongs_to_its_program() -> None:
    """The use of a class library is that of the one program that refers to it."""
    refers = '<ItemGroup><ProjectReference Include="..\\Core\\Core.csproj" /></ItemGroup></'
    files = {
        "src/Web/Web.csproj": WEB.replace("</", refers),
        "src/Web/Program.cs": "app.UseChat();",
        "src/Core/Core.csproj": '<Project Sdk="Microsoft.NET.Sdk"></Project>',
        "src/Core/Setup.cs": program(),
        "tests/Core.Tests/Core.Tests.csproj": WEB.replace("</", "<IsTestProject>true</IsTestProject>" + refers),
    }
    assert "Web" == only(files).app


@pytest.mark.parametrize(
    ("extra", "version"),
    [
        (
            {"Chat.csproj": WEB.replace("></", '><PackageReference Include="Microsoft.AspNetCore.SignalR" Version="1.1.0" /></')},
            "1.1.0",
        ),
        (
            {
                "Chat.csproj": WEB.replace("></", '><PackageReference Include="Microsoft.AspNetCore.SignalR" /></'),
                "Directory.Packages.props": '<P><PackageVersion Include="Microsoft.AspNetCore.SignalR" Version="1.2.0" /></P>',
            },
            "1.2.0",
        ),
        (
            {
                "Chat.csproj": WEB.replace("></", '><PackageReference Include="Microsoft.AspNetCore.SignalR" Version="1.*" /></'),
                "packages.lock.json": '{"dependencies": {"net8.0": {"Microsoft.AspNetCore.SignalR": {"resolved": "1.1.9"}}}}',
            },
            "1.1.9",
        ),
        ({}, None),
    ],
)
def test_versions(extra: dict[str, str], version: str | None) -> None:
    """The lock file before the project before the central list; the shared framework has none."""
    assert version == only({"Program.cs": program(), **extra}).version
