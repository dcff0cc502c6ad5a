"""A template -> the estate that the AWS readers ask, and their hops with the template's own keys."""

from __future__ import annotations

import re
from dataclasses import replace

from advisor.deployment.cloudformation.shapes import SHAPES, Shape
from advisor.deployment.cloudformation.template import Template
from advisor.deployment.parts import Purpose, directory
from advisor.deployment.terraform.estate import Context, Estate, Instance, Reference, Resource
from advisor.formats.document import Node
from advisor.formats.hcl import Module
from advisor.model import Hop, Setting
from advisor.tree import Tree

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_MOST_TEXT = 5_000
_MOST_DEPTH = 20
_TYPES = {shape.kind: (type_, shape) for type_, shape in reversed(SHAPES.items())}


class Stack(Estate):
    """The resources of one template. A name in an open expression refers to the resource that bears it."""

    def __init__(self, tree: Tree, path: str, purpose: Purpose) -> None:
        super().__init__(tree, directory(path), purpose, {})
        self._named_resources: dict[str, Resource] = {}
        self._types: dict[str, tuple[str, Shape]] = {}

    @classmethod
    def of_template(cls, tree: Tree, path: str, document: Node, purpose: Purpose) -> Stack:
        stack = cls(tree, path, purpose)
        context = Context(Instance(stack.directory, "", Module(())))
        for declared in Template.of(document).resources():
            shape = SHAPES.get(declared.type, Shape(declared.type))
            place = declared.node.key_place or declared.node.place
            resource = Resource(
                kind=shape.kind,
                type=declared.type,
                name=declared.name,
                id=f"cloudformation:{path}:{declared.name}",
                label=declared.name,
                place=place,
                body=shape.body(declared.properties),
                context=context,
                certainty="weak" if declared.conditional else "explicit",
            )
            stack._named_resources[declared.name] = resource
            stack._types.setdefault(shape.kind, (declared.type, shape))
            stack.add(resource)
        return stack

    def refer(self, owner: Resource, node: Node | None) -> tuple[Reference, ...]:
        """The resources that an open expression names, without the owner itself."""
        found: dict[str, Reference] = {}
        for text in _open_texts(node, _MOST_DEPTH):
            for name in _NAME.findall(text[:_MOST_TEXT]):
                resource = self._named_resources.get(name)
                if resource is not None and resource is not owner:
                    found.setdefault(name, Reference(resource))
        return tuple(found.values())

    def own(self, hop: Hop) -> Hop:
        """The hop with the template's own settings; an API with a model of its own is served from the template's directory."""
        targets = tuple(replace(target, settings=self._settings(target.settings)) for target in hop.targets)
        serves = self.directory if hop.platform == "aws-api-gateway-websocket" else hop.serves
        return replace(hop, settings=self._settings(hop.settings), targets=targets, serves=serves)

    def _settings(self, settings: tuple[Setting, ...]) -> tuple[Setting, ...]:
        return tuple(replace(each, key=self._key(each.key), format="cloudformation") for each in settings)

    def _key(self, key: str) -> str:
        kind, _, attribute = key.partition(".")
        if kind not in self._types and kind not in _TYPES:
            return key
        type_, shape = self._types.get(kind) or _TYPES[kind]
        return shape.key(type_, attribute)


def _open_texts(node: Node | None, depth: int) -> tuple[str, ...]:
    if node is None or depth <= 0:
        return ()
    if isinstance(node.value, dict):
        return tuple(text for child in node.value.values() for text in _open_texts(child, depth - 1))
    if isinstance(node.value, list):
        return tuple(text for child in node.value for text in _open_texts(child, depth - 1))
    return (node.value,) if node.tag == "expression" and isinstance(node.value, str) else ()
