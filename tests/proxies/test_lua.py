"""Lua in front of a proxied location: where it can answer, the outcome depends on it; where it cannot, nothing changes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from advisor import proxies
from advisor.model import Answer, Depends, Forward, Invalid, Outcome, handshake
from advisor.proxies import nginx
from advisor.proxies.nginx.lua import may_answer

UP = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'


def outcome(location: str, before: str = "", server: str = "", target: str = "app:3000", **options: bool) -> Outcome:
    text = (
        f"events {{}}\nhttp {{ {before}\n server {{ listen 80; {server}\n location /ws {{ {location}\n"
        f"proxy_pass http://{target}; {UP} }} }} }}\n"
    )
    config = nginx.load("nginx.conf", {"nginx.conf": text}.get, lambda pattern: [])
    return nginx.trace(config, handshake("ws", "app.example.com", "/ws"), "1.27.1.2", **options)


EXITS = 'if not ngx.var.cookie_session then return ngx.exit(401) end -- "}"\n'
READS = 'local n = tonumber(ngx.req.get_headers()["x-n"] or "0"); ngx.ctx.start = ngx.now(); ngx.log(ngx.INFO, "exit(", n)'


@pytest.mark.parametrize(
    ("location", "server"),
    [
        (f"access_by_lua_block {{ {EXITS} }}", ""),
        ("access_by_lua_file /etc/openresty/access.lua;", ""),
        ("access_by_lua 'ngx.exit(403)';", ""),
        (f"rewrite_by_lua_block {{ {EXITS} }}", ""),
        ("", f"server_rewrite_by_lua_block {{ {EXITS} }}"),
        ("", f"access_by_lua_block {{ {EXITS} }}"),
        ('access_by_lua_block { require("resty.openidc").authenticate({}) }', ""),
        (f"header_filter_by_lua_block {{ {EXITS} }}", ""),
        (f"satisfy any; deny all; access_by_lua_block {{ {EXITS} }}", ""),
    ],
)
def test_code_that_can_answer(location: str, server: str) -> None:
    """Both branches are told: it lets the request pass, or it answers."""
    found = outcome(location, server=server)

    assert isinstance(found, Depends)
    assert "lua" in found.on
    assert [Forward, Answer] == [type(branch) for _, branch in found.branches]


@pytest.mark.parametrize(
    ("location", "server"),
    [
        (f"access_by_lua_block {{ {READS} }}", ""),
        (f"rewrite_by_lua_block {{ {READS} }}", ""),
        (f"log_by_lua_block {{ {EXITS} }}", ""),
        ('header_filter_by_lua_block { require("stats").seen() }', ""),
        (f"satisfy any; allow all; access_by_lua_block {{ {EXITS} }}", ""),
        (f"access_by_lua_block {{ {READS} }}", f"access_by_lua_block {{ {EXITS} }}"),
        ('set_by_lua_block $a { return "1" }', ""),
        ("access_by_lua_no_postpone on;", ""),
        ("", f"location /other {{ access_by_lua_block {{ {EXITS} }} }}"),
    ],
)
def test_code_that_cannot(location: str, server: str) -> None:
    """Code that reads and logs, code of later phases and of other locations change nothing."""
    found = outcome(location, server=server)

    assert isinstance(found, Forward)
    assert found.request.upgrades()


def test_code_that_is_let_in() -> None:
    """Where leads are looked for, nobody is asked."""
    assert isinstance(outcome(f"access_by_lua_block {{ {EXITS} }}", admitted=True), Forward)


def test_variable_that_code_sets() -> None:
    """Where code names the upstream, no file shows where the request goes."""
    code = 'set $target ""; access_by_lua_block { ngx.var.target = "app:3000" }'
    found = outcome(code, before="resolver 127.0.0.1;", target="$target")

    assert isinstance(found, Forward | Depends)
    assert "app:3000" not in str(found.address if isinstance(found, Forward) else found.on)


@pytest.mark.parametrize(
    ("upstream", "expected"),
    [("upstream app { server 0.0.0.1; balancer_by_lua_block { b() } }", Depends), ("upstream app { server a:3000; }", Forward)],
)
def test_code_that_picks_the_server(upstream: str, expected: type) -> None:
    """A balancer in Lua replaces the placeholder that stands there."""
    assert isinstance(outcome("", before=upstream, target="app"), expected)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", False),
        ("local x = 1", False),
        ("return", False),
        ('ngx.log(ngx.ERR, "ngx.exit(403)")', False),
        ("-- ngx.exit(403)", False),
        ("--[[ ngx.exit(403) ]] local a = string.lower(ngx.var.host)", False),
        ("local function f(a) return a end f(1)", False),
        ("local d = ngx.shared.seen; d:incr('a', 1, 0)", False),
        ("ngx.exit(403)", True),
        ("ngx.exit (403)", True),
        ('ngx.redirect"/login"', True),
        ("local f = require 'auth' f()", True),
        ("error('no')", True),
        ("ngx.req.set_header('Connection', 'close')", True),
        ("ngx.req.set_uri('/x', true)", True),
    ],
)
def test_what_code_can_do(code: str, expected: bool) -> None:
    """Judged by what it calls, outside of comments and texts."""
    assert expected is may_answer(code)


def test_openresty_is_answered_for_by_nginx() -> None:
    """It is nginx with Lua, and its version begins with that of the nginx inside."""
    text = (
        "events {}\nhttp { server { listen 80; location / { proxy_pass http://app; proxy_set_header Upgrade $http_upgrade; } } }"
    )
    config = nginx.load("nginx.conf", {"nginx.conf": text}.get, lambda pattern: [])
    versions = {}
    for version in ("1.27.1.2", "1.29.2.4", "1.31.1.1"):
        found = nginx.trace(config, handshake("ws", "a", "/"), version)
        assert isinstance(found, Forward)
        versions[version] = found.request.http_version

    assert nginx is proxies.of("openresty")
    assert {"1.27.1.2": "1.0", "1.29.2.4": "1.0", "1.31.1.1": "1.1"} == versions
    assert "openresty" not in proxies.names()


PIECES = some.sampled_from(
    "ngx.exit ( ) ngx.say local function f end return { } [[ ]] -- --[[ \" ' \n if then require string.lower : . x 1 \\".split(
        " "
    )
)


@settings(max_examples=200, deadline=None)
@given(some.lists(PIECES, max_size=30).map(" ".join))
def test_any_code_gets_an_answer(code: str) -> None:
    """Whatever stands in a block, an outcome comes back and nothing is raised."""
    assert may_answer(code) in (True, False)
    assert isinstance(outcome(f"access_by_lua_block {{ {code} }}"), Forward | Depends | Answer | Invalid)
