"""A configuration -> where its locations lead: a sample path each, sent through the real order of servers and locations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from advisor.model import Address, Listen, Request, handshake
from advisor.proxies import Route
from advisor.proxies.nginx.blocks import Block, compiled
from advisor.proxies.nginx.forwarding import split
from advisor.proxies.nginx.load import Config
from advisor.proxies.nginx.servers import servers
from advisor.proxies.nginx.trace import follow
from advisor.proxies.samples import forwards, like

_GATEWAYS = ("fastcgi_pass", "uwsgi_pass", "scgi_pass")
_MOST_SAMPLES = 400
_NEWEST = "999"


def routes(config: Config) -> tuple[Route, ...]:
    """Every address that a handshake to some location reaches once it is let in, with the side and a path that lead there."""
    paths = tuple(islice(dict.fromkeys(_samples(config)), _MOST_SAMPLES))
    found: dict[tuple[Listen, str], Route] = {}
    for listen in servers(config):
        for path in paths:
            if listen.redirect_to is None or listen.scheme != "http":
                for forward in forwards(follow(compiled(config), _request(listen, path), _NEWEST, admitted=True)):
                    found.setdefault((listen, path), Route(listen, path, forward.address, forward.place or listen.place))
    return tuple(found.values())


def gateways(config: Config) -> tuple[Address, ...]:
    """The addresses to which it speaks FastCGI, uwsgi or SCGI: programs that no WebSocket reaches in this way."""
    found: dict[Address, None] = {}
    known = compiled(config)
    for block in _blocks(config):
        for name in _GATEWAYS:
            for directive in block.own.get(name, []):
                named = directive.args[0] if directive.args else "$"
                written = _set(block, named) if named.startswith("$") else named
                if written and "$" not in written:
                    written = written.removeprefix("uwsgi://").removeprefix("scgi://")
                    upstream = known.upstreams.get(written.lower())
                    written = upstream.members[0].address if upstream is not None and upstream.members else written
                    host, port = split(written)
                    unix = written.startswith("unix:")
                    found[Address("localhost", unix=written[5:]) if unix else Address(host, port)] = None
    return tuple(found)


def _set(block: Block, variable: str) -> str | None:
    """What the one ``set`` of a variable around a block gives it."""
    found = [
        each.args[1]
        for level in block.levels()
        for each in level.own.get("set", [])
        if each.args[:1] == (variable,) and len(each.args) == 2
    ]
    return found[0] if len(found) == 1 else None


def _request(listen: Listen, path: str) -> Request:
    scheme = "https" if listen.scheme == "https" else "http"
    plain = (host for host in listen.hosts if not re.search(r"[*~$^{]", host))
    return handshake(scheme, next(plain, "localhost"), path, port=listen.port)


def _samples(config: Config) -> Iterator[str]:
    for block in _blocks(config):
        if block.kind == "location" and not block.pattern.startswith("@"):
            yield like(block.pattern) if block.modifier in ("~", "~*") else block.pattern
    yield "/"


def _blocks(config: Config) -> Iterator[Block]:
    """Servers and their locations."""
    waiting: list[Block] = list(compiled(config).servers)
    while waiting:
        block = waiting.pop(0)
        yield block
        waiting.extend(block.locations)
