"""What lighttpd's ``trace`` tells beyond what a program shows: settings, branches, routes, blocks to paste."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from advisor.model import Answer, Depends, Forward, Invalid, Outcome, handshake
from advisor.proxies import lighttpd
from advisor.proxies.lighttpd import Config
from tests.proxies.lighttpd_cases import UP, A, conf, proxied

PORTS = {"@PORT@": "80", "@TLS@": "443", "@APP@": "3000", "@APP2@": "3001", "@OTHER@": "81", "@DIR@": "/etc/lighttpd"}


def config(text: str, others: Mapping[str, str] | None = None) -> Config:
    for name, port in PORTS.items():
        text = text.replace(name, port)
    files = {"lighttpd.conf": text, **(others or {})}
    return lighttpd.load("lighttpd.conf", files.get, lambda pattern: [])


def outcome(text: str, path: str = "/ws", version: str | None = None) -> Outcome:
    return lighttpd.trace(config(text), handshake("ws", "app.example.com", path), version)


def forward(text: str, path: str = "/ws") -> Forward:
    found = outcome(text, path)
    assert isinstance(found, Forward), found
    return found


@pytest.mark.parametrize(
    ("body", "expected", "reset"),
    [
        ("", [], "from_client"),
        ("server.max-read-idle = 300", [("server.max-read-idle", 300.0)], "from_client"),
        ("server.max-read-idle = 600", [], "from_upstream"),
        ("server.max-write-idle = 30", [("server.max-write-idle", 30.0)], "from_upstream"),
        ("server.max-write-idle = 600", [], "from_client"),
        ("server.max-read-idle = 900\nserver.max-write-idle = 800", [("server.max-write-idle", 800.0)], "from_upstream"),
    ],
)
def test_the_deciding_clock(body: str, expected: list[tuple[str, float]], reset: str) -> None:
    """Of the two clocks, defaults included, the shorter one decides, and who restarts it."""
    found = forward(proxied(body))

    assert expected == [(one.key, one.amount) for one in found.settings if one.key.endswith("idle") and "keep" not in one.key]
    assert reset == found.idle_reset_by


def test_wstunnel_ends_the_socket_itself() -> None:
    """The backend sees no handshake."""
    found = outcome(conf('wstunnel.server = ( "/ws" => (( "host" => "127.0.0.1", "port" => 3000 )) )', '"mod_wstunnel"'))

    assert isinstance(found, Answer)
    assert 101 == found.status


@pytest.mark.parametrize(
    ("text", "on"),
    [
        (proxied('include_shell "make-config.sh"'), "make-config.sh"),
        (proxied('include "more.conf"'), "more.conf"),
        (proxied('$HTTP["remote-ip"] != "10.0.0.0/8" { url.access-deny = ( "" ) }', '"mod_access", "mod_proxy"'), "remote-ip"),
        (f"{UP}proxy.server = {A}\n", "loads mod_proxy"),
    ],
)
def test_what_no_file_shows(text: str, on: str) -> None:
    """What another file, a command or an address decides is told with both branches or the reason."""
    found = outcome(text)

    assert isinstance(found, Depends)
    assert on in found.on


def test_releases_without_upgrades() -> None:
    """mod_proxy hands upgrades on since 1.4.46."""
    found = outcome(proxied(), version="1.4.45")

    assert isinstance(found, Forward)
    assert not found.request.upgrades()


def test_balance_and_count() -> None:
    """Several hosts, and what keeps a client at one of them."""
    hosts = '( "host" => "10.0.0.1", "port" => 3000 ), ( "host" => "10.0.0.2", "port" => 3000 )'
    found = forward(conf(f'{UP}proxy.balance = "sticky"\nproxy.server = ( "" => ( {hosts} ) )'))

    assert (2, "ip") == (found.upstreams, found.affinity)


def test_includes_in_place() -> None:
    """An included file counts where its line stands, and one beyond the root is not there."""
    inner = {"conf.d/ws.conf": f"{UP}proxy.server = {A.replace('@APP@', '3000')}\n"}
    found = lighttpd.trace(config(conf('include "conf.d/ws.conf"'), inner), handshake("ws", "a", "/ws"), None)
    beyond = config(conf('include "../../etc/passwd"'), inner)

    assert isinstance(found, Forward)
    assert ["../../etc/passwd"] == [missing.path for missing in beyond.missing]


def test_include_of_itself() -> None:
    """A circle ends, and is told."""
    found = config(conf('include "lighttpd.conf"'))

    assert ["lighttpd.conf includes itself"] == [problem.reason for problem in found.problems]


def test_routes() -> None:
    """Sample paths of the conditions lead where the blocks say."""
    found = lighttpd.routes(config(conf(f'$HTTP["url"] =~ "^/ws(/|$)" {{ {UP} proxy.server = {A} }}')))

    assert [("/ws/", 3000)] == [(route.sample, route.address.port) for route in found]


@pytest.mark.parametrize("path", ["/ws", "/socket.io/"])
def test_blocks_heal(path: str) -> None:
    """The pasted block hands the upgrade on for the socket's path."""
    text = conf(f"proxy.server = {A}")
    found = forward(text, path)
    assert not found.request.upgrades()
    for block in (
        lighttpd.upgrade_block(config(text), found, path, path),
        lighttpd.route_block(config(text), found, path, "127.0.0.1:3000"),
    ):
        healed = forward(f"{text}\n{block}\n", path)

        assert healed.request.upgrades()
        assert (path, "127.0.0.1:3000") == (healed.request.path, str(healed.address))


def test_block_with_another_path() -> None:
    """Where the app listens elsewhere, the block maps the path."""
    text = conf(f"proxy.server = {A}")
    block = lighttpd.route_block(config(text), forward(text), "/ws", "127.0.0.1:3000", "/app")

    assert "/app/room" == forward(f"{text}\n{block}\n", "/ws/room").request.path


def test_faults_have_places() -> None:
    """A fault is told at its line."""
    found = outcome(conf("server.tag = var.nope"))

    assert isinstance(found, Invalid)
    assert found.place is not None
    assert 5 == found.place.line
