"""Go template text -> its tree: text, actions, conditions, loops and definitions, each with its line.

Syntax: https://pkg.go.dev/text/template. What is not template syntax is refused with ``Unreadable``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from advisor.formats.document import Unreadable

_ACTION = re.compile(
    r"\{\{(?P<left>-(?=\s))?(?P<body>(?:/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`|(?!\}\}).)*?)(?P<right>(?<=\s)-)?\}\}", re.DOTALL
)
_TOKEN = re.compile(
    r"""\s+|(?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?P<number>-?\d[\d_.]*(?:[eE][-+]?\d+)?)|(?P<assign>:?=)
      |(?P<variable>\$\w*)|(?P<field>\.\w[\w-]*|\.)|(?P<word>\w+)|(?P<mark>[|(),])""",
    re.VERBOSE,
)
_DEEPEST = 60
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text; it begins at ``column`` of ``line``."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Term:
    """A literal, a field path, a variable, a function's name or a pipeline in parentheses, with fields taken of it."""

    kind: str
    value: object
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands joined by ``|``; ``variables`` takes the result (``$x :=``, ``$key, $value :=``)."""

    commands: tuple[tuple[Term, ...], ...]
    variables: tuple[str, ...] = ()
    line: int = 1


@dataclass(frozen=True, slots=True)
class Action:
    """An action that prints its pipeline."""

    pipe: Pipe
    column: int


@dataclass(slots=True)
class Block:
    """``if``, ``with`` and ``range`` with their branches (``None``: else); ``define`` and ``block`` with one."""

    word: str
    line: int
    branches: list[tuple[Pipe | None, list[Part]]] = field(default_factory=list)
    name: str = ""


Part = Text | Action | Block


def parse(text: str) -> list[Part]:
    """The parts of a template. Raises ``Unreadable``."""
    root: list[Part] = []
    open_blocks: list[Block] = []
    into, at, trim = root, 0, False
    for found in _ACTION.finditer(text):
        _text(into, text[at : found.start()], text, at, trim, bool(found["left"]))
        at, trim = found.end(), bool(found["right"])
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        into = _action(found["body"].strip(), line, column, into, open_blocks, root)
    _text(into, text[at:], text, at, trim, False)
    if open_blocks:
        raise Unreadable(f"holds {open_blocks[-1].word} without an end", open_blocks[-1].line)
    return root


def _text(into: list[Part], piece: str, whole: str, at: int, trim_left: bool, trim_right: bool) -> None:
    kept = piece.rstrip() if trim_right else piece
    if trim_left:
        at += len(kept) - len(kept.lstrip())
        kept = kept.lstrip()
    if kept:
        into.append(Text(kept, whole.count("\n", 0, at) + 1, at - whole.rfind("\n", 0, at)))


def _action(body: str, line: int, column: int, into: list[Part], blocks: list[Block], root: list[Part]) -> list[Part]:
    """Takes one action and says where what follows belongs."""
    if not body or body.startswith("/*"):
        return into
    word = re.match(r"\w+", body)
    keyword = word[0] if word else ""
    rest = body[len(keyword) :].strip()
    if keyword in ("if", "with", "range", "define", "block"):
        if len(blocks) >= _DEEPEST:
            raise Unreadable(f"nests blocks more than {_DEEPEST} levels deep", line)
        block = Block(keyword, line)
        if keyword in ("define", "block"):
            name = re.match(r"\"([^\"]*)\"|`([^`]*)`", rest)
            block.name = (name[1] or name[2]) if name else ""
            rest = rest[name.end() :] if name else ""
        block.branches.append((_pipe(rest, line) if rest.strip() else None, []))
        into.append(block)
        blocks.append(block)
        return block.branches[0][1]
    if keyword == "else" and blocks:
        inner = re.match(r"(?:if|with)\b(.*)", rest, re.DOTALL)
        blocks[-1].branches.append((_pipe(inner[1], line) if inner else None, []))
        return blocks[-1].branches[-1][1]
    if keyword == "end" and blocks:
        blocks.pop()
        return blocks[-1].branches[-1][1] if blocks else root
    if keyword in ("end", "else"):
        raise Unreadable(f"holds {keyword} outside a block", line)
    if keyword not in ("break", "continue"):
        into.append(Action(_pipe(re.sub(r"^template\b", "include", body), line), column))
    return into


def _pipe(body: str, line: int) -> Pipe:
    tokens, at = [], 0
    while at < len(body):
        found = _TOKEN.match(body, at)
        if found is None:
            raise Unreadable(f"holds an action that is no template syntax ({body[at : at + 12]!r})", line)
        if found.lastgroup:
            tokens.append(
                (found.lastgroup, found[0], at > 0 and body[at - 1] not in " \t\r\n(|,=" and found.lastgroup == "field")
            )
        at = found.end()
    variables: list[str] = []
    assign = next((index for index, token in enumerate(tokens[:5]) if token[0] == "assign"), None)
    if assign is not None:
        variables = [token[1] for token in tokens[:assign] if token[0] == "variable"]
        tokens = tokens[assign + 1 :]
    commands, left = _commands(tokens, line, 0)
    if left:
        raise Unreadable("holds an action with an unexpected parenthesis", line)
    return Pipe(commands, tuple(variables), line)


_Tokens = list[tuple[str, str, bool]]


def _commands(tokens: _Tokens, line: int, depth: int) -> tuple[tuple[tuple[Term, ...], ...], _Tokens]:
    """The commands up to the end or a closing parenthesis, and the tokens that are left."""
    if depth > _DEEPEST:
        raise Unreadable("nests parentheses too deep", line)
    commands: list[tuple[Term, ...]] = []
    terms: list[Term] = []
    while tokens:
        kind, text, attached = tokens[0]
        tokens = tokens[1:]
        if text == ")" and kind == "mark":
            tokens = [("close", ")", False), *tokens]
            break
        if text == "|" and kind == "mark":
            commands.append(tuple(terms))
            terms = []
        elif text == "(" and kind == "mark":
            inner, tokens = _commands(tokens, line, depth + 1)
            if not tokens or tokens[0][0] != "close":
                raise Unreadable("holds an action with an open parenthesis", line)
            tokens = tokens[1:]
            terms.append(Term("pipe", Pipe(inner, (), line)))
        elif kind == "field" and attached and terms and terms[-1].kind != "literal":
            last = terms.pop()
            terms.append(Term(last.kind, last.value, (*last.fields, text[1:])))
        elif kind == "close":
            raise Unreadable("holds an action with an unexpected parenthesis", line)
        elif kind not in ("mark", "assign"):
            terms.append(_term(kind, text))
    commands.append(tuple(terms))
    return tuple(command for command in commands if command), tokens


def _term(kind: str, text: str) -> Term:
    if kind == "string":
        raw = text[1:-1]
        return Term("literal", raw if text[0] == "`" else _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), raw))
    if kind == "number":
        try:
            return Term("literal", int(text))
        except ValueError:
            return Term("literal", text)
    if kind == "word" and text in ("true", "false", "nil"):
        return Term("literal", {"true": True, "false": False, "nil": None}[text])
    if kind == "field":
        return Term("dot", None, (text[1:],) if len(text) > 1 else ())
    return Term(kind, text)
