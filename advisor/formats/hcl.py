"""HCL text (Terraform) -> its blocks with places; the files of one directory -> a module whose variables are put in.

Tags of nodes: ``expression`` (left open, the value is its text), ``variable`` (from a variable's default, which a plan may
override), ``secret`` (from a ``.tfvars`` file or a sensitive variable: may be used, must not be shown), ``heredoc`` (the
place is that of its first line), ``dynamic`` (the content of a ``dynamic`` block: there may be any number of it).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from advisor.formats.document import Node, Unreadable
from advisor.formats.hcl_expressions import Evaluator, nothing_known
from advisor.formats.source import MAX_DEPTH, Duplicate, checked
from advisor.model import Place

if TYPE_CHECKING:
    from ast_grep_py import SgNode

MAX_EXPANDED = 100_000
"""Values that variables and locals may add beyond those written."""
MAX_LENGTH, MAX_LINE = 1_000_000, 20_000
"""Characters of a file and of a line. A position costs the parser the length of what stands before it, so that a generated
file of one line takes minutes; written Terraform stays far below."""
_MAX_CHAIN = 20
"""How many locals are followed into each other."""
_LONG_LINE = re.compile(rf"[^\n]{{{MAX_LINE}}}.")
_REFERENCE = re.compile(r"(?<![\w.\"-])((?:data\.)?[A-Za-z_][\w-]*\.[A-Za-z_][\w-]*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block: ``resource "aws_lb" "main" {...}`` has the type ``resource`` and two labels.

    In ``body`` a nested block hangs under its type as a list of mappings, also where there is one of it.
    """

    type: str
    labels: tuple[str, ...]
    body: Node
    place: Place

    @property
    def address(self) -> str:
        """As expressions name it: ``aws_lb.main``, ``data.aws_vpc.main``, ``module.web``, ``var.x``."""
        prefix = {"resource": (), "variable": ("var",)}.get(self.type, (self.type,))
        return ".".join((*prefix, *self.labels))

    @property
    def repeated(self) -> Node | None:
        """The ``count`` or ``for_each`` that says how many there are; ``None`` for exactly one."""
        return self.body.get("count") or self.body.get("for_each")


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its blocks in order, and the attributes outside of blocks (a ``.tfvars`` file has only these)."""

    blocks: tuple[Block, ...]
    attributes: Mapping[str, Node] = field(default_factory=dict)


def parse(text: str, file: str, duplicates: list[Duplicate] | None = None) -> Document:
    """The document of one HCL file by itself: variables and locals are left open (see ``Module``).

    Of an attribute that stands twice the last one holds; both are appended to ``duplicates`` where a list is given.
    Raises ``Unreadable``.
    """
    reader = _Reader(Evaluator(file, nothing_known), duplicates if duplicates is not None else [])
    return reader.document(_root(text, file))


def references(node: Node) -> tuple[str, ...]:
    """What an open expression names, in order: ``aws_lb.main`` of ``aws_lb.main.arn``; empty for other nodes."""
    if node.tag not in ("expression", "heredoc") or not isinstance(node.value, str):
        return ()
    return tuple(dict.fromkeys(match[1] for match in _REFERENCE.finditer(node.value)))


@dataclass(frozen=True, slots=True)
class Syntax:
    """One file's syntax tree, or why there is none: what several modules of the same files share."""

    root: SgNode | None
    problem: Unreadable | None = None

    @classmethod
    def of(cls, text: str, file: str) -> Syntax:
        """Never raises."""
        try:
            return cls(_root(text, file))
        except Unreadable as problem:
            return cls(None, problem)


@dataclass(frozen=True, slots=True)
class Module:
    """The Terraform files of one directory, read together."""

    blocks: tuple[Block, ...]
    names_set: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names (never values) that each ``.tfvars`` file sets."""
    unreadable: tuple[tuple[str, Unreadable], ...] = ()
    """Files left out, and why."""
    duplicates: tuple[Duplicate, ...] = ()

    @classmethod
    def of(
        cls,
        files: Mapping[str, str | Syntax],
        arguments: Mapping[str, Node] | None = None,
        wanted: Callable[[str, tuple[str, ...]], bool] | None = None,
    ) -> Module:
        """Path -> text (or syntax) of the ``.tf`` and ``.tfvars`` files of one directory.

        A variable is its argument (an open one leaves it open), else its value in ``terraform.tfvars`` or
        ``*.auto.tfvars``, which Terraform loads by itself, else its default; other ``.tfvars`` files only give names. Never
        raises: a file that cannot be read is in ``unreadable``. ``wanted`` tells by type and labels of which blocks the body
        is read; others are there with an empty one.
        """
        roots: dict[str, SgNode] = {}
        problems: list[tuple[str, Unreadable]] = []
        for file in sorted(files):
            given = files[file]
            syntax = given if isinstance(given, Syntax) else Syntax.of(given, file)
            if syntax.root is not None:
                roots[file] = syntax.root
            elif syntax.problem is not None:
                problems.append((file, syntax.problem))
        return _Assembly(roots, problems, arguments or {}, wanted).module()

    def of_type(self, *types: str) -> Iterator[Block]:
        """Resources of these types (``aws_lb``) in the order of files and lines."""
        yield from (block for block in self.blocks if block.type == "resource" and block.labels[:1] and block.labels[0] in types)

    def find(self, address: str) -> Block | None:
        """The block that an expression names (``aws_lb.main``, ``data.aws_vpc.main``)."""
        return next((block for block in self.blocks if block.address == address), None)


def _root(text: str, file: str) -> SgNode:
    """The syntax tree's root. Raises ``Unreadable`` with the line of the first mistake."""
    from advisor.formats.code import parse as parse_code

    source = checked(text, file)
    if file.endswith(".json"):
        raise Unreadable("is Terraform written in JSON, which is not read")
    if len(source.text) > MAX_LENGTH:
        raise Unreadable(f"has more than {MAX_LENGTH:,} characters")
    long = _LONG_LINE.search(source.text)
    if long is not None:
        raise Unreadable(f"has a line of more than {MAX_LINE:,} characters", source.position(long.start())[0])
    root = parse_code(source.text, "hcl", file).root()
    wrong = root.find(kind="ERROR")
    if wrong is None and root.kind() == "ERROR":
        wrong = root
    if wrong is not None:
        raise Unreadable("is not valid HCL: the syntax is wrong", _mistake(wrong))
    missing = root.find(regex="^$") if source.text.strip() else None
    if missing is not None and missing.kind() not in ("config_file", "body", "function_arguments"):
        token = missing.child(0) or missing
        what = token.kind() if len(token.kind()) == 1 else "something"
        raise Unreadable(f"is not valid HCL: {what} is missing (cut off?)", missing.range().start.line + 1)
    return root


def _mistake(wrong: SgNode) -> int:
    """The line where the wrong part ends, which is where the parser stopped."""
    inner = wrong.children()
    return (inner[-1].range().start.line if inner else wrong.range().start.line) + 1


class _Reader:
    """Builds the blocks of one file."""

    def __init__(
        self,
        evaluator: Evaluator,
        duplicates: list[Duplicate],
        wanted: Callable[[str, tuple[str, ...]], bool] | None = None,
    ) -> None:
        self.evaluator = evaluator
        self.duplicates = duplicates
        self.wanted = wanted

    def document(self, root: SgNode) -> Document:
        blocks: list[Block] = []
        attributes: dict[str, Node] = {}
        for child in _inside(root):
            if child.kind() == "attribute":
                self._attribute(child, attributes, 1)
            elif child.kind() == "block":
                blocks.append(self.block(child))
        return Document(tuple(blocks), attributes)

    def block(self, node: SgNode) -> Block:
        type_, *labels = block_header(node)
        place = self.evaluator.place(node)
        read = self.wanted is None or self.wanted(type_, tuple(labels))
        return Block(type_, tuple(labels), self._body(node, 1) if read else Node({}, place), place)

    def _body(self, block: SgNode, depth: int) -> Node:
        place = self.evaluator.place(block)
        if depth > MAX_DEPTH:
            raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep", place.line)
        members: dict[str, Node] = {}
        for child in _inside(block):
            if child.kind() == "attribute":
                self._attribute(child, members, depth)
            elif child.kind() == "block":
                self._nested(child, members, depth)
        return Node(members, place)

    def _attribute(self, node: SgNode, members: dict[str, Node], depth: int) -> None:
        name, expression = node.child(0), node.child(2)
        if name is None or expression is None:
            return
        key, place = name.text(), self.evaluator.place(name)
        if key in members:
            self.duplicates.append(Duplicate(key, place, members[key].key_place or place))
        members[key] = self.evaluator.node(expression, place, depth + 1)

    def _nested(self, node: SgNode, members: dict[str, Node], depth: int) -> None:
        name, *labels = block_header(node)
        body = self._body(node, depth + 1)
        if name == "dynamic" and labels:
            name = labels[0]
            content = body.get("content", 0)
            body = replace(content if content is not None else body, tag="dynamic")
        first = node.child(0)
        key_place = self.evaluator.place(first) if first is not None else body.place
        same = members.get(name)
        if same is not None and isinstance(same.value, list):
            same.value.append(replace(body, key_place=key_place))
        else:
            members[name] = Node([replace(body, key_place=key_place)], body.place, key_place)


class _Assembly:
    """Puts the variables and locals of one directory into its blocks. Each is evaluated once, when first asked for."""

    def __init__(
        self,
        roots: Mapping[str, SgNode],
        problems: list[tuple[str, Unreadable]],
        arguments: Mapping[str, Node],
        wanted: Callable[[str, tuple[str, ...]], bool] | None,
    ) -> None:
        self.roots = roots
        self.wanted = wanted
        self.problems = problems
        self.duplicates: list[Duplicate] = []
        self.names: dict[str, tuple[str, ...]] = {}
        self.expressions: dict[tuple[str, str], tuple[str, SgNode, str | None]] = {}
        """What a name stands for: file, expression, tag."""
        self.values: dict[tuple[str, str], Node | None] = {
            ("var", name): None if node.tag == "expression" else node for name, node in arguments.items()
        }
        self.sizes: dict[int, tuple[int, int]] = {}
        self.chain = 0
        self.expanded = 0

    def module(self) -> Module:
        for file, root in self.roots.items():
            if file.endswith(".tfvars"):
                self.names[file] = tuple(name for name, _ in _attributes(root))
            else:
                self._declared(file, root)
        for file, root in self.roots.items():
            if file.endswith(".auto.tfvars") or file.rsplit("/", 1)[-1] == "terraform.tfvars":
                self.expressions.update({("var", name): (file, value, "secret") for name, value in _attributes(root)})
        blocks: list[Block] = []
        for file, root in self.roots.items():
            if not file.endswith(".tfvars"):
                try:
                    blocks += _Reader(Evaluator(file, self.resolve), self.duplicates, self.wanted).document(root).blocks
                except Unreadable as problem:
                    self.problems.append((file, problem))
        return Module(tuple(blocks), self.names, tuple(self.problems), tuple(self.duplicates))

    def _declared(self, file: str, root: SgNode) -> None:
        for block in _inside(root):
            header = block_header(block) if block.kind() == "block" else []
            if header[:1] == ["locals"]:
                self.expressions.update({("local", name): (file, value, None) for name, value in _attributes(block)})
            elif header[:1] == ["variable"] and len(header) > 1:
                given = dict(_attributes(block))
                sensitive = "sensitive" in given and given["sensitive"].text() == "true"
                if "default" in given:
                    self.expressions["var", header[1]] = (file, given["default"], "secret" if sensitive else "variable")

    def resolve(self, kind: str, name: str, depth: int) -> Node | None:
        """What a name stands for; ``None`` where it is not known, refers to itself, or would grow without bound."""
        asked = (kind, name)
        if asked not in self.values:
            if asked not in self.expressions or self.chain >= _MAX_CHAIN:
                return None
            file, expression, tag = self.expressions[asked]
            self.values[asked] = None
            self.chain += 1
            try:
                found = Evaluator(file, self.resolve).node(expression)
            except Unreadable:
                return None
            finally:
                self.chain -= 1
            known = found.tag != "expression" and not (tag == "variable" and found.value is None)
            self.values[asked] = _tagged(found, tag) if known else None
        value = self.values[asked]
        if value is None:
            return None
        size, height = self._size(value)
        self.expanded += size
        return value if self.expanded <= MAX_EXPANDED and depth + height <= MAX_DEPTH else None

    def _size(self, node: Node) -> tuple[int, int]:
        """How many values and levels a node has; shared parts are measured once."""
        children = (
            list(node.value.values()) if isinstance(node.value, dict) else node.value if isinstance(node.value, list) else []
        )
        if not children:
            return 1, 1
        key = id(node.value)
        if key not in self.sizes:
            measured = [self._size(child) for child in children]
            self.sizes[key] = 1 + sum(size for size, _ in measured), 1 + max(height for _, height in measured)
        return self.sizes[key]


def _tagged(node: Node, tag: str | None) -> Node:
    """The node and all below it with the tag; ``secret`` replaces every other."""
    if tag is None:
        return node
    value = node.value
    if isinstance(value, dict):
        value = {key: _tagged(child, tag) for key, child in value.items()}
    elif isinstance(value, list):
        value = [_tagged(child, tag) for child in value]
    kept = node.tag if node.tag == "expression" or (node.tag and tag != "secret") else tag
    return Node(value, node.place, node.key_place, kept)


def block_header(block: SgNode) -> list[str]:
    """Type and labels of a block, quotes removed."""
    words: list[str] = []
    for child in block.children():
        if child.kind() == "identifier":
            words.append(child.text())
        elif child.kind() == "string_lit":
            words.append(child.text()[1:-1])
        elif child.kind() == "block_start":
            break
    return words


def _inside(node: SgNode) -> list[SgNode]:
    """Attributes and blocks of a file or block."""
    return [member for child in node.children() if child.kind() == "body" for member in child.children()]


def _attributes(node: SgNode) -> Iterator[tuple[str, SgNode]]:
    for member in _inside(node):
        name, expression = member.child(0), member.child(2)
        if member.kind() == "attribute" and name is not None and expression is not None:
            yield name.text(), expression
