"""An Envoy configuration -> where its routes lead: a sample path each, sent through the real order of hosts and routes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from advisor.model import Listen, Request, handshake
from advisor.proxies import Route
from advisor.proxies.envoy.fields import each, get, text_of
from advisor.proxies.envoy.listeners import chains, servers, virtual_hosts
from advisor.proxies.envoy.load import Config
from advisor.proxies.envoy.trace import trace
from advisor.proxies.samples import forwards, like

_MOST_SAMPLES = 400


def routes(config: Config) -> tuple[Route, ...]:
    """Every address that a handshake reaches once it is let in, with the public side and a path that lead there.

    One that Envoy answers itself, for it upgrades only what it is told to, is taken to be meant for where a page would go.
    """
    paths = tuple(islice(dict.fromkeys(_samples(config)), _MOST_SAMPLES))
    found: dict[tuple[Listen, str], Route] = {}
    for listen in servers(config):
        host = next((name for name in listen.hosts if "*" not in name), "localhost")
        for path in paths if listen.redirect_to is None else ():
            request = handshake("https" if listen.scheme == "https" else "http", host, path, port=listen.port)
            for sent in (request, _plain(request)):
                for forward in forwards(trace(config, sent, None, admitted=True)):
                    found.setdefault((listen, path), Route(listen, path, forward.address, forward.place or listen.place))
    return tuple(found.values())


def _plain(request: Request) -> Request:
    """The same as an ordinary request, which takes its way also where no upgrade is let through."""
    return request.at(headers=tuple(pair for pair in request.headers if pair[0].lower() not in ("connection", "upgrade")))


def _samples(config: Config) -> Iterator[str]:
    for chain in chains(config):
        for host in virtual_hosts(config, chain.manager) if chain.manager is not None else ():
            for route in each(host, "routes"):
                match = get(route, "match")
                literal = next(
                    (text for key in ("path", "prefix", "path_separated_prefix") if (text := text_of(match, key))), None
                )
                pattern = text_of(match, "safe_regex", "regex")
                yield literal or (like(pattern) if pattern else "/")
    yield "/"
