"""``zbpack.json`` and templates of Zeabur -> Zeabur's hop with the service that it builds or runs.

Keys: https://zeabur.com/docs/en-US/deploy/customize-configuration and https://schema.zeabur.app/template.json
"""

from __future__ import annotations

from advisor.deployment.hosts.declared import Service, add, documents, each, number, text
from advisor.deployment.parts import Findings, directory, join
from advisor.deployment.startup import Start, built_from_source, from_dockerfile
from advisor.formats.document import Node
from advisor.tree import Tree

PLATFORM = "zeabur"


def read(tree: Tree, found: Findings) -> None:
    """A service for each ``zbpack.json``, and for each one of a template that has an HTTP port."""
    for path, purpose, document in documents(tree, found, "zbpack.json", "zbpack.*.json"):
        folder = join(directory(path), text(document.get("app_dir")) or ".") or directory(path)
        because = f"{path} says how Zeabur builds it"
        start = _start(tree, folder, document, found)
        add(
            Service(PLATFORM, "Zeabur", path, document.place, purpose, start, because, command=document.get("start_command")),
            found,
        )
    for path, purpose, document in documents(tree, found, "zeabur.yaml", "zeabur.yml", "template.yaml", word="zeabur.com/"):
        if not (text(document.get("apiVersion")) or "").startswith("zeabur.com/"):
            continue
        for service in each(document.get("spec", "services")):
            name, image = text(service.get("name")) or str(service.place.line), service.get("spec", "source", "image")
            ports = [port for port in each(service.get("spec", "ports")) if (text(port.get("type")) or "").upper() == "HTTP"]
            if not ports:
                continue
            variables = service.get("spec", "env")
            made = Service(
                PLATFORM,
                "Zeabur",
                path,
                service.place,
                purpose,
                Start(directory(path)),
                f"{path} describes the service {name} for Zeabur",
                label=name,
                certainty="strong",
                ports=tuple(opened for port in ports if (opened := number(port.get("port"))) is not None),
                port_variable=None,
                environment=tuple(key for key, _ in variables.items()) if variables is not None else (),
                image=image,
            )
            add(made, found)


def _start(tree: Tree, folder: str, document: Node, found: Findings) -> Start:
    declared = text(document.get("dockerfile", "path"))
    docker = declared is not None or tree.exists(join(folder, "Dockerfile") or "")
    return (from_dockerfile(tree, folder, found, declared) if docker else None) or built_from_source(tree, folder, found)
