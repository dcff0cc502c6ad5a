"""XML text -> a document with places: elements as mappings of their attributes and of the elements inside them.

Elements of one name beside each other are a list. Text between tags is left out. Documents with a DOCTYPE are refused:
configuration files have none, and entities are how small files become large ones.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from advisor.formats.document import Node, Unreadable
from advisor.formats.source import MAX_DEPTH, Source, checked
from advisor.model import Place

_MOST_ELEMENTS = 50_000
_DECLARED = re.compile(r"<\?xml[^>]{0,200}\?>")


def parse(text: str, file: str) -> Node:
    """The document: a mapping with the root element. Raises ``Unreadable``."""
    source = checked(text, file)
    return _Reader(source).document()


class _Reader:
    """Collects what the parser tells."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.lines = [0, *(match.end() for match in re.finditer("\n", source.text))]
        self.stack: list[tuple[str, dict[str, Node], Place]] = [("", {}, Place(source.file, 1, 1))]
        self.elements = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = self.refuse

    def document(self) -> Node:
        text = _DECLARED.sub(lambda match: " " * len(match[0]), self.source.text, count=1)
        try:
            self.parser.Parse(text.encode("utf-8", "replace"), True)
        except expat.ExpatError as error:
            raise Unreadable(f"is not valid XML: {expat.ErrorString(error.code)}", error.lineno) from None
        return Node(self.stack[0][1], self.stack[0][2])

    def refuse(self, *_: object) -> None:
        raise Unreadable("holds a DOCTYPE, which is not read", self.parser.CurrentLineNumber)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if len(self.stack) > MAX_DEPTH or self.elements > _MOST_ELEMENTS:
            raise Unreadable(f"nests deeper than {MAX_DEPTH} levels or holds too many elements", self.parser.CurrentLineNumber)
        line = self.parser.CurrentLineNumber
        begin = self.lines[min(line, len(self.lines)) - 1]
        at = max(self.source.text.find(f"<{name}", begin), begin)
        members = {key: self.attribute(key, value, at) for key, value in attributes.items()}
        self.stack.append((name, members, self.source.place(at, at + len(name) + 1)))

    def attribute(self, key: str, value: str, at: int) -> Node:
        """An attribute; it stands at its name, which is looked for from the tag's beginning on."""
        found = re.compile(rf"\s{re.escape(key)}\s{{0,20}}=").search(self.source.text, at, at + 20_000)
        start = found.start() + 1 if found is not None else at
        place = self.source.place(start, start + len(key))
        return Node(value, place, place)

    def end(self, name: str) -> None:
        _, members, place = self.stack.pop()
        node = Node(members, place, place)
        outer = self.stack[-1][1]
        before = outer.get(name)
        if before is None:
            outer[name] = node
        elif isinstance(before.value, list):
            before.value.append(node)
        else:
            outer[name] = Node([before, node], before.place, before.key_place)
