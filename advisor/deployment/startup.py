"""How a directory starts where its host's file does not say: its Procfile, its Dockerfile, its start script."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.deployment.images import Image, read_image
from advisor.deployment.parts import Findings, join
from advisor.deployment.procfiles import web
from advisor.formats.document import Unreadable
from advisor.model import Place
from advisor.tree import Tree


@dataclass(frozen=True, slots=True)
class Start:
    """A start command, where it is written, and the directory whose code it runs; ``image`` where a Dockerfile says it."""

    root: str
    command: str | None = None
    place: Place | None = None
    image: Image | None = None

    @property
    def ports(self) -> tuple[int, ...]:
        return self.image.ports if self.image else ()


def from_dockerfile(tree: Tree, folder: str, found: Findings, file: str | None = None, target: str | None = None) -> Start | None:
    """What the directory's Dockerfile starts; ``file`` is relative to the directory. The Dockerfile is claimed."""
    path = join(folder, file or "Dockerfile")
    image = read_image(tree, path, folder, found, target) if path else None
    if image is None:
        return None
    found.claims.append(image.file)
    return Start(image.root, image.starts, image.command_place, image)


def from_procfile(tree: Tree, folder: str, found: Findings) -> Start | None:
    """The web line of the directory's Procfile."""
    line = web(tree, folder, found)
    return Start(folder, line.command, line.command_place) if line else None


def from_manifest(tree: Tree, folder: str) -> Start | None:
    """``npm start`` where package.json has such a script, at the script's place."""
    from advisor.formats.json import parse

    path = "package.json" if folder == "." else f"{folder}/package.json"
    text = tree.text(path)
    try:
        script = parse(text, path).get("scripts", "start") if text else None
    except Unreadable:
        return None
    return Start(folder, "npm start", script.key_place or script.place) if script else None


def built_from_source(tree: Tree, folder: str, found: Findings) -> Start:
    """What a buildpack-like builder starts: the Procfile's web line, else the start script; unknown where neither is there."""
    return from_procfile(tree, folder, found) or from_manifest(tree, folder) or Start(folder)


_HOST_FILES = (
    ("Railway", ("railway.json", "railway.toml", "nixpacks.toml", "railpack.json")),
    ("Render", ("render.yaml", "render.yml")),
    ("Fly.io", ("fly.toml",)),
    ("Scalingo", ("scalingo.json",)),
    ("Dokku", ("CHECKS", "DOKKU_SCALE", "nginx.conf.sigil", ".dokku-monorepo")),
    ("Koyeb", ("koyeb.yaml",)),
    ("App Engine", ("app.yaml",)),
    ("Vercel", ("vercel.json",)),
    ("CapRover", ("captain-definition",)),
    ("Clever Cloud", ("clever.json", ".clever.json")),
    ("DigitalOcean", (".do/app.yaml",)),
    ("Kamal", ("config/deploy.yml",)),
)


def other_hosts(tree: Tree, folder: str, besides: str = "") -> tuple[str, ...]:
    """Hosts whose own file stands in the directory or at the root: each of them may read a Procfile instead."""
    folders = dict.fromkeys((folder, "."))
    return tuple(
        host
        for host, names in _HOST_FILES
        if host != besides
        and any(tree.exists(name if where == "." else f"{where}/{name}") for where in folders for name in names)
    )


def on_beanstalk(tree: Tree, folder: str) -> bool:
    """True where Elastic Beanstalk's own folders stand in the directory: it reads the Procfile."""
    from advisor.deployment.parts import below

    prefix = "" if folder == "." else folder + "/"
    return any(below(tree, f"{prefix}{name}") for name in (".ebextensions", ".elasticbeanstalk")) or tree.exists(
        f"{prefix}Dockerrun.aws.json"
    )
