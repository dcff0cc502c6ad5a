"""Upsun's and Platform.sh's routes and applications, and Dokku's files."""

from __future__ import annotations

import pytest

from tests.deployment.reading import processes, read

UPSUN = """\
applications:
  web:
    source: {root: /app}
    web:
      commands:
        start: node server.js
      locations:
        /:
          passthru: true
        /ws:
          passthru: true
          request_buffering:
            enabled: false
    variables:
      env: {TOKEN: hidden}
  jobs:
    source: {root: /jobs}
routes:
  "https://{default}/":
    type: upstream
    upstream: "web:http"
    cache:
      enabled: false
    sticky: true
  "https://www.{default}/":
    type: redirect
    to: "https://{default}/"
"""


def test_upsun() -> None:
    """The route's settings and those of its locations, by path; names of variables only."""
    found = read({".upsun/config.yaml": UPSUN})
    hop, process = found.hops[0], found.processes[0]

    assert (1, "platform-sh", "Upsun", 19) == (len(found.hops), hop.platform, hop.name, hop.place.line)
    assert {
        "routes.cache.enabled": (False, 23),
        "routes.sticky": (True, 24),
        "applications.web.locations.request_buffering.enabled": (False, 13),
    } == {each.key: (each.amount, each.place.line) for target in hop.targets for each in target.settings}
    assert {("/ws", "/ws/*"): 3, (): 2} == {target.paths: len(target.settings) for target in hop.targets}
    assert ("app", "node server.js", ".upsun/config.yaml:6") == (
        process.root,
        process.command,
        str(process.command_place),
    )
    assert ("TOKEN",) == process.environment
    assert "hidden" not in repr(found)


def test_platform_sh() -> None:
    """The same from files that stand apart, one for each application."""
    files = {
        ".platform/routes.yaml": '"https://{default}/ws":\n  type: upstream\n  upstream: "live:http"\n"http://{default}/":\n'
        '  type: upstream\n  upstream: "site:http"\n',
        ".platform.app.yaml": "name: site\nweb: {commands: {start: npm start}}\n",
        "live/.platform.app.yaml": "name: live\nweb: {commands: {start: node live.js}}\n",
    }
    found = read(files)
    hops = {hop.id.rsplit(".", 1)[-1]: hop for hop in found.hops}

    assert {"live": (("/ws", "/ws/*"),), "site": ((),)} == {
        name: tuple(target.paths for target in hop.targets) for name, hop in hops.items()
    }
    assert {"live": "https", "site": None} == {name: hop.listens[0].redirect_to for name, hop in hops.items()}
    assert {"live": "node live.js", ".": "npm start"} == {each.root: each.command for each in found.processes}


SIGIL = """\
server {
  listen 80;
  # proxy_read_timeout 5s;
  location / {
    proxy_pass http://{{ $.APP }}-{{ $upstream_port }};
    proxy_read_timeout 3600s;
    proxy_send_timeout {{ $.PROXY_SEND_TIMEOUT }};
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $http_connection;
  }
}
"""


def test_dokkus_template() -> None:
    """Its directives with their places; what the template fills in has no amount, a comment is none."""
    hop = next(hop for hop in read({"nginx.conf.sigil": SIGIL, "Procfile": "web: node a.js\n"}).hops if hop.platform == "dokku")

    assert [
        ("proxy_read_timeout", 3600, 6),
        ("proxy_send_timeout", None, 7),
        ("proxy_set_header", "Upgrade $http_upgrade", 8),
        ("proxy_set_header", "Connection $http_connection", 9),
    ] == [(each.key, each.amount, each.place.line) for each in hop.settings]


def test_dokkus_scale_and_checks() -> None:
    """Copies from DOKKU_SCALE with the line, the first check, and the Procfile that is not Heroku's alone."""
    files = {"DOKKU_SCALE": "worker=1\nweb=3\n", "CHECKS": "WAIT=5\n/up  OK\n", "Procfile": "web: node a.js\n"}
    found = read(files)
    process = next(each for each in found.processes if each.id.startswith("dokku"))
    check = process.health_check

    assert ("node a.js", 3, 2) == (
        process.command,
        process.replicas,
        process.replicas_place.line if process.replicas_place else None,
    )
    assert ("/up", 2) == ((check.path, check.place.line) if check else None)


@pytest.mark.parametrize("files", [{"CHECKS": "/up\n"}, {"app.json": '{"healthchecks": {}}'}])
def test_what_alone_does_not_show_dokku(files: dict[str, str]) -> None:
    """Others use these names too."""
    assert {} == {key: each for key, each in processes(files).items() if each.id.startswith("dokku")}
