"""A main file and callbacks into the tree -> one configuration with every include in its place.

Includes are looked up the way nginx would find them, but only inside the tree: relative to the main file's directory or one
of its parents, and an absolute path below nginx's usual root there as well. What cannot be found is recorded, never guessed,
save for files that nginx and its packages ship (``stock``).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from advisor.formats.document import Problem, Unreadable
from advisor.formats.nginx import Directive, parse
from advisor.model import NotRead, Place
from advisor.proxies.lookup import first, home
from advisor.proxies.nginx import stock

Level = Literal["main", "http", "server", "stream"]
_TEMPLATE = re.compile(r"\.(template|tmpl|tpl|envsubst|in|j2|jinja2?|erb|gotmpl|dist)$|\.(template|tmpl|tpl)\.")
_ROOTS = (
    "/etc/nginx/",
    "/usr/local/etc/nginx/",
    "/usr/local/nginx/conf/",
    "/usr/local/openresty/nginx/conf/",
    "/opt/nginx/conf/",
)
_PARTS = frozenset(
    {"conf.d", "sites-enabled", "sites-available", "sites", "snippets", "templates", "vhosts", "vhost.d", "servers", "includes"}
)
_HTTP_ONLY = frozenset({"server", "upstream", "map", "geo", "split_clients", "log_format", "limit_req_zone", "limit_conn_zone"})
_MOST_FILES = 2_000
_DEEPEST_INCLUDE = 20


@dataclass(frozen=True, slots=True)
class Missing:
    """An include that leads to no file of the tree."""

    path: str
    place: Place
    harmless: bool = False
    """True for files that by their name hold nothing that touches a socket (certificates, error pages)."""


@dataclass(frozen=True, eq=False)
class Config:
    """A configuration with its includes in place. ``level`` tells what the main file itself is."""

    main: str
    directives: tuple[Directive, ...]
    level: Level
    files: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    problems: tuple[Problem, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    templates: frozenset[str] = frozenset()
    """Files that something fills in before nginx reads them."""


@dataclass(slots=True)
class _Loader:
    read: Callable[[str], str | None]
    glob: Callable[[str], list[str]]
    home: str
    eaten: bool
    environment: Mapping[str, str]
    force_template: bool
    mounted: Callable[[str], Sequence[str]] | None
    files: list[str] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    templates: set[str] = field(default_factory=set)

    def file(self, path: str, text: str, chain: tuple[str, ...]) -> tuple[Directive, ...]:
        """The directives of one file, its includes resolved."""
        if _TEMPLATE.search(path) or self.force_template:
            self.templates.add(path)
        if self.eaten:
            text = _eat(text, self.environment)
        try:
            document = parse(text, path)
        except Unreadable as unreadable:
            self.not_read.append(NotRead(path, unreadable.clause, unreadable.line, deployment=True))
            return ()
        self.files.append(path)
        self.problems.extend(document.problems)
        return self.resolve(document.directives, (*chain, path))

    def resolve(self, directives: tuple[Directive, ...], chain: tuple[str, ...]) -> tuple[Directive, ...]:
        done: list[Directive] = []
        for directive in directives:
            if directive.name == "include" and len(directive.args) == 1:
                done.extend(self.include(directive, chain))
            elif directive.block and _has_include(directive):
                done.append(replace(directive, block=self.resolve(directive.block, chain)))
            else:
                done.append(directive)
        return tuple(done)

    def include(self, directive: Directive, chain: tuple[str, ...]) -> tuple[Directive, ...]:
        pattern = directive.args[0]
        found = self.find(pattern)
        if not found:
            return self.absent(directive, pattern)
        inner: list[Directive] = []
        for path in found:
            if path in chain or len(chain) > _DEEPEST_INCLUDE:
                reason = f'open() "{path}" failed (24: Too many open files): the file includes itself'
                self.problems.append(Problem(reason, directive.place))
                continue
            text = self.read(path) if len(self.files) < _MOST_FILES else None
            if text is None:
                self.not_read.append(
                    NotRead(path, "it is included, and it was not found or could not be opened", deployment=True)
                )
                continue
            inner.extend(self.file(path, text, chain))
        return tuple(inner)

    def absent(self, directive: Directive, pattern: str) -> tuple[Directive, ...]:
        shipped = stock.directives(pattern, directive.place)
        if shipped is not None:
            return shipped
        if not any(sign in pattern for sign in "*?["):
            self.missing.append(Missing(pattern, directive.place, stock.is_harmless(pattern)))
        return ()

    def find(self, pattern: str) -> list[str]:
        """Files of the tree that an include's pattern means: those of the first directory in which there are any."""
        absolute = pattern if pattern.startswith("/") else f"{_ROOTS[0]}{pattern}"
        if self.mounted is not None and (inside := self.mounted(absolute)):
            return list(inside)
        return first(self.candidates(pattern), self.read, self.glob)

    def candidates(self, pattern: str) -> Iterator[str]:
        tail = pattern
        for root in _ROOTS:
            if pattern.startswith(root):
                tail = pattern[len(root) :]
        inside = tail != pattern or not pattern.startswith("/")
        full = pattern.lstrip("/")
        seen: set[str] = set()
        rooted = self.home.startswith("/")
        for directory in _upwards(self.home):
            for option in (tail, full) if inside else (full,):
                path = posixpath.normpath(posixpath.join(directory, option))
                if path not in seen and not path.startswith("../") and path != ".." and path.startswith("/") == rooted:
                    seen.add(path)
                    yield path
        beside = posixpath.join(self.home, posixpath.basename(pattern))
        if beside not in seen and not any(sign in pattern for sign in "*?["):
            yield beside


def load(
    main: str | tuple[str, ...],
    read: Callable[[str], str | None],
    glob: Callable[[str], list[str]],
    *,
    template: bool = False,
    eaten: bool = False,
    environment: Mapping[str, str] | None = None,
    mounted: Callable[[str], Sequence[str]] | None = None,
) -> Config:
    """Reads a configuration from its main file, or from several server-level files that stand under the shipped one.

    ``read`` answers a file of the tree or ``None``, ``glob`` the paths that match a pattern whose ``*`` does not cross ``/``.
    ``template``: something fills in ``${NAME}`` before nginx starts, though no file name says so. ``eaten``: an ``envsubst``
    without a list of names does it, so that every ``$name`` which ``environment`` does not hold turns into nothing.
    ``mounted`` answers the files of the tree that a container has where an absolute include points; it is asked first.
    """
    paths = (main,) if isinstance(main, str) else main
    loader = _Loader(read, glob, home(paths[0], _PARTS), eaten, environment or {}, template, mounted)
    parts: list[Directive] = []
    for path in paths:
        text = read(path)
        if text is None:
            loader.not_read.append(NotRead(path, "it could not be opened", deployment=True))
        else:
            parts.extend(loader.file(path, text, ()))
    level = level_of(tuple(parts))
    return Config(
        paths[0],
        _wrapped(tuple(parts), level, paths[0]),
        level,
        tuple(loader.files),
        tuple(loader.missing),
        tuple(loader.problems),
        tuple(loader.not_read),
        frozenset(loader.templates),
    )


def level_of(directives: tuple[Directive, ...]) -> Level:
    """What a file is, judged by the directives at its top: a whole configuration or a part for http, server or stream."""
    names = {directive.name for directive in directives}
    if names & {"http", "events", "stream", "mail", "worker_processes", "load_module", "daemon"}:
        return "main"
    servers = [directive for directive in directives if directive.name == "server" and directive.block is not None]
    if servers and all(_is_stream(server) for server in servers) and not names & {"limit_req_zone"}:
        return "stream"
    if names & _HTTP_ONLY or not names & {"location", "proxy_pass", "proxy_set_header", "rewrite", "return", "listen"}:
        return "http"
    return "server"


def _is_stream(server: Directive) -> bool:
    """True for a server that passes connections on without a URL, as only ``stream`` has it."""
    return any("://" not in " ".join(one.args) for one in server.each("proxy_pass"))


def is_server_level(text: str) -> bool:
    """True where the text holds parts for ``http`` (servers, upstreams, maps), so that it is read as included there."""
    try:
        return level_of(parse(text, "").directives) == "http"
    except Unreadable:
        return False


def _wrapped(directives: tuple[Directive, ...], level: Level, file: str) -> tuple[Directive, ...]:
    """The file's directives below the blocks that the shipped main file would put around them."""
    place = Place(file)
    if level == "main":
        return directives
    if level == "server":
        directives = (Directive("server", (), directives[0].place if directives else place, directives),)
    outer = "stream" if level == "stream" else "http"
    return (Directive("events", (), place, ()), Directive(outer, (), place, directives))


def _upwards(directory: str) -> Iterator[str]:
    yield directory
    while directory not in ("", "/"):
        directory = posixpath.dirname(directory)
        yield directory


def _has_include(directive: Directive) -> bool:
    waiting = [directive]
    while waiting:
        block = waiting.pop()
        for inner in block.block or ():
            if inner.name == "include":
                return True
            if inner.block:
                waiting.append(inner)
    return False


def _eat(text: str, environment: Mapping[str, str]) -> str:
    """What ``envsubst`` without a list of names leaves of a text."""
    return re.sub(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))", lambda name: environment.get(name[1] or name[2], ""), text)
