"""An open Bicep expression and what its names stand for -> its value, as far as that can be said without Azure.

Understood are names, members, indexes, text with ``${...}``, ``? :``, ``!``, ``&&``, ``||``, ``==``, ``!=``, ``??``, objects,
lists, and the functions ``empty``, ``toLower`` and ``union``. Everything else stays open.
"""

from __future__ import annotations

from dataclasses import replace

from advisor.formats.bicep import Lookup, parse_value
from advisor.formats.bicep_tokens import Token, tokens
from advisor.formats.document import Node, Unreadable
from advisor.formats.source import Source
from advisor.model import Place

_MOST_STEPS = 30
_MOST_NODES = 20_000
_LONGEST = 5_000


class Values:
    """Puts values into nodes. ``look`` tells what a name stands for; nodes that it gives may be open themselves."""

    def __init__(self, look: Lookup) -> None:
        self._look = look
        self._left = _MOST_NODES

    def filled(self, node: Node, depth: int = 0) -> Node:
        """The node with every open expression replaced that can be worked out; places and keys stay those written."""
        self._left -= 1
        if depth > _MOST_STEPS or self._left < 0:
            return node
        if isinstance(node.value, dict):
            return replace(node, value={key: self.filled(child, depth + 1) for key, child in node.value.items()})
        if isinstance(node.value, list):
            return replace(node, value=[self.filled(child, depth + 1) for child in node.value])
        if node.tag != "expression":
            return node
        found = self._worked_out(node, depth)
        return node if found is None else replace(found, place=node.place, key_place=node.key_place)

    def _worked_out(self, node: Node, depth: int) -> Node | None:
        text = str(node.value)
        if len(text) > _LONGEST:
            return None
        try:
            listed = [token for token in tokens(Source(text, node.place.file)) if token.kind != "line"]
            expression = _Expression(self, listed, text, node.place, depth)
            found = expression.choice()
        except (Unreadable, _Open):
            return None
        return found if expression.here.kind == "end" else None

    def named(self, name: str, depth: int) -> Node | None:
        found = self._look(name)
        return self.filled(found, depth + 1) if found is not None else None


class _Open(Exception):
    """Part of the expression cannot be worked out."""


class _Expression:
    """One expression, from its weakest operator down."""

    def __init__(self, values: Values, listed: list[Token], text: str, place: Place, depth: int) -> None:
        self.values, self.tokens, self.text, self.file_place, self.depth = values, listed, text, place, depth
        self.at = 0
        self.steps = 0

    @property
    def here(self) -> Token:
        return self.tokens[min(self.at, len(self.tokens) - 1)]

    def eat(self, *marks: str) -> str | None:
        if self.here.kind == "mark" and self.here.text in marks:
            self.at += 1
            return self.tokens[self.at - 1].text
        return None

    def choice(self) -> Node:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise _Open
        condition = self.attempt(self.either)
        if self.eat("?"):
            first = self.attempt(self.choice)
            if not self.eat(":"):
                raise _Open
            second = self.attempt(self.choice)
            if condition is None or not isinstance(condition.value, bool):
                raise _Open
            condition = first if condition.value else second
        if condition is None:
            raise _Open
        return condition

    def attempt(self, part: object) -> Node | None:
        """A part that may stay open although the whole does not: the branch not taken. Its tokens are passed all the same."""
        start = self.at
        try:
            return part()  # type: ignore[operator,no-any-return]
        except _Open:
            self.at = start
            self.skip()
            return None

    def skip(self) -> None:
        depth = 0
        while self.here.kind != "end":
            text = self.here.text if self.here.kind == "mark" else ""
            if depth == 0 and text in ("?", ":", ")", "]", "}", ",", "&&", "||", "??"):
                return
            depth += text in ("(", "[", "{")
            depth -= text in (")", "]", "}")
            self.at += 1

    def either(self) -> Node:
        left = self.attempt(self.equal)
        while (operator := self.eat("||", "&&", "??")) is not None:
            right = self.attempt(self.equal)
            left = _joined(operator, left, right)
        if left is None:
            raise _Open
        return left

    def equal(self) -> Node:
        left = self.single()
        while (operator := self.eat("==", "!=")) is not None:
            right = self.single()
            if isinstance(left.value, dict | list) or isinstance(right.value, dict | list):
                raise _Open
            same = left.value == right.value
            left = Node(same if operator == "==" else not same, left.place)
        return left

    def single(self) -> Node:
        if self.eat("!"):
            inner = self.single()
            if not isinstance(inner.value, bool):
                raise _Open
            return Node(not inner.value, inner.place)
        found = self.primary()
        while True:
            if self.eat(".", ".?"):
                name = self.here
                self.at += 1
                found = self.member(found, name.text)
            elif self.eat("["):
                index = self.choice()
                if not self.eat("]"):
                    raise _Open
                found = self.member(found, index.value)
            elif self.eat("!"):
                continue
            else:
                return found

    def member(self, node: Node, key: object) -> Node:
        found = node.get(key) if isinstance(key, str | int) and not isinstance(key, bool) else None
        if found is None or found.tag == "expression":
            raise _Open
        return found

    def primary(self) -> Node:
        token = self.here
        self.at += 1
        if token.kind == "string":
            return self.string(token)
        if token.kind == "number":
            return Node(int(token.text[:40]), self.file_place)
        if token.kind == "mark" and token.text == "(":
            inner = self.choice()
            if not self.eat(")"):
                raise _Open
            return inner
        if token.kind == "mark" and token.text in ("{", "["):
            return self.literal(token)
        if token.kind == "name":
            return self.name(token)
        raise _Open

    def literal(self, opening: Token) -> Node:
        """An object or list inside an expression; its members may stay open."""
        waiting = 1
        while waiting and self.here.kind != "end":
            waiting += self.here.kind == "mark" and self.here.text in ("{", "[", "(")
            waiting -= self.here.kind == "mark" and self.here.text in ("}", "]", ")")
            self.at += 1
        place = self.file_place
        before = "\n" * (place.line - 1) + " " * (place.column - 1)
        written = self.text[: self.tokens[self.at - 1].end]
        node = parse_value(before + written, place.file, len(before) + opening.start)
        return self.values.filled(node, self.depth + 1)

    def name(self, token: Token) -> Node:
        if token.text in ("true", "false", "null"):
            return Node({"true": True, "false": False}.get(token.text), self.file_place)
        if self.eat("("):
            return self.call(token.text)
        found = self.values.named(token.text, self.depth)
        if found is None or found.tag == "expression":
            raise _Open
        return found

    def call(self, name: str) -> Node:
        if name == "union":
            return self.union()
        if name not in ("empty", "toLower"):
            raise _Open
        inner = self.choice()
        if not self.eat(")"):
            raise _Open
        if name == "empty":
            return Node(inner.value is None or inner.value in ("", {}, []), inner.place, tag=inner.tag)
        return replace(inner, value=str(inner.value).lower())

    def union(self) -> Node:
        """Objects put together, of which the last one to have a key decides."""
        members: dict[str, Node] = {}
        while True:
            inner = self.choice()
            if not isinstance(inner.value, dict):
                raise _Open
            members |= inner.value
            if self.eat(")"):
                return Node(members, self.file_place)
            if not self.eat(","):
                raise _Open

    def string(self, token: Token) -> Node:
        """Text with what is put into it; a secret in it makes the whole one."""
        if not token.holes:
            return Node(token.text, self.file_place)
        pieces, tag = [token.pieces[0]], None
        for (start, end), after in zip(token.holes, token.pieces[1:], strict=True):
            inner = self.values.filled(Node(self.text[start:end], self.file_place, tag="expression"), self.depth + 1)
            text = inner.text()
            if text is None:
                raise _Open
            tag = "secret" if "secret" in (inner.tag, tag) else tag
            pieces += [text, after]
        return Node("".join(pieces), self.file_place, tag=tag)


def _joined(operator: str, left: Node | None, right: Node | None) -> Node | None:
    if operator == "??":
        return None if left is None else (right if left.value is None else left)
    if operator == "||":
        for side in (left, right):
            if side is not None and side.value is True:
                return side
        decided = left is not None and right is not None and isinstance(right.value, bool)
        return right if decided else None
    for side in (left, right):
        if side is not None and side.value is False:
            return side
    return right if left is not None and right is not None and isinstance(right.value, bool) else None
