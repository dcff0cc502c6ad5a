"""Bicep files and JSON templates for Azure -> hops and processes, by the readers of Azure's resources that Terraform uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.deployment.parts import Findings, Part, Purpose, purpose_of
from advisor.tree import Tree

if TYPE_CHECKING:
    from advisor.deployment.resource_manager.declared import Declared

WORDS = (
    "Microsoft.Web/sites",
    "Microsoft.Web/staticSites",
    "Microsoft.App/containerApps",
    "Microsoft.Cdn/profiles",
    "Microsoft.Network/frontDoors",
    "Microsoft.Network/applicationGateways",
    "Microsoft.Network/loadBalancers",
    "Microsoft.ApiManagement/service",
    "Microsoft.SignalRService/",
    "avm/res/web/site",
    "avm/res/app/container-app",
    "avm/ptn/azd/container-app-upsert",
)
_MOST_TEMPLATES = 300


def read(tree: Tree) -> Part:
    """Every root of Bicep files, and every JSON template that no Bicep file beside it was compiled to."""
    found = Findings()
    bicep = tuple(tree.named("*.bicep"))
    if bicep:
        _bicep(tree, found)
    for path in list(tree.having(*WORDS, among=tree.named("*.json")))[:_MOST_TEMPLATES]:
        _json(tree, path, found)
    return found.part()


def _bicep(tree: Tree, found: Findings) -> None:
    from advisor.deployment.resource_manager.bicep_files import Files

    files = Files(tree)
    for path in files.roots(WORDS):
        purpose = purpose_of(path)
        if not purpose.deployed:
            found.chose(path, purpose, "a test's template")
            continue
        _add(tree, path, purpose, files.declared(path), found)
    found.not_read.extend(files.not_read)


def _json(tree: Tree, path: str, found: Findings) -> None:
    from advisor.deployment.resource_manager.json_templates import declared
    from advisor.formats.json import parse

    text, purpose = tree.text(path) or "", purpose_of(path)
    if "deploymentTemplate.json" not in text or not purpose.deployed or tree.exists(f"{path.removesuffix('.json')}.bicep"):
        return
    document = found.document(tree, path, parse)
    if document is not None:
        _add(tree, path, purpose, declared(document), found)


def _add(tree: Tree, path: str, purpose: Purpose, listed: list[Declared], found: Findings) -> None:
    from advisor.deployment.resource_manager.estate import Templates

    gathered = Templates.of_declared(tree, path, purpose, listed).gathered()
    found.hops.extend(gathered.hops)
    found.processes.extend(gathered.processes)
    if gathered.hops:
        names = list(dict.fromkeys(hop.name for hop in gathered.hops))
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        kind = "Bicep" if path.endswith(".bicep") else "Azure template"
        found.chose(path, purpose, f"{kind} that defines {', '.join(names[:3])}{more}")
        for file in dict.fromkeys(hop.place.file for hop in gathered.hops if hop.place.file != path):
            found.chose(file, purpose, f"a module of {path}")
