"""A main file and callbacks into the tree -> one configuration: every line in force, with its ports, peers and ACLs.

Lines are taken in order, as ``parseOneConfigFile`` does it (squid 5.7, src/cache_cf.cc): an ACL or a peer that stands further
down is not known yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from advisor.formats.document import Problem, Unreadable
from advisor.formats.squid import Document, Line, Word, parse, words
from advisor.model import NotRead, Place
from advisor.proxies.lookup import Lookup, home
from advisor.proxies.squid.peers import Peer, peer
from advisor.proxies.squid.ports import Port, port

ROOTS = ("/etc/squid/", "/etc/squid3/", "/usr/local/squid/etc/", "/usr/local/etc/squid/")
FOLDERS = frozenset({"conf.d"})
_MOST_FILES = 500
_DEEPEST = 16
_MACROS = {"process_number": "1", "process_name": "squid", "service_name": "squid"}
"""What Squid puts in for ``${...}`` where it runs without further workers."""


@dataclass(frozen=True, slots=True)
class Acl:
    """A named list: its type, the line that begins it, its values; ``hidden``: a file of values that is not there."""

    name: str
    type: str
    place: Place
    words: tuple[Word, ...]
    hidden: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """An include that leads to no file of the tree."""

    path: str
    place: Place


@dataclass(slots=True, eq=False)
class Config:
    """A configuration. ``lines`` are those in force, by directive, in their order."""

    main: str
    lines: dict[str, list[Line]] = field(default_factory=dict)
    ports: list[Port] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)
    acls: dict[str, Acl] = field(default_factory=dict)
    order: list[Line] = field(default_factory=list)
    """Every line in force, as Squid reads them."""
    peer_rules: dict[str, list[tuple[Line, tuple[str, ...]]]] = field(default_factory=dict)
    """Peer -> the lines of its ``cache_peer_access`` that stand behind it, with what follows its name."""
    begins: dict[tuple[str, str], int] = field(default_factory=dict)
    """``("acl", name)`` or ``("cache_peer", name)`` -> the number in ``order`` of the line that first names it."""
    problems: tuple[Problem, ...] = ()
    missing: tuple[Missing, ...] = ()
    files: tuple[str, ...] = ()
    not_read: tuple[NotRead, ...] = ()

    def last(self, name: str) -> Line | None:
        """The line that counts where a directive holds one value."""
        return self.lines[name][-1] if name in self.lines else None

    def knows(self, what: str, name: str, at: int) -> bool:
        """True where an ACL or a peer stands before a line, by the line's number in ``order``."""
        return (what == "acl" and name in BUILT_IN) or self.begins.get((what, name), at) < at

    def is_on(self, name: str, usual: bool) -> bool:
        line = self.last(name)
        return line.args[0] in ("on", "enable") if line is not None and line.args else usual


BUILT_IN = {
    "all": ("src", "all"),
    "manager": ("url_regex", "-i ^cache_object:// ^[^:]+://[^/]+/squid-internal-mgr/"),
    "localhost": ("src", "127.0.0.1/32 ::1"),
    "to_localhost": ("dst", "127.0.0.0/8 0.0.0.0/32 ::1/128 ::/128"),
    "to_linklocal": ("dst", "169.254.0.0/16 fe80::/10"),
    "CONNECT": ("method", "CONNECT"),
}
"""ACLs that Squid knows without a line of the file (src/cf.data.pre, ``NAME: acl``)."""


@dataclass(slots=True)
class _Loader:
    config: Config
    lookup: Lookup
    environment: Mapping[str, str]
    files: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)

    def file(self, path: str, chain: tuple[str, ...]) -> None:
        text = self.lookup.read(path) if len(self.files) < _MOST_FILES and len(chain) < _DEEPEST and path not in chain else None
        try:
            document = parse(text, path) if text is not None else None
        except Unreadable as problem:
            self.not_read.append(NotRead(path, problem.clause, problem.line, deployment=True))
            return
        if document is None:
            why = "it is included, and it includes itself or could not be opened" if chain else "it could not be opened"
            self.not_read.append(NotRead(path, why, deployment=True))
            return
        self.files.append(path)
        for line in self.in_force(document):
            if line.name == "include":
                self.include(line, (*chain, path))
            else:
                self.line(line)

    def in_force(self, document: Document) -> Iterator[Line]:
        """The lines outside of ``if false``; ``if``, ``else`` and ``endif`` are gone."""
        open_: list[bool] = []
        for written in document.lines:
            line = _filled(written, self.environment)
            if line.name == "if":
                holds = _holds(line.rest)
                if holds is None:
                    self.refuse(f"Unable to evaluate expression '{line.rest}'", line)
                open_.append(holds is not False)
            elif line.name in ("else", "endif") and not line.rest:
                if not open_:
                    self.refuse(f"'{line.name}' without 'if'", line)
                elif line.name == "else":
                    open_[-1] = not open_[-1]
                else:
                    open_.pop()
            elif all(open_):
                yield line
        if open_ and document.lines:
            self.refuse("if-statement without 'endif'", document.lines[-1])

    def refuse(self, reason: str, line: Line) -> None:
        self.problems.append(Problem(reason, line.place))

    def line(self, line: Line) -> None:
        config = self.config
        config.lines.setdefault(line.name, []).append(line)
        config.order.append(line)
        if line.name in ("http_port", "https_port", "ascii_port"):
            opened = port(line)
            if isinstance(opened, Port):
                config.ports.append(opened)
        elif line.name == "cache_peer":
            made = peer(line)
            if made is not None:
                config.peers.append(made)
                config.begins.setdefault(("cache_peer", made.name), len(config.order) - 1)
        elif line.name == "cache_peer_access" and ("cache_peer", line.args[:1] and line.args[0]) in config.begins:
            config.peer_rules.setdefault(line.args[0], []).append((line, line.args[1:]))
        elif line.name == "acl" and len(line.words) > 1:
            self.acl(line)

    def acl(self, line: Line) -> None:
        name, type_ = line.args[:2]
        given, hidden = self.values(line.words[2:])
        old = self.config.acls.get(name)
        if old is not None:
            given, hidden = (*old.words, *given), hidden or old.hidden
        self.config.acls[name] = Acl(name, old.type if old else type_, old.place if old else line.place, given, hidden)
        self.config.begins.setdefault(("acl", name), len(self.config.order) - 1)

    def values(self, given: Sequence[Word]) -> tuple[tuple[Word, ...], str | None]:
        """Values, those of a file in quotes in its place."""
        found: list[Word] = []
        hidden = None
        for word in given:
            if not word.quoted:
                found.append(word)
                continue
            files = self.lookup.files(word.text)
            text = self.lookup.read(files[0]) if len(files) == 1 else None
            if text is None:
                hidden = word.text
            else:
                found += [each for one in text.splitlines()[:20_000] for each in words(one.strip())]
        return tuple(found), hidden

    def include(self, line: Line, chain: tuple[str, ...]) -> None:
        for pattern in line.args:
            found = self.lookup.files(pattern)
            if not found and not any(sign in pattern for sign in "*?["):
                self.missing.append(Missing(pattern, line.place))
            for path in found:
                self.file(path, chain)


def load(
    main: str | tuple[str, ...],
    read: Callable[[str], str | None],
    glob: Callable[[str], list[str]],
    *,
    environment: Mapping[str, str] | None = None,
    mounted: Callable[[str], Sequence[str]] | None = None,
) -> Config:
    """Reads a configuration from its main file with its includes, or from several parts in their order."""
    paths = (main,) if isinstance(main, str) else main
    config = Config(paths[0])
    loader = _Loader(config, Lookup(home(paths[0], FOLDERS), ROOTS, read, glob, mounted), {**_MACROS, **(environment or {})})
    for path in paths:
        loader.file(path, ())
    config.problems, config.missing = tuple(loader.problems), tuple(loader.missing)
    config.files, config.not_read = tuple(loader.files), tuple(loader.not_read)
    return config


def _filled(line: Line, macros: Mapping[str, str]) -> Line:
    """``${process_number}`` and what a template's variables are known to be."""
    if "${" not in line.rest:
        return line
    rest = re.sub(r"\$\{(\w+)\}", lambda name: macros.get(name[1], name[0]), line.rest)
    return replace(line, rest=rest, words=tuple(words(rest)))


def _holds(expression: str) -> bool | None:
    """``true``, ``false`` or ``1 = 1``; ``None`` for what Squid cannot evaluate."""
    if expression in ("true", "false"):
        return expression == "true"
    compared = re.fullmatch(r"(-?\d{1,9})\s*=\s*(-?\d{1,9})", expression)
    return int(compared[1]) == int(compared[2]) if compared is not None else None
