"""Calls of Azure Verified Modules (``br/public:avm/...``) -> the resource that they make, as far as the readers need it.

Source: https://github.com/Azure/bicep-registry-modules
"""

from __future__ import annotations

import re

from advisor.formats.document import Node

_NAME = re.compile(r"^(?:br/public:|br:mcr\.microsoft\.com/bicep/)(avm/[\w/-]{1,120})")
_INGRESS = "properties.configuration.ingress"
_SCALE = "properties.template.scale"

_MODULES: dict[str, tuple[str, dict[str, str]]] = {
    "avm/res/web/site": (
        "Microsoft.Web/sites",
        {
            "name": "name",
            "kind": "kind",
            "tags": "tags",
            "serverFarmResourceId": "properties.serverFarmId",
            "siteConfig": "properties.siteConfig",
            "clientAffinityEnabled": "properties.clientAffinityEnabled",
            "httpsOnly": "properties.httpsOnly",
        },
    ),
    "avm/res/web/serverfarm": (
        "Microsoft.Web/serverfarms",
        {"name": "name", "kind": "kind", "reserved": "properties.reserved", "skuName": "sku.name", "skuCapacity": "sku.capacity"},
    ),
    "avm/res/app/container-app": (
        "Microsoft.App/containerApps",
        {
            "name": "name",
            "tags": "tags",
            "containers": "properties.template.containers",
            "ingressTargetPort": f"{_INGRESS}.targetPort",
            "ingressTransport": f"{_INGRESS}.transport",
            "ingressExternal": f"{_INGRESS}.external",
            "ingressAllowInsecure": f"{_INGRESS}.allowInsecure",
            "stickySessionsAffinity": f"{_INGRESS}.stickySessions.affinity",
            "scaleMinReplicas": f"{_SCALE}.minReplicas",
            "scaleMaxReplicas": f"{_SCALE}.maxReplicas",
            "scaleSettings": _SCALE,
            "activeRevisionsMode": "properties.configuration.activeRevisionsMode",
        },
    ),
    "avm/ptn/azd/container-app-upsert": (
        "Microsoft.App/containerApps",
        {
            "name": "name",
            "tags": "tags",
            "targetPort": f"{_INGRESS}.targetPort",
            "external": f"{_INGRESS}.external",
            "containerMinReplicas": f"{_SCALE}.minReplicas",
            "containerMaxReplicas": f"{_SCALE}.maxReplicas",
        },
    ),
}


def made(source: str, parameters: Node | None) -> tuple[str, Node] | None:
    """Type and body of what a call of the registry makes; ``None`` for modules that are not known here."""
    match = _NAME.match(source)
    known = _MODULES.get(match[1]) if match is not None else None
    if known is None or parameters is None:
        return None
    type_, paths = known
    members: dict[str, Node] = {}
    for name, path in paths.items():
        found = parameters.get(name)
        if found is not None:
            _put(members, path.split("."), found)
    return type_, Node(members, parameters.place)


def _put(members: dict[str, Node], path: list[str], node: Node) -> None:
    *outer, last = path
    for name in outer:
        inner = members.setdefault(name, Node({}, node.place)).value
        if not isinstance(inner, dict):
            return
        members = inner
    members[last] = node
