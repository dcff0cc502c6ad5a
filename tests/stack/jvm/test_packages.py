"""Maven, Gradle and version catalogs: which package in which version."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from advisor.stack.apps import find
from advisor.stack.jvm.packages import Packages
from advisor.tree import Tree

_POM = """\
<project>
  <parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.3.1</version></parent>
  <artifactId>chat</artifactId>
  <properties><ktor.version>2.3.4</ktor.version></properties>
  <dependencies>
    <dependency><groupId>io.ktor</groupId><artifactId>ktor-server-websockets</artifactId><version>${ktor.version}</version></dependency>
    <!-- <dependency><groupId>a</groupId><artifactId>b</artifactId></dependency> -->
    <dependency><groupId>t</groupId><artifactId>t</artifactId><scope>test</scope></dependency>
  </dependencies>
</project>
"""
_CATALOG = """\
[versions]
ktor = "3.0.1"
[libraries]
ktor-server-websockets = { module = "io.ktor:ktor-server-websockets", version.ref = "ktor" }
okhttp = "com.squareup.okhttp3:okhttp:4.12.0"
unused = "x:y:1"
[bundles]
net = ["okhttp"]
"""


def packages(files: Mapping[str, str], root: str = ".") -> Mapping[str, str | None]:
    """What the app in that directory asks for."""
    tree = Tree.of(files)
    apps = find(tree)
    return Packages(tree, apps).of(apps.roots[root])


def test_maven() -> None:
    """Properties are put in; comments, plugins and test dependencies are left out; Spring Boot's version is its parent's."""
    found = packages({"pom.xml": _POM})
    assert "2.3.4" == found["io.ktor:ktor-server-websockets"]
    assert "3.3.1" == found["org.springframework.boot:spring-boot"]
    assert not {"a:b", "t:t"} & found.keys()


@pytest.mark.parametrize(
    ("build", "extra", "version"),
    [
        ('implementation("io.ktor:ktor-server-websockets:2.3.0")', {}, "2.3.0"),
        ("implementation 'io.ktor:ktor-server-websockets:2.3.0'", {}, "2.3.0"),
        ('implementation("io.ktor:ktor-server-websockets:$ktorVersion")', {"gradle.properties": "ktorVersion=2.2.2"}, "2.2.2"),
        ('val v = "2.1.1"\nimplementation("io.ktor:ktor-server-websockets:$v")', {}, "2.1.1"),
        ("implementation(libs.ktor.server.websockets)", {"gradle/libs.versions.toml": _CATALOG}, "3.0.1"),
        (
            'implementation("io.ktor:ktor-server-websockets")',
            {"gradle.lockfile": "io.ktor:ktor-server-websockets:2.9.9=runtime"},
            "2.9.9",
        ),
        ('// implementation("io.ktor:ktor-server-websockets:2.3.0")', {}, None),
    ],
)
def test_gradle(build: str, extra: dict[str, str], version: str | None) -> None:
    """Coordinates, variables, the catalog and the lock file."""
    assert version == packages({"build.gradle.kts": build, **extra}).get("io.ktor:ktor-server-websockets")


def test_bundles_and_modules() -> None:
    """A module has what the build around it asks for, and the catalog is found above it."""
    files = {
        "build.gradle": 'implementation "a:b:1"',
        "gradle/libs.versions.toml": _CATALOG,
        "web/build.gradle": "implementation libs.bundles.net",
    }
    found = packages(files, "web")
    assert ("1", "4.12.0") == (found["a:b"], found["com.squareup.okhttp3:okhttp"])
    assert "x:y" not in found


@pytest.mark.parametrize("text", ["<project", "[versions", "<dependency>" * 2000, "\0", "<!--" * 5000])
def test_broken_manifests(text: str) -> None:
    """What cannot be read asks for nothing."""
    assert {} == dict(packages({"pom.xml": text, "build.gradle": text, "gradle/libs.versions.toml": text}))
