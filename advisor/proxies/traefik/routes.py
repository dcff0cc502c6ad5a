"""A Traefik configuration -> where its routers lead: a sample host and path each, sent through the real order of routers."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Listen, handshake, spelled
from advisor.proxies import Route
from advisor.proxies.samples import forwards
from advisor.proxies.traefik.entry_points import servers
from advisor.proxies.traefik.fields import text_of
from advisor.proxies.traefik.load import Config
from advisor.proxies.traefik.rules import names_in
from advisor.proxies.traefik.trace import trace

_MOST_SAMPLES = 200
_MOST_RULES = 100_000
"""Rules looked at in all, so that ten thousand routers take no longer than a few hundred."""


def routes(config: Config) -> tuple[Route, ...]:
    """Every address that a handshake reaches once it is let in, with the public side and a path that lead there."""
    found: dict[tuple[Listen, str, str], Route] = {}
    samples = list(dict.fromkeys(_samples(config)))[: min(_MOST_SAMPLES, _MOST_RULES // (len(config.routers) + 1))]
    for listen in servers(config):
        for host, path in samples if listen.redirect_to is None else ():
            request = handshake(listen.scheme, spelled(host) or next(iter(listen.hosts), "localhost"), path, port=listen.port)
            for forward in forwards(trace(config, request, None, admitted=True)):
                side = Listen(listen.scheme, listen.port, listen.place, (host,)) if host else listen
                found.setdefault(
                    (side, path, str(forward.address)), Route(side, path, forward.address, forward.place or listen.place)
                )
    return tuple(found.values())


def _samples(config: Config) -> Iterator[tuple[str, str]]:
    for router in config.routers:
        hosts, paths = names_in(text_of(router.node, "rule") or (f"Host(`{router.container}`)" if router.container else ""))
        yield from ((host, path) for host in hosts or ("",) for path in paths or ("/",))
