"""Signs of kinds ``terraform`` and ``cloudformation`` -> the resources that an estate or a template makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.deployment.parts import Purpose, directory, purpose_of
from advisor.formats.document import Node, Unreadable
from advisor.knowledge import SetBy
from advisor.model import Setting
from advisor.recognition.seen import Keys, Seen, settings
from advisor.recognition.sign import Sign
from advisor.tree import Tree

if TYPE_CHECKING:
    from advisor.deployment.terraform.estate import Estate


def terraform(tree: Tree, wanted: Iterable[Sign], keys: Keys) -> Iterator[Seen]:
    """Resources of the signs' types in every root, with the settings of the platform's other resources beside them."""
    signs = tuple(wanted)
    types = frozenset(sign.value for sign in signs)
    holding = {directory(path) for path in tree.having(*types, among=tree.named("*.tf", "*.tofu"))}
    if not holding:
        return
    from advisor.deployment.terraform.estate import Estate
    from advisor.deployment.terraform.sources import Sources

    also = {key.key.partition(".")[0] for sign in signs for key in keys(sign.platform) if key.format == "terraform"}
    sources = Sources(tree, types | also)
    for folder in sources.roots(holding):
        files = sources.files(folder)
        purpose = purpose_of(files[0] if folder == "." else f"{folder}/main.tf")
        if purpose.deployed:
            yield from _made(Estate.of_root(tree, folder, purpose, sources), signs, keys, purpose)


def _made(estate: Estate, signs: tuple[Sign, ...], keys: Keys, purpose: Purpose) -> Iterator[Seen]:
    for sign in signs:
        kinds = dict.fromkeys(key.key.partition(".")[0] for key in keys(sign.platform) if key.format == "terraform")
        bodies = [(kind, resource.body) for kind in kinds for resource in estate.of(kind) if not resource.data]
        for resource in estate.of(sign.value):
            if not resource.data and resource.certainty != "weak" and sign.holds(resource.body):
                told = tuple(_told(bodies, keys(sign.platform), "terraform"))
                sure = sign if resource.certainty == "explicit" else replace(sign, certainty="strong")
                yield Seen(sure, resource.place, purpose, resource.because, settings=told)


def _told(bodies: Iterable[tuple[str, Node]], keys: Iterable[SetBy], format: str) -> Iterator[Setting]:
    """What resources of these types set, by ``<type>.<path>``."""
    own = [key for key in keys if key.format == format]
    for type_, body in bodies:
        yield from settings(body, [key for key in own if key.key.startswith(f"{type_}.")], f"{type_}.")


def cloudformation(tree: Tree, wanted: Iterable[Sign], keys: Keys) -> Iterator[Seen]:
    """Resources of the signs' types in every template."""
    signs = tuple(wanted)
    types = frozenset(sign.value for sign in signs)
    for path in tree.having(*types, among=tree.named("*.yaml", "*.yml", "*.json", "*.template")):
        purpose, document = purpose_of(path), _document(tree.text(path) or "", path)
        if document is None or not purpose.deployed:
            continue
        from advisor.deployment.cloudformation.template import Template

        declared = list(Template.of(document).resources())
        bodies = [(each.type, each.properties) for each in declared]
        for sign in signs:
            for each in declared:
                if each.type == sign.value and not each.conditional and sign.holds(each.properties):
                    told = tuple(_told(bodies, keys(sign.platform), "cloudformation"))
                    place = each.node.key_place or each.node.place
                    yield Seen(sign, place, purpose, f"resource {each.name} ({each.type}) defines it", settings=told)


def _document(text: str, path: str) -> Node | None:
    from advisor.formats import json, yaml

    try:
        return json.parse(text, path) if path.endswith(".json") or text.lstrip().startswith("{") else yaml.parse(text, path)
    except Unreadable:
        return None
