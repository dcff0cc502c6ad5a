"""A static or dynamic file -> the first option in it that Traefik 2 or 3 does not read.

``options.json`` holds the options of the static file as the program lists them, and the structures of the dynamic one as its
source has them. A key that is unknown at the top of a file is passed over; below that it is an error, as is a word where a
number, a duration or true or false belongs. The static file then keeps Traefik from starting, the dynamic one is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from advisor.formats.document import Node
from advisor.formats.units import go_seconds
from advisor.model import Place

Generation = Literal["2", "3"]
GENERATIONS: tuple[Generation, ...] = ("2", "3")
_ROOT = "config/dynamic.Configuration"
_DEEPEST = 40
_BOOLEANS = frozenset("1 t T TRUE true True 0 f F FALSE false False".split())
"""What ``strconv.ParseBool`` reads."""
_FILLED_IN = re.compile(r"\$\{|\{\{|<%")


@dataclass(frozen=True, slots=True)
class Refused:
    """What Traefik says of an option. ``unknown``: it does not know the name, which a newer one may."""

    reason: str
    place: Place
    unknown: bool = False


@cache
def _known() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files("advisor.proxies.traefik").joinpath("options.json").read_text(encoding="utf-8"))
    return found


def version() -> str:
    """The Traefik whose options are known."""
    return str(_known()["version"])


def static(document: Node, generation: Generation) -> Refused | None:
    """The first option of a static file that this generation does not read."""
    options = _known()[generation]["static"]
    for name, node in document.items():
        below = options.get(name.lower())
        if below and (found := next(_static(node, below, name.lower(), 0), None)) is not None:
            return found
    return None


def _static(node: Node, options: dict[str, Any], path: str, depth: int) -> Iterator[Refused]:
    if depth > _DEEPEST:
        return
    if isinstance(node.value, list):
        for inner in node.value:
            yield from _static(inner, options, path, depth + 1)
    for name, value in node.items():
        below = options.get(name.lower(), options.get("<name>"))
        if below is None:
            if not _FILLED_IN.search(name):
                yield Refused(f"field not found, node: {name}", value.key_place or value.place, True)
        elif below:
            yield from _static(value, below, f"{path}.{name.lower()}", depth + 1)
        elif name.lower().endswith(("timeout", "duration")) and (wrong := _duration(value)) is not None:
            yield Refused(wrong, value.place)


def dynamic(document: Node, generation: Generation) -> Refused | None:
    """The first option of a dynamic file that this generation does not read."""
    types = _known()[generation]["dynamic"]
    for name, node in document.items():
        kind = types[_ROOT].get(name.lower())
        if kind is not None and (found := next(_dynamic(node, kind, types, 0), None)) is not None:
            return found
    return None


def _dynamic(node: Node, kind: str, types: dict[str, dict[str, str]], depth: int) -> Iterator[Refused]:
    if depth > _DEEPEST or node.value is None:
        return
    may_be_empty, kind = kind[0] == "~", kind.lstrip("~")
    if node.value == {} and not may_be_empty and (kind in types or kind[0] == "%"):
        yield Refused("an empty mapping cannot be a standalone element", node.place)
    elif kind[0] == "%":
        for _, inner in node.items():
            yield from _dynamic(inner, kind[1:], types, depth + 1)
    elif kind[0] == "*":
        for inner in node.value if isinstance(node.value, list) else ():
            yield from _dynamic(inner, kind[1:], types, depth + 1)
    elif kind in types:
        if isinstance(node.value, list):
            yield Refused("a list stands where options belong", node.place)
        for name, value in node.items():
            below = types[kind].get(name.lower())
            if below is not None:
                yield from _dynamic(value, below, types, depth + 1)
            elif not _FILLED_IN.search(name):
                yield Refused(f"field not found, node: {name}", value.key_place or value.place, True)
    elif (wrong := _scalar(node, kind)) is not None:
        yield Refused(wrong, node.place)


def _scalar(node: Node, kind: str) -> str | None:
    text = node.text()
    if text is None or _FILLED_IN.search(text) or kind not in ("b", "i", "d"):
        return None
    if kind == "b":
        return None if text in _BOOLEANS else f'strconv.ParseBool: parsing "{text}": invalid syntax'
    if kind == "i":
        return None if re.fullmatch(r"[+-]?[0-9]+", text) else f'strconv.ParseInt: parsing "{text}": invalid syntax'
    return _duration(node)


def _duration(node: Node) -> str | None:
    """A number of seconds, or what Go reads as a duration."""
    text = node.text()
    if text is None or _FILLED_IN.search(text) or re.fullmatch(r"[+-]?[0-9]+", text) or go_seconds(text) is not None:
        return None
    if re.fullmatch(r"(?:[0-9.]+[a-zµ]+)*[0-9.]+", text):
        return f'time: missing unit in duration "{text}"'
    return f'time: invalid duration "{text}"'
