"""Fly.io: handlers, settings with their units, processes and checks."""

from __future__ import annotations

import pytest

from advisor.model import Hop
from tests.deployment.reading import hops, processes, read

HTTP = """\
app = "chat"
kill_signal = "SIGTERM"
kill_timeout = "2m"

[env]
  PORT = "3000"
  TOKEN = "hidden"

[http_service]
  internal_port = 8080
  force_https = true
  auto_stop_machines = "suspend"
  min_machines_running = 0
  [http_service.concurrency]
    type = "connections"
    hard_limit = 25
  [[http_service.checks]]
    path = "/up"
"""
SERVICES = """\
[[services]]
  internal_port = 5000
  processes = ["web"]
  [[services.ports]]
    port = 80
    handlers = ["http"]
    force_https = true
  [[services.ports]]
    port = 443
    handlers = %s
  [[services.tcp_checks]]
    interval = "10s"

[processes]
  web = "node web.js"
  worker = "node worker.js"
"""


def amount(hop: Hop, key: str) -> object:
    setting = hop.setting(key)
    return setting.amount if setting else None


def test_http_service() -> None:
    """Handlers, redirect, settings in seconds and counts, and the auto-stop mode."""
    hop = hops({"fly.toml": HTTP})["fly-io"]

    assert (("handler", "http"), ("auto_stop", "suspend")) == hop.conditions
    assert [("http", 80, "https"), ("https", 443, None)] == [(side.scheme, side.port, side.redirect_to) for side in hop.listens]
    assert (120.0, "SIGTERM", 25, True) == (
        amount(hop, "kill_timeout"),
        amount(hop, "kill_signal"),
        amount(hop, "http_service.concurrency.hard_limit"),
        amount(hop, "http_service.force_https"),
    )
    assert "fly.toml:9" == str(hop.place)
    assert "fly.toml" == hop.settings[0].format


def test_process_of_an_http_service() -> None:
    """Port that the proxy sends to, PORT that the app is told, check, and no values of variables."""
    found = read({"fly.toml": HTTP})
    process = found.processes[0]

    assert ((8080,), 3000, ("PORT", "TOKEN")) == (process.ports, process.port_given, process.environment)
    assert ("/up", "http") == ((check.path, check.kind) if (check := process.health_check) else None)
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    ("handlers", "handler", "scheme"),
    [
        ('["tls", "http"]', "http", "https"),
        ('["tls"]', "tls", "https"),
        ("[]", "tcp", "tcp"),
        ('["tls", "proxy_proto"]', "tls", "https"),
    ],
)
def test_handlers_of_the_secure_port(handlers: str, handler: str, scheme: str) -> None:
    """The handlers of port 443 decide whether Fly's proxy speaks HTTP."""
    hop = hops({"fly.toml": SERVICES % handlers})["fly-io"]

    assert (("handler", handler),) == hop.conditions
    assert scheme == hop.listens[1].scheme


def test_process_groups() -> None:
    """Only the group that a service names gets traffic; its command is the group's."""
    found = processes({"fly.toml": SERVICES % '["tls", "http"]'})

    assert {"web": ("node web.js", "tcp")} == {
        name: (process.command, process.health_check.kind if process.health_check else None) for name, process in found.items()
    }


def test_secure_port_comes_first_among_settings() -> None:
    """A question for the handlers is answered for the port that browsers use."""
    setting = hops({"fly.toml": SERVICES % '["tls"]'})["fly-io"].setting("services.ports.handlers")

    assert "tls" == (setting.value if setting else None)


@pytest.mark.parametrize("path", ["fly.toml", "fly.production.toml", "deploy/chat.toml", "fly-staging.toml"])
def test_any_name(path: str) -> None:
    """A fly.toml may have another name; it is known by its content."""
    assert "fly-io" in hops({path: HTTP})


@pytest.mark.parametrize(
    ("value", "expected"), [('"stop"', "stop"), ("true", "stop"), ("false", "off"), ('"off"', "off"), ('"suspend"', "suspend")]
)
def test_auto_stop(value: str, expected: str) -> None:
    """Older files say true and false for what is now stop and off."""
    text = f"[http_service]\ninternal_port = 80\nauto_stop_machines = {value}\n"

    assert ("auto_stop", expected) in hops({"fly.toml": text})["fly-io"].conditions


def test_image_of_the_dockerfile_is_claimed() -> None:
    """The Dockerfile that Fly builds gives Fly's process its command and is no process of its own."""
    found = read({"fly.toml": HTTP, "Dockerfile": "FROM node\nCOPY . .\nCMD node a.js\n"})

    assert [("fly-io:fly.toml:app", "node a.js")] == [(process.id, process.command) for process in found.processes]


def test_file_without_a_service_has_no_public_side() -> None:
    """A worker's configuration is no hop."""
    assert {} == hops({"fly.toml": 'app = "x"\n[processes]\nw = "node w.js"\n'})


def test_broken_file_is_named() -> None:
    """A fly.toml that does not parse is said."""
    assert ["fly.toml"] == [note.file for note in read({"fly.toml": "app = [\n"}).not_read]
