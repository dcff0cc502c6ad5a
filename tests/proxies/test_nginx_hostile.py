"""Hostile and broken nginx configurations: an answer in bounded time, never an exception."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some

from advisor.model import Answer, Depends, Forward, Invalid, handshake
from advisor.proxies.nginx import load, servers, trace, upstream_names
from advisor.proxies.nginx.blocks import compiled
from advisor.proxies.nginx.grammar import table
from advisor.proxies.nginx.trace import follow

REQUEST = handshake("wss", "app.example.com", "/ws/chat", "token=1")
WORDS = some.sampled_from(
    """/ /ws ~ ~* ^~ = @app ^/ws(.*)$ (a+)+$ $1 $uri $http_upgrade ${NAME} {{port}} on off http://app http://127.0.0.1:3000/x
    http://$host https://$host$request_uri unix:/s.sock 80 443 ssl default_server 301 404 =404 last break all 10.0.0.0/8 Upgrade
    Connection upgrade "" 1s ( $x ($http_upgrade) =200 app _ ~^(?<a>.) *.example.com \\ ' \U0001f600 zone=a:1m !-f
    -1 99999""".split()
)
NAMES = some.sampled_from([*sorted(table()), "nonsense", "content_by_lua_block"])
USUAL = some.sampled_from(
    [
        "proxy_pass",
        "set",
        "if",
        "rewrite",
        "return",
        "try_files",
        "error_page",
        "listen",
        "server_name",
        "proxy_set_header",
        "include",
        "deny",
    ]
)


def _line(name: str, words: list[str]) -> str:
    return f"{name} {' '.join(words)};"


def _block(name: str, words: list[str], inner: list[str]) -> str:
    return f"{name} {' '.join(words)} {{ {' '.join(inner)} }}"


LINES = some.builds(_line, NAMES | USUAL, some.lists(WORDS, max_size=4))
BLOCKS = some.sampled_from(
    ["http", "server", "location", "if", "upstream", "map", "geo", "limit_except", "stream", "types", "events"]
)
CONFIGS = some.recursive(
    LINES, lambda inner: some.builds(_block, BLOCKS, some.lists(WORDS, max_size=3), some.lists(inner, max_size=6)), max_leaves=25
)


def _answers(text: str, path: str = "nginx.conf") -> None:
    config = load(path, lambda wanted: text if wanted == path else None, lambda pattern: [path])
    for version in (None, "1.22.1", "1", "latest"):
        outcome = trace(config, REQUEST, version)
        assert isinstance(outcome, Forward | Answer | Invalid | Depends)
        outcome = follow(compiled(config), REQUEST, version)
        assert isinstance(outcome, Forward | Answer | Invalid | Depends)
    servers(config)
    upstream_names(config)


@settings(max_examples=300, deadline=None)
@given(some.lists(CONFIGS, max_size=8))
def test_any_directives_get_an_answer(parts: list[str]) -> None:
    """Known names with arbitrary words in arbitrary blocks are answered."""
    _answers("\n".join(parts))


@settings(max_examples=200, deadline=None)
@given(some.lists(CONFIGS, max_size=6))
def test_any_server_gets_an_answer(parts: list[str]) -> None:
    """The same inside a server that listens."""
    _answers("server { listen 443 ssl; location /ws { " + "\n".join(parts) + " } }", "conf.d/app.conf.template")


@settings(max_examples=200, deadline=None)
@given(some.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    """Text that is no configuration at all is answered too."""
    _answers(text)
