"""Bicep text -> its parameters, variables, resources, modules and outputs, with places.

Values are nodes as everywhere: literals are themselves, anything that has to be worked out is a node with the tag
``expression`` whose value is its text (see ``bicep_values`` for what can be put in). Written by hand, since no well-kept
parser of the language has a wheel. Tolerant: what is not understood at the top level is told in ``problems``.

Source: https://learn.microsoft.com/en-us/azure/azure-resource-manager/bicep/file
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from advisor.formats.bicep_tokens import Token, tokens
from advisor.formats.document import Node, Problem, Unreadable
from advisor.formats.source import MAX_DEPTH, Source, checked
from advisor.model import Place

MAX_LENGTH = 1_000_000
"""Characters of a file that are read."""
_OPEN, _CLOSE = {"{": "}", "[": "]", "(": ")"}, frozenset("}])")
_CONTINUES = frozenset({"?", ":", "&&", "||", "??", ".", ".?", "==", "!="})
"""Marks with which a line goes on that the line before it began."""
_WORDS = {"true": True, "false": False, "null": None}
_PASSED = frozenset({"targetScope", "metadata", "type", "func", "import", "using", "extension", "assert", "provider", "extends"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """An input. ``default`` is ``None`` where the caller has to give it."""

    name: str
    place: Place
    default: Node | None = None
    secure: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """``resource symbol 'type@version' = {...}``; of a nested one the type holds the outer one's in front."""

    symbol: str
    type: str
    body: Node
    place: Place
    existing: bool = False
    condition: Node | None = None
    """What stands in ``if (...)``."""
    repeated: bool = False
    within: str | None = None
    """The symbol of the resource in whose body it stands."""


@dataclass(frozen=True, slots=True)
class Module:
    """``module symbol 'path' = {...}``: a file of the tree, or one of a registry (``br/public:...``)."""

    symbol: str
    source: str
    body: Node
    place: Place
    condition: Node | None = None
    repeated: bool = False


@dataclass(slots=True)
class Document:
    """One file."""

    source: Source
    parameters: dict[str, Parameter] = field(default_factory=dict)
    variables: dict[str, Node] = field(default_factory=dict)
    resources: list[Resource] = field(default_factory=list)
    modules: list[Module] = field(default_factory=list)
    outputs: dict[str, Node] = field(default_factory=dict)
    assigned: dict[str, Node] = field(default_factory=dict)
    """What a parameter file (``.bicepparam``) gives."""
    problems: list[Problem] = field(default_factory=list)


def parse(text: str, file: str) -> Document:
    """The document of one file. Raises ``Unreadable`` for what is no Bicep: a string or bracket left open, a merge conflict."""
    source = checked(text, file)
    if len(source.text) > MAX_LENGTH:
        raise Unreadable(f"is longer than {MAX_LENGTH:,} characters")
    return _Reader(source, list(tokens(source))).document()


def parse_value(text: str, file: str, start: int) -> Node:
    """The value that begins at an offset of a text. Raises ``Unreadable``."""
    source = Source(text, file)
    return _Reader(source, list(tokens(source, start))).value(0)


class _Reader:
    """Goes over the tokens once."""

    def __init__(self, source: Source, listed: list[Token]) -> None:
        self.source = source
        self.tokens = listed
        self.at = 0
        self.found = Document(source)

    # ------------------------------------------------------------ moving

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        return self.here.kind in ("mark", "name") and self.here.text in texts

    def lines(self) -> None:
        while self.here.kind == "line":
            self.at += 1

    def ahead(self) -> Token:
        """The next token that is not the end of a line."""
        at = self.at
        while self.tokens[at].kind == "line":
            at += 1
        return self.tokens[at]

    def place(self, start: int, end: int | None = None) -> Place:
        return self.source.place(start, self.tokens[self.at - 1].end if end is None else end)

    def fail(self, token: Token, reason: str) -> Unreadable:
        return Unreadable(reason, self.source.position(min(token.start, max(len(self.source.text) - 1, 0)))[0])

    # ------------------------------------------------------------ statements

    def document(self) -> Document:
        secure = False
        while True:
            self.lines()
            token = self.here
            if token.kind == "end":
                return self.found
            if token.text == "@" and token.kind == "mark":
                secure = self.decorator() or secure
                continue
            self.statement(token, secure)
            secure = False

    def decorator(self) -> bool:
        """Passes a decorator; true for the one that says that a parameter is a secret."""
        start = self.take().end
        self.expression()
        return "secure" in self.source.text[start : self.tokens[self.at - 1].end].partition("(")[0]

    def statement(self, token: Token, secure: bool) -> None:
        reader = {"param": self.parameter, "var": self.variable, "output": self.output}.get(token.text)
        if token.kind == "name" and token.text in ("resource", "module"):
            self.declared(None, "", 0)
        elif token.kind == "name" and reader is not None:
            self.take()
            reader(secure)
        elif token.kind == "name" and token.text in _PASSED:
            self.rest()
        else:
            self.found.problems.append(Problem("a statement is not understood", self.source.place(token.start, token.end)))
            self.rest()

    def rest(self) -> None:
        """Passes what is left of a statement, with the brackets that it opens."""
        while self.here.kind not in ("line", "end"):
            self.take() if self.here.text not in _OPEN or self.here.kind != "mark" else self.bracket(0)

    def named(self, until: str = "=") -> Token:
        name = self.take()
        while not self.sees(until) and self.here.kind not in ("line", "end"):
            self.take() if self.here.text not in _OPEN or self.here.kind != "mark" else self.bracket(0)
        return name

    def parameter(self, secure: bool) -> None:
        name = self.named()
        default = None
        if self.sees("="):
            self.take()
            default = self.value(0)
        place = self.source.place(name.start, name.end)
        self.found.parameters[name.text] = Parameter(name.text, place, default, secure)
        if default is not None:
            self.found.assigned[name.text] = default

    def variable(self, _: bool) -> None:
        name = self.named()
        if self.sees("="):
            self.take()
            self.found.variables[name.text] = self.value(0)

    def output(self, _: bool) -> None:
        name = self.named()
        if self.sees("="):
            self.take()
            self.found.outputs[name.text] = self.value(0)

    def declared(self, within: str | None, outer: str, depth: int) -> None:
        """A resource or a module."""
        word, symbol, source = self.take(), self.take(), self.take()
        if symbol.kind != "name" or source.kind != "string":
            self.found.problems.append(Problem(f"a {word.text} is not understood", self.source.place(word.start, source.end)))
            self.rest()
            return
        existing = self.sees("existing")
        while not self.sees("=") and self.here.kind not in ("line", "end"):
            self.take()
        if not self.sees("="):
            return
        self.take()
        kind = source.text.partition("@")[0]
        kind = f"{outer}/{kind}" if outer and "." not in kind.partition("/")[0] else kind
        place = self.source.place(word.start, source.end)
        at = len(self.found.resources)
        body, condition, repeated = self.body(symbol.text, kind, depth)
        if word.text == "module":
            self.found.modules.append(Module(symbol.text, source.text, body, place, condition, repeated))
        else:
            made = Resource(symbol.text, kind, body, place, existing, condition, repeated, within)
            self.found.resources.insert(at, made)

    def body(self, symbol: str, kind: str, depth: int) -> tuple[Node, Node | None, bool]:
        """The object of a declaration, its condition, and whether a loop makes several."""
        condition, repeated, closes = None, False, False
        if self.sees("["):
            start = self.take()
            self.lines()
            repeated = closes = True
            while not self.sees(":") and self.here.kind != "end":
                self.take() if self.here.text not in _OPEN or self.here.kind != "mark" else self.bracket(depth)
            if self.here.kind == "end":
                raise self.fail(start, "has a bracket that is not closed")
            self.take()
            self.lines()
        if self.sees("if"):
            self.take()
            condition = self.grouped(depth)
            self.lines()
        body = self.value(depth, symbol, kind)
        if closes:
            self.lines()
            if self.sees("]"):
                self.take()
        return body, condition, repeated

    # ------------------------------------------------------------ values

    def value(self, depth: int, symbol: str = "", kind: str = "") -> Node:
        """A value; of an object that a resource is, nested resources are taken out."""
        if depth > MAX_DEPTH:
            raise self.fail(self.here, f"nests deeper than {MAX_DEPTH} levels")
        start = self.at
        if self.sees("{"):
            node = self.object(depth, symbol, kind)
        elif self.sees("[") and self.tokens[self.at + 1].text != "for" and not self.loops():
            node = self.array(depth)
        elif (simple := self.simple()) is not None:
            node = simple
        else:
            return self.expression()
        if self.goes_on():
            self.at = start
            return self.expression()
        return node

    def loops(self) -> bool:
        """True before ``[`` with a ``for`` on a later line."""
        at = self.at + 1
        while self.tokens[at].kind == "line":
            at += 1
        return self.tokens[at].kind == "name" and self.tokens[at].text == "for"

    def simple(self) -> Node | None:
        """A literal, or nothing."""
        token = self.here
        if token.kind == "string" and not token.holes:
            self.take()
            return Node(token.text, self.source.place(token.start, token.end))
        negative = self.sees("-") and self.tokens[self.at + 1].kind == "number"
        if token.kind == "number" or negative:
            self.take()
            digits = self.take() if negative else token
            number = int(digits.text[:40]) * (-1 if negative else 1)
            return Node(number, self.source.place(token.start, digits.end))
        if token.kind == "name" and token.text in _WORDS:
            self.take()
            return Node(_WORDS[token.text], self.source.place(token.start, token.end))
        return None

    def goes_on(self) -> bool:
        """True where what was read is only the beginning of an expression."""
        if self.here.kind in ("end",) or (self.here.kind == "mark" and self.here.text in (",", "}", "]", ")")):
            return False
        if self.here.kind == "line":
            following = self.ahead()
            return following.kind == "mark" and following.text in _CONTINUES
        return True

    def expression(self) -> Node:
        """Everything up to the end of the line, or to the comma or bracket that ends the value, as an open expression."""
        start = self.here
        while True:
            token = self.here
            if token.kind == "end" or (token.kind == "mark" and (token.text == "," or token.text in _CLOSE)):
                break
            if token.kind == "line":
                following = self.ahead()
                if following.kind != "mark" or following.text not in _CONTINUES:
                    break
                self.lines()
            elif token.kind == "mark" and token.text in _OPEN:
                self.bracket(0)
            else:
                self.take()
        end = self.tokens[self.at - 1].end if self.at and self.tokens[self.at - 1].end > start.start else start.start
        text = self.source.text[start.start : end]
        return Node(text, self.source.place(start.start, end), tag="expression")

    def grouped(self, depth: int) -> Node:
        """What stands in round brackets, without them."""
        if not self.sees("("):
            return Node("", self.source.place(self.here.start, self.here.start), tag="expression")
        start = self.here.end
        self.bracket(depth)
        end = max(start, self.tokens[self.at - 1].start)
        return Node(self.source.text[start:end].strip(), self.source.place(start, end), tag="expression")

    def bracket(self, depth: int) -> None:
        """Passes a bracket and everything in it."""
        start, waiting = self.here, [_OPEN[self.take().text]]
        while waiting:
            token = self.take()
            if token.kind == "end" or depth + len(waiting) > MAX_DEPTH:
                raise self.fail(start, "has a bracket that is not closed" if token.kind == "end" else "nests too deep")
            if token.kind != "mark":
                continue
            if token.text in _OPEN:
                waiting.append(_OPEN[token.text])
            elif token.text in _CLOSE:
                waiting.pop()

    def object(self, depth: int, symbol: str = "", kind: str = "") -> Node:
        start, members = self.take(), dict[str, Node]()
        while True:
            while self.here.kind == "line" or self.sees(","):
                self.at += 1
            token = self.here
            if token.kind == "end":
                raise self.fail(start, "has a bracket that is not closed")
            if self.sees("}"):
                self.take()
                return Node(members, self.source.place(start.start, self.tokens[self.at - 1].end))
            if self.sees("@"):
                self.take()
                self.expression()
            elif kind and self.sees("resource") and self.tokens[self.at + 1].kind == "name":
                self.declared(symbol, kind, depth + 1)
            else:
                self.member(members, depth)

    def member(self, members: dict[str, Node], depth: int) -> None:
        key = self.take()
        if not self.sees(":"):
            before = self.at
            self.expression()
            if self.at == before and not self.sees("}"):
                self.take()
            return
        self.take()
        node = self.value(depth + 1)
        place = self.source.place(key.start, key.end)
        if key.kind in ("name", "string") and not key.holes:
            members[key.text] = Node(node.value, node.place, place, node.tag)

    def array(self, depth: int) -> Node:
        start, members = self.take(), list[Node]()
        while True:
            while self.here.kind == "line" or self.sees(","):
                self.at += 1
            if self.here.kind == "end":
                raise self.fail(start, "has a bracket that is not closed")
            if self.sees("]"):
                self.take()
                return Node([*members], self.source.place(start.start, self.tokens[self.at - 1].end))
            before = self.at
            members.append(self.value(depth + 1))
            if self.at == before:
                self.take()


Lookup = Callable[[str], Node | None]
"""A name -> what it stands for, or ``None`` where that is open."""
