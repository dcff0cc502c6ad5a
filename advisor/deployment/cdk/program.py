"""Resources that a program makes -> the estate that the readers of AWS resources ask, and their hops with the program's keys."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace

from advisor.deployment.parts import Purpose, directory
from advisor.deployment.terraform.estate import Context, Estate, Instance, Reference, Resource
from advisor.formats.document import Node
from advisor.formats.hcl import Module
from advisor.model import Hop, Place, Process, Setting
from advisor.tree import Tree

_WORDS = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")
_MOST_DEPTH = 24


class Program(Estate):
    """The resources of one file. A variable in an open expression refers to the resource that was last assigned to it."""

    def __init__(self, tree: Tree, path: str, purpose: Purpose, format: str, keys: Mapping[str, str]) -> None:
        super().__init__(tree, directory(path), purpose, {})
        self.path = path
        self.format = format
        self.roots: dict[str, str] = {}
        """Id of an ECS service's task definition -> the directory that its image is built from."""
        self._keys = keys
        self._context = Context(Instance(self.directory, "", Module(())))
        self._variables: dict[str, list[tuple[int, Resource]]] = {}
        self._by_id: dict[str, Resource] = {}
        self._held: dict[str, Node] = {}

    def know(self, variable: str, resource: Resource) -> None:
        """A further name of a resource (``service.targetGroup``)."""
        self._variables.setdefault(variable, []).append((resource.place.line, resource))

    def holds(self, variable: str, node: Node) -> None:
        """Notes what a variable holds that is no resource of its own."""
        if variable:
            self._held[variable] = node

    def held(self, variable: str) -> Node | None:
        """What such a variable holds."""
        return self._held.get(variable)

    def make(
        self, kind: str, type_: str, name: str, place: Place, body: dict[str, Node], variables: tuple[str, ...] = ()
    ) -> Resource:
        """Adds a resource. Its body may still grow, for methods of the construct add to it."""
        label = f"{type_} {name}".strip()
        identifier = f"{self.format}:{self.path}:{place.line}:{kind}:{len(self._by_id)}"
        resource = Resource(kind, type_, name, identifier, label, place, Node(body, place), self._context)
        self._by_id[identifier] = resource
        for variable in variables:
            if variable:
                self._variables.setdefault(variable, []).append((place.line, resource))
        self.add(resource)
        return resource

    def of_variable(self, name: str, line: int, *kinds: str) -> Resource | None:
        """What the variable held at that line: what was assigned to it last before, else the first one."""
        listed = [each for each in self._variables.get(name, ()) if not kinds or each[1].kind in kinds]
        if not listed:
            return None
        before = bisect_right([each[0] for each in listed], line)
        return listed[max(before - 1, 0)][1]

    def named(self, node: Node | None, *kinds: str) -> tuple[Resource, ...]:
        """The resources that an argument names."""
        found: dict[str, Resource] = {}
        for text, line in _open_texts(node, _MOST_DEPTH):
            for word in _WORDS.findall(text):
                resource = self._by_id.get(text) or self._longest(word, line, kinds)
                if resource is not None and (not kinds or resource.kind in kinds):
                    found.setdefault(resource.id, resource)
        return tuple(found.values())

    def _longest(self, word: str, line: int, kinds: tuple[str, ...]) -> Resource | None:
        pieces = word.removeprefix("this.").removeprefix("self.").split(".")
        spelled = [re.sub(r"_+([a-z0-9])", lambda found: found[1].upper(), each) for each in pieces]
        prefixes = (".".join(spelled[:length]) for length in range(len(spelled), 0, -1))
        return next((found for each in prefixes if (found := self.of_variable(each, line, *kinds)) is not None), None)

    def refer(self, owner: Resource, node: Node | None) -> tuple[Reference, ...]:
        """The resources that an open expression names, without the owner itself."""
        return tuple(Reference(each) for each in self.named(node) if each is not owner)

    def own(self, hop: Hop) -> Hop:
        """The hop with settings under the program's own keys."""
        targets = tuple(replace(target, settings=self._settings(target.settings)) for target in hop.targets)
        because = f"{self.path} makes it"
        return replace(hop, settings=self._settings(hop.settings), targets=targets, because=because)

    def running(self, process: Process) -> Process:
        """The process with the directory that its image is built from, where the program says it."""
        service = self._by_id.get(process.id)
        tasks = self.named(service.body.get("task_definition")) if service is not None else ()
        root = next((self.roots[task.id] for task in tasks if task.id in self.roots), None)
        return replace(process, root=root, image=None, built=True) if root is not None else process

    def _settings(self, settings: tuple[Setting, ...]) -> tuple[Setting, ...]:
        return tuple(replace(each, key=self._keys.get(each.key, each.key), format=self.format) for each in settings)


def reference(resource: Resource, place: Place) -> Node:
    """An expression that names a resource of the program."""
    return Node(resource.id, place, tag="expression")


def _open_texts(node: Node | None, depth: int) -> tuple[tuple[str, int], ...]:
    if node is None or depth <= 0:
        return ()
    if isinstance(node.value, dict):
        return tuple(text for child in node.value.values() for text in _open_texts(child, depth - 1))
    if isinstance(node.value, list):
        return tuple(text for child in node.value for text in _open_texts(child, depth - 1))
    return ((node.value, node.place.line),) if node.tag == "expression" and isinstance(node.value, str) else ()
