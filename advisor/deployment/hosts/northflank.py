"""A template of Northflank (``northflank.json``) -> a hop for each service with a public port.

Form: https://northflank.com/docs/v1/application/infrastructure-as-code/write-a-template
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.hosts.declared import Service, add, at, documents, each, keys_of, number, settings, text
from advisor.deployment.parts import Findings, Purpose, directory, join
from advisor.deployment.startup import Start, built_from_source, from_dockerfile
from advisor.formats.document import Node
from advisor.model import HealthCheck
from advisor.tree import Tree

PLATFORM, FORMAT = "northflank", "northflank.json"
KEYS = ("deployment.instances", "deployment.gracePeriodSeconds", "deployment.docker.configType")
_SERVICES = frozenset({"combinedservice", "deploymentservice"})
_MOST = 200
_DEEPEST = 12


def read(tree: Tree, found: Findings) -> None:
    """The services of every template; a file of that name without one says only that Northflank is used."""
    for path, purpose, document in documents(tree, found, "northflank.json", "*.northflank.json"):
        services = list(_services(document))[:_MOST]
        for service in services:
            if any(text(port.get("public")) == "true" for port in each(service.get("ports"))):
                add(_service(tree, path, service, purpose, found), found)
        if not services:
            start = _start(tree, directory(path), document, found)
            add(Service(PLATFORM, "Northflank", path, document.place, purpose, start, f"{path} is of Northflank"), found)


def _services(node: Node, depth: int = 0) -> Iterator[Node]:
    """The ``spec`` of each service among a workflow's steps, which nest."""
    if depth > _DEEPEST:
        return
    if (text(node.get("kind")) or "").lower() in _SERVICES and (spec := node.get("spec")) is not None:
        yield spec
        return
    for step in each(node.get("spec", "steps")):
        yield from _services(step, depth + 1)
    inner = node.get("spec")
    if inner is not None and inner.get("kind") is not None:
        yield from _services(inner, depth + 1)


def _service(tree: Tree, path: str, service: Node, purpose: Purpose, found: Findings) -> Service:
    name = text(service.get("name")) or str(service.place.line)
    public = [port for port in each(service.get("ports")) if text(port.get("public")) == "true"]
    ports = tuple(opened for port in public if (opened := number(port.get("internalPort"))) is not None)
    command = service.get("deployment", "docker", "customCommand")
    scaling = service.get("autoscaling", "horizontal") or service.get("deployment", "autoscaling", "horizontal")
    least, most = (
        (number(scaling.get("minReplicas")), number(scaling.get("maxReplicas"))) if scaling is not None else (None, None)
    )
    image = service.get("deployment", "external", "imagePath")
    return Service(
        PLATFORM,
        "Northflank",
        path,
        service.place,
        purpose,
        _start(tree, directory(path), service, found),
        f"{path} describes the service {name} for Northflank",
        label=name,
        settings=tuple(settings(service, KEYS, FORMAT, "spec.")),
        command=command,
        replicas=service.get("deployment", "instances") if most is None else None,
        scaling=(least or 1, most) if most is not None else None,
        ports=ports,
        port_variable=None,
        environment=keys_of(service.get("runtimeEnvironment")),
        health=_health(service),
        image=image,
    )


def _start(tree: Tree, folder: str, service: Node, found: Findings) -> Start:
    docker = service.get("buildSettings", "dockerfile") or service.get("buildConfiguration", "dockerfile")
    context = (text(docker.get("dockerWorkDir")) or ".").lstrip("/") if docker is not None else "."
    where = join(folder, context or ".") or folder
    file = (text(docker.get("dockerFilePath")) or "Dockerfile").lstrip("/") if docker is not None else "Dockerfile"
    image = from_dockerfile(tree, folder, found, file) if docker is not None or tree.exists(join(folder, file) or "") else None
    return image or built_from_source(tree, where, found)


def _health(service: Node) -> HealthCheck | None:
    for check in each(service.get("healthChecks")):
        path = check.get("path")
        if (text(check.get("protocol")) or "").upper() == "HTTP" and path is not None:
            return HealthCheck(at(path), text(path))
        if (text(check.get("protocol")) or "").upper() == "TCP":
            return HealthCheck(check.place, None, "tcp")
    return None
