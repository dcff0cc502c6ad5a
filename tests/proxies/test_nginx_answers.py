"""What ``trace`` tells beyond what a program shows: fates of headers, settings, branches, places, and what was not found."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

import pytest

from advisor import proxies
from advisor.model import Answer, Depends, Forward, HeaderFate, Invalid, Listen, Outcome, Place, handshake
from advisor.proxies.nginx import Config, is_server_level, load, servers, trace, upstream_names

WS = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"
HEADERS = "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"


def config(text: str, name: str = "nginx.conf", others: Mapping[str, str] | None = None, **options: bool) -> Config:
    files = {name: text, **(others or {})}
    return load(name, files.get, lambda pattern: [path for path in files if fnmatchcase(path, pattern)], **options)


def location(body: str, path: str = "/ws", around: str = "") -> str:
    return f"server {{\n listen 80;\n {around}\n location {path} {{\n  proxy_pass http://app:3000;\n  {body}\n }}\n}}\n"


def forward(text: str, version: str | None = "1.28.0", path: str = "/ws") -> Forward:
    outcome = trace(config(text), handshake("ws", "example.com", path), version)
    assert isinstance(outcome, Forward), outcome
    return outcome


def fate(outcome: Forward, name: str) -> HeaderFate:
    return next(one for one in outcome.fates if one.name == name)


# ---------------------------------------------------------------- fates


def test_nothing_set_is_the_default() -> None:
    """Where no line says anything, Upgrade and Connection have the program's default for a fate."""
    outcome = forward(location(""))

    assert HeaderFate("Upgrade", None, "default") == fate(outcome, "Upgrade")
    assert HeaderFate("Connection", "close", "default") == fate(outcome, "Connection")


def test_newer_nginx_sends_no_connection_header() -> None:
    """Since 1.29.7 the default is no header at all."""
    assert HeaderFate("Connection", None, "default") == fate(forward(location(""), "1.30.0"), "Connection")


def test_a_wrong_constant_is_set_with_its_place() -> None:
    """A line that sets Connection to something else is the fate, as written."""
    outcome = forward(location('proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "";'))

    assert ("set", None, "", 6) == (
        (one := fate(outcome, "Connection")).because,
        one.value,
        one.written,
        one.place.line if one.place else None,
    )


def test_lost_headers_name_both_lines() -> None:
    """A list of its own in the location discards the server's; both places are told."""
    one = fate(forward(location("proxy_set_header Host $host;", around=HEADERS)), "Upgrade")

    assert ("lost", None, "$http_upgrade") == (one.because, one.value, one.written)
    assert (3, 6) == (one.outer.line if one.outer else 0, one.discarded_by.line if one.discarded_by else 0)


def test_an_outer_value_that_would_not_help_is_not_lost() -> None:
    """An outer Connection that only serves keep-alive was never good for a handshake."""
    one = fate(forward(location("proxy_set_header Host $host;", around='proxy_set_header Connection "";')), "Connection")

    assert "default" == one.because


def test_stock_proxy_params_discards_what_the_server_sets() -> None:
    """Debian's file is known though the repository does not carry it; the include is the line to edit."""
    one = fate(forward(location("include proxy_params;", around=HEADERS)), "Upgrade")

    assert ("lost", 6) == (one.because, one.discarded_by.line if one.discarded_by else 0)


# ---------------------------------------------------------------- versions


@pytest.mark.parametrize(
    ("version", "current", "expected"),
    [
        ("1.28.0", None, "1.0"),
        ("1.29.7", None, "1.1"),
        ("1.28-alpine", None, "1.0"),
        ("latest", "1.31.4", "1.1"),
        ("alpine", "1.31.4", "1.1"),
        (None, "1.31.4", "1.1"),
        (None, "1.22.1", "1.0"),
    ],
)
def test_the_version_decides_the_protocol(version: str | None, current: str | None, expected: str) -> None:
    """A number counts; a tag without one means what is current."""
    outcome = trace(config(location(HEADERS)), handshake("ws", "example.com", "/ws"), version, current)

    assert isinstance(outcome, Forward)
    assert expected == outcome.request.http_version


@pytest.mark.parametrize("version", [None, "latest", "1", "1.29"])
def test_both_branches_where_the_version_is_open(version: str | None) -> None:
    """Without a version that tells, both defaults are told, with the key that settles it."""
    outcome = trace(config(location(HEADERS)), handshake("ws", "example.com", "/ws"), version)

    assert isinstance(outcome, Depends)
    assert ["nginx before 1.29.7", "nginx 1.29.7 or newer"] == [name for name, _ in outcome.branches]
    assert ["1.0", "1.1"] == [branch.request.http_version for _, branch in outcome.branches if isinstance(branch, Forward)]
    assert "nginx.version" == outcome.assume


def test_nobody_is_asked_where_the_version_does_not_matter() -> None:
    """A written version, or a handshake that is lost anyway, makes no question."""
    for body in (WS, ""):
        assert isinstance(trace(config(location(body)), handshake("ws", "example.com", "/ws"), None), Forward)


# ---------------------------------------------------------------- settings


def test_settings_in_force_come_from_every_level() -> None:
    """Seconds and places of what is written, inherited or not; nothing that is not written."""
    text = (
        "worker_shutdown_timeout 30s;\nevents {}\nhttp {\n keepalive_timeout 65;\n proxy_read_timeout 2m;\n"
        " upstream app { least_conn; server a:1 max_conns=5; server b:1; server c:1 down; }\n"
        " server { listen 80; location /ws { proxy_pass http://app; proxy_read_timeout 1h; } }\n}\n"
    )
    outcome = forward(text)

    found = {one.key: (one.amount, one.place.line) for one in outcome.settings}
    assert (30, 1) == found["worker_shutdown_timeout"]
    assert (65, 4) == found["keepalive_timeout"]
    assert (3600, 7) == found["proxy_read_timeout"]
    assert (True, 6) == found["upstream.least_conn"]
    assert (5, 6) == found["upstream.server.max_conns"]
    assert "proxy_send_timeout" not in found
    assert 2 == outcome.upstreams


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ip_hash;", "ip"),
        ("hash $remote_addr consistent;", "ip"),
        ("hash $http_x_forwarded_for;", "ip"),
        ("hash $cookie_sid;", "cookie"),
        ("hash $http_x_session;", "header"),
        ("hash $arg_room;", "query"),
        ("hash $request_uri;", "path"),
        ("sticky cookie srv;", "cookie"),
        ("least_conn;", "none"),
        ("", "none"),
    ],
)
def test_affinity_of_an_upstream(line: str, expected: str) -> None:
    """What keeps a client at one server."""
    text = f"upstream app {{ {line} server a:1; server b:1; }}\n" + location("").replace("app:3000", "app")

    assert expected == forward(text).affinity


@pytest.mark.parametrize(
    ("body", "path", "keys"),
    [
        (f"{WS} keepalive_timeout 1h;", "/ws", ["keepalive_timeout"]),
        (f"{WS} proxy_send_timeout 1h; proxy_buffering off;", "/ws", ["proxy_send_timeout", "proxy_buffering"]),
        (f"{WS} proxy_send_timeout 1h; proxy_read_timeout 1h; proxy_buffering off;", "/ws", []),
        (f"{WS} proxy_send_timeout 30s;", "/ws", []),
        (f"{WS} keepalive_timeout 1h;", "/", []),
        ("keepalive_timeout 1h;", "/ws", []),
    ],
)
def test_settings_that_do_nothing_for_a_socket(body: str, path: str, keys: list[str]) -> None:
    """Only in a location for sockets, and only where nobody set the timer that acts."""
    outcome = forward(location(body, path))

    assert keys == [one.key for one, _ in outcome.ineffective]


# ---------------------------------------------------------------- includes


def test_includes_below_the_usual_root_are_found_in_the_tree() -> None:
    """/etc/nginx stands for the main file's directory, or a directory above it."""
    text = "include /etc/nginx/snippets/ws.conf;"
    found = config(location(text), "deploy/nginx/conf.d/app.conf", {"deploy/nginx/snippets/ws.conf": WS})

    assert ("deploy/nginx/conf.d/app.conf", "deploy/nginx/snippets/ws.conf") == found.files
    assert () == found.missing


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "/../secret.conf"])
def test_includes_never_leave_the_tree(path: str) -> None:
    """What lies outside is not asked for, and recorded as missing."""
    asked: list[str] = []
    files = {"nginx.conf": location(f"include {path};")}

    def read(wanted: str) -> str | None:
        asked.append(wanted)
        return files.get(wanted)

    found = load("nginx.conf", read, lambda pattern: asked.append(pattern) or [])  # type: ignore[func-returns-value]

    assert [path] == [one.path for one in found.missing]
    assert not [one for one in asked if one.startswith(("/", ".."))]


def test_an_include_circle_ends() -> None:
    """A file that includes itself is a fault, as in nginx, and not a loop."""
    found = config("include a.conf;\n" + location(WS), others={"a.conf": "include a.conf;"})

    outcome = trace(found, handshake("ws", "example.com", "/ws"), "1.28.0")

    assert isinstance(outcome, Invalid)
    assert "the file includes itself" in outcome.reason


def test_a_missing_include_that_may_set_the_headers_is_asked_about() -> None:
    """Without the file nobody can say that the headers are missing."""
    outcome = trace(config(location("include snippets/websocket.conf;")), handshake("ws", "example.com", "/ws"), "1.31.0")

    assert isinstance(outcome, Depends)
    passed = [branch.request.upgrades() for _, branch in outcome.branches if isinstance(branch, Forward)]
    assert [False, True] == passed


@pytest.mark.parametrize("path", ["snippets/ssl-params.conf", "/etc/letsencrypt/options-ssl-nginx.conf", "mime.types"])
def test_a_missing_include_about_something_else_is_not(path: str) -> None:
    """Certificates and types do not touch a request's headers."""
    assert isinstance(trace(config(location(f"include {path};")), handshake("ws", "example.com", "/ws"), "1.31.0"), Forward)


def test_a_missing_include_that_may_answer_is_asked_about() -> None:
    """Where nothing shown takes the request, the file that is not there may."""
    text = "server { listen 80; include locations/*.conf; include app-locations.conf; }"

    assert isinstance(trace(config(text), handshake("ws", "example.com", "/ws"), "1.31.0"), Depends)


# ---------------------------------------------------------------- parts, templates, unread files


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("events {} http { }", "main"),
        ("user nginx;\nworker_processes 1;", "main"),
        ("server { listen 80; }", "http"),
        ("map $a $b { default c; }", "http"),
        ("location /ws { proxy_pass http://app; }", "server"),
        ("server { listen 443; proxy_pass app:443; }", "stream"),
        ("server { listen 443; proxy_pass http://app:443; }", "http"),
    ],
)
def test_the_level_of_a_file_is_told_by_its_directives(text: str, level: str) -> None:
    """Whatever its name, a part is read as included where it belongs."""
    assert level == config(text).level
    assert (level == "http") == is_server_level(text)


def test_a_location_file_is_read_inside_a_server() -> None:
    """A snippet with nothing but locations answers on any host."""
    assert "app" == forward(f"location /ws {{ proxy_pass http://app:3000; {WS} }}").address.host


def test_a_template_is_filled_from_the_environment() -> None:
    """Names that are given are put in, other names of nginx stay."""
    text = location(WS).replace("app:3000", "${BACKEND}")
    found = config(text, "templates/default.conf.template")

    outcome = trace(found, handshake("ws", "example.com", "/ws"), "1.28.0", environment={"BACKEND": "app:4000"})

    assert isinstance(outcome, Forward)
    assert ("app", 4000, True) == (outcome.address.host, outcome.address.port, outcome.request.upgrades())


def test_a_template_without_its_values_keeps_the_names() -> None:
    """The address is not known then, and no port is made up."""
    outcome = trace(
        config(location(WS).replace("app:3000", "${BACKEND}"), "default.conf.template"),
        handshake("ws", "example.com", "/ws"),
        "1.28.0",
    )

    assert isinstance(outcome, Forward)
    assert ("$BACKEND", None) == (outcome.address.host, outcome.address.port)


def test_a_naive_envsubst_eats_the_variables() -> None:
    """What is left is a line with one word, which nginx refuses."""
    outcome = trace(config(location(WS), eaten=True), handshake("ws", "example.com", "/ws"), "1.28.0")

    assert isinstance(outcome, Invalid)
    assert 'invalid number of arguments in "proxy_set_header" directive' == outcome.reason


def test_a_variable_that_the_main_file_may_define_is_asked_about() -> None:
    """A virtual host alone does not prove that the map is missing."""
    text = location(
        "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;"
    )

    outcome = trace(config(text), handshake("ws", "example.com", "/ws"), "1.28.0")

    assert isinstance(outcome, Depends)
    kinds: list[type[Outcome]] = [type(branch) for _, branch in outcome.branches]
    assert [Forward, Invalid] == kinds


def test_a_template_with_branches_is_said_to_be_unread() -> None:
    """It is not silently dropped."""
    found = config("server { {% if a %} listen 80; {% endif %} }")

    assert ["nginx.conf"] == [one.file for one in found.not_read]


# ---------------------------------------------------------------- listeners


def test_listeners_tell_what_only_redirects() -> None:
    """Ports, names, TLS, and a server that sends everybody to https."""
    text = (
        "server { listen 80; server_name a.example.com; return 301 https://$host$request_uri; }\n"
        "server { listen 443 ssl; server_name a.example.com _; location / { proxy_pass http://app:3000; } }\n"
    )

    assert [
        Listen("http", 80, Place("nginx.conf", 1, 10, 1, 20), ("a.example.com",), "https"),
        Listen("https", 443, Place("nginx.conf", 2, 10, 2, 25), ("a.example.com",)),
    ] == list(servers(config(text)))


def test_another_port_in_front_leads_to_the_only_listener() -> None:
    """A container that is published under another port is still reached, and a step says so."""
    outcome = trace(config(location(WS)), handshake("ws", "example.com", "/ws", port=8080), "1.28.0")

    assert isinstance(outcome, Forward)
    assert "listen" in [move.at for move in outcome.moves]


def test_upstreams_are_named_with_their_servers() -> None:
    """Servers marked down are left out."""
    assert {"app": ("a:1", "b:2")} == upstream_names(config("upstream app { server a:1; server b:2; server c:3 down; }"))


def test_the_deciding_block_is_the_place() -> None:
    """A finding can point at the location."""
    outcome = forward(location(WS))

    assert outcome.place is not None
    assert 4 == outcome.place.line


def test_redirects_carry_where_they_lead() -> None:
    """A slash that nginx adds is an answer with its target."""
    outcome = trace(config(location(WS, "/ws/")), handshake("wss", "example.com", "/ws"), "1.28.0")

    assert isinstance(outcome, Answer)
    assert (301, "http://example.com/ws/") == (outcome.status, outcome.location)


def test_proxies_are_found_by_their_platform() -> None:
    """Known by folder, and None where a profile says it all."""
    module = proxies.of("nginx")

    assert module is not None
    assert trace is module.trace
    assert proxies.of("heroku") is None
    assert proxies.of("__init__") is None
