"""The contract of a part: one module per platform family, ``read(tree) -> Part``, found by folder scan and merged by ``read``.

A module in this package that defines ``read`` is a part. It may define ``WORDS``: literals one of which stands in every file
that it looks for by content (files that it finds by name need none). It reads files only through the tree, never raises on
their content, and says in ``not_read`` what it could not parse. Ids come from :func:`identity`, scopes from :func:`purpose_of`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from advisor.formats.document import Node, Unreadable
from advisor.model import Chosen, Hop, NotRead, Place, Process, Scope
from advisor.scope import scope_of
from advisor.tree import Tree


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that a hop or process of this part uses: a stand-alone reading of the same file gives way to it."""

    file: str
    scope: Scope = "production"


@dataclass(frozen=True, slots=True)
class Part:
    """What one module found. ``claims`` names Dockerfiles and proxy configurations that its hops and processes use."""

    hops: tuple[Hop, ...] = ()
    processes: tuple[Process, ...] = ()
    files: tuple[Chosen, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class ProxyFiles:
    """A configurable proxy's files: what ``Hop.config`` holds until the proxy's own module loads it.

    Paths are paths of the tree. Where ``main`` is ``None``, the members are read under the program's shipped main file
    (nginx: inside ``http``).
    """

    main: str | None = None
    members: tuple[str, ...] = ()
    """Files that the main file includes, in the order of the include."""
    mounts: tuple[tuple[str, str], ...] = ()
    """Path inside the container -> path of the tree, for files and directories, longest first."""
    texts: tuple[tuple[str, str], ...] = ()
    """Path of the tree -> text, where the configuration stands inside another file; its lines keep their numbers."""
    variables: tuple[tuple[str, str], ...] = ()
    """What a template's variables become (never secrets); others stay as written."""

    @property
    def files(self) -> tuple[str, ...]:
        """Every file of the tree that belongs to it, main first."""
        return (*((self.main,) if self.main else ()), *self.members)

    def resolve(self, path: str) -> str | None:
        """The path in the tree behind an absolute path in the container, or ``None`` where nothing is mounted there."""
        for inside, outside in self.mounts:
            if path == inside:
                return outside
            if path.startswith(inside.rstrip("/") + "/"):
                return f"{outside}/{path[len(inside.rstrip('/')) + 1 :]}".removeprefix("./")
        return None


@dataclass(slots=True)
class Findings:
    """A part in the making: lists to append to, frozen by :meth:`part`."""

    hops: list[Hop] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    files: list[Chosen] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def document(self, tree: Tree, path: str, parse: Callable[[str, str], Node]) -> Node | None:
        """The parsed file, or ``None`` with a sentence in ``not_read`` where it is broken."""
        text = tree.text(path)
        if text is None:
            return None
        try:
            return parse(text, path)
        except Unreadable as problem:
            self.not_read.append(broken(path, text, problem))
            return None

    def chose(self, path: str, where: Purpose, why: str) -> None:
        """Notes the file for the line "which files were taken for production, and why", once."""
        if all(chosen.file != path for chosen in self.files):
            self.files.append(Chosen(path, where.scope, where.environment, why))

    def part(self) -> Part:
        return Part(tuple(self.hops), tuple(self.processes), tuple(self.files), tuple(self.not_read), tuple(self.claims))


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a deployment file is for: its scope and the name of its environment."""

    scope: Scope
    environment: str

    @property
    def deployed(self) -> bool:
        """False for tests' fixtures: nobody deploys them, so they are named but not read."""
        return self.scope != "test"


_ENVIRONMENTS = (
    ("staging", re.compile(r"(^|[./_-])(staging|stage|stg|uat|preprod|pre-prod|preview|qa)([./_-]|$)")),
    ("production", re.compile(r"(^|[./_-])(production|prod|prd|live)([./_-]|$)")),
)


def purpose_of(path: str) -> Purpose:
    """Scope and environment that a file's folders and name show; production where nothing says otherwise.

    >>> purpose_of("deploy/docker-compose.staging.yml")
    Purpose(scope='production', environment='staging')
    """
    scope = scope_of(path)
    if scope in ("development", "test"):
        return Purpose(scope, scope)
    lowered = path.lower()
    named = (name for name, pattern in _ENVIRONMENTS if pattern.search(lowered))
    return Purpose(scope, next(named, "production"))


def identity(platform: str, file: str, name: str = "") -> str:
    """The id of a hop or process: unique in the tree, stable across runs (``nginx:deploy/compose.yml:proxy``)."""
    return ":".join(piece for piece in (platform, file, name) if piece)


def directory(path: str) -> str:
    """The directory of a path of the tree; ``.`` for the root."""
    return path.rpartition("/")[0] or "."


def join(folder: str, relative: str) -> str | None:
    """A path relative to a folder of the tree, normalised; ``None`` where it leaves the tree or is absolute."""
    if relative.startswith(("/", "~")) or "://" in relative:
        return None
    parts: list[str] = [] if folder in (".", "") else folder.split("/")
    for piece in relative.replace("\\", "/").split("/"):
        if piece == "..":
            if not parts:
                return None
            parts.pop()
        elif piece not in ("", "."):
            parts.append(piece)
    return "/".join(parts) or "."


_CONFLICT = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)


def broken(path: str, text: str, problem: Unreadable) -> NotRead:
    """The sentence for a deployment file that does not parse; conflict markers are named as such."""
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return NotRead(path, f"It holds merge conflict markers (line {line}), so it cannot be parsed.", line, deployment=True)
    return NotRead(path, problem.reason, problem.line, deployment=True)


def under(path: str, folder: str) -> bool:
    """True where the path lies in that folder of the tree (``.``: always)."""
    return folder in (".", "") or path == folder or path.startswith(folder + "/")


def nearest(folder: str, candidates: Iterable[str]) -> str | None:
    """The candidate folder that contains this folder and is closest to it, or ``None``."""
    holding = [candidate for candidate in candidates if under(folder, candidate)]
    return max(holding, key=lambda candidate: 0 if candidate == "." else len(candidate), default=None)


def first(place: Place | None, file: str) -> Place:
    """The place, or the file's first line where there is none."""
    return place or Place(file)
