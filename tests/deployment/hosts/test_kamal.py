"""Kamal's config/deploy.yml -> the proxy that it starts, and a process for each role behind it."""

from __future__ import annotations

import pytest

from tests.deployment.reading import chosen, processes, read

BASE = """\
service: echo
image: me/echo
servers:
  web:
    hosts: [203.0.113.10, 203.0.113.11]
  socket:
    hosts: [203.0.113.12]
    cmd: bin/socket
    proxy: true
  jobs:
    hosts: [203.0.113.12]
    cmd: bin/jobs
proxy:
  ssl: true
  hosts: [a.example.com, b.example.com]
  app_port: 3000
  response_timeout: 45
  healthcheck:
    path: /healthy
drain_timeout: 60
env:
  clear:
    PORT: 3000
  secret:
    - SECRET_KEY_BASE
"""
DOCKERFILE = "FROM node:22\nCOPY . .\nCMD node a.js\n"


def test_the_proxy() -> None:
    """Its settings as the profile spells them, each with its line, and the hosts of both ports."""
    hop = read({"config/deploy.yml": BASE}).hops[0]

    assert ("kamal-proxy", "config/deploy.yml:13", "explicit") == (hop.platform, str(hop.place), hop.certainty)
    assert {
        "proxy.ssl": (True, 14),
        "proxy.app_port": (3000, 16),
        "proxy.response_timeout": (45, 17),
        "proxy.healthcheck.path": ("/healthy", 19),
        "drain_timeout": (60, 20),
    } == {each.key: (each.amount, each.place.line) for each in hop.settings}
    assert [("http", "https"), ("https", None)] == [(side.scheme, side.redirect_to) for side in hop.listens]
    assert ("a.example.com", "b.example.com") == hop.listens[1].hosts


def test_roles_behind_the_proxy() -> None:
    """The primary role and those that ask for it; a role of jobs is none. Names of variables only."""
    found = read({"config/deploy.yml": BASE, "Dockerfile": DOCKERFILE})
    web, socket = found.processes

    assert (["config/deploy.yml:web", "config/deploy.yml:socket"]) == [each.id.removeprefix("kamal:") for each in found.processes]
    assert ("node a.js", 2, 4, (3000,), 3000) == (
        web.command,
        web.replicas,
        web.replicas_place.line if web.replicas_place else None,
        web.ports,
        web.port_given,
    )
    assert ("bin/socket", 8) == (socket.command, socket.command_place.line if socket.command_place else None)
    assert ("PORT", "SECRET_KEY_BASE") == web.environment
    assert ("/healthy", "configured") == ((check.path, check.source) if (check := web.health_check) else None)
    assert ["echo-web", "echo-socket"] == [target.name for target in found.hops[0].targets]


def test_the_health_check_by_default() -> None:
    """Kamal asks /up where the file says nothing."""
    text = "service: e\nimage: e\nservers: [203.0.113.1]\nproxy: {host: e.example.com}\n"
    check = processes({"config/deploy.yml": text})["web"].health_check

    assert ("/up", "default") == ((check.path, check.source) if check else None)


def test_destinations_are_environments() -> None:
    """Each is merged over the base, which stays what is deployed without one."""
    files = {
        "config/deploy.yml": BASE,
        "config/deploy.staging.yml": "servers:\n  web:\n    hosts: [203.0.113.99]\nproxy:\n  host: s.example.com\n"
        "  app_port: 4000\n",
    }
    found = read(files)
    staging = next(hop for hop in found.hops if hop.environment == "staging")
    port = staging.setting("proxy.app_port")

    assert ["production", "staging"] == sorted(hop.environment for hop in found.hops)
    assert ("4000", "config/deploy.staging.yml", 6) == ((port.value, port.place.file, port.place.line) if port else None)
    assert "45" == (setting.value if (setting := staging.setting("proxy.response_timeout")) else None)
    assert ("production", "staging") == chosen(files)["config/deploy.staging.yml"]


def test_a_production_destination_takes_the_place_of_the_base() -> None:
    """Nobody deploys the base beside it."""
    files = {"config/deploy.yml": BASE, "config/deploy.production.yml": "servers: {web: [203.0.113.1]}\n"}
    found = read(files)

    assert [("production", "config/deploy.production.yml")] == [(hop.environment, hop.id.split(":", 1)[1]) for hop in found.hops]
    assert {1} == {each.replicas for each in found.processes if each.id.endswith(":web")}


@pytest.mark.parametrize(
    ("extra", "lock", "platform"),
    [
        ("traefik: {args: {}}\n", "", "traefik"),
        ("", "GEM\n  specs:\n    kamal (1.9.2)\n", "traefik"),
        ("", "GEM\n  specs:\n    kamal (2.3.0)\n", "kamal-proxy"),
        ("proxy: {ssl: true}\n", "", "kamal-proxy"),
    ],
)
def test_the_proxy_of_the_version(extra: str, lock: str, platform: str) -> None:
    """Kamal 1 started Traefik, Kamal 2 has a proxy of its own."""
    text = f"service: e\nimage: e\nservers: [203.0.113.1]\n{extra}"

    assert [platform] == [hop.platform for hop in read({"config/deploy.yml": text, "Gemfile.lock": lock}).hops]


@pytest.mark.parametrize(
    "text",
    [
        "service: e\nsteps: [a]\n",
        "apiVersion: v1\nservice: e\nimage: e\n",
        "# service: e\n# image: e\n",
        "service: e\nimage: e\nservers: [1.2.3.4\n",
    ],
)
def test_what_is_not_kamals(text: str) -> None:
    """Another tool's deploy.yml, one that is commented out, one that does not parse."""
    assert () == read({"config/deploy.yml": text}).hops


def test_values_that_ruby_fills_in() -> None:
    """Are shown as they stand and decide nothing; a host that is not known is no host."""
    text = (
        "service: e\nimage: e\nservers:\n  web:\n    - <%= ENV['HOST'] %>\n"
        "proxy:\n  ssl: true\n  host: <%= ENV['DOMAIN'] %>\n  response_timeout: <%= ENV['T'] %>\n"
    )
    hop = read({"config/deploy.yml": text}).hops[0]

    assert ((), None) == (hop.listens[0].hosts, setting.amount if (setting := hop.setting("proxy.response_timeout")) else 0)


def test_statements_of_ruby() -> None:
    """Are left out, and the lines keep their numbers; a file that Ruby makes as a whole is said to be open."""
    text = (
        "<%\n  @hosts = ['x']\n%>\nservice: e\nimage: e\nservers:\n  web:\n<% @hosts.each do |host| %>\n"
        "    - <%= host %>\n<% end %>\n"
        "proxy:\n  app_port: 3000\n"
    )
    found = read({"config/deploy.yml": text, "config/deploy.beta.yml": "<%= File.read('x') %>\n"})
    port = found.hops[0].setting("proxy.app_port")

    assert (3000, 12) == ((port.amount, port.place.line) if port else None)
    assert [("config/deploy.beta.yml", False)] == [(note.file, note.deployment) for note in found.not_read]
