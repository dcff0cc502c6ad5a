"""A configuration -> where its lines lead: a sample path each, sent through the real order of hosts and lines."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from advisor.formats.apache import Directive
from advisor.model import Listen, Place, Request, handshake
from advisor.proxies import Route
from advisor.proxies.apache_httpd.hosts import servers
from advisor.proxies.apache_httpd.load import Config
from advisor.proxies.apache_httpd.trace import follow
from advisor.proxies.samples import forwards

_MOST_SAMPLES = 200
"""Paths tried at one host."""
_MOST_TRIED = 4_000
"""Paths tried in all."""


def routes(config: Config) -> tuple[Route, ...]:
    """Every address that a handshake to some line reaches, with the public side and a path that lead there.

    What a missing module keeps from being handed on is still where a line leads.
    """
    config = replace(config, modules=None)
    found: dict[tuple[Listen, str], Route] = {}
    for listen, path in islice(_tried(config), _MOST_TRIED):
        for forward in forwards(follow(config, _request(listen, path), None)):
            found.setdefault((listen, path), Route(listen, path, forward.address, forward.place or listen.place))
    return tuple(found.values())


def _tried(config: Config) -> Iterator[tuple[Listen, str]]:
    """Each public side with the paths of its own lines, then those of the main server, which it has as well."""
    own: dict[Place, list[Directive]] = {}
    outer: list[Directive] = []
    for one in config.directives:
        if one.key == "virtualhost":
            own.setdefault(one.place, []).extend(one.block or ())
        else:
            outer.append(one)
    for listen in servers(config):
        if listen.redirect_to is None or listen.scheme != "http":
            lines = [*own.get(listen.place, ()), *outer]
            for path in islice(dict.fromkeys(_samples(lines)), _MOST_SAMPLES):
                yield listen, path


def _request(listen: Listen, path: str) -> Request:
    """A handshake to that side, with a login, so that a password does not hide where a line leads."""
    plain = (host for host in listen.hosts if not re.search(r"[*?]", host))
    return handshake(
        "https" if listen.scheme == "https" else "http", next(plain, "localhost"), path, port=listen.port, Authorization="Basic"
    )


def _samples(lines: list[Directive]) -> Iterator[str]:
    waiting: deque[tuple[Directive, str]] = deque((one, "") for one in lines)
    while waiting:
        one, around = waiting.popleft()
        args = one.args
        if one.key in ("location", "locationmatch") and args:
            is_pattern = one.key == "locationmatch" or args[0] == "~"
            around = _like(args[-1]) if is_pattern else args[-1].rstrip("*")
        waiting.extend((inner, around) for inner in one.block or ())
        if one.key in ("proxypass", "proxypassmatch") and (around or len(args) > 1):
            yield around or (_like(args[0]) if one.key == "proxypassmatch" else args[0])
        elif one.key == "rewriterule" and args and "P" in (args[2] if len(args) > 2 else ""):
            yield _like(args[0])
    yield "/"


def _like(pattern: str) -> str:
    """A path that an expression matches, for the shapes people write; the caller tries it on the real one."""
    text = pattern.removeprefix("!").removeprefix("^").removesuffix("$")
    while (
        shorter := re.sub(r"\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)([?*]?)", lambda sign: "" if sign[2] else sign[1], text)
    ) != text:
        text = shorter
    text = re.sub(r"\[[^\]]*\][*+?]?|\\[dwSs][*+?]?|\.[*+]\??", "1", text)
    text = re.sub(r"/\?", "/", text)
    text = re.sub(r"\\(.)", r"\1", re.sub(r"\w\?", "", text).split("|")[0])
    return text if text.startswith("/") else f"/{text}"
