"""A configuration -> where it leads: sample paths of its conditions, sent through the real order of blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from advisor.model import Listen, handshake
from advisor.proxies import Route
from advisor.proxies.lighttpd.load import Config, pairs, told
from advisor.proxies.lighttpd.trace import follow, servers
from advisor.proxies.samples import forwards

_MOST, _MOST_BLOCKS = 200, 20_000
"""Samples tried at most, and blocks that are gone through for all of them."""


def routes(config: Config) -> tuple[Route, ...]:
    """Every address that a handshake reaches, with the public side and a path that lead there."""
    most = max(2, min(_MOST, _MOST_BLOCKS // (1 + len(config.blocks))))
    paths = tuple(islice(dict.fromkeys(("/", *_samples(config))), most))
    found: dict[tuple[Listen, str], Route] = {}
    for listen in servers(config):
        for path in paths if listen.redirect_to is None else ():
            host = listen.hosts[0] if listen.hosts else "localhost"
            request = handshake("wss" if listen.scheme == "https" else "ws", host, path, port=listen.port)
            for forward in forwards(follow(config, request, None)):
                found.setdefault((listen, path), Route(listen, path, forward.address, forward.place or listen.place))
    return tuple(found.values())


def _samples(config: Config) -> Iterator[str]:
    for block in config.blocks:
        if block.key == '$HTTP["url"]' and block.operator in ("==", "=^", "=~"):
            yield _like(told(block.value), block.operator == "=~")
        if "proxy.server" in block.values:
            yield from (name for name, _ in pairs(block.values["proxy.server"][0]) if name.startswith("/"))


def _like(text: str, pattern: bool) -> str:
    """A path that a condition takes, for the shapes people write; the caller tries it on the real one."""
    if pattern:
        text = re.sub(r"\((?:\?:)?([^()|]*)[^()]*\)[?*]?", r"\1", text.strip("^$"))
        text = re.sub(r"\[[^\]]*\][*+?]?|\\[dw][*+?]?|\.[*+]\??", "1", text)
        text = re.sub(r"\\(.)", r"\1", text).split("|")[0]
    return text if text.startswith("/") else f"/{text}"
