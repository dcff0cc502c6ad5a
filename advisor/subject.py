"""CONFIG of ``wsadvise trace`` -> the proxy that is meant: its loaded configuration, its version, and what its files leave out.

A directory stands for the program's usual configuration root. A Dockerfile or compose file in it tells which files the program
reads, and where, its version and the variables of its templates.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path as FilePath
from types import ModuleType
from typing import Any

from advisor import deployment, proxies
from advisor.deployment.parts import ProxyFiles
from advisor.model import Hop, NotRead, Place
from advisor.nearest import did_you_mean, one_of
from advisor.options import BadOptions
from advisor.proxies import Layout
from advisor.sources import Directory, Disk, Unopened
from advisor.tree import LARGEST, Tree

_MOST_LISTED = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One configured proxy. ``hop`` carries its platform, version and configuration files; ``config`` is what it loaded."""

    hop: Hop
    program: ModuleType
    config: Any
    environment: tuple[tuple[str, str], ...] = ()
    not_read: tuple[NotRead, ...] = ()


def subject(path: FilePath, kind: str | None = None, version: str | None = None) -> Subject:
    """The proxy that a file or directory configures. Raises :class:`BadOptions` where that cannot be told or read."""
    if kind is not None and kind not in proxies.layouts():
        kinds = sorted(proxies.layouts())
        raise BadOptions(f"No program {kind!r} can be traced.{did_you_mean(kind, kinds)} It is {one_of(kinds)}.")
    try:
        return _of_directory(path, kind, version) if path.is_dir() else _of_file(path, kind, version)
    except (OSError, ValueError) as error:
        if isinstance(error, BadOptions):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise BadOptions(f"{path} cannot be read: {reason.lower()}.") from None


# ---------------------------------------------------------------- one file


@dataclass(slots=True)
class _Beside:
    """The files around one file, opened only when they are asked for; no link leads out of the root."""

    disk: Disk
    listed: dict[str, Directory] = field(default_factory=dict)
    not_read: list[NotRead] = field(default_factory=list)

    def text(self, path: str) -> str | None:
        path = posixpath.normpath(path)
        folder, _, name = path.rpartition("/")
        if path.startswith(("/", "..")) or name not in self._in(folder).files:
            return None
        try:
            content = self.disk.read(path, LARGEST)
        except (OSError, Unopened) as error:
            reason = (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
            self.not_read.append(NotRead(path, reason, deployment=True))
            return None
        return content.decode("utf-8-sig", "replace")

    def glob(self, pattern: str) -> list[str]:
        found = [""]
        *folders, last = pattern.split("/")
        for sign in folders:
            found = [_below(at, name) for at in found for name in self._in(at).directories if fnmatchcase(name, sign)]
        return [_below(at, name) for at in found[:_MOST_LISTED] for name in sorted(self._in(at).files) if fnmatchcase(name, last)]

    def _in(self, folder: str) -> Directory:
        """What a directory holds; nothing where it is reached through a link or is not there."""
        if folder not in self.listed:
            above, _, name = folder.rpartition("/")
            known = not folder or (len(self.listed) < _MOST_LISTED and name in self._in(above).directories)
            try:
                self.listed[folder] = self.disk.list(folder) if known else Directory()
            except OSError:
                self.listed[folder] = Directory()
        return self.listed[folder]


def _below(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _of_file(path: FilePath, kind: str | None, version: str | None) -> Subject:
    given = path.resolve(strict=True)
    text = given.read_bytes()[:LARGEST].decode("utf-8-sig", "replace")
    kind = kind or _kind_of(path.name, text)
    if kind is None:
        kinds = one_of(sorted(proxies.layouts()))
        raise BadOptions(f"{path} is no configuration that wsadvise recognises; --kind says whose it is ({kinds}).")
    _, layout = proxies.layouts()[kind]
    root = given.parent
    while root.name in layout.folders and root.parent != root:
        root = root.parent
    beside = _Beside(Disk(root))
    main = given.relative_to(root).as_posix()
    return _loaded(_named(kind, main, ProxyFiles(main), version), beside.text, beside.glob, beside.not_read)


def _kind_of(name: str, text: str) -> str | None:
    """Whose file it is: by the name that only one program gives its main file, else by what stands in it."""
    by_name = [kind for kind, (_, layout) in proxies.layouts().items() if name.lower() in layout.mains]
    if len(by_name) == 1:
        return by_name[0]
    by_text = [kind for kind, (_, layout) in proxies.layouts().items() if _recognises(layout, text)]
    if len(by_text) == 1:
        return by_text[0]
    loosely = [kind for kind, (_, layout) in proxies.layouts().items() if any(fnmatchcase(name.lower(), m) for m in layout.mains)]
    return loosely[0] if len(loosely) == 1 else None


def _recognises(layout: Layout, text: str) -> bool:
    try:
        return layout.recognises(text)
    except ValueError:
        return False


# ---------------------------------------------------------------- a directory


def _of_directory(path: FilePath, kind: str | None, version: str | None) -> Subject:
    tree = Tree.open(path, deployment.words())
    deployed = deployment.read(tree, {})
    wanted = {proxies.layouts()[kind][0]} if kind else {platform for platform, _ in proxies.layouts().values()}
    hops = [hop for hop in deployed.hops if proxies.behaves_like(hop.platform) in wanted]
    run = _first([hop for hop in hops if isinstance(hop.config, ProxyFiles) and hop.certainty == "explicit"], path)
    found = run or _by_name(tree, hops, kind) or _first([hop for hop in hops if isinstance(hop.config, ProxyFiles)], path)
    if found is None:
        what = f"no configuration of {kind}" if kind else "no proxy's configuration that wsadvise can trace"
        raise BadOptions(f"{path} holds {what} under a usual name; give the file itself.")
    hop = _with_version(found, hops, version)

    def glob(pattern: str) -> list[str]:
        folder, _, name = pattern.rpartition("/")
        return [each for each in tree.named(name) if fnmatchcase(each.rpartition("/")[0], folder)]

    return _loaded(hop, tree.text, glob, tree.not_read)


def _first(hops: Sequence[Hop], path: FilePath) -> Hop | None:
    """The hop that is meant: one for production before others, the one nearest the root; two alike are an error."""
    order = ("production", "development", "example", "documentation", "test")

    def rank(hop: Hop) -> tuple[int, int]:
        return order.index(hop.scope), hop.config.files[0].count("/") if hop.config.files else 99

    ranked = sorted(hops, key=rank)
    alike = [hop for hop in ranked if rank(hop) == rank(ranked[0])]
    files = list(dict.fromkeys(hop.config.files[0] for hop in alike if hop.config.files))
    if len(files) > 1:
        raise BadOptions(f"{path} holds several configurations: {', '.join(files[:8])}; give the one that is meant.")
    return ranked[0] if ranked else None


def _by_name(tree: Tree, hops: Sequence[Hop], kind: str | None) -> Hop | None:
    """The main file by its usual name, else the parts that the shipped main file reads."""
    run = [proxies.behaves_like(hop.platform) for hop in hops if hop.certainty == "explicit"]
    kinds = [kind] if kind else sorted(proxies.layouts(), key=lambda each: proxies.layouts()[each][0] not in run)
    for each in kinds:
        layout = proxies.layouts()[each][1]
        exact = [path for path in layout.mains if not set(path) & set("*?") and tree.exists(path)]
        if exact:
            return _named(each, exact[0], ProxyFiles(exact[0]), None)
    for each in kinds:
        layout = proxies.layouts()[each][1]
        parts = [path for path in tree.paths if any(_fits(path, pattern) for pattern in layout.parts)]
        members = tuple(path for path in parts if kind or _recognises(layout, tree.text(path) or ""))
        if members:
            return _named(each, members[0], ProxyFiles(None, members), None)
    return None


def _fits(path: str, pattern: str) -> bool:
    return path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)


def _with_version(hop: Hop, hops: Sequence[Hop], version: str | None) -> Hop:
    """The version asked for, else that of the hop itself, else the one that a Dockerfile or compose file shows for it."""
    if version is not None:
        return replace(hop, version=version, floating=False)
    alike = [each for each in hops if proxies.behaves_like(each.platform) == proxies.behaves_like(hop.platform)]
    shown = [each for each in alike if each.version or each.floating]
    if hop.version or hop.floating or not shown:
        return hop
    return replace(hop, version=shown[0].version, floating=shown[0].floating, version_place=shown[0].version_place)


def _named(kind: str, file: str, files: ProxyFiles, version: str | None) -> Hop:
    platform, _ = proxies.layouts()[kind]
    return Hop(kind, platform, kind, Place(file), version=version, config=files)


def _loaded(hop: Hop, read: Callable[[str], str | None], glob: Callable[[str], list[str]], not_read: list[NotRead]) -> Subject:
    program = proxies.of(hop.platform)
    files = hop.config
    if program is None or not isinstance(files, ProxyFiles):
        raise BadOptions(f"{hop.name} has no configuration that could be traced.")
    inline = dict(files.texts)
    config = program.load(
        files.main or files.members,
        lambda path: inline.get(path) or read(path),
        glob,
        environment=dict(files.variables),
        mounted=files.glob,
    )
    if not config.files:
        why = next((f"{note.file}: {note.reason}" for note in (*config.not_read, *not_read)), "it could not be opened")
        raise BadOptions(f"The configuration cannot be read: {why}.")
    unread = tuple(dict.fromkeys(note for note in (*config.not_read, *not_read) if note.deployment or note in config.not_read))
    return Subject(hop, program, config, files.variables, unread)
