"""What Squid's ``trace`` tells beyond what a program shows: versions, branches, settings, routes, blocks, hostile files."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from advisor.model import Answer, Depends, Forward, Invalid, Outcome, handshake
from advisor.proxies import squid
from advisor.proxies.squid import Config
from tests.proxies.squid_cases import ALL, ORIGIN, UP, WS, two
from tests.proxies.squid_cases import squid as conf
from tests.proxies.test_squid import TABLE


def config(text: str, others: Mapping[str, str] | None = None, main: str = "squid.conf") -> Config:
    files = {main: TABLE.filled(text), **(others or {})}
    return squid.load(main, files.get, lambda pattern: list(files))


def outcome(text: str, path: str = "/ws", version: str | None = None) -> Outcome:
    return squid.trace(config(text), handshake("ws", "app.example.com", path), version)


def forward(text: str, path: str = "/ws", version: str | None = None) -> Forward:
    found = outcome(text, path, version)
    assert isinstance(found, Forward), found
    return found


@pytest.mark.parametrize(("version", "upgrades"), [("5.0", True), ("5.7", True), ("7.6", True), (None, True)])
def test_releases_with_upgrades(version: str | None, upgrades: bool) -> None:
    """The directive came with 5."""
    assert upgrades is forward(conf(), version=version).request.upgrades()


def test_releases_without_the_directive() -> None:
    """Squid 4 does not know the line and does not start; without it, it starts and drops the upgrade."""
    refused = outcome(conf(), version="4.17")

    assert isinstance(refused, Invalid)
    assert "unrecognized: 'http_upgrade_request_protocols'" == refused.reason
    assert refused.place is not None
    assert 3 == refused.place.line
    assert not forward(conf(up=""), version="4.17").request.upgrades()


@pytest.mark.parametrize(
    ("line", "version", "starts"),
    [
        ("tls_key_log /tmp/keys", "5.7", False),
        ("tls_key_log /tmp/keys", "6.1", True),
        ("ident_timeout 1 minute", "6.14", True),
        ("ident_timeout 1 minute", "7.0", False),
        ("ident_timeout 1 minute", None, True),
        ("frobnicate on", None, False),
    ],
)
def test_directives_by_version(line: str, version: str | None, starts: bool) -> None:
    """A directive that the release does not know keeps it from starting."""
    assert starts is isinstance(outcome(conf(f"{line}\n{ALL}"), version=version), Forward)


def test_default_clock() -> None:
    """Nothing is set, so the profile's default holds, and any byte restarts it."""
    found = forward(conf())

    assert [] == [setting.key for setting in found.settings if setting.key == "read_timeout"]
    assert "any" == found.idle_reset_by


def test_clocks_that_do_not_act() -> None:
    """People raise client_lifetime; a tunnel goes by read_timeout."""
    found = forward(conf(f"client_lifetime 2 days\nread_timeout 1.5 hours\n{ALL}"))

    assert [("client_lifetime", 172_800.0)] == [(setting.key, setting.amount) for setting, _ in found.ineffective]
    assert [5_400.0] == [setting.amount for setting in found.settings if setting.key == "read_timeout"]


@pytest.mark.parametrize(
    ("option", "affinity", "upstreams"),
    [("", "none", 1), ("round-robin", "none", 2), ("sourcehash", "ip", 2), ("carp", "path", 2), ("userhash", "key", 2)],
)
def test_several_peers(option: str, affinity: str, upstreams: int) -> None:
    """How many servers a client may meet, and what keeps it at one."""
    found = forward(two("", f"name=app {option}", f"name=app2 {option}"))

    assert (affinity, upstreams) == (found.affinity, found.upstreams)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        (conf("acl lan src 10.0.0.0/8\nhttp_access allow lan\n"), "lan (src)"),
        (conf("acl s time 09:00-17:00\nhttp_access allow s\n"), "s (time)"),
        (conf('acl hosts dstdomain "/etc/squid/hosts.txt"\nhttp_access allow hosts\n'), "hosts (dstdomain)"),
        (conf(f"url_rewrite_program /usr/bin/rewrite\n{ALL}"), "url_rewrite_program"),
        (conf("include /etc/squid/more.conf\n" + ALL), "/etc/squid/more.conf"),
        (conf(port="accel require-proxy-header"), "PROXY header"),
        (f"http_port 80 intercept\n{ALL}", "intercepts"),
        (f"cache_peer app parent 3000 {ORIGIN}\n{UP}{ALL}", "which http_port"),
        ("http_port 80 accel\0", "binary"),
    ],
)
def test_what_no_file_shows(text: str, on: str) -> None:
    """What an address, a clock, another file or program decides is told with both branches or the reason."""
    found = outcome(text)

    assert isinstance(found, Depends)
    assert on in found.on


def test_address_without_influence() -> None:
    """An ACL of addresses that changes nothing raises no question."""
    assert isinstance(outcome(conf(f"acl lan src 10.0.0.0/8\nhttp_access allow lan\n{ALL}")), Forward)


def test_includes() -> None:
    """An included file counts in its place, one beyond the root is not there, and a circle ends."""
    inner = {"conf.d/app.conf": TABLE.filled(conf()), "loop.conf": "include loop.conf\n"}
    found = squid.trace(config("include /etc/squid/conf.d/*.conf\n", inner), handshake("ws", "a", "/ws"), None)
    beyond = config(conf("include ../../etc/passwd\n"), inner)
    circle = config("include loop.conf\n", inner)

    assert isinstance(found, Forward)
    assert found.place is not None
    assert "conf.d/app.conf" == found.place.file
    assert ["../../etc/passwd"] == [missing.path for missing in beyond.missing]
    assert ["loop.conf"] == [note.file for note in circle.not_read]


def test_forward_proxy_has_no_public_side() -> None:
    """A port without ``accel`` leads to no app."""
    found = config(f"http_port 3128\n{ALL}")

    assert () == squid.servers(found)
    assert () == squid.routes(found)


def test_public_sides() -> None:
    """Plain port, TLS port, and one that only sends clients to https."""
    text = "https_port 443 accel tls-cert=/c.pem\n" + conf(
        "acl plain proto HTTP\ndeny_info https://app.example.com%R plain\nhttp_access deny plain\nhttp_access allow all\n"
    )
    sides = squid.servers(config(text))

    assert [("https", 443, None), ("http", 8080, "https")] == [(side.scheme, side.port, side.redirect_to) for side in sides]


def test_routes() -> None:
    """Hosts and paths of the ACLs lead where the rules say."""
    text = two(f"{WS}acl site dstdomain .example.com\ncache_peer_access app2 allow ws\ncache_peer_access app deny ws\n")
    found = {(route.listen.hosts, route.sample, route.address.port) for route in squid.routes(config(text))}

    assert (("example.com",), "/ws", 3001) in found
    assert (("example.com",), "/", 3000) in found


@pytest.mark.parametrize("path", ["/ws", "/socket.io/"])
def test_blocks_heal(path: str) -> None:
    """The pasted lines hand the upgrade on for the socket's path, also before a line with the wrong case."""
    for text in (
        conf(up=""),
        conf(up="http_upgrade_request_protocols WebSocket allow all\n"),
        conf(f"request_header_access Other deny all\n{ALL}"),
        conf(f"request_header_access All deny all\n{ALL}", up=""),
        conf(f"request_header_access Upgrade deny all\nrequest_header_access Connection deny all\n{ALL}"),
    ):
        found = forward(text, path)
        assert not found.request.upgrades()
        pasted = squid.upgrade_block(config(text), found, path, path)

        assert forward(f"{pasted}\n{text}", path).request.upgrades()


def test_route_block_heals() -> None:
    """The pasted lines lead the path to the app, in front of what sends it elsewhere."""
    text = conf("http_access deny all\n")
    found = outcome(text)
    assert isinstance(found, Answer)
    pasted = squid.route_block(config(text), found, "/ws", "10.0.0.9:3000")
    healed = forward(f"{pasted}\n{text}")

    assert healed.request.upgrades()
    assert "10.0.0.9:3000" == str(healed.address)


def test_timeout_block() -> None:
    """The pasted line raises the clock."""
    text = f"{conf()}{squid.timeout_block('read_timeout', 3600, '')}\n"

    assert [3600.0] == [setting.amount for setting in forward(text).settings if setting.key == "read_timeout"]


WORDS = some.sampled_from(
    "http_port 80 accel vhost defaultsite=a vport=x cache_peer app parent 3000 0 originserver name=app round-robin acl x y "
    "url_regex (a+)+$ -i any-of all-of x !x http_access allow deny all cache_peer_access http_upgrade_request_protocols OTHER "
    r'websocket deny_info https://a%R if true else endif include squid.conf "q \ # ${A} read_timeout 5 minutes refresh_pattern '
    ". request_header_access Other".split()
)


@settings(max_examples=200, deadline=None)
@given(some.lists(some.lists(WORDS, max_size=7).map(" ".join), max_size=14).map("\n".join))
def test_hostile_files_get_an_answer(text: str) -> None:
    """Whatever stands in a file, an outcome comes back and nothing is raised."""
    for each in (text, conf(f"{text}\n{ALL}"), conf().replace("urlpath", text)):
        assert isinstance(outcome(each), Answer | Depends | Forward | Invalid)
        assert isinstance(squid.routes(config(each)), tuple)


def test_lists_that_name_each_other() -> None:
    """A long chain of ACLs ends."""
    lines = ["acl a0 method POST"] + [f"acl a{number} any-of a{number - 1} a{number - 1}" for number in range(1, 40)]

    assert isinstance(outcome(conf("\n".join([*lines, "http_access allow a39", ""]))), Depends | Answer)
