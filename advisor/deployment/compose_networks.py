"""Compose projects of one machine -> which of them a proxy's project shares a network with, so that it sees their labels.

Traefik and nginx-proxy ask Docker for every container of the machine; people give each application a project of its own and
join it to the proxy's network, declared ``external``.
"""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import basename

from advisor.deployment.compose_files import Project, interpolated
from advisor.deployment.docker_labels import asks
from advisor.formats.document import Node


def neighbours(project: Project, others: Iterable[Project]) -> tuple[Project, ...]:
    """The other projects of the same purpose in which a labelled service is on a network of this project's."""
    own = {name for service in project.services.values() for name in _networks(project, service)}
    return tuple(
        other
        for other in others
        if other.file != project.file
        and other.purpose == project.purpose
        and any(asks(service) and own & _networks(other, service) for service in other.services.values())
    )


def _networks(project: Project, service: Node) -> set[str]:
    """The networks of a service by the names that they have on the machine; those that Compose makes itself for one project
    bear its directory."""
    joined = service.get("networks")
    if joined is None or joined.value is None:
        return set()
    keys = [key for key, _ in joined.items()] if isinstance(joined.value, dict) else [each.text() or "" for each in joined.each()]
    return {_name(project, key) for key in keys}


def _name(project: Project, key: str) -> str:
    for file in project.files:
        declared = file.document.get("networks", key)
        if declared is None or declared.value is None:
            continue
        external, name = declared.get("external"), declared.get("name")
        named = name or (external.get("name") if external is not None else None)
        if named is not None and named.text():
            return interpolated(named.text() or "", project.variables)
        if external is not None and external.text() != "false":
            return key
    return f"{basename(project.folder)}_{key}"
