"""One or several HAProxy files and callbacks into the tree -> one configuration, its proxies with their defaults in place."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from advisor.formats.document import Problem, Unreadable
from advisor.formats.haproxy import PROXIES, Line, Section, parse
from advisor.model import NotRead, Place
from advisor.proxies.haproxy.grammar import Criterion, acls

ROOTS = ("/etc/haproxy/", "/usr/local/etc/haproxy/")


@dataclass(frozen=True, eq=False)
class Proxy:
    """A frontend, backend or listen section, with the defaults that it has."""

    section: Section
    defaults: tuple[Section, ...] = ()
    """The defaults section in force, and those that it is made from."""

    @property
    def name(self) -> str:
        return self.section.name

    @property
    def kind(self) -> str:
        return self.section.kind

    @property
    def place(self) -> Place:
        return self.section.place

    @property
    def label(self) -> str:
        return f"{self.kind} {self.name}".strip()

    @property
    def takes(self) -> bool:
        """True where it can listen."""
        return self.kind in ("frontend", "listen")

    @property
    def serves(self) -> bool:
        """True where it can have servers."""
        return self.kind in ("backend", "listen")

    def own(self, *names: str) -> Iterator[Line]:
        """Its own lines of these names, in order."""
        if len(names) == 1:
            yield from self._by_name[0].get(names[0], ())
        else:
            yield from (line for line in self.section.lines if line.name in names)

    def find(self, name: str, first: str | None = None) -> Line | None:
        """The last line of that name (and first argument), its own or inherited."""
        for by_name in self._by_name:
            for line in reversed(by_name.get(name, ())):
                if first is None or line.args[:1] == (first,):
                    return line
        return None

    @cached_property
    def _by_name(self) -> tuple[dict[str, list[Line]], ...]:
        """The lines of its own section and of each of its defaults, by their first word."""
        tables: list[dict[str, list[Line]]] = []
        for section in (self.section, *self.defaults):
            table: dict[str, list[Line]] = {}
            for line in section.lines:
                table.setdefault(line.name, []).append(line)
            tables.append(table)
        return tuple(tables)

    def rules(self, *names: str) -> Iterator[Line]:
        """Rules in the order in which they run: those of the defaults first."""
        for section in (*reversed(self.defaults), self.section):
            yield from (line for line in section.lines if line.name in names)

    def option(self, name: str) -> Line | None:
        """The line that switches an option on, or ``None`` where it is off."""
        for section in (self.section, *self.defaults):
            for line in reversed(section.lines):
                words = line.words
                if words[:2] == ("option", name):
                    return line
                if words[:3] in (("no", "option", name), ("default", "option", name)):
                    return None
        return None

    @cached_property
    def acls(self) -> dict[str, list[Criterion]]:
        """The ACLs that its conditions may name: those of its defaults and its own."""
        return acls([line for section in (*reversed(self.defaults), self.section) for line in section.lines])

    @cached_property
    def mode(self) -> str:
        line = self.find("mode")
        return line.args[0] if line is not None and line.args else "tcp"


@dataclass(frozen=True, eq=False)
class Config:
    """A configuration. ``proxies`` are in the order written; ``read`` answers a file that a line names (an ACL's list)."""

    main: str
    files: tuple[str, ...]
    sections: tuple[Section, ...]
    proxies: tuple[Proxy, ...]
    read: Callable[[str], str | None]
    problems: tuple[Problem, ...] = ()
    undecided: tuple[Place, ...] = ()
    not_read: tuple[NotRead, ...] = ()

    @cached_property
    def _backends(self) -> dict[str, Proxy]:
        return {proxy.name: proxy for proxy in reversed(self.proxies) if proxy.serves}

    def backend(self, name: str) -> Proxy | None:
        """The backend or listen section of that name."""
        return self._backends.get(name)

    def setting(self, name: str) -> Line | None:
        """The last line of that name in ``global``."""
        lines = [line for section in self.sections if section.kind == "global" for line in section.lines if line.name == name]
        return lines[-1] if lines else None


@dataclass(slots=True)
class _Joined:
    """Sections of all files -> proxies, each with the defaults in force where it stands."""

    named: dict[str, tuple[Section, ...]] = field(default_factory=dict)
    current: tuple[Section, ...] = ()
    problems: list[Problem] = field(default_factory=list)

    def proxies(self, sections: Sequence[Section]) -> Iterator[Proxy]:
        for section in sections:
            if section.kind not in PROXIES:
                continue
            parents = self.parents(section)
            if section.kind == "defaults":
                self.current = (section, *parents)[:20]
                if section.name:
                    self.named[section.name] = self.current
            else:
                yield Proxy(section, parents or self.current)

    def parents(self, section: Section) -> tuple[Section, ...]:
        """What ``from`` names; nothing where there is none."""
        words = (section.name, *section.args)
        name = words[words.index("from") + 1] if "from" in words[:-1] else None
        if name is None:
            return ()
        if name not in self.named:
            owner = f"{section.kind} '{section.name}'"
            self.problems.append(Problem(f"defaults section '{name}' not found for {owner}.", section.head or section.place))
        return self.named.get(name, ())


def load(
    main: str | tuple[str, ...],
    read: Callable[[str], str | None],
    glob: Callable[[str], list[str]],
    *,
    environment: Mapping[str, str] | None = None,
    mounted: Callable[[str], Sequence[str]] | None = None,
) -> Config:
    """Reads a configuration from its file, or from several in the order in which ``-f`` names them.

    ``read`` answers a file of the tree or ``None``; ``mounted`` the files that a container has at a path; ``environment`` the
    variables that texts in double quotes may hold.
    """
    paths = (main,) if isinstance(main, str) else main
    sections: list[Section] = []
    files: list[str] = []
    problems: list[Problem] = []
    undecided: list[Place] = []
    not_read: list[NotRead] = []
    for path in paths:
        text = read(path)
        if text is None:
            not_read.append(NotRead(path, "it could not be opened", deployment=True))
            continue
        try:
            document = parse(text, path, environment)
        except Unreadable as unreadable:
            not_read.append(NotRead(path, unreadable.clause, unreadable.line, deployment=True))
            continue
        files.append(path)
        sections += document.sections
        problems += document.problems
        undecided += document.undecided
    joined = _Joined()
    proxies = tuple(joined.proxies(sections))
    return Config(
        paths[0],
        tuple(files),
        tuple(sections),
        proxies,
        lambda name: _beside(name, paths[0], read, mounted),
        (*problems, *joined.problems),
        tuple(undecided),
        tuple(not_read),
    )


def _beside(
    name: str, main: str, read: Callable[[str], str | None], mounted: Callable[[str], Sequence[str]] | None
) -> str | None:
    """The text of a file that a line names, looked up where it is mounted, else beside the main file."""
    if mounted is not None and (found := mounted(name)):
        return read(found[0])
    home = posixpath.dirname(main)
    tails = [name[len(root) :] for root in ROOTS if name.startswith(root)] or [name.lstrip("/")]
    for tail in (*tails, posixpath.basename(name)):
        path = posixpath.normpath(posixpath.join(home, tail))
        if not path.startswith("../") and (text := read(path)) is not None:
            return text
    return None
