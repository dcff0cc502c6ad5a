"""A loaded configuration -> its blocks with inheritance, its upstreams and its variables, built once per configuration.

A setting is looked up from the inside out, the way nginx merges: the innermost block that writes a directive decides, and
for a list (``proxy_set_header``) the innermost block that writes any of it replaces the whole list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from advisor.formats.nginx import Directive
from advisor.model import Place
from advisor.proxies.nginx.load import Config

Kind = Literal["main", "http", "stream", "server", "location", "if", "limit_except"]
HANDLERS = (
    "proxy_pass",
    "grpc_pass",
    "fastcgi_pass",
    "uwsgi_pass",
    "scgi_pass",
    "memcached_pass",
    "tunnel_pass",
    "js_content",
    "content_by_lua",
    "content_by_lua_block",
    "content_by_lua_file",
    "perl",
    "stub_status",
    "empty_gif",
    "echo",
)
"""Directives that answer the request; where one stands no file is served."""


@dataclass(slots=True, eq=False)
class Block:
    """One block and what it writes itself, by directive name."""

    kind: Kind
    directive: Directive
    parent: Block | None = None
    own: dict[str, list[Directive]] = field(default_factory=dict)
    locations: list[Block] = field(default_factory=list)
    modifier: str = ""
    """``=``, ``^~``, ``~``, ``~*``, ``@`` or empty for a plain prefix."""
    pattern: str = ""
    inner: dict[int, Block] = field(default_factory=dict)
    """The ``if`` and ``limit_except`` blocks by the identity of their directive."""
    index: LocationIndex | None = None

    @property
    def place(self) -> Place:
        return self.directive.place

    @property
    def label(self) -> str:
        return " ".join((self.directive.name, *self.directive.args))

    def levels(self) -> Iterator[Block]:
        """This block and those around it, from the inside out."""
        block: Block | None = self
        while block is not None:
            yield block
            block = block.parent

    def find(self, name: str) -> Directive | None:
        """The directive in force: the innermost one of that name (the first, where a block repeats it)."""
        return next((level.own[name][0] for level in self.levels() if name in level.own), None)

    def value(self, name: str) -> str | None:
        """First word of the directive in force."""
        found = self.find(name)
        return found.args[0] if found is not None and found.args else None

    def list_in_force(self, name: str) -> list[Directive]:
        """All of the innermost block that writes any."""
        return next((level.own[name] for level in self.levels() if name in level.own), [])

    def location(self) -> Block:
        """The location (or server) around an ``if``; a location itself otherwise."""
        block = self
        while block.kind in ("if", "limit_except") and block.parent is not None:
            block = block.parent
        return block

    def handler(self) -> Directive | None:
        """What answers in this block. Only an ``if`` and a ``limit_except`` take it over from around them."""
        for name in HANDLERS:
            if name in self.own:
                return self.own[name][-1]
        if self.kind in ("if", "limit_except") and self.parent is not None and self.parent.kind != "server":
            return self.parent.handler()
        return None

    def redirects_to_slash(self) -> bool:
        """True where nginx itself sends ``/ws`` to ``/ws/``: a location that ends in a slash and passes requests on."""
        passes = ("proxy_pass", "grpc_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "memcached_pass")
        return self.pattern.endswith("/") and any(name in self.own for name in passes)


@dataclass(slots=True, eq=False)
class LocationIndex:
    """The locations of one block as they are searched."""

    exact: dict[str, Block]
    prefix: dict[str, Block]
    patterns: list[Block]
    named: dict[str, Block]


@dataclass(frozen=True, slots=True)
class Member:
    """One ``server`` of an upstream block."""

    address: str
    options: tuple[str, ...]
    place: Place

    @property
    def serves(self) -> bool:
        return "down" not in self.options and "backup" not in self.options


@dataclass(frozen=True, slots=True)
class Upstream:
    """An ``upstream`` block."""

    name: str
    members: tuple[Member, ...]
    directive: Directive

    def settings(self) -> Iterator[Directive]:
        yield from (inner for inner in self.directive.block or () if inner.name != "server")


@dataclass(slots=True, eq=False)
class Compiled:
    """Everything a run asks for."""

    config: Config
    main: Block
    http: Block | None
    stream: Block | None
    servers: list[Block]
    stream_servers: list[Block]
    upstreams: dict[str, Upstream]
    stream_upstreams: dict[str, Upstream]
    maps: dict[str, Directive]
    """Variable in lower case, without ``$`` -> its ``map``, ``geo`` or ``split_clients`` block."""
    written: dict[str, Place]
    """Variables that some directive sets."""
    literal_hosts: frozenset[tuple[str, int]]
    """Hosts and ports that some ``proxy_pass`` names without a variable."""


def compiled(config: Config, environment: Mapping[str, str] | None = None) -> Compiled:
    """The configuration's blocks; kept for the configurations asked about last."""
    return _kept(config, tuple(sorted((environment or {}).items())))


@lru_cache(maxsize=32)
def _kept(config: Config, environment: tuple[tuple[str, str], ...]) -> Compiled:
    directives = config.directives
    if environment and config.templates:
        directives = _filled(directives, dict(environment), config.templates)
    main = _block("main", Directive("main", (), Place(config.main), directives), None)
    http = _part("http", main)
    stream = _part("stream", main)
    servers = _servers(http)
    stream_servers = _servers(stream)
    maps: dict[str, Directive] = {}
    for part in (http, stream):
        for name in ("map", "geo", "split_clients"):
            for block in part.own.get(name, []) if part else []:
                if block.args and block.block is not None:
                    maps.setdefault(block.args[-1].lstrip("$").lower(), block)
    return Compiled(
        config,
        main,
        http,
        stream,
        servers,
        stream_servers,
        _upstreams(http),
        _upstreams(stream),
        maps,
        _written(directives),
        frozenset(_literal_hosts(servers)),
    )


def _part(name: Literal["http", "stream"], main: Block) -> Block | None:
    found = [directive for directive in main.own.get(name, []) if directive.block is not None]
    return _block(name, found[0], main) if found else None


_LITERAL = re.compile(r"(https?)://([^/?:$]+)(?::(\d+))?(?:[/?]|$)")


def _literal_hosts(servers: list[Block]) -> Iterator[tuple[str, int]]:
    waiting = list(servers)
    while waiting:
        block = waiting.pop()
        for directive in block.own.get("proxy_pass", []):
            if directive.args and (found := _LITERAL.match(directive.args[0])):
                yield found[2].lower(), int(found[3] or (443 if found[1] == "https" else 80))
        waiting.extend((*block.locations, *block.inner.values()))


def _servers(part: Block | None) -> list[Block]:
    if part is None:
        return []
    return [_block("server", server, part) for server in part.own.get("server", []) if server.block is not None]


def _block(kind: Kind, directive: Directive, parent: Block | None) -> Block:
    block = Block(kind, directive, parent)
    if kind == "location":
        block.modifier, block.pattern = location_words(directive.args)
    for inner in directive.block or ():
        block.own.setdefault(inner.name, []).append(inner)
        if inner.block is None:
            continue
        if inner.name == "location" and kind in ("server", "location"):
            block.locations.append(_block("location", inner, block))
        elif inner.name == "if" and kind in ("server", "location"):
            block.inner[id(inner)] = _block("if", inner, block)
        elif inner.name == "limit_except":
            block.inner[id(inner)] = _block("limit_except", inner, block)
    return block


def location_words(args: tuple[str, ...]) -> tuple[str, str]:
    """Modifier and pattern of a location, also where they are written as one word (``~/ws``, ``=/``)."""
    if len(args) >= 2:
        return args[0], args[1]
    word = args[0] if args else ""
    for modifier in ("~*", "^~", "=", "~", "@"):
        if word.startswith(modifier):
            return modifier, word if modifier == "@" else word[len(modifier) :]
    return "", word


def _upstreams(part: Block | None) -> dict[str, Upstream]:
    found: dict[str, Upstream] = {}
    for block in part.own.get("upstream", []) if part else []:
        if block.args and block.block is not None:
            members = tuple(
                Member(member.args[0], member.args[1:], member.place) for member in block.each("server") if member.args
            )
            found.setdefault(block.args[0].lower(), Upstream(block.args[0], members, block))
    return found


_NAME = re.compile(r"\$(\w+)$")
_GROUP = re.compile(r"\(\?P?<([A-Za-z_]\w*)>|\(\?'([A-Za-z_]\w*)'")
_TABLES = ("map", "geo", "split_clients")


def _written(directives: tuple[Directive, ...]) -> dict[str, Place]:
    """Every variable that some directive defines: ``set $x``, ``auth_request_set $x``, named groups, other modules' own."""
    found: dict[str, Place] = {}
    waiting = list(directives)
    while waiting:
        directive = waiting.pop()
        if (
            directive.name in ("set", "map", "geo", "split_clients")
            or directive.name.endswith("_set")
            or "_by_lua" in directive.name
        ):
            words = directive.args[-1:] if directive.name in ("map", "geo", "split_clients") else directive.args[:1]
            for word in words:
                if variable := _NAME.match(word):
                    found.setdefault(variable[1].lower(), directive.place)
        for word in directive.args:
            if "(?" in word:
                for group in _GROUP.finditer(word):
                    found.setdefault((group[1] or group[2]).lower(), directive.place)
        if directive.name in ("map", "geo", "split_clients"):
            for entry in directive.block or ():
                if "(?" in entry.name:
                    for group in _GROUP.finditer(entry.name):
                        found.setdefault((group[1] or group[2]).lower(), entry.place)
        elif directive.block:
            if directive.name.startswith(("geoip2", "keyval", "js_")):
                for entry in directive.block:
                    if variable := _NAME.match(entry.name):
                        found.setdefault(variable[1].lower(), entry.place)
            waiting.extend(directive.block)
    return found


_REFERENCE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")


def _filled(directives: tuple[Directive, ...], environment: dict[str, str], templates: frozenset[str]) -> tuple[Directive, ...]:
    """Template words with the environment's values in place, as the official image's start script puts them.

    Only names that the environment holds are replaced (docker-nginx, 20-envsubst-on-templates.sh).
    """

    def fill(word: str) -> str:
        return _REFERENCE.sub(lambda name: environment.get(name[1] or name[2], name[0]), word) if "$" in word else word

    def one(directive: Directive) -> Directive:
        block = None if directive.block is None else tuple(one(inner) for inner in directive.block)
        if directive.place.file not in templates:
            return replace(directive, block=block)
        return replace(directive, name=fill(directive.name), args=tuple(fill(word) for word in directive.args), block=block)

    return tuple(one(directive) for directive in directives)
