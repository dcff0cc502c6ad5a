"""What a sign was found at: the place, what it is for, and the settings that the same file holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite

from advisor.deployment.parts import Purpose
from advisor.formats.document import Node
from advisor.model import Place, Setting, Value
from advisor.recognition.sign import Sign

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Seen:
    """One sign at one place. ``folder`` is the directory that is deployed, where the sign tells it."""

    sign: Sign
    place: Place
    purpose: Purpose
    because: str
    folder: str | None = None
    settings: tuple[Setting, ...] = ()
    version: str | None = None
    floating: bool = False


def settings(document: Node, keys: Iterable[str], written_in: str, before: str = "") -> Iterator[Setting]:
    """The settings that stand in a document under dotted keys; lists on the way are looked through."""
    for key in keys:
        for node in _below([document], key.removeprefix(before).split(".")):
            text = node.text()
            if text is not None and node.tag not in ("expression", "secret"):
                value = " ".join(text.split())[:_LONGEST]
                yield Setting(key, value, node.key_place or node.place, amount(node), written_in)


def amount(node: Node) -> Value:
    """A scalar as a number where it is one, whole where it is whole; a word such as ``infinity`` stays a word."""
    number = node.number()
    if number is not None and isfinite(number):
        return int(number) if number == int(number) else number
    return node.value if isinstance(node.value, bool) else node.text()


def _below(nodes: list[Node], keys: list[str]) -> list[Node]:
    for key in keys:
        nodes = [child for node in nodes for each in node.each() if (child := each.get(key)) is not None]
    return [each for node in nodes for each in node.each() if not isinstance(each.value, dict)]
