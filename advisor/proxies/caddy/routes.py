"""A configuration -> where its routes lead: a sample path each, sent through the real order of sites and routes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from advisor.model import Listen, Request, handshake, spelled
from advisor.proxies import Route as Way
from advisor.proxies.caddy.adapt import adapted
from advisor.proxies.caddy.load import Config
from advisor.proxies.caddy.matching import host_fits
from advisor.proxies.caddy.model import Route
from advisor.proxies.caddy.sites import servers
from advisor.proxies.caddy.trace import trace
from advisor.proxies.samples import forwards

_MOST_SAMPLES = 200
_MOST_REQUESTS = 2000


def routes(config: Config) -> tuple[Way, ...]:
    """Every address that a handshake to some route reaches, with the public side and a path that lead there."""
    known = adapted(config, None)
    paths = tuple(islice(dict.fromkeys(path for site in known.sites for path in (*_samples(site.routes), "/")), _MOST_SAMPLES))
    found: dict[tuple[Listen, str], Way] = {}
    named = tuple(dict.fromkeys(host for site in known.sites for host in _hosts(site.routes)))
    sides = [(side, paths) for side in servers(config)]
    sides += [(inner, paths) for side in servers(config) for inner in _inside(side, named)]
    tried = ((listen, path) for listen, paths in sides if listen.redirect_to is None for path in paths)
    for listen, path in islice(tried, _MOST_REQUESTS):
        for forward in forwards(trace(config, _request(listen, path), None)):
            found.setdefault((listen, path), Way(listen, path, forward.address, forward.place or listen.place))
    return tuple(found.values())


def _inside(side: Listen, named: tuple[str, ...]) -> Iterator[Listen]:
    """The hosts that matchers name inside a site for many: ``@notes host notes.example.com`` in ``*.example.com``."""
    if not side.hosts or any("*" in host for host in side.hosts):
        fitting = (host for host in named if not side.hosts or any(host_fits(each.lower(), spelled(host)) for each in side.hosts))
        yield from (replace(side, hosts=(host,)) for host in fitting)


def _hosts(routes: tuple[Route, ...]) -> Iterator[str]:
    for route in routes:
        tests = (test for tests in route.sets for test in tests if test.kind == "host")
        yield from (str(host) for test in tests for host in test.value if "*" not in str(host))
        for handler in route.handlers:
            yield from _hosts(handler.routes)


def _request(listen: Listen, path: str) -> Request:
    """A handshake to that side, with a login, so that a password does not hide where a line leads."""
    host = spelled(next(iter(listen.hosts), "localhost")).replace("*", "app")
    return handshake("https" if listen.scheme == "https" else "http", host, path, port=listen.port, Authorization="Basic")


def _samples(routes: tuple[Route, ...]) -> Iterator[str]:
    for route in routes:
        for tests in route.sets:
            for test in tests:
                if test.kind == "path":
                    yield from (_like(str(path)) for path in test.value if "{" not in str(path))
                elif test.kind == "path_regexp":
                    yield _matching(str(test.value.get("pattern", "")))
        for handler in route.handlers:
            yield from _samples(handler.routes)


def _like(path: str) -> str:
    """A path that a glob takes: ``/ws/*`` -> ``/ws/``, ``*.sock`` -> ``/1.sock``."""
    text = path.removesuffix("*").replace("*", "1")
    return text if text.startswith("/") else f"/{text}"


def _matching(pattern: str) -> str:
    """A path that an expression matches, for the shapes people write; the caller tries it on the real one."""
    text = pattern.removeprefix("^").removesuffix("$")
    while (
        shorter := re.sub(r"\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)([?*]?)", lambda sign: "" if sign[2] else sign[1], text)
    ) != text:
        text = shorter
    text = re.sub(r"\[[^\]]*\][*+?]?|\\[dwSs][*+?]?|\.[*+]\??", "1", text)
    text = re.sub(r"\\(.)", r"\1", text)
    return text if text.startswith("/") else f"/{text}"
