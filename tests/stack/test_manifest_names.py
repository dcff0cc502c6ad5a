"""The names of Maven, Gradle and .NET packages, and the repositories that are socket libraries themselves."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from advisor.advise import advise, words
from advisor.options import Options
from advisor.stack.manifest_names import published
from advisor.tree import Tree


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"pom.xml": "<project><groupId>g</groupId><artifactId>a</artifactId></project>"}, "g:a"),
        (
            {"pom.xml": "<project><parent><groupId>g</groupId></parent><artifactId>a</artifactId></project>"},
            "g:a",
        ),
        (
            {
                "pom.xml": "<project><build><plugin><groupId>x</groupId><artifactId>y</artifactId></plugin></build>"
                "<!-- <artifactId>no</artifactId> --></project>"
            },
            None,
        ),
        ({"build.gradle": "group = 'g'", "settings.gradle": "rootProject.name = 'a'"}, "g:a"),
        ({"okhttp/build.gradle.kts": "", "gradle.properties": "GROUP=com.squareup.okhttp3"}, "com.squareup.okhttp3:okhttp"),
        ({"src/Fleck.csproj": "<Project/>"}, "Fleck"),
        ({"a.csproj": "<Project><PackageId>Fleck</PackageId></Project>"}, "Fleck"),
        ({"pom.xml": "<project"}, None),
    ],
)
def test_names(files: Mapping[str, str], name: str | None) -> None:
    """Group and artifact, package id, or the project's file name."""
    tree = Tree.of(files)
    assert name == published(tree, next(iter(files)))


@pytest.mark.parametrize(
    ("files", "library"),
    [
        (
            {
                "pom.xml": "<project><groupId>org.java-websocket</groupId><artifactId>Java-WebSocket</artifactId></project>",
                "src/main/java/S.java": "import org.java_websocket.server.*; class S extends WebSocketServer { }",
            },
            True,
        ),
        (
            {
                "pom.xml": "<project><groupId>com.acme</groupId><artifactId>chat</artifactId></project>",
                "src/main/java/S.java": "import org.java_websocket.server.*; class S extends WebSocketServer { }",
            },
            False,
        ),
        ({"src/Fleck/Fleck.csproj": "<Project/>", "src/Fleck/S.cs": "using Fleck; class S { }"}, True),
    ],
)
def test_socket_libraries(files: Mapping[str, str], library: bool) -> None:
    """A repository that is a socket library serves nothing of its own."""
    report = advise(Tree.of(files, words()), Options())
    assert library == any(app.is_library for app in report.apps)
    assert not library or not any(app.servers() for app in report.apps)
