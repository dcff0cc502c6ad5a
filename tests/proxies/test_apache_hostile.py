"""Hostile and broken Apache configurations: an answer in bounded time, never an exception."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as some

from advisor.model import Answer, Depends, Forward, Invalid, handshake
from advisor.proxies.apache_httpd import load, routes, servers, trace

REQUEST = handshake("wss", "app.example.com", "/ws/chat", "token=1")
WORDS = some.sampled_from(
    """/ /ws /ws/ ~ ^/ws(.*)$ (a+)+$ $1 $0 %1 ! - ${NAME} on off On http://app http://127.0.0.1:3000/x ws://app/$1
    wss://app/ws balancer://app balancer://app/ unix:/s.sock|http://x/ http://app:x/ http:// :// 80 *:80 *:443
    _default_:80 10.0.0.1:80 [::1]:80 upgrade=websocket upgrade=ANY timeout=5 timeout=x nocanon route=a stickysession=S
    status=+D [P,L] [R=301] [F] [G] [PT,N] [S=2] [C] [OR] [NC] %{HTTP:Upgrade} %{HTTPS} %{ENV:X} %{REMOTE_ADDR} !=on
    =websocket -f !-d all granted denied not ip 10.0.0.0/8 valid-user env=X early set unset Upgrade Connection Host "" "a
    'b \\ * proxy_http mod_rewrite.c !ssl >= 2.4 expr permanent 302 gone app.example.com *.example.com \U0001f600 -1 99999
    a.conf *.conf $path @x {}""".split()
)
NAMES = some.sampled_from(
    """ProxyPass ProxyPassMatch ProxySet BalancerMember RewriteEngine RewriteRule RewriteCond RewriteOptions Redirect
    RedirectMatch Require Order Allow Deny AuthType Satisfy RequestHeader SetEnv ServerName ServerAlias Listen SSLEngine
    SSLProxyEngine Timeout ProxyTimeout ProxyPreserveHost LoadModule Define UnDefine Include IncludeOptional Use
    AllowEncodedSlashes Nonsense""".split()
)
SECTIONS = some.sampled_from(
    "VirtualHost Location LocationMatch Directory Proxy ProxyMatch IfModule IfDefine IfVersion IfFile If Else RequireAny "
    "RequireAll RequireNone Limit LimitExcept Macro Files Nonsense".split()
)


def _line(name: str, words: list[str]) -> str:
    return f"{name} {' '.join(words)}"


def _section(name: str, words: list[str], inner: list[str]) -> str:
    return "\n".join((f"<{name} {' '.join(words)}>", *inner, f"</{name}>"))


LINES = some.builds(_line, NAMES, some.lists(WORDS, max_size=4))
CONFIGS = some.recursive(
    LINES,
    lambda inner: some.builds(_section, SECTIONS, some.lists(WORDS, max_size=2), some.lists(inner, max_size=6)),
    max_leaves=25,
)


def _answers(text: str) -> None:
    config = load("httpd.conf", lambda wanted: text if wanted == "httpd.conf" else None, lambda pattern: ["httpd.conf"])
    for version in (None, "2.4.71", "2.4.6", "2.4", "latest"):
        assert isinstance(trace(config, REQUEST, version), Forward | Answer | Invalid | Depends)
    servers(config)
    routes(config)


@settings(max_examples=200, deadline=None)
@given(some.lists(CONFIGS, max_size=8))
def test_any_directives_get_an_answer(parts: list[str]) -> None:
    """Known names with arbitrary words in arbitrary sections are answered."""
    _answers("\n".join(parts))


@settings(max_examples=150, deadline=None)
@given(some.lists(CONFIGS, max_size=6))
def test_any_host_gets_an_answer(parts: list[str]) -> None:
    """The same inside a virtual host whose rules act."""
    _answers("<VirtualHost *:443>\nRewriteEngine on\n" + "\n".join(parts) + "\n</VirtualHost>")


@settings(max_examples=150, deadline=None)
@given(some.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    """Text that is no configuration at all is answered too."""
    _answers(text)


def test_a_file_that_includes_itself_is_refused() -> None:
    """A circle of includes ends."""
    config = load("httpd.conf", lambda path: "Include httpd.conf\n" if path == "httpd.conf" else None, lambda pattern: [])

    assert isinstance(trace(config, REQUEST, None), Invalid)


def test_macros_that_use_each_other_end() -> None:
    """A macro that uses itself twice does not grow without end."""
    began = time.monotonic()

    _answers("<Macro A>\nUse A\nUse A\n</Macro>\nUse A\n")

    assert time.monotonic() - began < 20


def test_ten_thousand_lines_are_answered_in_time() -> None:
    """As many ProxyPass lines and sections as nobody writes."""
    began = time.monotonic()
    lines = [f'ProxyPass "/p{number}/" "http://app{number}:3000/"\n<Location /q{number}>\nRequire all granted\n</Location>'
             for number in range(5_000)]  # fmt: skip
    config = load("httpd.conf", lambda path: "\n".join(lines), lambda pattern: [])

    assert isinstance(trace(config, REQUEST, None), Answer)
    assert time.monotonic() - began < 30
