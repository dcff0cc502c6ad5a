"""A VCL file with its includes -> backends, directors and subroutines."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from advisor.formats.document import Unreadable
from advisor.formats.vcl import Statement, parse
from advisor.model import Address, NotRead, Place

_MOST_FILES = 50


@dataclass(frozen=True, slots=True)
class Backend:
    """One backend; ``address`` ``None`` for ``backend default none``."""

    name: str
    address: Address | None
    place: Place


@dataclass(slots=True)
class Config:
    """What varnishd compiles. Subroutines of one name stand one after the other, in the order of the files."""

    main: str
    subs: dict[str, list[Statement]] = field(default_factory=dict)
    backends: dict[str, Backend] = field(default_factory=dict)
    directors: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    """Director -> what it chooses by (``hash``, ``round_robin``)."""
    files: tuple[str, ...] = ()
    not_read: tuple[NotRead, ...] = ()


def load(
    main: str | tuple[str, ...],
    read: Callable[[str], str | None],
    glob: Callable[[str], list[str]],
    *,
    environment: Mapping[str, str] | None = None,
    mounted: Callable[[str], Sequence[str]] | None = None,
) -> Config:
    """Reads a VCL file; includes are looked for beside it, and where a container has them."""
    paths = (main,) if isinstance(main, str) else main
    config = Config(paths[0])
    files: list[str] = []
    notes: list[NotRead] = []

    def include(path: str) -> None:
        if path in files or len(files) >= _MOST_FILES:
            return
        text = read(path)
        try:
            statements = parse(text, path) if text is not None else None
        except Unreadable as problem:
            notes.append(NotRead(path, problem.clause, problem.line, deployment=True))
            return
        if statements is None:
            notes.append(NotRead(path, "it was not found or could not be opened", deployment=True))
            return
        files.append(path)
        for statement in statements:
            if statement.name == "include" and len(statement.words) > 1:
                wanted = statement.words[-1].value
                inside = tuple(mounted(wanted)) if mounted is not None else ()
                include(inside[0] if inside else posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted.lstrip("/"))))
            else:
                _declare(config, statement)

    for path in paths:
        include(path)
    config.files, config.not_read = tuple(files), tuple(notes)
    return config


def _declare(config: Config, statement: Statement) -> None:
    name = statement.words[1].value if len(statement.words) > 1 else ""
    if statement.name == "sub" and statement.block is not None:
        config.subs.setdefault(name, []).append(statement)
        if name == "vcl_init":
            _initialise(config, statement)
    elif statement.name == "backend":
        config.backends[name] = Backend(name, _address(statement), statement.place)


def _initialise(config: Config, sub: Statement) -> None:
    """``new x = directors.hash();`` and ``x.add_backend(b);``."""
    for statement in sub.block or ():
        words = [word.value for word in statement.words]
        if words[:1] == ["new"] and len(words) > 3:
            config.directors[words[1]] = []
            config.kinds[words[1]] = words[3].rpartition(".")[2]
        elif words and words[0].endswith(".add_backend") and len(words) > 2:
            config.directors.setdefault(words[0].rpartition(".")[0], []).append(words[2])


def _address(statement: Statement) -> Address | None:
    """``.host`` and ``.port`` of a backend, or its ``.path``."""
    given: dict[str, str] = {}
    for inner in statement.block or ():
        words = [word.value for word in inner.words]
        if len(words) == 4 and words[0] == "." and words[2] == "=":
            given[words[1]] = words[3]
    if "path" in given:
        return Address("localhost", None, "http", given["path"])
    if "host" not in given:
        return None
    host, colon, port = given["host"].partition(":")
    number = given.get("port", port if colon else "80")
    return Address(host, int(number) if number.isdigit() and len(number) < 6 else 80)


_SIGN = re.compile(r"^\s*vcl\s+\d\.\d\s*;|^\s*sub\s+vcl_\w+\s*\{", re.MULTILINE)


def looks_like_vcl(text: str) -> bool:
    """True for the text of a VCL file."""
    return _SIGN.search(text) is not None
