"""A Bicep file with the modules that it calls inside the tree -> the resources declared, with parameters put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from advisor.deployment.parts import broken, directory, join
from advisor.deployment.resource_manager.declared import MOST_RESOURCES, MOST_STEPS, Declared
from advisor.deployment.resource_manager.registry import made
from advisor.formats.bicep import Document, Module, Resource, parse
from advisor.formats.bicep_tokens import tokens
from advisor.formats.bicep_values import Values
from advisor.formats.document import Node, Unreadable
from advisor.formats.source import Source
from advisor.model import Certainty, NotRead
from advisor.tree import Tree

_CALL = re.compile(r"^\s{0,40}module\s{1,20}\w{1,100}\s{1,20}'([^'$\n]{1,300})'", re.MULTILINE)
_USING = re.compile(r"^\s{0,40}using\s{1,20}'([^'\n]{1,300})'", re.MULTILINE)
_MOST_FILES = 1_000
_MOST_DEPTH = 8
_MOST_CALLS = 200


def calls(tree: Tree, path: str) -> frozenset[str]:
    """The files of the tree that a file calls as modules, by its text."""
    found = (join(directory(path), match[1]) for match in _CALL.finditer(tree.text(path) or "") if match[1].endswith(".bicep"))
    return frozenset(each for each in found if each is not None and tree.exists(each))


@dataclass(eq=False)
class File:
    """One use of a Bicep file: what its parameters are given, and what it declares."""

    document: Document
    arguments: Mapping[str, Node] = field(default_factory=dict)
    caller: File | None = None
    declared: dict[str, list[Declared]] = field(default_factory=dict)
    called: dict[str, list[File]] = field(default_factory=dict)
    made: dict[str, list[Declared]] = field(default_factory=dict)
    """Symbol of a call to the registry -> what it makes."""

    def __post_init__(self) -> None:
        self.values = Values(self.look)

    def look(self, name: str) -> Node | None:
        """What a name stands for, which may be open itself; ``None`` for resources, secrets and what the caller gives."""
        if name in self.document.parameters:
            parameter = self.document.parameters[name]
            if parameter.secure:
                return None
            return self.arguments.get(name, parameter.default)
        return self.document.variables.get(name)

    def chain(self) -> frozenset[str]:
        """This file and those on the way to it."""
        found: set[str] = set()
        at: File | None = self
        while at is not None:
            found.add(at.document.source.file)
            at = at.caller
        return frozenset(found)

    def refer(self, text: str, steps: int = MOST_STEPS) -> Iterator[Declared]:
        """The resources that an expression names: by symbol, and through variables, arguments and outputs of modules."""
        for name, rest in chains(text) if steps > 0 else ():
            yield from self._named(name, rest, steps)

    def _named(self, name: str, rest: tuple[str, ...], steps: int) -> Iterator[Declared]:
        if name in self.declared and rest and rest[0] in self.declared:
            yield from self.declared[rest[0]]
        elif name in self.declared or name in self.made:
            yield from (*self.declared.get(name, ()), *self.made.get(name, ()))
        elif name in self.called:
            for file in self.called[name]:
                output = file.document.outputs.get(rest[1]) if len(rest) > 1 and rest[0] == "outputs" else None
                yield from file.within(output, steps - 1)
        elif name in self.arguments and self.caller is not None:
            yield from self.caller.within(self.arguments[name], steps - 1)
        elif name in self.document.variables:
            yield from self.within(self.document.variables[name], steps - 1)

    def within(self, node: Node | None, steps: int) -> Iterator[Declared]:
        """The resources that a node's open expressions name."""
        if node is None or steps <= 0:
            return
        if isinstance(node.value, dict):
            for child in node.value.values():
                yield from self.within(child, steps - 1)
        elif isinstance(node.value, list):
            for child in node.value:
                yield from self.within(child, steps - 1)
        elif node.tag == "expression" and isinstance(node.value, str):
            yield from self.refer(node.value, steps)


def chains(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names in an expression with the members asked of each: ``web``, ``("properties", "defaultHostName")``."""
    waiting = [text]
    while waiting:
        current = waiting.pop()
        try:
            listed = [token for token in tokens(Source(current, "")) if token.kind != "line"]
        except Unreadable:
            continue
        at = 0
        while at < len(listed):
            token = listed[at]
            at += 1
            waiting += [current[start:end] for start, end in token.holes]
            if token.kind != "name":
                continue
            rest: list[str] = []
            while at + 1 < len(listed) and listed[at].text in (".", ".?", "!", "::"):
                if listed[at].text != "!":
                    rest.append(listed[at + 1].text)
                    at += 1
                at += 1
            yield token.text, tuple(rest)


class Files:
    """The Bicep files of a tree; each is parsed once."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.not_read: list[NotRead] = []
        self._parsed: dict[str, Document | None] = {}
        self._calls = 0
        self._declared = 0

    def roots(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The files that no other one calls, and from which one is reached that holds one of the words."""
        paths = list(self.tree.named("*.bicep"))[:_MOST_FILES]
        called = {path: calls(self.tree, path) for path in paths}
        inner = frozenset(each for path, named in called.items() for each in named if each != path)
        holding = frozenset(self.tree.having(*words, among=tuple(paths)))
        return tuple(path for path in paths if path not in inner and holding & _reached(path, called))

    def document(self, path: str) -> Document | None:
        if path not in self._parsed:
            text = self.tree.text(path)
            try:
                self._parsed[path] = parse(text, path) if text is not None else None
            except Unreadable as problem:
                self._parsed[path] = None
                self.not_read.append(broken(path, problem))
        return self._parsed[path]

    def declared(self, path: str) -> list[Declared]:
        """Everything that a root declares, also in its modules."""
        document = self.document(path)
        self._calls = self._declared = 0
        if document is None:
            return []
        given = self._given(path)
        return list(self._of(File(document, given), path, "", "explicit", 0))

    def _given(self, path: str) -> dict[str, Node]:
        """What the parameter files of a root give; open where two of them differ."""
        found: dict[str, Node] = {}
        stem = path.removesuffix(".bicep")
        for each in self.tree.named("*.bicepparam"):
            using = _USING.search(self.tree.text(each) or "")
            if using is not None and join(directory(each), using[1]) == path and (document := self.document(each)) is not None:
                _agree(found, document.assigned)
        for name in (f"{stem}.parameters.json", f"{directory(path)}/azuredeploy.parameters.json"):
            if self.tree.exists(name):
                _agree(found, _json_parameters(self.tree.text(name) or "", name))
        return found

    def _of(self, file: File, path: str, before: str, certainty: Certainty, depth: int) -> Iterator[Declared]:
        symbols: dict[str, Declared] = {}
        for resource in file.document.resources:
            sure = _sure(file, resource, certainty)
            if sure is None or self._declared >= MOST_RESOURCES:
                continue
            self._declared += 1
            body = file.values.filled(resource.body)
            label = f"{before}{resource.symbol}"
            made_ = Declared(resource.type, label, body, resource.place, file, sure, resource.existing)
            file.declared.setdefault(resource.symbol, []).append(made_)
            symbols[resource.symbol] = made_
            if resource.within in symbols:
                symbols[resource.within].children.append(made_)
            yield made_
        for module in file.document.modules:
            sure = _sure(file, module, certainty)
            if sure is not None:
                yield from self._called(file, module, path, before, sure, depth)

    def _called(self, file: File, module: Module, path: str, before: str, certainty: Certainty, depth: int) -> Iterator[Declared]:
        self._calls += 1
        given = module.body.get("params")
        filled = file.values.filled(given) if given is not None else None
        known = made(module.source, filled)
        if known is not None:
            declared = Declared(
                known[0], f"{before}{module.symbol}", known[1], module.place, file, certainty, False, module.source
            )
            file.made.setdefault(module.symbol, []).append(declared)
            yield declared
            return
        target = join(directory(path), module.source) if module.source.endswith(".bicep") else None
        document = self.document(target) if target is not None and depth < _MOST_DEPTH and self._calls < _MOST_CALLS else None
        if document is None or target is None or target in file.chain():
            return
        inner = File(document, dict(filled.items()) if filled is not None else {}, file)
        file.called.setdefault(module.symbol, []).append(inner)
        yield from self._of(inner, target, f"{before}{module.symbol}.", certainty, depth + 1)


def _sure(file: File, declared: Resource | Module, certainty: Certainty) -> Certainty | None:
    """How sure it is that it is made; ``None`` where a condition that is known leaves it out."""
    if declared.condition is None:
        return "strong" if declared.repeated and certainty == "explicit" else certainty
    decided = file.values.filled(declared.condition)
    if isinstance(decided.value, bool):
        return certainty if decided.value else None
    return "weak"


def _agree(found: dict[str, Node], more: Mapping[str, Node]) -> None:
    for name, node in more.items():
        before = found.get(name)
        same = before is None or before.plain() == node.plain()
        found[name] = node if same else Node(name, node.place, tag="expression")


def _json_parameters(text: str, path: str) -> dict[str, Node]:
    """Literal values of a parameter file; what the Azure Developer CLI puts in (``${AZURE_LOCATION}``) is left to the default."""
    from advisor.formats.json import parse as parse_json

    try:
        listed = parse_json(text, path).get("parameters")
    except Unreadable:
        return {}
    pairs = ((name, node.get("value")) for name, node in listed.items()) if listed is not None else ()
    return {name: node for name, node in pairs if node is not None and "${" not in str(node.value)}


def _reached(path: str, called: Mapping[str, frozenset[str]]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting += called.get(current, ())
    return frozenset(seen)
