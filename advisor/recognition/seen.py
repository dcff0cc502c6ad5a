"""What a sign was found at: the place, what it is for, and the settings that the same file holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from math import isfinite

from advisor.deployment.parts import Purpose
from advisor.formats.document import Node
from advisor.formats.units import go_seconds
from advisor.knowledge import SetBy
from advisor.model import Place, Setting, Value
from advisor.recognition.sign import Sign

_LONGEST = 120
_MOST = 200
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


Keys = Callable[[str], tuple[SetBy, ...]]
"""Platform -> the keys of files that set something there."""


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


def settings(document: Node, keys: Iterable[SetBy], before: str = "") -> Iterator[Setting]:
    """The settings that stand in a document under dotted keys; lists on the way are looked through.

    ``before`` is what the keys begin with that is no step: the type of a resource (``aws_lb.``), the kind of an object.
    """
    for key in keys:
        for node in _below([document], key.key.removeprefix(before).split(".")):
            if node.value is not None:
                yield setting(key, node)


def setting(key: SetBy, node: Node) -> Setting:
    """One setting. A block or list that is there is ``True``; what the files leave open has no amount."""
    place = node.key_place or node.place
    if isinstance(node.value, dict | list):
        return Setting(key.key, "given", place, True, key.format)
    text = " ".join(str(node.value).lower().split() if isinstance(node.value, bool) else str(node.value).split())
    if node.tag == "secret":
        return Setting(key.key, "from a .tfvars file or a sensitive variable", place, None, key.format)
    return Setting(key.key, text[:_LONGEST], place, None if node.tag == "expression" else amount(node, key.unit), key.format)


def agreed(settings: Iterable[Setting]) -> tuple[Setting, ...]:
    """Of several settings with one key the first; where they differ, its amount is left open and all values are told."""
    found: dict[tuple[str, str], list[Setting]] = {}
    for each in settings:
        found.setdefault((each.format, each.key), []).append(each)
    return tuple(_one(same) for same in found.values())


def _one(same: list[Setting]) -> Setting:
    values = list(dict.fromkeys(each.value for each in same))
    return same[0] if len(values) == 1 else replace(same[0], value=" or ".join(values[:4]), amount=None)


def amount(node: Node, unit: str | None = None) -> Value:
    """A scalar as a number where it is one, in seconds where it is a time (``30`` in ``m``, ``1h``); a word stays a word."""
    number = node.number()
    if number is not None:
        number = number * _SECONDS.get(unit or "s", 1)
    elif isinstance(node.value, str):
        number = go_seconds(node.value)
    if number is not None and isfinite(number):
        return int(number) if number == int(number) else number
    return node.value if isinstance(node.value, bool) else node.text()


def _below(nodes: list[Node], keys: list[str]) -> list[Node]:
    """The nodes under these keys; a name that the user chose on the way (of a cluster, of a route) is passed over."""
    for key in keys:
        members = [each for node in nodes[:_MOST] for each in node.each()][:_MOST]
        direct = [child for each in members if (child := each.get(key)) is not None]
        chosen = (inner for each in members for _, named in each.items() for inner in named.each())
        nodes = direct or [child for each in chosen if (child := each.get(key)) is not None]
    return nodes[:_MOST]
