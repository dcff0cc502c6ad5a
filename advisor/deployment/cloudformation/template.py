"""A CloudFormation or SAM template -> its resources with parameters and intrinsic functions put in, as far as they decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from advisor.formats.document import Node

_DEEPEST = 40
_SUBSTITUTE = re.compile(r"\$\{([^}!]{1,200})\}")


@dataclass(frozen=True, slots=True)
class Declared:
    """One resource of a template. ``conditional``: it has a condition, so that a stack may be without it."""

    name: str
    type: str
    node: Node
    properties: Node
    conditional: bool


@dataclass(slots=True)
class Template:
    """The resources of one document, with what their expressions come to."""

    document: Node
    parameters: dict[str, Node | None] = field(default_factory=dict)
    """Name of a parameter -> its default; ``None`` where it has none or must not be shown."""

    @classmethod
    def of(cls, document: Node) -> Template:
        """Never raises; a document of another kind has no resources."""
        found: dict[str, Node | None] = {}
        declared = document.get("Parameters")
        for name, node in declared.items() if declared is not None else ():
            hidden = node.get("NoEcho")
            found[name] = None if hidden is not None and hidden.text() == "true" else node.get("Default")
        return cls(document, found)

    def resources(self) -> Iterator[Declared]:
        """The resources in the order written, also those of a Serverless Framework file."""
        for listed in (self.document.get("Resources"), self.document.get("resources", "Resources")):
            for name, node in listed.items() if listed is not None else ():
                kind = node.get("Type")
                type_ = kind.text() if kind is not None else None
                if type_ is not None and isinstance(node.value, dict):
                    properties = self.value(node.get("Properties") or Node({}, node.place))
                    yield Declared(name, type_, node, properties, node.get("Condition") is not None)

    def value(self, node: Node, depth: int = 0) -> Node:
        """The node with its intrinsic functions evaluated; what stays open is an ``expression`` that says on what it depends."""
        if depth > _DEEPEST:
            return replace(node, value=None)
        function, argument = intrinsic(node)
        if function is not None and argument is not None:
            return self._evaluated(node, function, argument, depth + 1)
        if isinstance(node.value, dict):
            return replace(node, value={key: self.value(child, depth + 1) for key, child in node.value.items()})
        if isinstance(node.value, list):
            return replace(node, value=[self.value(child, depth + 1) for child in node.value])
        return node

    def _evaluated(self, node: Node, function: str, argument: Node, depth: int) -> Node:
        match function:
            case "Ref":
                return self._reference(node, argument.text() or "")
            case "Sub":
                return self._substituted(node, argument)
            case "If":
                return self._either(node, argument, depth)
            case "Join":
                return self._joined(node, argument, depth)
            case "GetAtt":
                return _open(node, ".".join(_texts(argument)))
            case _:
                inner = " ".join(_texts(self.value(replace(argument, tag=None), depth)))
                return _open(node, f"depends on {function} {inner}".strip())

    def _reference(self, node: Node, name: str) -> Node:
        if name == "AWS::NoValue":
            return Node(None, node.place, node.key_place)
        if name in self.parameters:
            default = self.parameters[name]
            if default is None or isinstance(default.value, dict | list) or default.value in (None, ""):
                return _open(node, f"depends on parameter {name}")
            return Node(default.value, node.place, node.key_place, "variable")
        return _open(node, name)

    def _substituted(self, node: Node, argument: Node) -> Node:
        first = argument.get(0) if isinstance(argument.value, list) else argument
        text = first.text() if first is not None else None
        if text is None:
            return _open(node, "depends on Sub")

        def known(match: re.Match[str]) -> str:
            default = self.parameters.get(match[1].strip())
            return match[0] if default is None else default.text() or match[0]

        filled = _SUBSTITUTE.sub(known, text)
        return _open(node, filled) if _SUBSTITUTE.search(filled) else Node(filled, node.place, node.key_place)

    def _either(self, node: Node, argument: Node, depth: int) -> Node:
        """Of ``If`` with one empty branch the other; of two lists both; else open, naming what both name."""
        branches = [self.value(branch, depth) for branch in (argument.get(1), argument.get(2)) if branch is not None]
        given = [branch for branch in branches if branch.value is not None or branch.tag is not None]
        if len(given) == 1 or (len(given) == 2 and given[0].plain() == given[1].plain()):
            return replace(given[0], key_place=node.key_place)
        if given and all(isinstance(branch.value, list) for branch in given):
            return Node([each for branch in given for each in branch.each()], node.place, node.key_place)
        condition = argument.get(0)
        names = " ".join(text for branch in given for text in _texts(branch))
        return _open(node, f"depends on condition {condition.text() if condition else ''}: {names}")

    def _joined(self, node: Node, argument: Node, depth: int) -> Node:
        separator, listed = argument.get(0), argument.get(1)
        members = self.value(listed, depth) if listed is not None else None
        sign = separator.text() if separator is not None else None
        if members is None or not isinstance(members.value, list):
            return _open(node, "depends on Join")
        texts = [each.text() for each in members.value]
        if sign is not None and all(text is not None for text in texts):
            return Node(sign.join(text for text in texts if text is not None), node.place, node.key_place)
        return _open(node, " ".join(_texts(members)))


def intrinsic(node: Node) -> tuple[str | None, Node | None]:
    """An intrinsic function and its argument, in the short form (``!Ref``) or the long one (``Fn::Sub``)."""
    if node.tag is not None and node.tag.startswith("!"):
        return node.tag[1:], replace(node, tag=None)
    if isinstance(node.value, dict) and len(node.value) == 1:
        key, argument = next(iter(node.value.items()))
        if key == "Ref" or key.startswith("Fn::"):
            return key.removeprefix("Fn::"), argument
    return None, None


def _open(node: Node, text: str) -> Node:
    return Node(text, node.place, node.key_place, "expression")


def _texts(node: Node) -> list[str]:
    """The scalars below a node, also the texts of open ones."""
    if isinstance(node.value, dict):
        return [text for child in node.value.values() for text in _texts(child)]
    if isinstance(node.value, list):
        return [text for child in node.value for text in _texts(child)]
    return [] if node.value is None else [str(node.value)]
