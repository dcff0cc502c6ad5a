"""A Dockerfile with its build context -> what the image starts, from which directory's code, and what it copies where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from advisor.deployment.parts import Findings, Purpose, below, broken, directory, join, port_in, purpose_of, under, upwards
from advisor.deployment.procfiles import through_procfile
from advisor.deployment.programs import ImageName
from advisor.formats.document import Unreadable
from advisor.kinds import is_code_or_prose
from advisor.model import HealthCheck, Place
from advisor.tree import Tree

if TYPE_CHECKING:
    from advisor.formats.dockerfile import Dockerfile, Stage

NAMES = ("Dockerfile", "Dockerfile.*", "Dockerfile-*", "*.Dockerfile", "Containerfile", "Containerfile.*")
_NOT_DOCKERFILES = (
    *(".dockerignore", ".yml", ".yaml", ".json", ".sh"),
    *(".j2", ".jinja", ".jinja2", ".eex", ".erb", ".hbs", ".mustache", ".template", ".tmpl", ".tpl"),
)
"""Other files about images, and templates, of which another program makes a Dockerfile."""
MANIFESTS = (
    *("package.json", "pyproject.toml", "requirements.txt", "go.mod", "Cargo.toml", "Gemfile", "pom.xml", "mix.exs"),
    *("composer.json", "pubspec.yaml", "Package.swift", "build.gradle", "build.gradle.kts"),
)
_DEVELOPMENT_STAGE = re.compile(r"dev|test|debug|local|watch", re.IGNORECASE)
_PRODUCTION_STAGE = re.compile(r"prod|release|run|final|deploy|serve|app", re.IGNORECASE)
_DEVELOPING = re.compile(
    r"\b(npm|yarn|pnpm|bun)( run)? (dev|develop|start:dev|start-watch|watch|serve)\b|\bnodemon\b|\bts-node-dev\b|\btsx watch\b"
    r"|\bnext dev\b|\bvite( dev| serve)?( --|$)|\bwebpack(-dev-server| serve)\b|\bng serve\b|--reload\b|\bair\b( -|$)"
)


@dataclass(frozen=True, slots=True)
class Image:
    """What one Dockerfile builds. ``copies``: path inside the image -> path of the tree, for files and directories."""

    file: str
    purpose: Purpose
    place: Place
    """The stage that makes the image."""
    base: ImageName | None
    base_place: Place
    root: str
    """The directory of the tree whose code it holds."""
    entrypoint: str | None = None
    command: str | None = None
    command_place: Place | None = None
    ports: tuple[int, ...] = ()
    environment: tuple[str, ...] = ()
    port_given: int | None = None
    health_check: HealthCheck | None = None
    copies: tuple[tuple[str, str], ...] = ()

    @property
    def starts(self) -> str | None:
        """Entry point and command together, as the container runs them."""
        return " ".join(piece for piece in (self.entrypoint, self.command) if piece) or None


def dockerfiles(tree: Tree) -> Iterator[str]:
    """Every file that is named as a Dockerfile."""
    yield from (path for path in tree.named(*NAMES) if not (path.lower().endswith(_NOT_DOCKERFILES) or is_code_or_prose(path)))


def read_image(tree: Tree, file: str, context: str, found: Findings, target: str | None = None) -> Image | None:
    """The image of the Dockerfile's target stage; ``None`` where it is not there or cannot be read (then noted)."""
    from advisor.formats.dockerfile import parse

    text = tree.text(file)
    if text is None:
        return None
    try:
        document = parse(text, file)
    except Unreadable as problem:
        found.not_read.append(broken(file, problem))
        return None
    stage = (document.target(target) if target else None) or _shipped(document)
    start = stage.cmd or stage.entrypoint
    entrypoint, command = (stage.entrypoint.text if stage.entrypoint else None), (stage.cmd.text if stage.cmd else None)
    place = start.place if start else None
    if start is None and (base := _base(stage)) is not None and base.starts is not None:
        command, place = base.starts, stage.base.place
    root = _root(tree, document, context)
    root = next(_apps_above(tree, file, context), root) if root == context else root
    manager = " ".join(piece for piece in (entrypoint, command) if piece)
    line = through_procfile(tree, manager, context, stage.workdir, found) if manager else None
    if line is not None:
        entrypoint, command, place = None, line.command, line.command_place
    check = stage.health_check
    purpose = purpose_of(file)
    if purpose.scope == "production" and (
        develops(f"{entrypoint or ''} {command or ''}") or _DEVELOPMENT_STAGE.match(stage.name or "")
    ):
        purpose = Purpose("development", "development")
    return Image(
        file,
        purpose,
        stage.place,
        _base(stage),
        stage.base.place,
        root,
        entrypoint,
        command,
        place,
        tuple(dict.fromkeys(exposed.port for exposed in stage.exposed if exposed.port and exposed.protocol == "tcp")),
        tuple(dict.fromkeys(variable.name for variable in stage.environment)),
        port_in({variable.name: variable.value for variable in stage.environment}),
        HealthCheck(check.place, None, "command") if check and check.command else None,
        tuple(_copies(tree, document, stage, context)),
    )


def develops(command: str) -> bool:
    """True for commands that start a development server or restart on changes: ``npm run dev``, ``nodemon``, ``--reload``."""
    return bool(_DEVELOPING.search(command))


def _shipped(document: Dockerfile) -> Stage:
    """The last stage; where that is for development or starts nothing, the one that is named for production."""
    last = document.stages[-1]
    is_proxy = (base := _base(last)) is not None and base.proxy is not None
    if not _DEVELOPMENT_STAGE.match(last.name or "") and (last.cmd or last.entrypoint or is_proxy):
        return last
    named = (stage for stage in reversed(document.stages) if _PRODUCTION_STAGE.match(stage.name or ""))
    return next((stage for stage in named if stage.cmd or stage.entrypoint), last)


def _apps_above(tree: Tree, file: str, context: str) -> Iterator[str]:
    """Directories between a Dockerfile and its context that have a manifest: the Dockerfile builds that app of a monorepo."""
    for folder in upwards(directory(file)):
        if folder == context or not under(folder, context):
            return
        if has_manifest(tree, f"{folder}/"):
            yield folder


def has_manifest(tree: Tree, before: str) -> bool:
    """True where a directory (with its slash, empty for the root) holds a manifest; that of .NET has a name of its own."""
    if any(tree.exists(before + name) for name in MANIFESTS):
        return True
    return any(
        path.startswith(before) and "/" not in path[len(before) :] for path in tree.named("*.csproj", "*.fsproj", "*.vbproj")
    )


def sources(tree: Tree, file: str) -> list[str]:
    """What the Dockerfile copies from its build context, as written; nothing where it cannot be read."""
    from advisor.formats.dockerfile import parse

    try:
        document = parse(tree.text(file) or "", file)
    except Unreadable:
        return []
    return _from_context(document)


def _from_context(document: Dockerfile) -> list[str]:
    return [source for stage in document.stages for copy in stage.copies if copy.source_stage is None for source in copy.sources]


def _base(stage: Stage) -> ImageName | None:
    base = stage.base
    if base.image is None:
        return None
    open_tag = base.tag is None and not base.floating
    return ImageName.of(f"{base.image}:{base.tag}" if base.tag else f"{base.image}@" if open_tag else base.image)


def _root(tree: Tree, document: Dockerfile, context: str) -> str:
    """The one directory of the context that every COPY takes code from; the context itself where there are several."""
    folders = [folder for source in _from_context(document) if (folder := _folder(tree, context, source)) is not None]
    if not folders:
        return context
    common = folders[0].split("/")
    for folder in folders[1:]:
        pieces = folder.split("/")
        common = [left for left, right, same in _prefix(common, pieces) if same]
    found = "/".join(common)
    return found if found and found != "." and not found.startswith("..") else context


def _prefix(left: list[str], right: list[str]) -> Iterator[tuple[str, str, bool]]:
    same = True
    for one, other in zip(left, right, strict=False):
        same = same and one == other
        yield one, other, same


def _folder(tree: Tree, context: str, source: str) -> str | None:
    """The directory a COPY source lies in; ``None`` for configuration of a proxy and for what is not in the tree."""
    path = join(context, source.lstrip("/"))
    if path is None or "://" in source or re.search(r"nginx|supervisor|\.conf(\.|$)|entrypoint", source):
        return None
    if tree.exists(path) or "*" in source:
        return directory(path)
    return path if below(tree, path) else None


def _copies(tree: Tree, document: Dockerfile, stage: Stage, context: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Path inside -> path of the tree, for this stage and those it is based on, the base first."""
    parent = document.target(stage.based_on) if stage.based_on else None
    if parent is not None and parent is not stage and depth < 10:
        yield from _copies(tree, document, parent, context, depth + 1)
    for copy in stage.copies:
        inside = copy.destination if copy.destination.startswith("/") else f"{stage.workdir or ''}/{copy.destination}"
        inside = inside.replace("/./", "/").removesuffix("/.")
        for source in copy.sources:
            for outside in _outside(tree, document, copy.source_stage, source, context, depth):
                yield (f"{inside.rstrip('/')}/" if len(copy.sources) > 1 or "*" in source else inside or "/"), outside


def _outside(tree: Tree, document: Dockerfile, source_stage: str | None, source: str, context: str, depth: int) -> Iterator[str]:
    """The paths of the tree behind a COPY source, through the stage that it takes them from."""
    if source_stage is not None:
        other = document.target(source_stage)
        for inside, outside in _copies(tree, document, other, context, depth + 1) if other and depth < 10 else ():
            if source == inside:
                yield outside
            elif source.startswith(inside.rstrip("/") + "/") and not tree.exists(outside):
                path = join(outside, source[len(inside.rstrip("/")) + 1 :])
                if path and (tree.exists(path) or below(tree, path)):
                    yield path
        return
    path = join(context, source.lstrip("/"))
    if path is None:
        return
    if "*" in source:
        yield from (
            found for found in below(tree, directory(path)) if fnmatchcase(found, path) and found.count("/") == path.count("/")
        )
    else:
        yield path


def built_here(tree: Tree, image: ImageName) -> tuple[str, str] | None:
    """Dockerfile and context of a published image that this repository builds: its name is the directory's or the project's."""
    wanted = _plain(image.base)
    if not wanted or image.tag == "":
        return None
    for path in tree.named("Dockerfile"):
        if _plain(directory(path).rsplit("/", 1)[-1]) == wanted:
            return path, directory(path)
    if tree.exists("Dockerfile"):
        text = "".join(tree.text(name) or "" for name in ("package.json", "pyproject.toml"))
        if any(_plain(name) == wanted for name in re.findall(r"""^\s*"?name"?\s*[:=]\s*"([^"]+)""", text, re.MULTILINE)[:3]):
            return "Dockerfile", "."
    return None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower().rsplit("/", 1)[-1])
