"""A main file and callbacks into the tree -> one configuration: its blocks in order, with every value evaluated.

A block is what one condition holds; two of the same condition are one block, at the place of the first, as in lighttpd.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from advisor.formats import lighttpd as source
from advisor.formats.document import Problem, Unreadable
from advisor.formats.lighttpd import Assign, Conditional, Include, Joined, Listed, Name, Statement
from advisor.model import NotRead, Place
from advisor.proxies.lookup import Lookup, home

ROOTS = ("/etc/lighttpd/", "/usr/local/etc/lighttpd/")
FOLDERS = frozenset({"conf-enabled", "conf-available", "conf.d", "vhosts.d"})
_MOST_FILES = 500
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that hangs on something no file shows; ``text`` is as written."""

    text: str


Pairs = tuple[tuple[str | None, "Known"], ...]
Known = str | int | Unknown | Pairs


@dataclass(slots=True, eq=False)
class Block:
    """A condition with what it holds. ``before``: the block whose chain must not hold for an ``else``."""

    label: str
    place: Place
    key: str | None = None
    operator: str = ""
    value: Known = ""
    parent: Block | None = None
    before: Block | None = None
    values: dict[str, tuple[Known, Place]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missing:
    """An include that leads to no file of the tree, or a command whose output no file shows."""

    path: str
    place: Place
    command: bool = False


@dataclass(frozen=True, eq=False)
class Config:
    """A configuration. ``blocks`` are in the order in which lighttpd tries them, the global one first."""

    main: str
    files: tuple[str, ...]
    blocks: tuple[Block, ...]
    problems: tuple[Problem, ...] = ()
    missing: tuple[Missing, ...] = ()
    not_read: tuple[NotRead, ...] = ()

    @property
    def whole(self) -> bool:
        """False for a part that some other file includes: nothing in it is what only a main file sets."""
        own = ("server.document-root", "server.port", "server.bind", "server.username", "server.errorlog", "server.pid-file")
        return any(name in self.blocks[0].values for name in own)

    def modules(self) -> tuple[str, ...]:
        """Names of ``server.modules``, in order."""
        listed = [block.values["server.modules"][0] for block in self.blocks if "server.modules" in block.values]
        return tuple(str(value) for each in listed if isinstance(each, tuple) for _, value in each)


@dataclass(slots=True)
class _Loader:
    lookup: Lookup
    environment: Mapping[str, str]
    blocks: list[Block] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    known: dict[tuple[int, str | None, str, Known], Block] = field(default_factory=dict)

    def file(self, path: str, text: str, block: Block, chain: tuple[str, ...]) -> None:
        try:
            document = source.parse(text, path)
        except Unreadable as unreadable:
            self.not_read.append(NotRead(path, unreadable.clause, unreadable.line, deployment=True))
            return
        self.files.append(path)
        self.statements(document.statements, block, (*chain, path))
        if document.problem is not None:
            self.problems.append(document.problem)

    def statements(self, statements: Sequence[Statement], block: Block, chain: tuple[str, ...]) -> None:
        before: Block | None = None
        for statement in statements:
            if isinstance(statement, Assign):
                self.assign(statement, block)
            elif isinstance(statement, Include):
                self.include(statement, block, chain)
            else:
                before = inner = self.block(statement, block, before if statement.otherwise else None)
                self.statements(statement.block, inner, chain)

    def block(self, statement: Conditional, parent: Block, before: Block | None) -> Block:
        value = self.value(statement.value, parent, statement.place)
        if statement.key is not None and statement.key not in _KEYS and not statement.key.startswith(_HEADERS):
            self.problems.append(Problem(f"error comp_key {statement.key}", statement.place))
        label = f"{statement.key} {statement.operator} {told(value)}" if statement.key else "else"
        identity = (id(parent), statement.key, statement.operator, value)
        if before is None and identity in self.known:
            return self.known[identity]
        made = Block(label, statement.place, statement.key, statement.operator, value, parent, before)
        self.blocks.append(made)
        if before is None:
            self.known[identity] = made
        return made

    def assign(self, statement: Assign, block: Block) -> None:
        name, value = statement.name, self.value(statement.value, block, statement.place)
        old = block.values.get(name)
        if statement.operator == "+=":
            inherited = old or self.find(name, block)
            value = _added(inherited[0], value) if inherited is not None else value
        elif old is not None and statement.operator == "=" and not name.startswith("var."):
            number = self.blocks.index(block)
            scope = "global" if number == 0 else block.label
            self.problems.append(Problem(f"Duplicate config variable in conditional {number} {scope}: {name}", statement.place))
            return
        block.values[name] = (value, statement.place)

    def find(self, name: str, block: Block | None) -> tuple[Known, Place] | None:
        while block is not None:
            if name in block.values:
                return block.values[name]
            block = block.parent
        return None

    def value(self, written: source.Value, block: Block, place: Place) -> Known:
        if isinstance(written, Listed):
            return tuple(
                (None if key is None else told(self.value(key, block, place)), self.value(value, block, place))
                for key, value in written.items
            )
        if isinstance(written, Joined):
            parts = [self.value(part, block, place) for part in written.parts]
            joined = parts[0]
            for part in parts[1:]:
                joined = _added(joined, part)
            return joined
        return self.variable(written.name, block, place) if isinstance(written, Name) else written

    def variable(self, name: str, block: Block, place: Place) -> Known:
        if name.startswith("env."):
            return self.environment.get(name[4:], Unknown(name))
        known = self.find(name, block)
        if known is not None:
            return known[0]
        if name in ("var.PID", "var.CWD"):
            return Unknown(name)
        if not self.missing:
            self.problems.append(Problem(f"Undefined config variable: {name}", place))
        return Unknown(name)

    def include(self, statement: Include, block: Block, chain: tuple[str, ...]) -> None:
        path = told(self.value(statement.path, block, statement.place))
        if statement.command:
            if not re.search(r"use-ipv6\.pl|create-mime|include-conf-enabled|mime\.conf", path):
                self.missing.append(Missing(path, statement.place, command=True))
            elif "include-conf-enabled" in path:
                self.found(self.lookup.files("conf-enabled/*.conf"), block, chain, statement)
            return
        found = self.lookup.files(path)
        if not found and not any(sign in path for sign in "*?["):
            self.missing.append(Missing(path, statement.place))
        self.found(found, block, chain, statement)

    def found(self, paths: Sequence[str], block: Block, chain: tuple[str, ...], statement: Include) -> None:
        for path in paths:
            if path in chain:  # lighttpd 1.4.69 reads it again and again until it crashes
                self.problems.append(Problem(f"{path} includes itself", statement.place))
                continue
            text = self.lookup.read(path) if len(self.files) < _MOST_FILES and len(chain) < _DEEPEST else None
            if text is None:
                self.not_read.append(NotRead(path, "it is included, and it could not be opened", deployment=True))
            else:
                self.file(path, text, block, chain)


_KEYS = frozenset(
    [f'$HTTP["{name}"]' for name in (
        "url host scheme querystring query-string cookie referer referrer useragent user-agent language request-method "
        "requestmethod remote-ip remoteip".split()
    )]
    + ['$SERVER["socket"]', '$PHYSICAL["path"]', '$PHYSICAL["existing-path"]']
)  # fmt: skip
_HEADERS = ('$REQUEST_HEADER["', '$RESPONSE_HEADER["')


def told(value: Known) -> str:
    """A value as text."""
    if isinstance(value, Unknown):
        return value.text
    if isinstance(value, tuple):
        return ", ".join(told(each) for _, each in value)
    return str(value)


def _added(first: Known, second: Known) -> Known:
    """``+`` of two values: lists are joined (a key of the second replaces that of the first), texts put together."""
    if isinstance(first, tuple) and isinstance(second, tuple):
        replaced = {key for key, _ in second if key is not None}
        return (*(pair for pair in first if pair[0] not in replaced), *second)
    if isinstance(first, int) and isinstance(second, int):
        return first + second
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return Unknown(told(first) + told(second))
    return told(first) + told(second)


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
    loader = _Loader(Lookup(home(paths[0], FOLDERS), ROOTS, read, glob, mounted), environment or {})
    top = Block("global", Place(paths[0]))
    loader.blocks.append(top)
    for path in paths:
        text = read(path)
        if text is None:
            loader.not_read.append(NotRead(path, "it could not be opened", deployment=True))
        else:
            loader.file(path, text, top, ())
    return Config(
        paths[0],
        tuple(loader.files),
        tuple(loader.blocks),
        tuple(loader.problems),
        tuple(loader.missing),
        tuple(loader.not_read),
    )


def pairs(value: Known) -> Iterator[tuple[str, Known]]:
    """Keys and values of a list; a value without a key has an empty one."""
    if isinstance(value, tuple):
        yield from ((key or "", each) for key, each in value)


def is_on(value: Known) -> bool:
    """True for ``enable``, ``true`` and numbers other than 0."""
    return value in ("enable", "true", "1") or (isinstance(value, int) and not isinstance(value, bool) and value != 0)
