"""A configuration -> where it leads: sample paths and hosts of its conditions, sent through the real order of rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from advisor.model import Listen, handshake
from advisor.proxies import Route
from advisor.proxies.haproxy.grammar import ACL_SUFFIXES, Criterion, acls, condition, expression_parts, split_condition
from advisor.proxies.haproxy.load import Config, Proxy
from advisor.proxies.haproxy.servers import servers
from advisor.proxies.haproxy.trace import follow
from advisor.proxies.samples import forwards

_MOST, _MOST_RULES = 60, 20_000
"""Samples tried at most, and lines that are gone through for all of them."""


def routes(config: Config) -> tuple[Route, ...]:
    """Every address that a handshake reaches, with the public side and a path that lead there."""
    most = max(2, min(_MOST, _MOST_RULES // (1 + sum(len(section.lines) for section in config.sections))))
    every = tuple(islice(dict.fromkeys(("/", *_samples(config, "path"))), most))
    hosts = tuple(islice(dict.fromkeys(("", *_samples(config, "host"))), most))
    found: dict[tuple[Listen, str, str], Route] = {}
    for listen in servers(config):
        for host in hosts:
            side = replace(listen, hosts=(host,)) if host else listen
            for path in every if host == "" else every[:6]:
                request = handshake("wss" if listen.scheme == "https" else "ws", host or "localhost", path, port=listen.port)
                for forward in forwards(follow(config, request, None)):
                    key = (listen, path if host == "" else f"{host} {path}", str(forward.address))
                    found.setdefault(key, Route(side, path, forward.address, forward.place or listen.place))
    return tuple(_distinct(list(found.values())))


def _distinct(found: list[Route]) -> Iterator[Route]:
    """Leaves out a route of one host that leads where the same path leads for any host."""
    anywhere = {(each.listen.port, each.sample, str(each.address)) for each in found if not each.listen.hosts}
    for each in found:
        if not each.listen.hosts or (each.listen.port, each.sample, str(each.address)) not in anywhere:
            yield each


def _samples(config: Config, what: str) -> Iterator[str]:
    """Paths or hosts that a condition of some rule asks for."""
    for proxy in config.proxies:
        for criterion in _criteria(proxy):
            expression, *rest = criterion.words
            (name, args), _ = expression_parts(expression)
            base, method = ACL_SUFFIXES.get(name, (name, ""))
            if "-m" in rest[:-1]:
                method = rest[rest.index("-m") + 1]
            wanted = [word for word in rest if not word.startswith("-") and word != method]
            if what == "path" and base in ("path", "url", "pathq"):
                yield from (_path_like(word, method) for word in wanted[:10])
            is_host = base in ("req.hdr", "req.fhdr") and args[:1] and args[0].lower() == "host"
            if what == "host" and is_host and method not in ("reg", "len", "found"):
                yield from (_host_like(word, method) for word in wanted[:10])


def _criteria(proxy: Proxy) -> Iterator[Criterion]:
    lines = [line for section in (*proxy.defaults, proxy.section) for line in section.lines]
    for group in acls(lines).values():
        yield from group
    for line in lines:
        if line.name in ("use_backend", "http-request", "use-server"):
            for terms in condition(split_condition(line.args)[1], line.place).groups:
                yield from (term.criterion for term in terms if term.criterion is not None and term.criterion.words)


def _path_like(word: str, method: str) -> str:
    if method == "reg":
        word = re.sub(r"\((?:\?:)?([^()|]*)[^()]*\)[?*]?", r"\1", word.strip("^$"))
        word = re.sub(r"\[[^\]]*\][*+?]?|\\[dw][*+?]?|\.[*+]\??", "1", word)
        word = re.sub(r"\\(.)", r"\1", word)
    return word if word.startswith("/") else f"/{word}"


def _host_like(word: str, method: str) -> str:
    name = word.split(":")[0].lower()
    if method == "beg":
        return f"{name.rstrip('.')}.example.com"
    return f"app{name}" if name.startswith(".") else name
