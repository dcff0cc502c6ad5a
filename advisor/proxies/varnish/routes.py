"""A VCL -> where it leads: every backend, and the paths that its conditions speak of, sent through the real order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.formats.vcl import Statement
from advisor.model import Listen, Place, handshake
from advisor.proxies import Route
from advisor.proxies.samples import forwards, like
from advisor.proxies.varnish.load import Config
from advisor.proxies.varnish.trace import trace

_MOST_SAMPLES = 200


def servers(config: Config) -> tuple[Listen, ...]:
    """Its one public side; the port stands in varnishd's arguments, not in the VCL."""
    return (Listen("http", None, Place(config.main)),)


def routes(config: Config) -> tuple[Route, ...]:
    """Every address that a handshake reaches, with a path that leads there."""
    found: dict[tuple[str, str], Route] = {}
    listen = servers(config)[0]
    for path in list(dict.fromkeys((*_samples(config), "/")))[:_MOST_SAMPLES]:
        for forward in forwards(trace(config, handshake("http", "localhost", path), None)):
            found.setdefault((path, str(forward.address)), Route(listen, path, forward.address, forward.place or listen.place))
    return tuple(found.values())


def _samples(config: Config) -> Iterator[str]:
    waiting: list[Statement] = [sub for subs in config.subs.values() for sub in subs]
    while waiting:
        statement = waiting.pop(0)
        waiting.extend(statement.block or ())
        for pattern in re.findall(r'req\.url (?:~|==) "([^"]*)"', statement.text()):
            yield like(pattern)
