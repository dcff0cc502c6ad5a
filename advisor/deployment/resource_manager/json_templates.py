"""JSON templates of Azure Resource Manager -> the resources declared, with parameters and variables put in.

Source: https://learn.microsoft.com/en-us/azure/azure-resource-manager/templates/syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from advisor.deployment.resource_manager.declared import MOST_RESOURCES, MOST_STEPS, Declared
from advisor.formats.document import Node

_WHOLE = re.compile(r"^\[\s*(parameters|variables)\('([^']{1,200})'\)\s*\]$")
_TYPE = re.compile(r"'([A-Za-z][\w.]{1,80}/[\w/.]{1,120})'")
_NAMED = re.compile(r"(parameters|variables)\('([^']{1,200})'\)")
_MOST_DEPTH = 30
_SECRETS = frozenset({"securestring", "secureobject"})


@dataclass(eq=False)
class Template:
    """One template: what its names stand for, and what it declares."""

    parameters: dict[str, Node] = field(default_factory=dict)
    variables: dict[str, Node] = field(default_factory=dict)
    declared: list[Declared] = field(default_factory=list)

    def refer(self, text: str, steps: int = MOST_STEPS) -> Iterator[Declared]:
        """The resources that an expression names: those of a type that it quotes, by name where there are several."""
        types = {match[1].lower() for match in _TYPE.finditer(text)}
        for match in _NAMED.finditer(text):
            inner = (self.parameters if match[1] == "parameters" else self.variables).get(match[2])
            if inner is not None and steps > 0 and isinstance(inner.value, str) and inner.value.startswith("["):
                yield from self.refer(inner.value, steps - 1)
        alike = [each for each in self.declared if each.type.lower() in types]
        for type_ in types:
            same = [each for each in alike if each.type.lower() == type_]
            yield from same if len(same) == 1 else (each for each in same if _name(each) and _name(each) in text)

    def filled(self, node: Node, depth: int = 0) -> Node:
        """The node with parameters and variables put in, and open expressions marked."""
        if depth > _MOST_DEPTH:
            return node
        if isinstance(node.value, dict):
            return replace(node, value={key: self.filled(child, depth + 1) for key, child in node.value.items()})
        if isinstance(node.value, list):
            return replace(node, value=[self.filled(child, depth + 1) for child in node.value])
        if not isinstance(node.value, str) or not node.value.startswith("[") or node.value.startswith("[["):
            return node
        match = _WHOLE.match(node.value)
        found = (self.parameters if match[1] == "parameters" else self.variables).get(match[2]) if match is not None else None
        if found is None:
            return replace(node, tag="expression")
        inner = self.filled(found, depth + 1)
        still_open = inner.tag == "expression"
        return replace(node, tag="expression") if still_open else replace(inner, place=node.place, key_place=node.key_place)


def declared(document: Node) -> list[Declared]:
    """Everything that a template declares, also in templates that stand inside it."""
    return list(_of(document, "", 0))


def _of(document: Node, before: str, depth: int) -> Iterator[Declared]:
    template = Template()
    for name, node in _members(document, "parameters"):
        default, kind = node.get("defaultValue"), node.get("type")
        secret = kind is not None and (kind.text() or "").lower() in _SECRETS
        if default is not None and not secret:
            template.parameters[name] = default
    template.variables = dict(_members(document, "variables"))
    listed = document.get("resources")
    yield from _resources(template, listed, before, "", None, depth)


def _members(document: Node, name: str) -> Iterator[tuple[str, Node]]:
    found = document.get(name)
    return found.items() if found is not None else iter(())


def _resources(
    template: Template, listed: Node | None, before: str, outer: str, parent: Declared | None, depth: int
) -> Iterator[Declared]:
    if listed is None or depth > 6:
        return
    nodes = list(listed.value.values()) if isinstance(listed.value, dict) else list(listed.each())
    for number, node in enumerate(nodes):
        kind = node.get("type")
        text = kind.text() if kind is not None else None
        if text is None or kind is None or len(template.declared) >= MOST_RESOURCES:
            continue
        type_ = f"{outer}/{text}" if outer and "." not in text.partition("/")[0] else text
        if type_.lower() == "microsoft.resources/deployments":
            inner = node.get("properties", "template")
            if inner is not None:
                yield from _of(inner, f"{before}{number}.", depth + 1)
            continue
        made = _declared(template, node, type_, before, parent)
        if made is None:
            continue
        template.declared.append(made)
        yield made
        yield from _resources(template, node.get("resources"), before, type_, made, depth + 1)


def _declared(template: Template, node: Node, type_: str, before: str, parent: Declared | None) -> Declared | None:
    body = template.filled(node)
    condition = body.get("condition")
    if condition is not None and condition.value is False:
        return None
    weak = condition is not None and not isinstance(condition.value, bool)
    name, kind = body.get("name"), node.get("type")
    text = (name.text() or str(name.value)) if name is not None else type_
    place = (kind.key_place or kind.place) if kind is not None else node.place
    if isinstance(body.value, dict) and "/" in type_.partition("/")[2]:
        holder = Node(_outer(type_, text), place, tag="expression")
        body = replace(body, value={**body.value, "parent": holder})
    made = Declared(type_, f"{before}{text}", body, place, template, "weak" if weak else "explicit")
    if parent is not None:
        parent.children.append(made)
    return made


def _outer(type_: str, name: str) -> str:
    """What a child resource's type and name say of the resource that it belongs to, as an expression."""
    return f"resourceId('{type_.rpartition('/')[0]}', {name})"


def _name(declared: Declared) -> str:
    """The resource's name as expressions write it, without brackets."""
    node = declared.body.get("name")
    return str(node.value).strip("[]") if node is not None else ""
