"""``.replit`` with a deployment -> Replit's hop: an autoscale deployment, a Reserved VM or static files.

Keys: https://docs.replit.com/replit-app/configuration
"""

from __future__ import annotations

import shlex

from advisor.deployment.hosts.declared import Service, add, documents, each, number, settings, text
from advisor.deployment.parts import Findings, directory
from advisor.deployment.startup import Start, built_from_source
from advisor.formats.document import Node
from advisor.model import Setting
from advisor.tree import Tree

PLATFORM, FORMAT = "replit", ".replit"
_TARGETS = {"gce": "vm", "vm": "vm", "static": "static", "autoscale": "autoscale", "cloudrun": "autoscale", "scheduled": ""}
"""``gce`` and ``cloudrun`` are the former names."""


def read(tree: Tree, found: Findings) -> None:
    """One hop for each file that says how it is deployed; a workspace that only runs is none."""
    for path, purpose, document in documents(tree, found, ".replit"):
        deployment = document.get("deployment")
        if deployment is None or not isinstance(deployment.value, dict):
            continue
        target = deployment.get("deploymentTarget")
        kind = _TARGETS.get((text(target) or "autoscale").lower(), "autoscale")
        if not kind:
            continue
        ports = [port for port in each(document.get("ports")) if number(port.get("externalPort")) in (None, 80)]
        service = Service(
            PLATFORM,
            "Replit",
            path,
            (target.key_place or target.place) if target is not None else (deployment.key_place or deployment.place),
            purpose,
            _start(tree, path, document, deployment, found),
            f"{path} says how Replit deploys it",
            settings=(*settings(document, ("deployment.deploymentTarget",), FORMAT), *_ports(ports)),
            conditions=(("deployment", kind),),
            ports=tuple(local for port in ports if (local := number(port.get("localPort"))) is not None),
            port_variable=None,
            static=kind == "static",
        )
        add(service, found)


def _ports(ports: list[Node]) -> tuple[Setting, ...]:
    return tuple(setting for port in ports[:1] for setting in settings(port, ("localPort",), FORMAT, "ports."))


def _start(tree: Tree, path: str, document: Node, deployment: Node, found: Findings) -> Start:
    """The deployment's own command, else the workspace's."""
    own = deployment.get("run") or document.get("run")
    if own is None:
        return built_from_source(tree, directory(path), found)
    words = [member.text() or "" for member in own.each()]
    shell = len(words) == 3 and words[0].rsplit("/", 1)[-1] in ("sh", "bash") and words[1] == "-c"
    command = words[2] if shell else shlex.join(words) if isinstance(own.value, list) else text(own)
    return Start(directory(path), command, own.key_place or own.place)
