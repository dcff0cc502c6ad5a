"""``clevercloud/*.json`` and ``.clever.json`` -> Clever Cloud's hop with the app that it starts.

Keys: https://www.clever-cloud.com/developers/doc/reference/common-configuration/
"""

from __future__ import annotations

from advisor.deployment.hosts.declared import Service, add, documents, parsed, settings, text
from advisor.deployment.parts import Findings, Purpose, directory, join, purpose_of
from advisor.deployment.startup import Start, built_from_source, from_dockerfile
from advisor.formats.document import Node
from advisor.tree import Tree

PLATFORM = "clever-cloud"
_KINDS = ("node", "docker", "python", "ruby", "java", "jar", "go", "rust", "php", "elixir", "dotnet", "sbt", "war", "static")
_PORT = 8080


def read(tree: Tree, found: Findings) -> None:
    """One app for each directory with a file of Clever Cloud's; linked apps of ``.clever.json`` are one app's environments."""
    folders: dict[str, tuple[str, Node, Purpose]] = {}
    for path in tree.named(*(f"{kind}.json" for kind in _KINDS)):
        if directory(path).rsplit("/", 1)[-1] == "clevercloud" and (document := parsed(tree, path, found)) is not None:
            folders.setdefault(directory(directory(path)), (path, document, purpose_of(path)))
    for path, purpose, document in documents(tree, found, ".clever.json"):
        if document.get("apps") is not None:
            folders.setdefault(directory(path), (path, document, purpose))
    for folder, (path, document, purpose) in folders.items():
        if purpose.deployed:
            add(_service(tree, folder, path, document, purpose, found), found)


def _service(tree: Tree, folder: str, path: str, document: Node, purpose: Purpose, found: Findings) -> Service:
    kind = path.rsplit("/", 1)[-1].removesuffix(".json")
    root = join(folder, text(document.get("build", "appFolder") or document.get("deploy", "appFolder")) or ".") or folder
    docker = kind == "docker" or (kind == ".clever" and tree.exists(join(root, "Dockerfile") or ""))
    start = (from_dockerfile(tree, root, found) if docker else None) or built_from_source(tree, root, found)
    module = document.get("deploy", "module")
    command: Node | str | None = document.get("deploy", "startCommand") or document.get("deploy", "jarName")
    if kind == "python" and text(module):
        start = Start(root, f"gunicorn {text(module)}", (module.key_place or module.place) if module else None)
    return Service(
        PLATFORM,
        "Clever Cloud",
        path,
        document.place,
        purpose,
        start,
        f"{path} is Clever Cloud's",
        settings=tuple(settings(document, ("deploy.module", "deploy.goal", "deploy.appFolder"), "clevercloud.json")),
        command=command if kind != "jar" else None,
        port=_PORT,
        static=kind == "static",
    )
