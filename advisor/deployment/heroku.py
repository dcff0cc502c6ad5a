"""Procfile, app.json and heroku.yml -> a Heroku hop with its web process, where they really are Heroku's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.deployment.parts import Findings, Part, Purpose, directory, identity, purpose_of
from advisor.deployment.procfiles import WORDS, processes, read_elsewhere
from advisor.deployment.startup import Start, built_from_source, from_dockerfile, from_procfile, on_beanstalk, other_hosts
from advisor.formats.document import Node
from advisor.model import Certainty, Hop, Listen, Place, Process, Setting
from advisor.tree import Tree

__all__ = ["WORDS", "read"]

_MANIFEST = frozenset(("addons", "buildpacks", "formation", "stack", "success_url", "environments", "image", "env", "scripts"))
_DESCRIPTIVE = frozenset(("description", "keywords", "repository", "logo", "website"))
_PYTHON = ("requirements.txt", "Pipfile", "Pipfile.lock", "poetry.lock", "uv.lock")
_OTHER_MANIFESTS = frozenset(("expo", "displayName", "pages", "usingComponents", "apps", "splash", "android", "ios", "cron"))


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The file that shows Heroku, how surely, and in what words."""

    file: str
    place: Place
    certainty: Certainty
    because: str


def read(tree: Tree) -> Part:
    """A hop and a web process for each directory that is deployed to Heroku."""
    found = Findings()
    folders = dict.fromkeys(directory(path) for path in tree.named("Procfile", "app.json", "heroku.yml", "heroku.yaml"))
    for folder in folders:
        _folder(tree, folder, found)
    return found.part()


def _folder(tree: Tree, folder: str, found: Findings) -> None:
    prefix = "" if folder == "." else folder + "/"
    paths = [f"{prefix}{name}" for name in ("heroku.yml", "heroku.yaml", "app.json", "Procfile") if tree.exists(prefix + name)]
    purpose = purpose_of(paths[0])
    if not purpose.deployed:
        for path in paths:
            found.chose(path, purpose, "a test's fixture")
        return
    containers = _document(tree, f"{prefix}heroku.yml", found) or _document(tree, f"{prefix}heroku.yaml", found)
    manifest = _document(tree, f"{prefix}app.json", found)
    manifest = manifest if manifest is not None and _is_heroku(manifest) else None
    evidence = _evidence(tree, folder, containers, manifest, found)
    if evidence is None:
        return
    _hop(tree, folder, purpose, evidence, containers, manifest, found)


def _document(tree: Tree, path: str, found: Findings) -> Node | None:
    if not tree.exists(path):
        return None
    if path.endswith(".json"):
        from advisor.formats.json import parse
    else:
        from advisor.formats.yaml import parse
    return found.document(tree, path, parse)


def _is_heroku(manifest: Node) -> bool:
    """True for Heroku's app.json; Expo, React Native, mini programs and others use the same name."""
    keys = {key for key, _ in manifest.items()}
    if keys & _OTHER_MANIFESTS and not keys & {"addons", "buildpacks", "formation", "stack"}:
        return False
    return bool(keys & _MANIFEST) or len(keys & _DESCRIPTIVE) > 1


def _evidence(tree: Tree, folder: str, containers: Node | None, manifest: Node | None, found: Findings) -> _Evidence | None:
    prefix = "" if folder == "." else folder + "/"
    if containers is not None and (containers.get("build") or containers.get("run")):
        return _Evidence(containers.place.file, containers.place, "explicit", "is Heroku's container manifest")
    if manifest is not None:
        certainty: Certainty = "explicit" if {key for key, _ in manifest.items()} & _MANIFEST else "strong"
        return _Evidence(manifest.place.file, manifest.place, certainty, "is a Heroku app manifest")
    path = f"{prefix}Procfile"
    line = next((process for process in processes(tree, path, found) if process.name == "web"), None)
    if line is None:
        return None
    reader = read_elsewhere(tree, path)
    if reader or on_beanstalk(tree, folder):
        whose = f"{reader} reads it inside the container" if reader else "Elastic Beanstalk reads it"
        found.chose(path, purpose_of(path), f"a Procfile, but not Heroku's: {whose}")
        return None
    others = other_hosts(tree, folder)
    if others:
        because = f"may be Heroku's, but {' and '.join(others)} can read it as well"
        return _Evidence(path, line.place, "weak", because)
    return _Evidence(path, line.place, "strong", "has a web process, and no other host's file is here")


def _hop(
    tree: Tree,
    folder: str,
    purpose: Purpose,
    evidence: _Evidence,
    containers: Node | None,
    manifest: Node | None,
    found: Findings,
) -> None:
    identifier = identity("heroku", evidence.file)
    web = identity("heroku", evidence.file, "web")
    start = _start(tree, folder, containers, found)
    formation = manifest.get("formation", "web") if manifest else None
    quantity = formation.get("quantity") if formation else None
    count = quantity.number() if quantity else None
    found.hops.append(
        Hop(
            identifier,
            "heroku",
            "Heroku",
            evidence.place,
            certainty=evidence.certainty,
            scope=purpose.scope,
            environment=purpose.environment,
            settings=tuple(_settings(manifest, containers)),
            conditions=tuple(_conditions(manifest)),
            listens=(Listen("http", 80, evidence.place), Listen("https", 443, evidence.place)),
            serves=folder,
            processes=(web,),
            because=f"{evidence.file} {evidence.because}",
        )
    )
    found.processes.append(
        Process(
            web,
            start.place or evidence.place,
            root=start.root,
            command=start.command,
            command_place=start.place,
            replicas=int(count) if count is not None else None,
            replicas_place=quantity.key_place or quantity.place if quantity else None,
            environment=tuple(_variables(tree, folder, start, manifest)),
            port_variable="PORT",
            scope=purpose.scope,
            environment_name=purpose.environment,
            host=identifier,
        )
    )
    found.chose(evidence.file, purpose, evidence.because)
    if evidence.certainty == "weak":
        found.gives_way += [(identifier, (evidence.file,)), (web, (evidence.file,))]
    if start.place is not None and start.place.file.endswith("Procfile"):
        found.chose(start.place.file, purpose, "says what Heroku starts")


def _variables(tree: Tree, folder: str, start: Start, manifest: Node | None) -> Iterator[str]:
    """Names of app.json's variables, and what Heroku's Python buildpack adds when a dyno starts: WEB_CONCURRENCY by its size
    (heroku/heroku-buildpack-python#1547)."""
    given = manifest.get("env") if manifest else None
    yield from (key for key, _ in given.items()) if given is not None else ()
    prefix = "" if folder == "." else f"{folder}/"
    if start.image is None and any(tree.exists(prefix + name) for name in _PYTHON):
        yield "WEB_CONCURRENCY"


def _start(tree: Tree, folder: str, containers: Node | None, found: Findings) -> Start:
    """``run.web`` of heroku.yml, else the image it builds, else what the buildpack starts."""
    run, dockerfile = (containers.get("run", "web"), containers.get("build", "docker", "web")) if containers else (None, None)
    image = from_dockerfile(tree, folder, found, dockerfile.text()) if dockerfile else None
    command = (run.get("command", 0) or run.get("command") or run).text() if run else None
    if run is not None and command:
        return Start(image.root if image else folder, command, run.key_place or run.place, image.image if image else None)
    return image or from_procfile(tree, folder, found) or built_from_source(tree, folder, found)


def _conditions(manifest: Node | None) -> Iterator[tuple[str, str]]:
    """The generation, as the stack shows it (``cnb`` runs on Fir), and the kind of dyno (``standard-1x`` -> ``standard``)."""
    stack, size = (manifest.get("stack"), manifest.get("formation", "web", "size")) if manifest else (None, None)
    if stack is not None and stack.text():
        yield "generation", "fir" if stack.text() == "cnb" else "cedar"
    if size is not None and size.text():
        yield "dyno", (size.text() or "").lower().split("-")[0]


def _settings(manifest: Node | None, containers: Node | None) -> list[Setting]:
    settings: list[Setting] = []
    for key in ("formation.web.quantity", "formation.web.size", "stack"):
        node = manifest.get(*key.split(".")) if manifest else None
        if node is not None and (value := node.text()):
            number = node.number()
            settings.append(
                Setting(key, value, node.key_place or node.place, number if number is not None else value, "app.json")
            )
    run = containers.get("run", "web") if containers else None
    if run is not None and (value := run.text()):
        settings.append(Setting("run.web", value, run.key_place or run.place, value, "heroku.yml"))
    return settings
