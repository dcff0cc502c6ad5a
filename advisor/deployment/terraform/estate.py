"""One root module with the modules it calls -> all its resources, and who refers to whom across modules.

``Estate.of_root`` reads a directory of ``*.tf`` files; local modules are followed inside the tree with their arguments, the
known ones of the registry are taken apart by ``registry``. A resource that a decided ``count`` or ``for_each`` leaves out is
not there; one that hangs on something not shown is there with certainty ``weak``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from advisor.deployment.parts import Purpose, join
from advisor.deployment.terraform.attributes import given, word
from advisor.formats.document import Node
from advisor.model import Certainty, Place
from advisor.tree import Tree

if TYPE_CHECKING:
    from advisor.deployment.terraform.sources import Sources
    from advisor.formats.hcl import Block, Module

_MOST_DEPTH = 8
_MOST_INSTANCES = 200
_MOST_COPIES = 50
_MOST_STEPS = 12
_REFERENCE = re.compile(r'(?<![\w.\-"])(?:data\.)?[A-Za-z_][\w-]*(?:\.[A-Za-z_*][\w-]*|\.\d+|\[[^\[\]]*\])+')
_STEP = re.compile(r"\.([\w*-]+)|\[([^\[\]]*)\]")
_EACH = re.compile(r"^each\.(key|value)((?:\.[\w-]+|\[[^\[\]]*\])*)$")
_SAME = {
    "aws_alb": "aws_lb",
    "aws_alb_listener": "aws_lb_listener",
    "aws_alb_listener_rule": "aws_lb_listener_rule",
    "aws_alb_target_group": "aws_lb_target_group",
    "aws_alb_target_group_attachment": "aws_lb_target_group_attachment",
}
"""Older names of the same resource."""


def newer(type_: str) -> str:
    """The name that a type of resource has by now."""
    return _SAME.get(type_, type_)


_ORDER: tuple[Certainty, ...] = ("explicit", "strong", "weak")


@dataclass(eq=False)
class Instance:
    """One use of a module's directory. ``path`` is how addresses name it (``module.web.``), empty for the root."""

    directory: str
    path: str
    module: Module
    arguments: Mapping[str, Node] = field(default_factory=dict)
    caller: Context | None = None
    children: dict[str, list[tuple[str | None, Instance]]] = field(default_factory=dict)
    known: dict[str, list[Resource]] = field(default_factory=dict)
    """Name of a call to a registry module that is known -> what it makes."""
    resources: dict[tuple[bool, str, str], list[Resource]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Context:
    """Where an expression stands: the instance, and what ``each`` means there."""

    instance: Instance
    key: str | None = None
    value: Node | None = None


@dataclass(frozen=True, eq=False)
class Resource:
    """A resource (or data source). ``kind`` is its type in the newer spelling, ``type`` as written."""

    kind: str
    type: str
    name: str
    id: str
    label: str
    place: Place
    body: Node
    context: Context
    certainty: Certainty = "explicit"
    data: bool = False
    made_by: str = ""
    """Source of the registry module that makes it."""

    @property
    def because(self) -> str:
        """Where it comes from, one clause."""
        if self.made_by:
            return f'module "{self.name}" ({self.made_by}) makes it'
        return f'resource "{self.type}" "{self.name}" defines it'

    @property
    def directory(self) -> str:
        """The directory that ``path.module`` means here."""
        return self.context.instance.directory


@dataclass(frozen=True)
class Reference:
    """A resource that an expression names, and what follows its address (``dns_name``)."""

    resource: Resource
    rest: tuple[str, ...] = ()


class Estate:
    """All resources of a root module and of the modules that it calls."""

    def __init__(self, tree: Tree, directory: str, purpose: Purpose, providers: Mapping[str, str]) -> None:
        self.tree = tree
        self.directory = directory
        self.purpose = purpose
        self._providers = providers
        self._by_kind: dict[str, list[Resource]] = {}
        self._instances = 0

    @classmethod
    def of_root(cls, tree: Tree, directory: str, purpose: Purpose, sources: Sources) -> Estate:
        """The estate of one root directory."""
        estate = cls(tree, directory, purpose, sources.providers(directory))
        estate._fill(Instance(directory, "", sources.root(directory)), sources, "explicit", 0)
        return estate

    def of(self, *kinds: str) -> tuple[Resource, ...]:
        """Resources of these kinds, in the order read; data sources among them."""
        return tuple(resource for kind in kinds for resource in self._by_kind.get(kind, ()))

    def provider(self, name: str) -> tuple[tuple[str, str], ...]:
        """The major version of a provider as a condition of facts; empty where the files leave it open."""
        return (("provider", self._providers[name]),) if name in self._providers else ()

    def refer(self, owner: Resource, node: Node | None) -> tuple[Reference, ...]:
        """The resources that an attribute of ``owner`` names, also through locals, variables and outputs, in order."""
        found = {reference.resource: reference for reference in self._named(owner.context, node, _MOST_STEPS)}
        return tuple(found.values())

    # ------------------------------------------------------------ building

    def add(self, resource: Resource) -> None:
        self._by_kind.setdefault(resource.kind, []).append(resource)

    def _fill(self, instance: Instance, sources: Sources, certainty: Certainty, depth: int) -> None:
        self._instances += 1
        context = Context(instance)
        for block in instance.module.blocks:
            if block.type in ("resource", "data") and len(block.labels) >= 2:
                for key, body, sure, inner in _copies(block.body, context):
                    resource = self._resource(block, instance, key, body, _weaker(certainty, sure), inner)
                    instance.resources.setdefault((resource.data, resource.type, resource.name), []).append(resource)
                    self.add(resource)
        for block in instance.module.blocks:
            if block.type == "module" and block.labels:
                for key, body, sure, inner in _copies(block.body, context):
                    self._call(block, instance, sources, (key, body, _weaker(certainty, sure), inner), depth)

    def _resource(
        self, block: Block, instance: Instance, key: str | None, body: Node, certainty: Certainty, context: Context
    ) -> Resource:
        type_, name = block.labels[:2]
        index = f'["{key}"]' if key is not None else ""
        data = block.type == "data"
        label = f"{instance.path}{'data.' if data else ''}{type_}.{name}{index}"
        kind = _SAME.get(type_, type_)
        return Resource(
            kind, type_, name, f"terraform:{self.directory}:{label}", label, block.place, body, context, certainty, data
        )

    def _call(
        self,
        block: Block,
        instance: Instance,
        sources: Sources,
        copy: tuple[str | None, Node, Certainty, Context],
        depth: int,
    ) -> None:
        from advisor.deployment.terraform.registry import expand

        key, body, certainty, context = copy
        name, source = block.labels[0], word(body, "source") or ""
        index = f'["{key}"]' if key is not None else ""
        path = f"{instance.path}module.{name}{index}."
        if source.startswith(("./", "../")):
            directory = join(instance.directory, source.partition("//")[0] if source.count("//") else source)
            if directory is None or depth >= _MOST_DEPTH or self._instances >= _MOST_INSTANCES or not sources.has(directory):
                return
            arguments = {name: node for name, node in body.items() if name not in ("source", "version", "count", "for_each")}
            child = Instance(directory, path, sources.module(directory, arguments), arguments, context)
            instance.children.setdefault(name, []).append((key, child))
            self._fill(child, sources, certainty, depth + 1)
            return
        call = Resource(
            "module", source, name, f"terraform:{self.directory}:{path[:-1]}", path[:-1], block.place, body, context, certainty
        )
        for resource in expand(call):
            instance.known.setdefault(name, []).append(resource)
            self.add(resource)

    # ------------------------------------------------------------ following references

    def _named(self, context: Context, node: Node | None, steps: int) -> Iterator[Reference]:
        if node is None or steps <= 0:
            return
        if isinstance(node.value, dict):
            for child in node.value.values():
                yield from self._named(context, child, steps - 1)
        elif isinstance(node.value, list):
            for child in node.value[:_MOST_COPIES]:
                yield from self._named(context, child, steps - 1)
        elif node.tag in ("expression", "heredoc") and isinstance(node.value, str):
            for match in list(_REFERENCE.finditer(node.value))[:_MOST_COPIES]:
                yield from self._followed(context, tokens(match[0]), steps - 1)

    def _followed(self, context: Context, names: tuple[str, ...], steps: int) -> Iterator[Reference]:
        instance = context.instance
        first, rest = names[0], names[1:]
        if first == "each" and context.value is not None:
            yield from self._named(context, below(context.value, rest[1:]), steps)
        elif first == "var" and rest and rest[0] in instance.arguments and instance.caller is not None:
            yield from self._named(instance.caller, below(instance.arguments[rest[0]], rest[1:]), steps)
        elif first == "local" and rest:
            for block in instance.module.blocks:
                if block.type == "locals" and (found := block.body.get(rest[0])) is not None:
                    yield from self._named(context, below(found, rest[1:]), steps)
        elif first == "module" and rest:
            yield from self._through_module(context, rest, steps)
        elif first == "data" and len(rest) > 1:
            yield from self._addressed(context, (True, rest[0], rest[1]), rest[2:])
        elif rest:
            yield from self._addressed(context, (False, first, rest[0]), rest[1:])

    def _addressed(self, context: Context, address: tuple[bool, str, str], rest: tuple[str, ...]) -> Iterator[Reference]:
        listed = context.instance.resources.get(address, [])
        key = _key(rest[:1], context)
        chosen = [each for each in listed if key is not None and each.context.key == key]
        for resource in chosen or listed:
            yield Reference(resource, rest)

    def _through_module(self, context: Context, rest: tuple[str, ...], steps: int) -> Iterator[Reference]:
        name, after = rest[0], rest[1:]
        key = _key(after[:1], context)
        if after and (after[0].startswith("[") or after[0] == "*"):
            after = after[1:]
        children = context.instance.children.get(name, [])
        for _, child in [each for each in children if key is not None and each[0] == key] or children:
            output = child.module.find(f"output.{after[0]}") if after else None
            if output is not None:
                yield from self._named(Context(child), below(output.body.get("value"), after[1:]), steps)
        known = context.instance.known.get(name, [])
        if known and after:
            from advisor.deployment.terraform.registry import output_of

            for resource in output_of(known, after):
                yield Reference(resource, after)


def tokens(text: str) -> tuple[str, ...]:
    """An address taken apart: ``module.web["a"].arn`` -> ``module``, ``web``, ``["a"]``, ``arn``."""
    start = re.match(r"[A-Za-z_][\w-]*", text)
    if start is None:
        return (text,)
    steps = (f"[{match[2].strip()}]" if match[1] is None else match[1] for match in _STEP.finditer(text, start.end()))
    return (start[0], *steps)


def below(node: Node | None, names: tuple[str, ...]) -> Node | None:
    """The node under these names and indexes, as far as the files show it: where a step is missing, the whole."""
    found = node
    for name in names:
        index = name[1:-1].strip('"') if name.startswith("[") else name
        step: str | int = int(index) if found is not None and isinstance(found.value, list) and index.isdecimal() else index
        inner = found.get(step) if found is not None else None
        if inner is None:
            return found
        found = inner
    return found


def _key(rest: tuple[str, ...], context: Context) -> str | None:
    """The key that an index names: literal, or that of the resource in which the expression stands."""
    index = rest[0] if rest else ""
    if index in ("[each.key]", "[each.value]"):
        return context.key
    return index[2:-2] if index.startswith('["') and index.endswith('"]') else None


def _copies(body: Node, context: Context) -> Iterator[tuple[str | None, Node, Certainty, Context]]:
    """Key, body, certainty and context of each copy that ``count`` or ``for_each`` makes; nothing where they make none."""
    count, each = given(body, "count"), given(body, "for_each")
    if each is not None and each.tag != "expression" and isinstance(each.value, dict | list):
        pairs = list(each.items()) if isinstance(each.value, dict) else [(node.text(), node) for node in each.value]
        for key, value in pairs[:_MOST_COPIES]:
            inner = replace(context, key=key, value=value)
            yield key, _filled(body, inner), "explicit", inner
        return
    if each is not None:
        yield None, body, "weak" if "?" in str(each.value) else "strong", context
        return
    number = count.number() if count is not None else 1
    if number is None:
        yield None, body, "weak", context
    elif number > 0:
        yield None, body, "explicit", context


def _filled(node: Node, context: Context, depth: int = 0) -> Node:
    """The body with ``each.key`` and ``each.value.x`` replaced by what they are in this copy."""
    if depth > 30:
        return node
    if isinstance(node.value, dict):
        return replace(node, value={key: _filled(child, context, depth + 1) for key, child in node.value.items()})
    if isinstance(node.value, list):
        return replace(node, value=[_filled(child, context, depth + 1) for child in node.value])
    match = _EACH.match(node.value) if node.tag == "expression" and isinstance(node.value, str) else None
    if match is None:
        return node
    if match[1] == "key":
        return replace(node, value=context.key, tag=None) if context.key is not None else node
    found: Node | None = context.value
    for name in tokens(f"each{match[2]}")[1:]:
        inner = name[1:-1].strip('"') if name.startswith("[") else name
        found = found.get(inner) if found is not None else None
    return node if found is None else replace(found, place=node.place, key_place=node.key_place)


def _weaker(one: Certainty, other: Certainty) -> Certainty:
    return max(one, other, key=_ORDER.index)
