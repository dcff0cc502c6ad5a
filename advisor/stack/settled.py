"""The uses that a language module found -> the same with what the app around them says: scope, foreign clients, tests once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from advisor.model import Use
from advisor.scope import scope_of
from advisor.stack.apps import Apps
from advisor.stack.hosts import is_foreign, is_local


def settled(uses: Iterable[Use], apps: Apps) -> tuple[Use, ...]:
    """Every use, in order; in tests one of each library and role in an app stands for all."""
    scoped = [_scoped(use, apps) for use in uses]
    serves = any(use.role == "server" and use.scope == "production" for use in scoped)
    return tuple(_marked(use, serves) for use in _told_once(scoped))


def at_home(uses: Iterable[Use]) -> tuple[Use, ...]:
    """The uses of all languages: where one serves sockets, those of an app on a device are its own but for a known service's.

    A language alone cannot tell: the server of a Flutter app is written in another one.
    """
    every = tuple(uses)
    serves = any(use.role == "server" and use.scope == "production" for use in every)
    return tuple(_at_home(use) if serves and use.runs_in == "device" else use for use in every)


def _at_home(use: Use) -> Use:
    hosts = [url for url in use.urls if url.host]
    foreign = use.foreign and any(is_foreign(url.host, url.text) for url in hosts)
    return replace(use, foreign=foreign)


def _told_once(uses: Iterable[Use]) -> Iterator[Use]:
    """In tests, one use of each library and role in an app stands for all: every test case opens its own."""
    seen: set[tuple[str, str, str]] = set()
    for use in uses:
        key = (use.app, use.library, use.role)
        if use.scope != "test" or key not in seen:
            yield use
        if use.scope == "test":
            seen.add(key)


def _marked(use: Use, serves: bool) -> Use:
    """A client of a known public service is foreign; one of any public host is, where the code serves no sockets itself."""
    hosts = [url.host for url in use.urls if url.host]
    if use.role != "client" or not hosts:
        return use
    public = not serves and not any(is_local(host) for host in hosts)
    return replace(use, foreign=public or any(is_foreign(url.host, url.text) for url in use.urls))


def _scoped(use: Use, apps: Apps) -> Use:
    """In a directory that is an example or a test as a whole, so is what stands in it."""
    root = apps.get(use.app)
    return replace(use, scope=root.scope) if root and scope_of(use.place.file) == "production" != root.scope else use
