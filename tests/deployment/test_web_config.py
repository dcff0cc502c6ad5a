"""Tests of the proxy of IIS."""

from __future__ import annotations

import pytest

from advisor.deployment import web_config
from advisor.deployment.parts import Part
from advisor.tree import Tree

RULES = """\
<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <system.webServer>
    <webSocket enabled="false" />
    <rewrite>
      <rules>
        <rule name="pages"><match url="^pages/" /><action type="Redirect" url="https://example.com/" /></rule>
        <rule name="old" enabled="false"><match url="(.*)" /><action type="Rewrite" url="http://localhost:1/{R:1}" /></rule>
        <rule name="ws" stopProcessing="true">
          <match url="^ws/(.*)" />
          <action type="Rewrite" url="http://localhost:8080/ws/{R:1}" />
        </rule>
        <rule name="all">
          <match url="(.*)" />
          <action type="Rewrite" url="https://app.example.com/{R:1}" />
        </rule>
      </rules>
    </rewrite>
  </system.webServer>
</configuration>
"""


def part_of(files: dict[str, str]) -> Part:
    """What is read from these files."""
    return web_config.read(Tree.of(files))


def test_rewrite_rules() -> None:
    """Those to another server are targets in order; redirects and rules that are off are none."""
    (hop,) = part_of({"site/web.config": RULES}).hops

    assert [
        ("localhost", 8080, ("/ws", "/ws/*"), "http", 11),
        ("app.example.com", None, (), "https", 15),
    ] == [(target.name, target.port, target.paths, target.scheme, target.place.line) for target in hop.targets]
    assert [("system.webServer.webSocket.enabled", False, "web.config", 4)] == [
        (each.key, each.amount, each.format, each.place.line) for each in hop.settings
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", ()),
        ("(.*)", ()),
        ("^hub/?(.*)$", ()),
        ("^hub$", ("/hub", "/hub/*")),
        ("api/.*", ("/api", "/api/*")),
        ("^(?!x).*", ()),
    ],
)
def test_paths(pattern: str, expected: tuple[str, ...]) -> None:
    """A simple prefix is a path; anything else may be all of them."""
    (hop,) = part_of({"web.config": RULES.replace("^ws/(.*)", pattern)}).hops

    assert expected == hop.targets[0].paths


def test_proxy_of_the_whole_server() -> None:
    """Switched on, it is a hop of its own; its time is handed out in seconds."""
    text = '<configuration><system.webServer>\n<proxy enabled="true" timeout="00:02:30" />\n</system.webServer></configuration>'
    (hop,) = part_of({"applicationHost.config": text}).hops

    assert [("system.webServer.proxy.enabled", True, 2), ("system.webServer.proxy.timeout", 150, 2)] == [
        (each.key, each.amount, each.place.line) for each in hop.settings
    ]
    assert () == part_of({"applicationHost.config": text.replace('"true"', '"false"')}).hops


def test_a_file_for_a_module_alone_is_no_proxy() -> None:
    """Handlers of the app's own are nothing to walk through, and neither is a broken file, which is told."""
    handlers = "<configuration><system.webServer><handlers/><rewrite></rewrite></system.webServer></configuration>"

    assert () == part_of({"web.config": handlers}).hops
    assert ["web.config"] == [each.file for each in part_of({"web.config": "<rewrite>\n"}).not_read]
