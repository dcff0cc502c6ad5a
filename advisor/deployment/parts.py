"""The contract of a part: one module per platform family, ``read(tree) -> Part``, found by folder scan and merged by ``read``.

A module in this package that defines ``read`` is a part. It may define ``WORDS``: literals one of which stands in every file
that it looks for by content (files that it finds by name need none). It reads files only through the tree, never raises on
their content, and says in ``not_read`` what it could not parse. Ids come from :func:`identity`, scopes from :func:`purpose_of`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import translate

from advisor.formats.document import Node, Unreadable
from advisor.model import Chosen, Hop, NotRead, Place, Process, Scope
from advisor.scope import scope_of
from advisor.tree import Tree


def port_in(variables: Mapping[str, str | None]) -> int | None:
    """The literal port that an environment hands to the app: ``PORT``, or the addresses that ASP.NET Core reads."""
    urls = (variables.get("ASPNETCORE_URLS") or "").split(";")
    plain = next((url.rstrip("/").rpartition(":")[2] for url in urls if url.startswith("http:")), None)
    for text in (variables.get("PORT"), plain, variables.get("ASPNETCORE_HTTP_PORTS")):
        if text and text.isascii() and text.isdecimal() and len(text) < 6:
            return int(text)
    return None


@dataclass(frozen=True, slots=True)
class Part:
    """What one module found."""

    hops: tuple[Hop, ...] = ()
    processes: tuple[Process, ...] = ()
    files: tuple[Chosen, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    claims: tuple[str, ...] = ()
    """Dockerfiles and proxy configurations that its hops and processes use."""
    gives_way: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Ids of stand-alone readings and their files: dropped where a hop or process of another part claims all of these."""
    evidence: tuple[Hop, ...] = ()
    """Hops that only a deploy step shows: where another part has the same platform there, that hop becomes explicit instead."""


@dataclass(frozen=True, slots=True)
class Eaten:
    """A file of a proxy's that a command fills in too much: ``ProxyFiles.texts`` has what is left, ``whole`` what was meant."""

    file: str
    place: Place
    """The command."""
    whole: str
    why: str


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
    """Path of a file inside the container -> its path in the tree."""
    texts: tuple[tuple[str, str], ...] = ()
    """Path of the tree -> text, where the configuration stands inside another file; its lines keep their numbers."""
    variables: tuple[tuple[str, str], ...] = ()
    """What a template's variables become (never secrets); others stay as written."""
    eaten: tuple[Eaten, ...] = ()
    """Files whose own variables a command replaces by nothing before the program reads them."""

    @property
    def files(self) -> tuple[str, ...]:
        """Every file of the tree that belongs to it, main first."""
        return (*((self.main,) if self.main else ()), *self.members)

    @property
    def whole(self) -> ProxyFiles:
        """The same as it was meant: with nothing eaten."""
        meant = {each.file: each.whole for each in self.eaten}
        return replace(self, texts=tuple({**dict(self.texts), **meant}.items()), eaten=())

    def resolve(self, path: str) -> str | None:
        """The path in the tree behind an absolute path in the container, or ``None`` where nothing is mounted there."""
        return dict(self.mounts).get(path)

    def glob(self, pattern: str) -> tuple[str, ...]:
        """Paths in the tree whose container paths match a pattern, as an include matches them, in nginx's order."""
        matches = re.compile(translate(pattern)).match
        return tuple(
            outside for inside, outside in sorted(self.mounts) if matches(inside) and inside.count("/") == pattern.count("/")
        )


@dataclass(slots=True)
class Findings:
    """A part in the making: lists to append to, frozen by :meth:`part`."""

    hops: list[Hop] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    files: dict[str, Chosen] = field(default_factory=dict)
    not_read: list[NotRead] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    gives_way: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    evidence: list[Hop] = field(default_factory=list)

    def document(self, tree: Tree, path: str, parse: Callable[[str, str], Node]) -> Node | None:
        """The parsed file, or ``None`` with a sentence in ``not_read`` where it is broken."""
        text = tree.text(path)
        if text is None:
            return None
        try:
            return parse(text, path)
        except Unreadable as problem:
            self.not_read.append(broken(path, problem))
            return None

    def chose(self, path: str, where: Purpose, why: str) -> None:
        """Notes the file for the line "which files were taken for production, and why", once."""
        self.files.setdefault(path, Chosen(path, where.scope, where.environment, why))

    def part(self) -> Part:
        return Part(
            tuple(self.hops),
            tuple(self.processes),
            tuple(self.files.values()),
            tuple(self.not_read),
            tuple(dict.fromkeys(self.claims)),
            tuple(self.gives_way),
            tuple(self.evidence),
        )


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a deployment file is for: its scope and the name of its environment."""

    scope: Scope
    environment: str

    @property
    def deployed(self) -> bool:
        """False for tests' fixtures: nobody deploys them, so they are named but not read."""
        return self.scope != "test"


_TESTING = re.compile(r"[._-](test|tests|testing|ci|e2e)([._-]|$)|^(test|ci|e2e)[._-]")
_ENVIRONMENTS = (
    ("staging", re.compile(r"(^|[./_-])(staging|stage|stg|uat|preprod|pre-prod|preview|qa)([./_-]|$)")),
    ("production", re.compile(r"(^|[./_-])(production|prod|prd|live)([./_-]|$)")),
)


def purpose_of(path: str) -> Purpose:
    """Scope and environment that a file's folders and name show; production where nothing says otherwise.

    >>> purpose_of("deploy/docker-compose.staging.yml")
    Purpose(scope='production', environment='staging')
    """
    scope = "test" if _TESTING.search(path.lower().rsplit("/", 1)[-1]) else scope_of(path)
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


def upwards(folder: str) -> Iterator[str]:
    """The folder and those that contain it, up to the root."""
    yield folder
    while folder != ".":
        folder = directory(folder)
        yield folder


def spoken(folder: str) -> str:
    """The folder as a sentence names it."""
    return "the repository" if folder == "." else folder


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


def broken(path: str, problem: Unreadable) -> NotRead:
    """A deployment file that does not parse, with the parser's reason and line."""
    return NotRead(path, problem.clause, problem.line, deployment=True)


def under(path: str, folder: str) -> bool:
    """True where the path lies in that folder of the tree (``.``: always)."""
    return folder in (".", "") or path == folder or path.startswith(folder + "/")


def nearest(folder: str, candidates: Iterable[str]) -> str | None:
    """The candidate folder that contains this folder and is closest to it, or ``None``."""
    holding = [candidate for candidate in candidates if under(folder, candidate)]
    return max(holding, key=lambda candidate: 0 if candidate == "." else len(candidate), default=None)


def below(tree: Tree, folder: str) -> tuple[str, ...]:
    """The tree's files below a folder."""
    if folder == ".":
        return tree.paths
    start = bisect_left(tree.paths, folder + "/")
    return tree.paths[start : bisect_left(tree.paths, folder + "0")]


def inline(tree: Tree, content: Node) -> str:
    """A configuration that stands in a YAML block scalar, with empty lines before it so that places are those of the file."""
    text = content.text() or ""
    lines = (tree.text(content.place.file) or "").splitlines()[content.place.line :][: len(text.splitlines())]
    as_written = [line.strip() for line in lines] == [line.strip() for line in text.splitlines()]
    return "\n" * content.place.line + ("\n".join(lines) + "\n" if as_written else text)
