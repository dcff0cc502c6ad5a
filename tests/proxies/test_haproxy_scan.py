"""Repositories with HAProxy or lighttpd in front of the app: the scan walks through the proxy's own configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import pytest

from advisor.advise import advise, words
from advisor.deployment import compose, dockerfile, other_proxies
from advisor.model import Report
from advisor.options import Options
from advisor.tree import Tree

HAPROXY = (
    "defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n"
    "frontend web\n  bind :80\n  default_backend app\nbackend app\n  server one app:3000\n"
)
LIGHTTPD = (
    'server.modules = ( "mod_proxy" )\nserver.document-root = "/srv"\n'
    'proxy.server = ( "" => (( "host" => "app", "port" => 3000 )) )\n'
)
APP = {
    "app/package.json": json.dumps({"name": "app", "scripts": {"start": "node server.js"}, "dependencies": {"ws": "^8.18.0"}}),
    "app/server.js": "const { WebSocketServer } = require('ws');\nconst wss = new WebSocketServer({ port: 3000, path: '/ws' })\n",
    "app/Dockerfile": 'FROM node:22\nCOPY . .\nCMD ["node", "server.js"]\n',
}


def composed(image: str, mount: str) -> str:
    proxy = f"  lb:\n    image: {image}\n    volumes: ['{mount}']\n    ports: ['80:80']\n"
    return f"services:\n{proxy}  app:\n    build: ./app\n"


def scanned(files: Mapping[str, str]) -> Report:
    return advise(Tree.of({**APP, **files}, words()), Options(as_of=date(2026, 11, 25)))


def test_compose_mounts() -> None:
    """The service's hop carries the mounted file and its version."""
    files = {"compose.yaml": composed("haproxy:2.9", "./edge:/usr/local/etc/haproxy"), "edge/haproxy.cfg": HAPROXY}
    hop = compose.read(Tree.of(files)).hops[0]

    assert ("haproxy", "2.9", "edge/haproxy.cfg") == (hop.platform, hop.version, hop.config.main)


def test_compose_variables() -> None:
    """Variables of the service that the file asks for are handed on, secrets never."""
    text = HAPROXY.replace("app:3000", '"${APP_HOST}:3000"') + '  http-request set-header X "${API_TOKEN}"\n'
    service = composed("haproxy:2.9", "./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg")
    service = service.replace("    ports", "    environment: {APP_HOST: app, API_TOKEN: x, OTHER: y}\n    ports", 1)
    hop = compose.read(Tree.of({"compose.yaml": service, "haproxy.cfg": text})).hops[0]

    assert (("APP_HOST", "app"),) == hop.config.variables


@pytest.mark.parametrize(
    ("lines", "platform", "version"),
    [
        ("FROM haproxy:3.0-alpine\nCOPY haproxy.cfg /usr/local/etc/haproxy/haproxy.cfg\n", "haproxy", "3.0"),
        ("FROM haproxy:3.0\nCOPY . /usr/local/etc/haproxy/\n", "haproxy", "3.0"),
        ("FROM debian:12\nRUN apt-get install -y haproxy\nCOPY haproxy.cfg /etc/haproxy/\n", "haproxy", None),
    ],
)
def test_dockerfile_copies(lines: str, platform: str, version: str | None) -> None:
    """An image of the program, or one that installs it."""
    hop = dockerfile.read(Tree.of({"Dockerfile": lines, "haproxy.cfg": HAPROXY})).hops[0]

    assert (platform, version, "haproxy.cfg", "haproxy.cfg:9") == (hop.platform, hop.version, hop.config.main, str(hop.place))


def test_a_file_alone() -> None:
    """Without anything that runs it, the file itself is the configuration."""
    hops = other_proxies.read(Tree.of({"haproxy.cfg": HAPROXY, "lighttpd.conf": LIGHTTPD})).hops

    assert [("haproxy", "haproxy.cfg"), ("lighttpd", "lighttpd.conf")] == [(hop.platform, hop.config.main) for hop in hops]


def test_walks_through_haproxy() -> None:
    """The shorter of the two timeouts decides, at its line."""
    report = scanned(
        {"compose.yaml": composed("haproxy:2.9", "./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg"), "haproxy.cfg": HAPROXY}
    )
    path = report.paths[0]
    idle = path.limit("idle_timeout")

    assert ("accepted", ["haproxy"]) == (path.handshake.outcome, [hop.platform for hop in path.hops])
    assert idle is not None
    assert (30, "haproxy.cfg:4") == (idle.value, str(idle.decided_by.place))
    assert "WS201" in {finding.rule for finding in report.findings}


def test_a_rule_in_the_way() -> None:
    """A path that another backend takes is seen, and the block to paste leads it to the app."""
    text = HAPROXY.replace("  default_backend app\n", "  use_backend app if { path_beg /api }\n")
    report = scanned(
        {"compose.yaml": composed("haproxy:2.9", "./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg"), "haproxy.cfg": text}
    )
    finding = next(each for each in report.findings if each.rule == "WS105")

    assert "use_backend ws if { path_beg /ws }" in finding.snippet


def test_walks_through_lighttpd() -> None:
    """The upgrade is off unless it is enabled, and the block to paste enables it."""
    mount = "./lighttpd.conf:/etc/lighttpd/lighttpd.conf"
    report = scanned({"compose.yaml": composed("sebp/lighttpd:1.4.76", mount), "lighttpd.conf": LIGHTTPD})
    finding = next(each for each in report.findings if each.rule == "WS101")
    on = LIGHTTPD + 'proxy.header = ( "upgrade" => "enable" )\n'
    healed = scanned({"compose.yaml": composed("sebp/lighttpd:1.4.76", mount), "lighttpd.conf": on})

    assert "lighttpd.conf:3" == str(finding.place)
    assert '"upgrade" => "enable"' in finding.snippet
    assert "accepted" == healed.paths[0].handshake.outcome
    assert "WS101" not in {each.rule for each in healed.findings}


def test_parameters_of_the_start_command() -> None:
    """What varnishd is told beside its file is part of the configuration."""
    service = "services:\n  v:\n    image: varnish:7.5\n    command: varnishd -F -f /d.vcl -p pipe_timeout=3600\n"
    files = {
        "compose.yaml": f"{service}    volumes: ['./default.vcl:/etc/varnish/default.vcl']\n",
        "default.vcl": 'vcl 4.1;\nbackend default {\n  .host = "app";\n}\n',
    }

    assert (("pipe_timeout", "3600"),) == compose.read(Tree.of(files)).hops[0].config.variables
