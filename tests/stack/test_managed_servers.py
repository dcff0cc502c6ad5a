"""Start commands of the JVM and of .NET, and how an assembly or jar leads to its app."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from advisor.advise import look, words
from advisor.options import Options
from advisor.stack.commands import interpret, is_development
from advisor.tree import Tree


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("java -jar app.jar", ("java", "app.jar", None, None, None)),
        (
            "java $JAVA_OPTS -Xmx512m -Dserver.port=$PORT -jar target/app.jar",
            ("java", "target/app.jar", None, "environment", None),
        ),
        ("java -cp /app:lib/* com.acme.Main --server.port=9000", ("java", "com.acme.Main", 9000, "literal", None)),
        ("SERVER_PORT=81 java -jar app.jar --server.address=127.0.0.1", ("java", "app.jar", 81, "literal", "127.0.0.1")),
        ("sh -c 'exec java -jar /app.jar --server.port=${PORT:-8080}'", ("java", "/app.jar", 8080, "environment", None)),
        ("./mvnw spring-boot:run", ("mvn", None, None, None, None)),
        ("gradle :api:bootRun --args='--server.port=9090'", ("gradle", None, 9090, "literal", None)),
        ("catalina.sh run", ("tomcat", None, None, None, None)),
        ("dotnet Chat.dll --urls http://0.0.0.0:5000", ("dotnet", "Chat.dll", 5000, "literal", "0.0.0.0")),
        ("ASPNETCORE_URLS=http://*:$PORT dotnet Chat.dll", ("dotnet", "Chat.dll", None, "environment", "0.0.0.0")),
        ("dotnet run --project src/Web", ("dotnet", "src/Web", None, None, None)),
    ],
)
def test_commands(command: str, wanted: tuple[object, ...]) -> None:
    """Program, entry, port with its source, address."""
    server = interpret(command)
    assert server is not None
    assert wanted == (server.program, server.entry, server.port, server.port_from, server.bind)
    assert (None, 1) == (server.can_upgrade, server.workers)


@pytest.mark.parametrize(
    "command", ["mvn package", "gradle build", "java -version", "dotnet test", "dotnet build", "dotnet ef database update"]
)
def test_no_servers(command: str) -> None:
    """What builds, tests or migrates leaves nothing running."""
    assert interpret(command) is None


@pytest.mark.parametrize("command", ["dotnet watch run", "mvn quarkus:dev", "gradle quarkusDev"])
def test_development(command: str) -> None:
    """Servers that reload on changes."""
    server = interpret(command)
    assert server is not None
    assert is_development(server)


_HUB = 'var app = WebApplication.CreateBuilder(args).Build();\napp.MapHub<H>("/{name}");\n'
_WEB = '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>'


def running(files: Mapping[str, str]) -> list[tuple[str | None, frozenset[int]]]:
    """App and ports of each process that files show."""
    scan = look(Tree.of(files, words()), Options())
    return [(node.app.id if node.app else None, node.ports) for node in scan.ways.topology.running if node.process is not None]


def test_assembly_leads_to_its_project() -> None:
    """Of two projects below one Dockerfile, the one that the assembly is called after."""
    files = {
        "src/Chat.Api/Chat.Api.csproj": _WEB,
        "src/Chat.Api/Program.cs": _HUB.format(name="a"),
        "src/Chat.Admin/Chat.Admin.csproj": _WEB,
        "src/Chat.Admin/Program.cs": _HUB.format(name="b"),
        "Dockerfile": "FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENV ASPNETCORE_URLS=http://+:8090\nCOPY . .\n"
        'ENTRYPOINT ["dotnet", "Chat.Api.dll"]\n',
    }
    assert [("Chat.Api", frozenset({8090}))] == running(files)


def test_compose_gives_the_port() -> None:
    """``ASPNETCORE_HTTP_PORTS`` of a service is where the app listens."""
    files = {
        "Chat.csproj": _WEB,
        "Program.cs": _HUB.format(name="a"),
        "Dockerfile": 'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nENTRYPOINT ["dotnet", "Chat.dll"]\n',
        "docker-compose.yml": "services:\n  chat:\n    build: .\n    environment:\n      ASPNETCORE_HTTP_PORTS: 8095\n",
    }
    assert [("Chat", frozenset({8095}))] == running(files)


def test_dockerfile_beside_a_project_builds_it() -> None:
    """Two Dockerfiles for the whole repository: each runs the project that it lies beside."""
    dockerfile = 'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nCOPY . .\nENTRYPOINT ["/entrypoint.sh"]\n'
    files = {
        "src/Api/Api.csproj": _WEB,
        "src/Api/Program.cs": "app.MapControllers();",
        "src/Api/Dockerfile": dockerfile,
        "src/Hub/Hub.csproj": _WEB,
        "src/Hub/Program.cs": _HUB.format(name="a"),
        "src/Hub/Dockerfile": dockerfile,
        "package.json": '{"name": "all", "scripts": {}}',
    }
    assert [None, "Hub"] == [app for app, _ in running(files)]
