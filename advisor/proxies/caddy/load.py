"""A Caddyfile or JSON configuration and callbacks into the tree -> one configuration with every import in its place.

Imports of files are looked up only inside the tree; snippets, their arguments and ``{$NAME:default}`` are filled in as Caddy does
before it looks at any directive.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from advisor.formats.caddyfile import Directive, filled, parse
from advisor.formats.document import Node, Problem, Unreadable
from advisor.model import NotRead, Place

ROOTS = ("/etc/caddy", "/usr/local/etc/caddy", "/config/caddy")
_MOST_FILES = 500
_MOST_DIRECTIVES = 100_000
_DEEPEST_IMPORT = 20


@dataclass(frozen=True, slots=True)
class Missing:
    """An import that leads to no file and no snippet."""

    path: str
    place: Place


@dataclass(frozen=True, eq=False)
class Config:
    """A configuration as Caddy would adapt it: sites and options of a Caddyfile, or the JSON document."""

    main: str
    sites: tuple[Directive, ...] = ()
    options: Directive | None = None
    routes: Mapping[str, Directive] = field(default_factory=dict)
    """Named routes (``&(name)``)."""
    document: Node | None = None
    files: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    problems: tuple[Problem, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    new_arguments: bool = False
    """True where a snippet takes its arguments as ``{args[0]}``, which Caddy knows since 2.7."""


@dataclass(slots=True)
class _Loader:
    read: Callable[[str], str | None]
    glob: Callable[[str], list[str]]
    environment: Mapping[str, str]
    mounted: Callable[[str], Sequence[str]] | None
    snippets: dict[str, tuple[Directive, ...]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    count: int = 0
    indexed: bool = False

    def file(self, path: str, text: str) -> tuple[Directive, ...]:
        try:
            document = parse(filled(text, self.environment), path)
        except Unreadable as unreadable:
            self.not_read.append(NotRead(path, unreadable.clause, unreadable.line, deployment=True))
            return ()
        self.files.append(path)
        self.problems.extend(document.problems)
        return document.blocks

    def top(self, blocks: tuple[Directive, ...], chain: tuple[str, ...]) -> Iterator[Directive]:
        """Sites, options and routes, with what imported files add; snippets are kept aside."""
        for one in blocks:
            if one.name == "import" and one.block is None:
                for path, text in self.found(one, chain):
                    yield from self.top(self.file(path, text), (*chain, path))
            elif re.fullmatch(r"\(.+\)", one.name) and one.block is not None and not one.args:
                self.snippets[one.name[1:-1]] = one.block
            elif one.block is not None:
                yield replace(one, block=tuple(self.lines(one.block, chain)))

    def lines(self, block: tuple[Directive, ...], chain: tuple[str, ...]) -> Iterator[Directive]:
        for one in block:
            self.count += 1
            if self.count > _MOST_DIRECTIVES:
                return
            if one.name == "import" and one.args:
                yield from self.imported(one, chain)
            elif one.block is not None:
                yield replace(one, block=tuple(self.lines(one.block, chain)))
            else:
                yield one

    def imported(self, one: Directive, chain: tuple[str, ...]) -> Iterator[Directive]:
        name, *arguments = one.args
        if len(chain) > _DEEPEST_IMPORT:
            self.problems.append(Problem(f"import cycle: {name}", one.place))
            return
        if name in self.snippets:
            body = [self.given(each, arguments, one.block or ()) for each in self.snippets[name]]
            yield from self.lines(tuple(line for lines in body for line in lines), (*chain, f"({name})"))
            return
        for path, text in self.found(one, chain):
            blocks = self.file(path, text)
            lines = [line for each in blocks for line in _as_lines(each)]
            given = [self.given(each, arguments, one.block or ()) for each in lines]
            yield from self.lines(tuple(line for each in given for line in each), (*chain, path))

    def given(self, one: Directive, arguments: list[str], block: tuple[Directive, ...]) -> list[Directive]:
        """A line of a snippet with its arguments filled in."""
        if one.name == "{block}":
            return list(block)
        words: list[str] = []
        for word in (one.name, *one.args):
            if spread := re.fullmatch(r"\{args\[(\d*):(\d*)\]\}", word):
                low, high = int(spread[1] or 0), int(spread[2]) if spread[2] else len(arguments)
                words += arguments[low:high]
            else:
                words.append(re.sub(r"\{args(?:\.(\d+)|\[(\d+)\])\}", lambda n: _argument(n, arguments), word))
        if not words:
            return []
        inner = one.block
        if inner is not None:
            inner = tuple(line for each in inner for line in self.given(each, arguments, block))
        return [replace(one, name=words[0], args=tuple(words[1:]), block=inner)]

    # ------------------------------------------------------------ files

    def found(self, one: Directive, chain: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        pattern = one.args[0] if one.args else ""
        paths = self.find(pattern, one.place.file)
        if not paths and not any(sign in pattern for sign in "*?["):
            self.missing.append(Missing(pattern, one.place))
        for path in paths:
            if path in chain or len(chain) > _DEEPEST_IMPORT:
                self.problems.append(Problem(f"import cycle: {path} imports itself", one.place))
                continue
            text = self.read(path) if len(self.files) < _MOST_FILES else None
            if text is None:
                self.not_read.append(NotRead(path, "it is imported, and it could not be opened", deployment=True))
            else:
                yield path, text

    def find(self, pattern: str, beside: str) -> list[str]:
        if "{$" in pattern or not pattern:
            return []
        if self.mounted is not None:
            for absolute in [pattern] if pattern.startswith("/") else [f"{root}/{pattern}" for root in ROOTS]:
                if inside := self.mounted(absolute):
                    return list(inside)
        tail = next((pattern[len(root) + 1 :] for root in ROOTS if pattern.startswith(root + "/")), pattern.lstrip("/"))
        directory = posixpath.dirname(beside)
        while True:
            path = posixpath.normpath(posixpath.join(directory, tail))
            if not path.startswith("../") and path not in ("..", "."):
                if any(sign in path for sign in "*?["):
                    if matching := sorted(each for each in self.glob(path) if _fits(each, path)):
                        return matching
                elif self.read(path) is not None:
                    return [path]
            if not directory or not pattern.startswith("/"):
                return []
            directory = posixpath.dirname(directory)


def _argument(found: re.Match[str], arguments: list[str]) -> str:
    number = int(found[1] or found[2])
    return arguments[number] if number < len(arguments) else ""


def _as_lines(top: Directive) -> list[Directive]:
    """What an imported file's first line is inside a site: a directive, and those behind it where it stands without braces."""
    if top.block is None or top.braced:
        return [top]
    return [replace(top, block=None), *top.block]


def _fits(path: str, pattern: str) -> bool:
    left, right = path.split("/"), pattern.split("/")
    return len(left) == len(right) and all(fnmatchcase(part, sign) for part, sign in zip(left, right, strict=True))


def load(
    main: str | tuple[str, ...],
    read: Callable[[str], str | None],
    glob: Callable[[str], list[str]],
    *,
    environment: Mapping[str, str] | None = None,
    mounted: Callable[[str], Sequence[str]] | None = None,
) -> Config:
    """Reads a configuration from its main file: a Caddyfile, or JSON where the text begins as such.

    ``read`` answers a file of the tree or ``None``, ``glob`` the paths that match a pattern whose ``*`` does not cross ``/``,
    ``mounted`` the files that a container has where an absolute import points; it is asked first.
    """
    paths = (main,) if isinstance(main, str) else main
    loader = _Loader(read, glob, environment or {}, mounted)
    blocks: list[Directive] = []
    written = ""
    for path in paths:
        text = read(path)
        if text is None:
            loader.not_read.append(NotRead(path, "it could not be opened", deployment=True))
            continue
        if re.match(r"\s*\{\s*\"", text):
            return _json(path, text, loader)
        written += text
        blocks += loader.top(loader.file(path, text), (path,))
    options = next((one for one in blocks if one.name == "" and one.block is not None), None)
    routes = {one.name[2:-1]: one for one in blocks if re.fullmatch(r"&\(.+\)", one.name)}
    sites = tuple(one for one in blocks if one.name and not one.name.startswith("&("))
    return Config(
        paths[0],
        sites,
        options,
        routes,
        None,
        tuple(loader.files),
        tuple(loader.missing),
        tuple(loader.problems),
        tuple(loader.not_read),
        "{args[" in written,
    )


def _json(path: str, text: str, loader: _Loader) -> Config:
    from advisor.formats.json import parse as parse_json

    try:
        document = parse_json(text, path)
    except Unreadable as unreadable:
        note = NotRead(path, unreadable.clause, unreadable.line, deployment=True)
        if "nested" in unreadable.clause or "{{" in text:
            return Config(path, not_read=(note,))
        broken = Problem("it is not valid JSON", Place(path, unreadable.line or 1))
        return Config(path, files=(path,), problems=(broken,), not_read=(note,))
    return Config(path, document=document, files=(path,), not_read=tuple(loader.not_read))
