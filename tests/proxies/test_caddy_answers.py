"""What ``trace`` tells of Caddy beyond what the programs show: versions, fates, settings, branches, sides and blocks."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

import pytest

from advisor.model import Answer, Depends, Forward, HeaderFate, Invalid, Outcome, handshake
from advisor.proxies.caddy import Config, load, route_block, routes, servers, trace


def config(text: str, others: Mapping[str, str] | None = None, environment: Mapping[str, str] | None = None) -> Config:
    files = {"Caddyfile": text, **(others or {})}
    found = lambda pattern: [path for path in files if fnmatchcase(path, pattern)]  # noqa: E731
    return load("Caddyfile", files.get, found, environment=environment)


def sent(
    text: str, version: str | None = "2.11.7", path: str = "/ws", scheme: str = "wss", host: str = "chat.example.com"
) -> Outcome:
    return trace(config(text), handshake(scheme, host, path), version)


def forward(text: str, version: str | None = "2.11.7", path: str = "/ws") -> Forward:
    outcome = sent(text, version, path)
    assert isinstance(outcome, Forward), outcome
    return outcome


def site(*lines: str) -> str:
    return "chat.example.com {\n" + "\n".join(f"\t{line}" for line in lines) + "\n}\n"


APP = "reverse_proxy app:3000"


# ---------------------------------------------------------------- versions


@pytest.mark.parametrize(
    ("line", "version", "fails"),
    [
        ("stream_timeout 24h", "2.6.4", True),
        ("stream_timeout 24h", "2.7", False),
        ("stream_timeout 24h", "2", False),
        ("stream_timeout 24h", None, False),
        ("stream_close_delay 5m", "2.6", True),
    ],
)
def test_options_came_with_versions(line: str, version: str | None, fails: bool) -> None:
    """An older Caddy refuses them; a tag that moves means a current one."""
    outcome = sent(site(f"{APP} {{", f"\t{line}", "}"), version)

    assert fails is isinstance(outcome, Invalid)


def test_an_https_upstream_gets_its_own_name_since_2_11() -> None:
    """Before, the client's Host was handed on."""
    text = site("reverse_proxy https://app.internal {", "\ttransport http {", "\t\ttls_insecure_skip_verify", "\t}", "}")

    assert "app.internal:443" == forward(text).request.header("Host")
    assert "chat.example.com" == forward(text, "2.10.2").request.header("Host")


# ---------------------------------------------------------------- settings


def test_times_are_seconds() -> None:
    """Go's units, and days."""
    told = {
        one.key: one.amount
        for one in forward(site(f"{APP} {{", "\tstream_timeout 1d12h", "\tstream_close_delay 90s", "}")).settings
    }

    assert {"reverse_proxy.stream_timeout": 129_600, "reverse_proxy.stream_close_delay": 90} == told


def test_read_timeout_is_an_idle_clock_that_only_the_app_resets() -> None:
    """Pings of the client do not help."""
    assert "from_upstream" == forward(site(f"{APP} {{", "\ttransport http {", "\t\tread_timeout 10s", "\t}", "}")).idle_reset_by
    assert "any" == forward(site(APP)).idle_reset_by


@pytest.mark.parametrize(
    ("policy", "kind"),
    [("cookie sid", "cookie"), ("ip_hash", "ip"), ("header X-Room", "header"), ("random", "none"), ("first", "none")],
)
def test_policies(policy: str, kind: str) -> None:
    """What keeps a client at one upstream."""
    outcome = forward(site("reverse_proxy a:1 b:1 {", f"\tlb_policy {policy}", "}"))

    assert (kind, 2) == (outcome.affinity, outcome.upstreams)


def test_flush_interval_does_nothing() -> None:
    """It is told with its reason."""
    told = forward(site(f"{APP} {{", "\tflush_interval -1", "}")).ineffective

    assert ["reverse_proxy.flush_interval"] == [one.key for one, _ in told]


# ---------------------------------------------------------------- fates


def test_the_upgrade_is_passed() -> None:
    """Without a word in the file."""
    fates = {fate.name: fate.because for fate in forward(site(APP)).fates}

    assert ("passed", "passed") == (fates["Upgrade"], fates["Connection"])


def test_header_up_has_the_last_word() -> None:
    """Its line is the fate."""
    fates = {fate.name: fate for fate in forward(site(f"{APP} {{", "\theader_up Connection close", "}")).fates}

    assert ("set", "close", "close", 3) == (
        fates["Connection"].because,
        fates["Connection"].value,
        fates["Connection"].written,
        fates["Connection"].place and fates["Connection"].place.line,
    )
    assert isinstance(fates["Upgrade"], HeaderFate)


# ---------------------------------------------------------------- what no file shows


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("@a expression {path}.endsWith('s')", "respond @a 403", APP), "expression"),
        (("@a client_ip 10.0.0.0/8", "respond @a 403", APP), "address"),
        (("forward_auth auth:9000 {", "\turi /verify", "}", APP), "auth service"),
        (("import more/*", "import other", APP), "other"),
        (("websocket_magic", APP), "module"),
        (("try_files {path} /index.html", "reverse_proxy /ws app:3000"), "/index.html exists"),
        (("reverse_proxy https://app",), "trusts"),
    ],
)
def test_what_no_file_shows_is_left_open(lines: tuple[str, ...], words: str) -> None:
    """The answer says what it depends on."""
    outcome = sent(site(*lines))

    assert isinstance(outcome, Depends)
    assert words in outcome.on


def test_directives_of_well_known_modules_are_taken_to_be_there() -> None:
    """Who writes ``rate_limit`` has built it in."""
    assert forward(site("rate_limit {", "\tzone a {", "\t}", "}", APP)).request.upgrades()


# ---------------------------------------------------------------- sites, sides, routes and blocks


def test_a_site_whose_address_is_a_variable_takes_every_name() -> None:
    """Over HTTP and HTTPS, for no file shows which."""
    text = "{$SITE_ADDRESS} {\n\treverse_proxy app:3000\n}\n"

    assert isinstance(sent(text, scheme="ws"), Forward)
    assert isinstance(sent(text), Forward)
    assert isinstance(
        trace(config(text, environment={"SITE_ADDRESS": "other.example.com"}), handshake("ws", "x.y"), None), Answer
    )


def test_public_sides() -> None:
    """A named site has a second side that only redirects."""
    told = [(one.scheme, one.port, one.hosts, one.redirect_to) for one in servers(config(site(APP)))]

    assert [("https", 443, ("chat.example.com",), None), ("http", 80, ("chat.example.com",), "https")] == told


def test_routes_see_through_a_password() -> None:
    """What a login keeps out is still where the file leads."""
    text = site("basic_auth {", "\tbob x", "}", "handle /api/* {", "\treverse_proxy api:1", "}", APP)
    told = {(route.sample, str(route.address)) for route in routes(config(text))}

    assert {("/api/", "api:1"), ("/", "app:3000")} == told


def test_the_block_for_another_path_rewrites_it() -> None:
    """The app's own path comes out."""
    outcome = sent(site("respond 404"))
    assert isinstance(outcome, Answer)
    block = route_block(config(site("respond 404")), outcome, "/live", "app:3000", "/socket")

    assert "/socket" == forward(site(*block.splitlines(), "respond 404"), path="/live").request.path.rstrip("/")
