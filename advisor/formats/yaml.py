"""YAML text -> a document with places, as PyYAML's safe loader reads it and without its cost on hostile text.

Built from PyYAML's parser events rather than its composed nodes: events come one at a time, so that nesting and the
expansion of aliases are bounded while reading. Two departures from YAML 1.1, both as Go's yaml.v3 (Compose, GitHub and
Kubernetes tools) does it: ``22:22`` is text rather than a number to base 60, and dates stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from advisor.formats.document import Node, Unreadable
from advisor.formats.source import MAX_DEPTH, Duplicate, Source, as_written, checked
from advisor.model import Place, Value

MAX_EXPANDED = 100_000
"""Values that aliases may add beyond those written; a document that asks for more is a bomb, not a configuration."""

_CORE = "tag:yaml.org,2002:"
_BOOLEANS = {
    form: value
    for value, words in ((True, ("yes", "true", "on")), (False, ("no", "false", "off")))
    for word in words
    for form in (word, word.capitalize(), word.upper())
}
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER = re.compile(r"[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?\Z")
_SPECIAL = {
    **{sign + form: float(sign + "inf") for sign in ("", "+", "-") for form in (".inf", ".Inf", ".INF")},
    **{form: float("nan") for form in (".nan", ".NaN", ".NAN")},
}


def parse(text: str, file: str, duplicates: list[Duplicate] | None = None) -> Node:
    """The one document of a YAML file; a node without a value where the file is empty.

    Of a key that stands twice the last one holds; both are appended to ``duplicates`` where a list is given.
    CloudFormation's tags (``!Ref``) are kept in ``Node.tag``. Values taken over by ``*alias`` and ``<<`` keep the place
    where they are written. Raises ``Unreadable``, also where the file holds several documents (see ``parse_all``).
    """
    documents = parse_all(text, file, duplicates)
    if len(documents) > 1:
        raise Unreadable(f"holds {len(documents)} YAML documents where one is expected", documents[1].place.line)
    return documents[0] if documents else Node(None, Place(file))


def parse_all(text: str, file: str, duplicates: list[Duplicate] | None = None) -> list[Node]:
    """All documents of a YAML stream (``---``), empty ones left out; otherwise as ``parse``."""
    import yaml

    source = checked(text, file)
    found = duplicates if duplicates is not None else []
    try:
        events = yaml.parse(source.text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        nodes = list(_Reader(file, found).documents(events))
    except yaml.YAMLError as error:
        raise _unreadable(error, source) from None
    except UnicodeError:
        raise Unreadable("is not valid text: it holds half of a surrogate pair") from None
    return [node for node in nodes if node.value is not None or node.tag]


@dataclass(slots=True)
class _Built:
    """A finished node with what an alias to it would cost: how many values, how many levels."""

    node: Node
    size: int = 1
    height: int = 1


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not been read."""

    event: Any
    mapping: bool
    key_place: Place | None
    size: int = 1
    height: int = 1
    items: list[Node] = field(default_factory=list)
    pairs: dict[str, Node] = field(default_factory=dict)
    merged: list[_Built] = field(default_factory=list)
    key: str | None = None
    """The key whose value comes next."""
    next_place: Place | None = None
    merging: bool = False


class _Reader:
    """Builds one document after the other from parser events."""

    def __init__(self, file: str, duplicates: list[Duplicate]) -> None:
        self.file = file
        self.duplicates = duplicates
        self.stack: list[_Open] = []
        self.anchors: dict[str, _Built | None] = {}
        self.expanded = 0

    def documents(self, events: Iterator[Any]) -> Iterator[Node]:
        from yaml import AliasEvent, DocumentStartEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent
        from yaml.events import CollectionEndEvent

        for event in events:
            kind = type(event)
            if kind is ScalarEvent:
                parent = self.stack[-1] if self.stack else None
                if parent and parent.mapping and parent.key is None:
                    self._take_key(parent, event.value, event)
                    continue
                built = _Built(_scalar(event, self.file, parent.next_place if parent else None))
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event, kind is MappingStartEvent)
                continue
            elif isinstance(event, CollectionEndEvent):
                opened = self.stack.pop()
                built = _collection(opened, event, self.file)
                event = opened.event
            elif kind is AliasEvent:
                built = self._aliased(event)
            else:
                if kind is DocumentStartEvent:
                    self.anchors.clear()
                continue
            if kind is not AliasEvent and event.anchor:
                self.anchors[event.anchor] = built
            if self.stack:
                self._add(self.stack[-1], built, event)
            else:
                yield built.node

    def _open(self, event: Any, mapping: bool) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep", event.start_mark.line + 1)
        self.stack.append(_Open(event, mapping, self.stack[-1].next_place if self.stack else None))
        if event.anchor:
            self.anchors[event.anchor] = None

    def _aliased(self, event: Any) -> _Built:
        line = event.start_mark.line + 1
        if event.anchor not in self.anchors:
            raise Unreadable(f"uses the alias *{event.anchor}, which no anchor defines", line)
        built = self.anchors[event.anchor]
        if built is None:
            raise Unreadable(f"the alias *{event.anchor} stands inside its own anchor", line)
        if len(self.stack) + built.height > MAX_DEPTH:
            raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep", line)
        self.expanded += built.size
        if self.expanded > MAX_EXPANDED:
            raise Unreadable(f"its aliases expand to more than {MAX_EXPANDED} values", line)
        node = built.node
        key_place = self.stack[-1].next_place if self.stack else None
        return _Built(Node(node.value, node.place, key_place, node.tag), built.size, built.height)

    def _take_key(self, parent: _Open, key: str, event: Any) -> None:
        parent.key = key
        parent.next_place = _place(event.start_mark, event.end_mark, self.file)
        parent.merging = key == "<<" and not getattr(event, "style", None)
        if getattr(event, "anchor", None):
            self.anchors[event.anchor] = _Built(Node(key, parent.next_place))

    def _add(self, parent: _Open, built: _Built, event: Any) -> None:
        parent.size += built.size
        parent.height = max(parent.height, built.height + 1)
        if not parent.mapping:
            parent.items.append(built.node)
            return
        if parent.key is None:
            if isinstance(built.node.value, dict | list):
                line = event.start_mark.line + 1
                raise Unreadable("a mapping or list stands where a key is expected (unquoted template braces?)", line)
            self._take_key(parent, built.node.text() or "", event)
            return
        key, place = parent.key, parent.next_place
        parent.key = parent.next_place = None
        if parent.merging:
            parent.merged.append(built)
            return
        if key in parent.pairs and place is not None:
            self.duplicates.append(Duplicate(key, place, parent.pairs[key].key_place or place))
        parent.pairs[key] = built.node


def _collection(opened: _Open, end: Any, file: str) -> _Built:
    start = opened.event.start_mark
    children = list(opened.pairs.values()) if opened.mapping else opened.items
    if opened.event.flow_style or not children:
        place = _place(start, end.end_mark, file)
    else:
        last = max((child.place for child in children), key=lambda place: (place.end_line or 0, place.end_column or 0))
        place = Place(file, start.line + 1, start.column + 1, last.end_line, last.end_column)
    value: dict[str, Node] | list[Node] = opened.items
    if opened.mapping:
        value = _merge(opened, start.line + 1) if opened.merged else opened.pairs
    return _Built(Node(value, place, opened.key_place, _tag(opened.event.tag)), opened.size, opened.height)


def _merge(opened: _Open, line: int) -> dict[str, Node]:
    """The mapping with what ``<<`` brings in: written keys first, then earlier merges before later ones."""
    pairs = dict(opened.pairs)
    for built in opened.merged:
        for source in built.node.each():
            if not isinstance(source.value, dict):
                raise Unreadable("a merge key << takes a mapping or a list of mappings", line)
            for key, node in source.value.items():
                pairs.setdefault(key, node)
    return pairs


def _scalar(event: Any, file: str, key_place: Place | None) -> Node:
    place = _place(event.start_mark, event.end_mark, file)
    tag, text = event.tag, event.value
    if tag is None and event.implicit[0] and not event.style:
        return Node(resolve(text), place, key_place)
    if tag and tag.startswith(_CORE) and tag[len(_CORE) :] in ("int", "float", "bool", "null"):
        return Node(resolve(text), place, key_place)
    return Node(text, place, key_place, _tag(tag))


def resolve(text: str) -> Value:
    """A plain scalar as the value that PyYAML's safe loader takes it for, numbers printing as they are written."""
    if text in _NULLS:
        return None
    if text[0].isalpha():
        return _BOOLEANS.get(text, text)
    if _INTEGER.match(text):
        return _integer(text)
    if text in _SPECIAL:
        return _SPECIAL[text]
    if _FLOAT.match(text):
        return as_written(float(text.replace("_", "")), text)
    return text


def _integer(text: str) -> Value:
    digits = text.replace("_", "")
    octal = re.fullmatch(r"([-+]?)0([0-7]+)", digits)
    try:
        return as_written(int(f"{octal[1]}0o{octal[2]}" if octal else digits, 0), text)
    except ValueError:
        return text


def _tag(tag: str | None) -> str | None:
    """A tag that plain data cannot hold; YAML's own (``!!str``, ``!!map``) say nothing beyond the value."""
    if tag in (None, "!", "?") or tag is None:
        return None
    return None if tag.startswith(_CORE) and ":" not in tag[len(_CORE) :] and "/" not in tag else tag


def _place(start: Any, end: Any, file: str) -> Place:
    return Place(file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _unreadable(error: Exception, source: Source) -> Unreadable:
    from yaml import MarkedYAMLError
    from yaml.reader import ReaderError

    line = None
    problem = "not readable"
    if isinstance(error, MarkedYAMLError):
        problem = error.problem or error.context or problem
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        if "nesting" in problem:
            return Unreadable(f"is nested more than {MAX_DEPTH} levels deep", line)
    elif isinstance(error, ReaderError):
        problem = error.reason
        control = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", source.text)
        line = source.position(control.start())[0] if control else None
    template = "; it holds template expressions ({{ }})" if "{{" in source.text else ""
    return Unreadable(f"is not valid YAML: {problem}{template}", line)
