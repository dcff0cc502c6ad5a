"""``captain-definition`` -> CapRover's hop with the app that it builds.

Form: https://caprover.com/docs/captain-definition-file.html
"""

from __future__ import annotations

from advisor.deployment.hosts.declared import Service, add, text
from advisor.deployment.parts import Findings, directory, purpose_of
from advisor.deployment.startup import Start, built_from_source, from_dockerfile
from advisor.formats.document import Node
from advisor.model import Listen
from advisor.tree import Tree

PLATFORM = "caprover"


def read(tree: Tree, found: Findings) -> None:
    """One app for each definition; ``captain-definition-web`` and the like are further apps of the same repository."""
    from advisor.formats.json import parse

    for path in tree.named("captain-definition", "captain-definition-*"):
        purpose = purpose_of(path)
        if not purpose.deployed:
            found.chose(path, purpose, "a test's fixture")
            continue
        document = found.document(tree, path, parse)
        if document is not None and document.get("schemaVersion") is not None:
            image = document.get("imageName")
            service = Service(
                PLATFORM,
                "CapRover",
                path,
                document.place,
                purpose,
                Start(directory(path)) if image is not None else _start(tree, path, document, found),
                f"{path} tells CapRover how to build it",
                listens=(Listen("http", 80, document.place), Listen("https", 443, document.place)),
                port_variable=None,
                image=image,
            )
            add(service, found)


def _start(tree: Tree, path: str, document: Node, found: Findings) -> Start:
    """The Dockerfile that it names, or what stands in its own lines; a template builds the source."""
    folder, declared = directory(path), text(document.get("dockerfilePath"))
    if declared is not None:
        return from_dockerfile(tree, folder, found, declared) or Start(folder)
    return Start(folder) if document.get("dockerfileLines") is not None else built_from_source(tree, folder, found)
