"""A configuration -> where it leads: hosts and sample paths of its ACLs, sent through the real rules."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from advisor.model import Listen, handshake
from advisor.proxies import Route
from advisor.proxies.samples import forwards, like
from advisor.proxies.squid.load import Config
from advisor.proxies.squid.trace import follow, servers

_MOST_PATHS, _MOST_HOSTS, _MOST_LINES = 60, 20, 200_000
"""Paths and hosts tried at most, and lines that are gone through for all of them."""


def routes(config: Config) -> tuple[Route, ...]:
    """Every address that a handshake reaches once it is let in, with the public side and a path that lead there."""
    hosts = tuple(islice(dict.fromkeys(_hosts(config)), _MOST_HOSTS))
    most = max(2, min(_MOST_PATHS, _MOST_LINES // ((1 + len(config.order)) * (1 + len(hosts)))))
    paths = tuple(islice(dict.fromkeys(("/", *_paths(config))), most))
    found: dict[tuple[Listen, str, str], Route] = {}
    for listen in servers(config):
        for host in (*hosts, listen.hosts[0] if listen.hosts else "localhost") if listen.redirect_to is None else ():
            side = Listen(listen.scheme, listen.port, listen.place, (host,)) if host in hosts else listen
            for path in paths:
                request = handshake("wss" if listen.scheme == "https" else "ws", host, path, port=listen.port)
                for forward in forwards(follow(config, request, None, admitted=True)):
                    route = Route(side, path, forward.address, forward.place or listen.place)
                    found.setdefault((side, path, str(forward.address)), route)
    return tuple(found.values())


def _paths(config: Config) -> Iterator[str]:
    for acl in config.acls.values():
        for word in acl.words if acl.type in ("urlpath_regex", "url_regex") else ():
            text = word.text
            if acl.type == "url_regex":
                _, slash, text = text.partition("://")[2].partition("/")
                text = f"^{slash}{text}"
            if text.lstrip("^").startswith(("/", "\\/")):
                yield like(text)


def _hosts(config: Config) -> Iterator[str]:
    for acl in config.acls.values():
        for word in acl.words if acl.type == "dstdomain" else ():
            if not word.text.startswith("-"):
                yield word.text.removeprefix(".").lower()
