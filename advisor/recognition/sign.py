"""One entry of a profile's ``recognised_by`` -> what it asks of a file, a resource or an object, and whether that holds.

``has`` lists conditions that must all hold: a path of keys, ``spec > gatewayClassName``, with an optional value after ``=``.
Keys and values are globs, a value has alternatives after ``|``, and lists on the way are looked through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from advisor.formats.document import Node
from advisor.model import Certainty

KINDS = (
    "file",
    "compose_image",
    "docker_from",
    "terraform",
    "cloudformation",
    "kubernetes",
    "github_action",
    "package",
    "host",
    "unseen",
)
"""Where a sign is seen. ``unseen``: in no file, so that only ``--assume hop=`` tells."""
_MOST_NODES = 2_000


@dataclass(frozen=True, slots=True)
class Sign:
    """Where a platform is seen (``kind``, one of :data:`KINDS`), what must stand there, and how sure that makes."""

    platform: str
    kind: str
    value: str
    certainty: Certainty
    has: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Literals of the text that must all be there, comments aside."""
    unless: tuple[str, ...] = ()
    """Globs of platforms beside which the sign tells nothing: the more particular one is meant."""
    given: tuple[tuple[str, str], ...] = ()
    """Conditions of facts that the sign shows."""
    aside: bool = False
    """True where the platform stands behind or around another hop, so that no path is led through it."""
    read_by: str | None = None
    """The module of ``advisor.deployment`` that reads it in full; such a sign is documentation here."""

    @property
    def tells(self) -> bool:
        """True where the sign alone makes a hop."""
        return self.read_by is None and self.certainty != "weak" and self.kind != "unseen"

    def may_hold(self, text: str) -> bool:
        """False where a key or value that the sign asks for stands nowhere in the text, so that it need not be parsed."""
        asked = [_keys(wanted) for wanted in self.has]
        lowered = text.lower()
        given = (values for _, values in asked if values is not None and not any(map(_is_glob, values)))
        keys = (key for path, _ in asked for key in path if not _is_glob(key))
        return all(key in text for key in keys) and all(any(value in lowered for value in values) for values in given)

    def holds(self, node: Node) -> bool:
        """True where everything that the sign asks stands in a document, resource or object."""
        return all(_has(node, wanted) for wanted in self.has)

    def place_in(self, node: Node) -> Node:
        """What the sign points at: the node of its last condition, else the whole."""
        return next(_at(node, _keys(self.has[-1])[0]), node) if self.has else node


def _is_glob(text: str) -> bool:
    return any(special in text for special in "*?[")


def signs(recognised_by: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Sign, ...]:
    """Every sign of every profile: platform -> its ``recognised_by`` as the file holds it."""
    return tuple(_sign(platform, raw) for platform, entries in recognised_by.items() for raw in entries)


def _sign(platform: str, raw: Mapping[str, Any]) -> Sign:
    kind = next(kind for kind in KINDS if kind in raw)
    return Sign(
        platform,
        kind,
        str(raw[kind]),
        raw["certainty"],
        tuple(raw.get("has", ())),
        tuple(raw.get("words", ())),
        tuple(raw.get("unless", ())),
        tuple((key, str(value)) for key, value in raw.get("given", {}).items()),
        raw.get("aside", False),
        raw.get("read_by"),
    )


@lru_cache(maxsize=512)
def _keys(wanted: str) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    path, sign, values = wanted.partition(" = ")
    keys = tuple(key.strip() for key in path.split(" > "))
    return keys, tuple(value.strip().lower() for value in values.split("|")) if sign else None


def _has(node: Node, wanted: str) -> bool:
    keys, values = _keys(wanted)
    found = _at(node, keys)
    if values is None:
        return next(found, None) is not None
    return any(fnmatchcase((each.text() or "").lower(), value) for each in found for value in values)


def _at(node: Node, keys: tuple[str, ...]) -> Iterator[Node]:
    """The nodes below these keys; lists on the way, and at the end, are looked through."""
    waiting, left = [(node, 0)], _MOST_NODES
    while waiting and left:
        current, depth = waiting.pop(0)
        left -= 1
        if isinstance(current.value, list):
            waiting += [(child, depth) for child in current.value]
        elif depth == len(keys):
            yield current
        else:
            waiting += [(child, depth + 1) for key, child in current.items() if fnmatchcase(key, keys[depth])]
