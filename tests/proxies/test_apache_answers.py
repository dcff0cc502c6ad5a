"""What ``trace`` tells of Apache beyond what the program shows: versions, fates, unseen modules, settings, branches, blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase

import pytest

from advisor.model import Answer, Depends, Forward, HeaderFate, Invalid, Outcome, Place, handshake
from advisor.proxies.apache_httpd import Config, load, route_block, routes, servers, trace, upgrade_block


def config(text: str, name: str = "site.conf", others: Mapping[str, str] | None = None) -> Config:
    files = {name: text, **(others or {})}
    return load((name,), files.get, lambda pattern: [path for path in files if fnmatchcase(path, pattern)])


def main(text: str, modules: str = "mpm_event authz_core proxy proxy_http") -> Config:
    loaded = "".join(f"LoadModule {name}_module modules/mod_{name}.so\n" for name in modules.split())
    files = {"httpd.conf": f"{loaded}Listen 80\n{text}"}
    return load("httpd.conf", files.get, lambda pattern: [])


def sent(known: Config, version: str | None = "2.4.71", path: str = "/ws", scheme: str = "ws") -> Outcome:
    return trace(known, handshake(scheme, "example.com", path), version)


def forward(known: Config, version: str | None = "2.4.71", path: str = "/ws") -> Forward:
    outcome = sent(known, version, path)
    assert isinstance(outcome, Forward), outcome
    return outcome


def fate(outcome: Forward, name: str) -> HeaderFate:
    return next(one for one in outcome.fates if one.name == name)


WS = "ProxyPass /ws ws://app:3000/ws\n"
UP = "ProxyPass /ws http://app:3000/ws upgrade=websocket\n"


# ---------------------------------------------------------------- versions


@pytest.mark.parametrize(("version", "upgrades"), [("2.4.46", False), ("2.4.47", True), ("2.4", True), ("2", True), (None, True)])
def test_the_upgrade_parameter_acts_since_2_4_47(version: str | None, upgrades: bool) -> None:
    """An older httpd drops the upgrade in spite of it; a tag that moves means a current one."""
    assert upgrades is forward(main(UP), version).request.upgrades()


def test_an_older_httpd_needs_wstunnel_for_a_ws_target() -> None:
    """Before 2.4.47 mod_proxy_http does not carry upgrades."""
    old = sent(main(WS), "2.4.41")

    assert isinstance(old, Answer)
    assert (500, "proxy_wstunnel", "module_missing") == (old.status, old.module, old.cause)
    assert forward(main(WS, "mpm_event authz_core proxy proxy_http proxy_wstunnel"), "2.4.41").request.upgrades()


def test_an_unknown_version_is_asked_for_where_it_decides() -> None:
    """With wstunnel missing, both branches are told, and what settles it."""
    outcome = sent(main(WS), None)

    assert isinstance(outcome, Depends)
    assert "apache-httpd.version" == outcome.assume
    assert [Forward, Answer] == [type(branch) for _, branch in outcome.branches]


@pytest.mark.parametrize(("version", "seconds"), [("2.4.52", 20), ("2.4.53", 300)])
def test_the_longer_clock_decides_since_2_4_53(version: str, seconds: int) -> None:
    """Before, the shorter one did."""
    outcome = forward(main(f"Timeout 20\nProxyTimeout 300\n{UP}"), version)

    assert [seconds] == [one.amount for one in outcome.settings if one.key in ("Timeout", "ProxyTimeout")]


# ---------------------------------------------------------------- clocks and settings


def test_a_parameter_shorter_than_timeout_does_nothing() -> None:
    """It is told with its reason, and the default stays the deciding one."""
    outcome = forward(main(UP.replace("\n", " timeout=30\n")))

    assert [] == [one for one in outcome.settings if "imeout" in one.key]
    assert ["ProxyPass.timeout"] == [one.key for one, _ in outcome.ineffective]


def test_debians_own_main_file_sets_five_minutes() -> None:
    """A site below sites-enabled stands under Debian's apache2.conf, whose Timeout is 300."""
    outcome = forward(config(f"<VirtualHost *:80>\n{UP}</VirtualHost>\n", "sites-enabled/chat.conf"))

    assert [300.0] == [one.amount for one in outcome.settings if one.key == "Timeout"]


def test_wstunnel_itself_has_no_clock() -> None:
    """What mod_proxy_wstunnel carries without mod_proxy_http is never cut for silence."""
    outcome = forward(main(WS, "mpm_event authz_core proxy proxy_wstunnel"))

    assert [0] == [one.amount for one in outcome.settings if one.key == "Timeout"]


def test_stickiness_needs_a_cookie_and_routes() -> None:
    """A cookie's name alone keeps nobody at one member."""
    modules = "mpm_event authz_core proxy proxy_http proxy_balancer lbmethod_byrequests slotmem_shm"
    block = (
        "<Proxy balancer://app>\nBalancerMember http://a:1 upgrade=websocket%s\nBalancerMember http://b:1 upgrade=websocket%s\n"
    )
    block += "ProxySet stickysession=S\n</Proxy>\nProxyPass / balancer://app/\n"

    assert ("cookie", 2) == ((one := forward(main(block % (" route=a", " route=b"), modules))).affinity, one.upstreams)
    assert "none" == forward(main(block % ("", ""), modules)).affinity


# ---------------------------------------------------------------- fates and places


def test_a_plain_proxypass_drops_the_upgrade_by_default() -> None:
    """Both headers have the program's default for a fate."""
    outcome = forward(main("ProxyPass / http://app:3000/\n"))

    assert HeaderFate("Upgrade", None, "default") == fate(outcome, "Upgrade")
    assert HeaderFate("Connection", "Keep-Alive", "default") == fate(outcome, "Connection")


def test_a_shared_worker_is_named() -> None:
    """The parameter that counts for nothing, and the line that took its effect."""
    known = main("ProxyPass /api http://app:3000/\n" + UP)
    upgrade = fate(forward(known), "Upgrade")

    assert ("default", "upgrade=websocket", 7, 6) == (
        upgrade.because,
        upgrade.written,
        upgrade.outer.line if upgrade.outer else None,
        upgrade.discarded_by.line if upgrade.discarded_by else None,
    )


def test_a_header_taken_away_is_set_with_its_place() -> None:
    """``RequestHeader unset Upgrade`` is the line that decides."""
    known = main("RequestHeader unset Upgrade\n" + UP, "mpm_event authz_core proxy proxy_http headers")

    assert ("set", None, 7) == ((one := fate(forward(known), "Upgrade")).because, one.value, one.place and one.place.line)


# ---------------------------------------------------------------- modules that the files do not show


def test_modules_that_no_file_shows_are_taken_to_be_there() -> None:
    """A site alone says nothing of its modules; its conditions hold."""
    known = config(f"<VirtualHost *:80>\n<IfModule mod_proxy.c>\n{UP}</IfModule>\n</VirtualHost>\n")

    assert known.modules is None
    assert forward(known).request.upgrades()


def test_a_missing_module_is_named_by_the_refusal() -> None:
    """A directive of a module that is not loaded."""
    outcome = sent(main("RewriteEngine on\n" + UP))

    assert isinstance(outcome, Invalid)
    assert "rewrite" == outcome.module


def test_directives_of_foreign_modules_are_no_fault() -> None:
    """A module of somebody else may know any directive."""
    assert forward(main("SecRuleEngine On\n" + UP, "mpm_event authz_core proxy proxy_http security2")).request.upgrades()


# ---------------------------------------------------------------- what no file shows


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<Location /ws>\nRequire ip 10.0.0.0/8\n</Location>\n", "address"),
        ("<If \"%{HTTP:X} == 'a'\">\nRequire all denied\n</If>\n", "condition"),
        ("<Location /ws>\nAuthType openid-connect\nRequire valid-user\n</Location>\n", "login"),
        ("RewriteEngine On\nRewriteCond %{REMOTE_ADDR} ^10\nRewriteRule ^/ws - [F]\n", "condition"),
        ("RewriteEngine On\nRewriteRule ^/ws ${map:x} [P]\n", "RewriteMap"),
        ("<Location /ws>\nRewriteEngine On\nRewriteRule ^ - [F]\n</Location>\n", "RewriteRule inside"),
    ],
)
def test_what_no_file_shows_is_left_open(body: str, words: str) -> None:
    """The answer says what it depends on."""
    outcome = sent(config(f"<VirtualHost *:80>\n{body}{UP}</VirtualHost>\n"))

    assert isinstance(outcome, Depends)
    assert words in outcome.on


# ---------------------------------------------------------------- sides, routes and blocks

TWO = """<VirtualHost *:80>
    ServerName chat.example.com
    Redirect permanent / https://chat.example.com/
</VirtualHost>
<VirtualHost *:443>
    ServerName chat.example.com
    SSLEngine on
    ProxyPass /api http://app:3000/api
    ProxyPass / http://web:80/
</VirtualHost>
"""


def test_public_sides() -> None:
    """A host that only redirects says so."""
    told = [(one.scheme, one.port, one.hosts, one.redirect_to) for one in servers(config(TWO))]

    assert [("http", 80, ("chat.example.com",), "https"), ("https", 443, ("chat.example.com",), None)] == told


def test_routes_lead_to_every_target() -> None:
    """Each target with a path that gets there, also where a module is missing."""
    told = {(route.sample, str(route.address)) for route in routes(config(TWO))}

    assert {("/api", "app:3000"), ("/", "web:80")} == told
    assert {"app:3000"} == {str(route.address) for route in routes(main(UP, "proxy"))}


def test_the_block_goes_before_the_line_that_would_share_its_worker() -> None:
    """Its parameter counts only there."""
    known = config("<VirtualHost *:80>\nProxyPass /api http://app:3000/\nProxyPass /ws http://app:3000/ws\n</VirtualHost>\n")

    assert '# before the line at site.conf:2\nProxyPass "/ws" "http://app:3000/ws" upgrade=websocket' == upgrade_block(
        known, forward(known), "/ws", "/ws"
    )


@pytest.mark.parametrize(
    "body",
    [
        "ProxyPass / http://app:3000/\n",
        "ProxyPass /api http://app:3000/\nProxyPass /ws http://app:3000/ws upgrade=websocket\n",
        "ProxyPass /ws http://app:3000/inner\n",
        "RewriteEngine On\nRewriteCond %{HTTP_HOST} .\nRewriteRule ^/(.*)$ http://app:3000/$1 [P]\n",
    ],
)
def test_the_pasted_block_heals(body: str) -> None:
    """Where its first line says, it hands the upgrade on, to the same address and path."""
    before = forward(config(f"<VirtualHost *:80>\n{body}</VirtualHost>\n"))
    where, *block = upgrade_block(config(f"<VirtualHost *:80>\n{body}</VirtualHost>\n"), before, "/ws", "/ws").splitlines()
    found = re.match(r"# (before|instead of) the \w+ at site\.conf:(\d+)", where)
    assert found is not None
    lines = f"<VirtualHost *:80>\n{body}</VirtualHost>\n".splitlines()
    at = int(found[2]) - 1 - (1 if "RewriteCond lines" in where else 0)
    healed = [*lines[:at], *block, *lines[at + (found[1] == "instead of") :]]
    after = forward(config("\n".join(healed)))

    assert (True, before.request.path, before.address) == (after.request.upgrades(), after.request.path, after.address)


def test_a_refused_path_is_let_through_by_a_section() -> None:
    """A ProxyPass would not help against an access rule."""
    known = config(f"<VirtualHost *:80>\n{UP}<Location />\nRequire all denied\n</Location>\n</VirtualHost>\n")
    outcome = sent(known)

    assert isinstance(outcome, Answer)
    assert Place("site.conf", 4, 1, 4, 19) == outcome.place
    assert '<Location "/ws">\n    Require all granted\n</Location>' in route_block(known, outcome, "/ws", "app:3000")
