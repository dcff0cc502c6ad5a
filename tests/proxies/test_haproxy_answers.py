"""What HAProxy's ``trace`` tells beyond what a program shows: settings, affinity, branches, routes, blocks to paste."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from advisor.model import Answer, Depends, Forward, Invalid, Outcome, handshake
from advisor.proxies import haproxy
from advisor.proxies.haproxy import Config
from tests.proxies.haproxy_cases import behind, front

PORTS = {
    "@PORT@": "80",
    "@TLS@": "443",
    "@APP@": "3000",
    "@APP2@": "3001",
    "@SAFE@": "3443",
    "@OTHER@": "81",
    "@DIR@": "/etc/haproxy",
}


def config(text: str, others: Mapping[str, str] | None = None, environment: Mapping[str, str] | None = None) -> Config:
    for name, port in PORTS.items():
        text = text.replace(name, port)
    files = {"haproxy.cfg": text, **(others or {})}
    return haproxy.load("haproxy.cfg", files.get, lambda pattern: [], environment=environment)


def outcome(text: str, url: str = "/ws", scheme: str = "ws", version: str | None = None) -> Outcome:
    return haproxy.trace(config(text), handshake(scheme, "app.example.com", url), version)


def forward(text: str, url: str = "/ws") -> Forward:
    found = outcome(text, url)
    assert isinstance(found, Forward), found
    return found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", ("none", None)),
        ("balance roundrobin", ("none", None)),
        ("balance source", ("ip", 10)),
        ("balance uri", ("path", 10)),
        ("balance url_param sid", ("query", 10)),
        ("balance hdr(X-Session)", ("header", 10)),
        ("balance hdr(X-Forwarded-For)", ("ip", 10)),
        ("balance hash req.cook(sid)", ("cookie", 10)),
        ("stick-table type ip size 1m\nstick on src", ("ip", 11)),
        ("stick-table type string size 1m\nstick on req.cook(sid)", ("cookie", 11)),
        ("cookie SRV insert indirect", ("none", None)),
        ("cookie SRV insert dynamic", ("cookie", 10)),
        ("stick-table type ip size 1m", ("none", None)),
    ],
)
def test_affinity(body: str, expected: tuple[str, int | None]) -> None:
    """What keeps a client at one server, and the line that says so; a cookie needs servers that bear one."""
    found = forward(behind(body, server="server one 127.0.0.1:@APP@\n server two 127.0.0.1:@APP2@"))

    assert expected == (found.affinity, found.affinity_place.line if found.affinity_place else None)
    assert 2 == found.upstreams


def test_cookie_of_the_servers() -> None:
    """With a cookie on the servers the directive acts."""
    found = forward(behind("cookie SRV insert", server="server one 127.0.0.1:@APP@ cookie a"))

    assert "cookie" == found.affinity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("timeout tunnel 1h", ("timeout tunnel", 3600.0)),
        ("timeout server 3s", ("timeout server", 3.0)),
        ("timeout server 30000", ("timeout client", 5.0)),
        ("timeout tunnel 90000", ("timeout tunnel", 90.0)),
        ("timeout tunnel 1d", ("timeout tunnel", 86400.0)),
        ("timeout tunnel 500us", ("timeout tunnel", 0.0005)),
    ],
)
def test_the_deciding_clock_comes_first(text: str, expected: tuple[str, float]) -> None:
    """Only the clock that ends an idle socket is among the settings, in seconds."""
    clocks = [
        (one.key, one.amount) for one in forward(behind(text)).settings if one.key.split()[-1] in ("tunnel", "client", "server")
    ]

    assert [expected] == clocks


def test_timeout_tunnel_of_a_frontend_does_nothing() -> None:
    """It is told as a setting without effect."""
    found = forward(front("timeout tunnel 1h"))

    assert [("timeout tunnel", 3600.0)] == [(setting.key, setting.amount) for setting, _ in found.ineffective]


def test_dropped_key() -> None:
    """HAProxy makes up a key of its own, whose answer no browser accepts, and tells the line that took the client's."""
    found = forward(front("http-request del-header Sec-WebSocket- -m beg"))
    fates = {fate.name: (fate.because, fate.place.line if fate.place else None) for fate in found.fates}

    assert not found.request.upgrades()
    assert "made up by HAProxy" == found.request.header("Sec-WebSocket-Key")
    assert ("set", 8) == fates["sec-websocket-version"]


def test_fates_name_the_line() -> None:
    """A rule that drops a header is told with its place."""
    fate = next(one for one in forward(front("http-request del-header Upgrade")).fates if one.name == "Upgrade")

    assert (None, "set", 8) == (fate.value, fate.because, fate.place.line if fate.place else None)


@pytest.mark.parametrize(
    ("body", "on"),
    [
        ("use_backend %[req.hdr(host),map(/etc/haproxy/hosts.map)]", "which backend"),
        ("http-request lua.check", "lua.check"),
        ("http-request deny if { src -f /etc/haproxy/nope.lst }", "src -f"),
        ("use_backend other if { path -f /etc/haproxy/nope.lst }", "path -f"),
    ],
)
def test_what_no_file_shows(body: str, on: str) -> None:
    """A map, code or list that is not there makes the answer depend on it."""
    found = outcome(front(body))

    assert isinstance(found, Depends)
    assert on in found.on


def test_both_branches() -> None:
    """An address list is asked about, and both answers are told."""
    found = outcome(front("http-request deny if !{ src 10.0.0.0/8 }"))

    assert isinstance(found, Depends)
    assert {"src 10.0.0.0/8 is false": Answer, "src 10.0.0.0/8 is true": Forward} == {
        name: type(branch) for name, branch in found.branches
    }


def test_a_condition_that_changes_nothing_is_not_asked() -> None:
    """Where the rest of the condition fails already, the unknown part does not matter."""
    assert isinstance(outcome(front("http-request deny if { src 10.0.0.0/8 } { path /admin }")), Forward)


def test_older_versions_take_what_newer_refuse() -> None:
    """nbproc and http-tunnel were words once."""
    text = f"global\n nbproc 2\n{front('option http-tunnel')}"

    assert isinstance(outcome(text, version="1.8"), Forward)
    assert isinstance(outcome(text, version="2.8"), Invalid)
    assert isinstance(outcome(text), Invalid)


def test_a_port_in_front() -> None:
    """Where nothing listens on the port, the bind that speaks the scheme is reached by another way."""
    found = haproxy.trace(config(front()), handshake("ws", "app.example.com", "/ws", port=8000), None)

    assert isinstance(found, Forward)
    assert "something in front" in found.moves[1].does


def test_part_of_a_configuration() -> None:
    """A file with backends alone is no whole configuration, so it is not refused."""
    assert isinstance(outcome("backend app\n server a app:3000\n"), Depends)


def test_variables_of_the_environment() -> None:
    """A variable that is not given stays as written; one that is given is filled in."""
    text = behind("", server='server one "${APP}:3000"')
    request = handshake("ws", "app.example.com", "/ws")
    unknown, known = (haproxy.trace(config(text, environment=given), request, None) for given in ({}, {"APP": "web"}))

    assert isinstance(unknown, Forward)
    assert isinstance(known, Forward)
    assert ("${APP}", "web") == (unknown.address.host, known.address.host)


def test_routes_by_path_and_host() -> None:
    """Sample paths and hosts of the conditions lead where the rules say."""
    found = haproxy.routes(
        config(front("use_backend app if { path_beg /ws }\nuse_backend app if { hdr(host) -i ws.example.com }", default="other"))
    )

    assert {(("", "/"), 3001), (("", "/ws"), 3000), (("ws.example.com", "/"), 3000)} == {
        ((route.listen.hosts[0] if route.listen.hosts else "", route.sample), route.address.port) for route in found
    }


def test_sides() -> None:
    """Schemes, ports, and a side that only sends clients to https."""
    text = front("redirect scheme https if !{ ssl_fc }", bind="bind :@PORT@\n bind :@TLS@ ssl crt @DIR@/cert.pem")

    assert [("http", 80, "https"), ("https", 443, None)] == [
        (side.scheme, side.port, side.redirect_to) for side in haproxy.servers(config(text))
    ]


def test_route_block_heals() -> None:
    """The pasted block leads the path to the app, and is taken by the program's own rules."""
    text = front("use_backend app if { path_beg /ws }", default="other")
    found = outcome(text, "/socket")
    assert isinstance(found, Forward)
    block = haproxy.route_block(config(text), found, "/socket", "127.0.0.1:3000")
    rule, backend = block.split("\n\n")
    healed = text.replace(" default_backend other", rule.split("\n")[1] + "\n default_backend other") + backend + "\n"

    assert "127.0.0.1:3000" == str(forward(healed, "/socket").address)


def test_timeout_block() -> None:
    """The line that raises the clock is the one that acts on tunnels."""
    assert "backend app\n    # what stands there stays\n    timeout tunnel 1h" == haproxy.timeout_block(
        "timeout server", 3600, "backend app"
    )
    assert "timeout tunnel 90s" == haproxy.timeout_block("timeout client", 90, "timeout client 5s")


def test_keywords_of_the_table_are_known() -> None:
    """A word of the language is not taken for a mistake."""
    text = front(
        "option forwardfor\nlog global\ncapture request header Host len 10\nunique-id-format %ci\nerrorfile 503 /x\nmaxconn 10"
    )

    assert isinstance(outcome(text), Forward)
