"""``koyeb.yaml`` -> a hop for each web service, in the form of Koyeb's service definitions.

Fields: https://www.koyeb.com/docs/reference/api (DeploymentDefinition).
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.hosts.declared import Service, add, at, documents, each, given_port, keys_of, number, settings, text
from advisor.deployment.parts import Findings, Purpose, directory, join
from advisor.deployment.startup import Start, built_from_source, from_dockerfile
from advisor.formats.document import Node
from advisor.model import HealthCheck
from advisor.tree import Tree

PLATFORM, FORMAT = "koyeb", "koyeb.yaml"
KEYS = ("scaling.min", "scaling.max", "scalings.min", "scalings.max")


def read(tree: Tree, found: Findings) -> None:
    """Every service that is no worker."""
    for path, purpose, document in documents(tree, found, "koyeb.yaml", "koyeb.yml"):
        for name, service in _services(document):
            if (text(service.get("type")) or "web").lower() == "web":
                add(_service(tree, path, name, service, purpose, found), found)


def _services(document: Node) -> Iterator[tuple[str, Node]]:
    """Services as a list with names, or as a mapping of them; the definition may be nested."""
    listed = document.get("services")
    named = list(listed.items()) if listed is not None else []
    pairs = named or [(text(service.get("name")) or str(service.place.line), service) for service in each(listed)]
    yield from ((name, service.get("definition") or service) for name, service in pairs if isinstance(service.value, dict))


def _service(tree: Tree, path: str, name: str, service: Node, purpose: Purpose, found: Findings) -> Service:
    git, image = service.get("git"), service.get("docker", "image")
    folder = join(directory(path), text(git.get("workdir")) or ".") if git is not None else directory(path)
    folder = folder or directory(path)
    first = next(each(service.get("ports")), None)
    port = number(first.get("port") or first) if first is not None else None
    scaling = next(each(service.get("scaling") or service.get("scalings")), None)
    least, most = (scaling.get("min"), scaling.get("max")) if scaling is not None else (None, None)
    fixed = least is not None and number(least) == number(most)
    variables = service.get("env") or service.get("envs")
    command = _command(service)
    return Service(
        PLATFORM,
        "Koyeb",
        path,
        service.place,
        purpose,
        Start(folder) if image is not None else _start(tree, folder, service, found),
        f"{path} describes the service {name} for Koyeb",
        label=name,
        settings=tuple(settings(scaling, ("min", "max"), FORMAT, "services.scaling.")) if scaling is not None else (),
        command=command,
        replicas=least if fixed else None,
        scaling=(number(least) or 0, number(most) or 0) if number(most) is not None and not fixed else None,
        ports=(port,) if port else (),
        port=given_port(variables) or port,
        environment=keys_of(variables),
        health=_health(service),
        image=image,
    )


def _start(tree: Tree, folder: str, service: Node, found: Findings) -> Start:
    declared = text(service.get("git", "docker", "dockerfile"))
    docker = service.get("git", "docker") is not None
    image = from_dockerfile(tree, folder, found, declared) if docker or tree.exists(join(folder, "Dockerfile") or "") else None
    return image or built_from_source(tree, folder, found)


def _command(service: Node) -> Node | None:
    return service.get("git", "run_command") or service.get("git", "buildpack", "run_command") or service.get("docker", "command")


def _health(service: Node) -> HealthCheck | None:
    check = next(each(service.get("health_checks")), None)
    path = check.get("http", "path") if check is not None else None
    if path is not None:
        return HealthCheck(at(path), text(path))
    return HealthCheck(check.place, None, "tcp") if check is not None and check.get("tcp") is not None else None
