"""azure.yaml of the Azure Developer CLI -> which service is built from which directory, and evidence of the hosts it names.

A resource belongs to a service by its tag ``azd-service-name``.
Source: https://learn.microsoft.com/en-us/azure/developer/azure-developer-cli/azd-schema
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from advisor.deployment.parts import Findings, Part, directory, identity, join, purpose_of, spoken, upwards
from advisor.formats.document import Unreadable
from advisor.model import Hop, Listen, Place
from advisor.tree import Tree

TAG = "azd-service-name"
FILES = ("azure.yaml", "azure.yml")
_HOSTS = {
    "appservice": ("azure-app-service", "Azure App Service"),
    "containerapp": ("azure-container-apps", "Azure Container Apps"),
    "function": ("azure-functions", "Azure Functions"),
    "staticwebapp": ("azure-static-web-apps", "Azure Static Web Apps"),
}


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its name, the host that it is deployed to, and the directory of its code."""

    name: str
    host: str
    root: str
    place: Place
    dockerfile: str | None = None


def read(tree: Tree) -> Part:
    """A hop for each service, as evidence: what the infrastructure's own files show of the same host takes its place."""
    from advisor.formats.yaml import parse

    found = Findings()
    for path in tree.named(*FILES):
        purpose = purpose_of(path)
        if not purpose.deployed or found.document(tree, path, parse) is None:
            continue
        for service in services(tree, path):
            if service.host not in _HOSTS:
                continue
            platform, name = _HOSTS[service.host]
            because = f"deploys {spoken(service.root)} to {name}"
            found.chose(path, purpose, because)
            found.evidence.append(
                Hop(
                    identity(platform, path, service.name),
                    platform,
                    name,
                    service.place,
                    scope=purpose.scope,
                    environment=purpose.environment,
                    listens=(Listen("https", 443, service.place),),
                    serves=service.root,
                    ends=service.host == "staticwebapp",
                    because=f"{path} {because}",
                )
            )
    return found.part()


def services(tree: Tree, path: str) -> tuple[Service, ...]:
    """The services of one azure.yaml; none where it does not parse (which its own reader tells)."""
    return _services(path, tree.text(path) or "")


@lru_cache(maxsize=64)
def _services(path: str, text: str) -> tuple[Service, ...]:
    from advisor.formats.yaml import parse

    try:
        listed = parse(text, path).get("services")
    except Unreadable:
        return ()
    found = []
    for name, node in listed.items() if listed is not None else ():
        host, project, docker = node.get("host"), node.get("project"), node.get("docker", "path")
        root = join(directory(path), (project.text() if project is not None else None) or ".")
        if host is not None and root is not None:
            place = node.key_place or node.place
            found.append(Service(name, host.text() or "", root, place, docker.text() if docker is not None else None))
    return tuple(found)


def service_named(tree: Tree, folder: str, name: str) -> Service | None:
    """The service of that name in the azure.yaml of this directory or the nearest one above it."""
    for above in upwards(folder):
        for file in FILES:
            path = file if above == "." else f"{above}/{file}"
            if tree.exists(path):
                return next((each for each in services(tree, path) if each.name == name), None)
    return None
