"""Hostile and broken Caddyfiles and JSON: an answer in bounded time, never an exception."""

from __future__ import annotations

import json
import time

from hypothesis import given, settings
from hypothesis import strategies as some

from advisor.model import Answer, Depends, Forward, Invalid, handshake
from advisor.proxies.caddy import load, routes, servers, trace

REQUEST = handshake("wss", "app.example.com", "/ws/chat", "token=1")
WORDS = some.sampled_from(
    """/ /ws /ws* * *.sock @ws @x app:3000 http://app https://app:8443 h2c://app ws://app unix//run/app.sock {$NAME}
    {$NAME:app:80} {uri} {path} {re.a.1} {args[0]} {args[:]} {args.0} {block} {http.request.header.X} {} {{ ^/ws(.*)$
    (a+)+$ path path_regexp header !Upgrade Upgrade websocket *Upgrade* host not expression remote_ip method GET query a=b
    protocol https file 301 permanent 404 200 strip_prefix replace path_regexp to lb_policy cookie 5s 1d -1 x "" "a `b` \\
    # \U0001f600 read_timeout stream_timeout -Connection +X ?Y >Z Connection first before respond off disable_redirects
    sites/* 80 :80 https://*.example.com app.example.com, http:// tls internal 99999999999999999999""".split()
)
NAMES = some.sampled_from(
    """reverse_proxy handle handle_path route redir respond error abort rewrite uri method try_files root file_server
    request_header header basicauth basic_auth forward_auth encode php_fastcgi import invoke handle_errors tls bind log
    @ws @x not path header_up header_down transport lb_policy stream_timeout stream_close_delay flush_interval to order
    auto_https http_port servers nonsense (snip) &(named) app.example.com :80 http://x read_timeout versions dynamic
    matcher }""".split()
)


def _line(name: str, words: list[str]) -> str:
    return f"{name} {' '.join(words)}"


def _block(name: str, words: list[str], inner: list[str]) -> str:
    return "\n".join((f"{name} {' '.join(words)} {{", *inner, "}"))


LINES = some.builds(_line, NAMES, some.lists(WORDS, max_size=4))
CONFIGS = some.recursive(
    LINES, lambda inner: some.builds(_block, NAMES, some.lists(WORDS, max_size=2), some.lists(inner, max_size=6)), max_leaves=25
)
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | WORDS,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(
        some.sampled_from("match handle handler routes upstreams dial path host not headers transport listen group".split()),
        inner, max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


def _answers(text: str) -> None:
    config = load("Caddyfile", lambda wanted: text if wanted == "Caddyfile" else None, lambda pattern: ["Caddyfile"])
    for version in (None, "2.11.7", "2.6.2", "2", "latest"):
        assert isinstance(trace(config, REQUEST, version), Forward | Answer | Invalid | Depends)
    servers(config)
    routes(config)


@settings(max_examples=200, deadline=None)
@given(some.lists(CONFIGS, max_size=8))
def test_any_directives_get_an_answer(parts: list[str]) -> None:
    """Known names with arbitrary words in arbitrary blocks are answered."""
    _answers("\n".join(parts))


@settings(max_examples=150, deadline=None)
@given(some.lists(CONFIGS, max_size=6))
def test_any_site_gets_an_answer(parts: list[str]) -> None:
    """The same inside a site that takes the request."""
    _answers("app.example.com {\n" + "\n".join(parts) + "\n}\n")


@settings(max_examples=150, deadline=None)
@given(some.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    """Text that is no configuration at all is answered too."""
    _answers(text)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_any_json_gets_an_answer(value: object) -> None:
    """Any values at any place of Caddy's JSON are answered."""
    _answers(json.dumps({"apps": {"http": {"servers": {"s": value}}}}))
    _answers(json.dumps({"apps": {"http": {"servers": {"s": {"listen": [":443"], "routes": [value]}}}}}))


def test_snippets_that_import_each_other_end() -> None:
    """A snippet that imports itself twice does not grow without end."""
    began = time.monotonic()

    _answers("(a) {\n\timport a\n\timport a\n}\napp.example.com {\n\timport a\n}\n")

    assert time.monotonic() - began < 20


def test_ten_thousand_lines_are_answered_in_time() -> None:
    """As many routes as nobody writes."""
    began = time.monotonic()
    lines = "\n".join(f"\treverse_proxy /p{number}/* app{number}:3000" for number in range(10_000))
    config = load("Caddyfile", lambda path: f"app.example.com {{\n{lines}\n}}\n", lambda pattern: [])

    assert isinstance(trace(config, REQUEST, None), Answer)
    assert time.monotonic() - began < 30
