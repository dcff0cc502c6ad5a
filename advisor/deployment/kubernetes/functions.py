"""The functions of Helm's templates (Go's, Sprig's and Helm's own) on values that keep their places.

What a scan cannot know (a random word, a lookup in the cluster, a hash) is :data:`OPEN` and stays so in whatever is made of it.
Sources: https://masterminds.github.io/sprig/, https://helm.sh/docs/chart_template_guide/function_list/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from advisor.formats.document import Node
from advisor.model import Place

NOWHERE = Place("")
MARK = "\ue000"
"""What stands in rendered text for a value that is not known."""
OPEN = Node(None, NOWHERE, tag="open")
"""A value that depends on what the repository does not show."""
_LONGEST = 200_000
_VERSION = (1, 34, 0)
"""The Kubernetes release that conditions on the cluster's version are answered for."""


class Written(str):
    """Text of several lines, with the place of each where one is known."""

    __slots__ = ("origins",)
    origins: tuple[Place | None, ...]

    @classmethod
    def of(cls, text: str, origins: tuple[Place | None, ...]) -> Written:
        made = cls(text[:_LONGEST])
        made.origins = origins
        return made


def made(value: Any, like: Node | None = None) -> Node:
    """A value that a function made; ``like``: the one whose place it keeps."""
    if like is not None and like.place.file:
        return Node(value, like.place, like.key_place)
    return Node(value, NOWHERE)


def is_open(node: Node) -> bool:
    return node.tag in ("open", "expression")


def truth(node: Node) -> bool | None:
    """Whether a condition holds for the value; ``None`` where it is not known."""
    return None if is_open(node) else bool(node.value)


def spelled(node: Node) -> str:
    """A value as a template prints it."""
    if is_open(node):
        return MARK
    if node.value is None:
        return ""
    if isinstance(node.value, dict | list):
        return "map[]" if not node.value else MARK
    return (
        str(node.value).lower()
        if isinstance(node.value, bool)
        else node.value
        if isinstance(node.value, str)
        else str(node.value)
    )


def to_yaml(node: Node) -> Written:
    """A value as YAML, each line with its place."""
    lines = list(_yaml(node, 0))
    return Written.of("\n".join(text for text, _ in lines), tuple(place for _, place in lines))


def _yaml(node: Node, depth: int, place: Place | None = None) -> Iterator[tuple[str, Place | None]]:
    at = place or node.key_place or (node.place if node.place.file else None)
    if depth > 40:
        return
    if isinstance(node.value, dict) and node.value:
        for key, child in node.value.items():
            yield from _member(f"{_key(key)}:", child, depth)
    elif isinstance(node.value, list) and node.value:
        for child in node.value:
            inner = list(_yaml(child, depth + 1))
            for index, (text, where) in enumerate(inner):
                yield ("- " if not index else "  ") + text, where
    else:
        yield _scalar(node), at


def _member(head: str, child: Node, depth: int) -> Iterator[tuple[str, Place | None]]:
    at = child.key_place or (child.place if child.place.file else None)
    if isinstance(child.value, dict | list) and child.value:
        yield head, at
        yield from (("  " + text, where) for text, where in _yaml(child, depth + 1))
    elif isinstance(child.value, str) and "\n" in child.value and not is_open(child):
        yield f"{head} |{'' if child.value.endswith(chr(10)) else '-'}", at
        first = child.place
        for number, line in enumerate(child.value.rstrip("\n").split("\n"), 1):
            yield f"  {line}", Place(first.file, first.line + number) if first.file else None
    else:
        yield f"{head} {_scalar(child)}", at


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w./-]+", key) and not key.isdigit() else quoted(key)


def quoted(text: str) -> str:
    """A text in YAML's double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _scalar(node: Node) -> str:
    if is_open(node):
        return MARK
    if node.value is None:
        return "null"
    if isinstance(node.value, dict):
        return "{}"
    if isinstance(node.value, list):
        return "[]"
    return quoted(node.value) if isinstance(node.value, str) else spelled(node)


def indent(text: str, width: int, *, newline: bool) -> Written:
    """Every line moved in, behind a new line where asked."""
    origins: tuple[Place | None, ...] = getattr(text, "origins", ())
    width = max(0, min(width, 200))
    moved = "\n".join(" " * width + line for line in text.split("\n"))
    return Written.of(f"\n{moved}" if newline else moved, (None, *origins) if newline else origins)


def call(name: str, given: list[Node]) -> Node:
    """What a function makes of its arguments; open where the function or an argument that it needs is not known."""
    function = _FUNCTIONS.get(name)
    if function is None:
        return OPEN
    try:
        return function(given)
    except (IndexError, ValueError, TypeError, AttributeError, OverflowError, re.error):
        return OPEN


def _number(node: Node) -> int:
    value = node.number() if not isinstance(node.value, bool) else None
    if is_open(node) or value is None or abs(value) > 2**53:
        raise ValueError
    return int(value)


def _text(change: Callable[..., str]) -> Callable[[list[Node]], Node]:
    """A function of text whose last argument is the text."""

    def called(given: list[Node]) -> Node:
        if is_open(given[-1]):
            return OPEN
        *rest, last = given
        return made(change(spelled(last) if not isinstance(last.value, Written) else last.value, *map(spelled, rest)), last)

    return called


def _stripped(text: str) -> str:
    return text.strip()


def _equal(given: list[Node]) -> Node:
    first, *others = given
    if is_open(first) or any(is_open(other) for other in others):
        return OPEN
    return made(any(first.value == other.value or spelled(first) == spelled(other) for other in others))


def _not(given: list[Node]) -> Node:
    held = truth(given[0])
    return OPEN if held is None else made(not held)


def _and(given: list[Node]) -> Node:
    open_one = next((each for each in given if is_open(each)), None)
    false = next((each for each in given if truth(each) is False), None)
    return false or open_one or given[-1]


def _or(given: list[Node]) -> Node:
    for each in given:
        if truth(each) is not False:
            return each
    return given[-1]


def _default(given: list[Node]) -> Node:
    fallback, value = given[0], given[-1] if len(given) > 1 else made(None)
    held = truth(value)
    return value if held or held is None else fallback


def _ternary(given: list[Node]) -> Node:
    held = truth(given[2])
    return OPEN if held is None else given[0] if held else given[1]


def _printf(given: list[Node]) -> Node:
    if any(is_open(each) for each in given):
        return made(MARK)
    values = iter(given[1:])

    def one(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        node = next(values, made(""))
        return quoted(spelled(node)) if found[0].endswith("q") else spelled(node)

    return made(re.sub(r"%[-+# 0]*\d*(?:\.\d+)?[svdqtfx%]", one, spelled(given[0])))


def _dict(given: list[Node]) -> Node:
    return made({spelled(key): value for key, value in zip(given[::2], given[1::2], strict=False)})


def _get(given: list[Node]) -> Node:
    if is_open(given[0]):
        return OPEN
    return given[0].get(spelled(given[1])) or made(None)


def _dig(given: list[Node]) -> Node:
    *keys, fallback, holder = given
    return holder.get(*map(spelled, keys)) or fallback


def _index(given: list[Node]) -> Node:
    node: Node | None = given[0]
    for key in given[1:]:
        if node is None or is_open(node):
            break
        node = node.get(_number(key) if isinstance(node.value, list) else spelled(key))
    return node or made(None)


def merged(base: Node, over: Node) -> Node:
    """Two mappings as Helm merges values: by key, the second one's values first; ``null`` takes a key away."""
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    values = dict(base.value)
    for key, node in over.value.items():
        if node.value is None and not is_open(node):
            values.pop(key, None)
        else:
            values[key] = merged(values[key], node) if key in values else node
    return replace(base, value=values)


def _merge(given: list[Node]) -> Node:
    result = given[-1]
    for each in reversed(given[:-1]):
        result = merged(result, each)
    return result


def _semver(given: list[Node]) -> Node:
    found = re.match(r"\s*([<>=^~!]*)\s*v?(\d+)(?:\.(\d+))?", spelled(given[0]))
    version = re.match(r"v?(\d+)\.(\d+)", spelled(given[1]))
    if found is None or version is None:
        return OPEN
    wanted, has = (int(found[2]), int(found[3] or 0)), (int(version[1]), int(version[2]))
    sign = found[1]
    held = has < wanted if sign == "<" else has <= wanted if sign == "<=" else has > wanted if sign == ">" else has >= wanted
    return made(held)


def _compare(held: Callable[[int, int], bool]) -> Callable[[list[Node]], Node]:
    return lambda given: made(held(_number(given[0]), _number(given[1])))


def _sum(given: list[Node]) -> Node:
    return made(sum(map(_number, given)))


def _list(given: list[Node]) -> Node:
    return made(list(given))


def _kind(node: Node) -> str:
    value = node.value
    names = ((bool, "bool"), (str, "string"), (dict, "map"), (list, "slice"), (int, "int"), (float, "float64"))
    return next((word for type_, word in names if isinstance(value, type_)), "invalid")


def _known(function: Callable[[list[Node]], Node]) -> Callable[[list[Node]], Node]:
    return lambda given: OPEN if any(map(is_open, given)) else function(given)


_FUNCTIONS: dict[str, Callable[[list[Node]], Node]] = {
    "quote": _text(lambda text: quoted(text)),
    "squote": _text(lambda text: "'" + text.replace("'", "''") + "'"),
    "upper": _text(lambda text: text.upper()),
    "lower": _text(lambda text: text.lower()),
    "title": _text(lambda text: text.title()),
    "trim": _text(_stripped),
    "trimAll": _text(lambda text, signs: text.strip(signs)),
    "trimSuffix": _text(lambda text, ending: text.removesuffix(ending)),
    "trimPrefix": _text(lambda text, start: text.removeprefix(start)),
    "trunc": _text(lambda text, width: text[: int(width)] if int(width) >= 0 else text[int(width) :]),
    "replace": _text(lambda text, old, new: text.replace(old, new)[:_LONGEST]),
    "toString": lambda given: given[-1] if is_open(given[-1]) else made(spelled(given[-1]), given[-1]),
    "nindent": lambda given: (
        made("") if is_open(given[-1]) else made(indent(_lines(given[-1]), _number(given[0]), newline=True), given[-1])
    ),
    "indent": lambda given: (
        made("") if is_open(given[-1]) else made(indent(_lines(given[-1]), _number(given[0]), newline=False), given[-1])
    ),
    "toYaml": lambda given: OPEN if is_open(given[-1]) else made(to_yaml(given[-1]), given[-1]),
    "toYamlPretty": lambda given: OPEN if is_open(given[-1]) else made(to_yaml(given[-1]), given[-1]),
    "int": lambda given: OPEN if is_open(given[0]) else made(_number(given[0]) if given[0].value else 0, given[0]),
    "int64": lambda given: OPEN if is_open(given[0]) else made(_number(given[0]) if given[0].value else 0, given[0]),
    "eq": _equal,
    "ne": lambda given: _not([_equal(given)]),
    "not": _not,
    "and": _and,
    "or": _or,
    "lt": _compare(lambda one, other: one < other),
    "le": _compare(lambda one, other: one <= other),
    "gt": _compare(lambda one, other: one > other),
    "ge": _compare(lambda one, other: one >= other),
    "default": _default,
    "coalesce": _or,
    "empty": _not,
    "required": lambda given: given[-1] if truth(given[-1]) else OPEN,
    "ternary": _ternary,
    "printf": _printf,
    "print": lambda given: made("".join(map(spelled, given))),
    "dict": _dict,
    "list": _list,
    "tuple": _list,
    "get": _get,
    "dig": _dig,
    "index": _index,
    "hasKey": _known(lambda given: made(isinstance(given[0].value, dict) and spelled(given[1]) in given[0].value)),
    "keys": _known(lambda given: made([made(key) for key, _ in given[0].items()])),
    "first": lambda given: next(given[0].each(), made(None)),
    "last": lambda given: next(reversed(list(given[0].each())), made(None)),
    "len": _known(lambda given: made(len(given[0].value) if isinstance(given[0].value, str | dict | list) else 0)),
    "join": _known(lambda given: made(spelled(given[0]).join(map(spelled, given[1].each())))),
    "splitList": _known(lambda given: made([made(part) for part in spelled(given[1]).split(spelled(given[0]))])),
    "concat": _known(lambda given: made([member for each in given for member in each.each()])),
    "append": _known(lambda given: made([*given[0].each(), given[1]])),
    "has": _known(lambda given: made(spelled(given[0]) in map(spelled, given[1].each()))),
    "contains": _known(lambda given: made(spelled(given[0]) in spelled(given[1]))),
    "hasPrefix": _known(lambda given: made(spelled(given[1]).startswith(spelled(given[0])))),
    "hasSuffix": _known(lambda given: made(spelled(given[1]).endswith(spelled(given[0])))),
    "kindIs": _known(lambda given: made(_kind(given[1]) == spelled(given[0]))),
    "kindOf": _known(lambda given: made(_kind(given[0]))),
    "typeIs": _known(lambda given: made(_kind(given[1]) in spelled(given[0]) or ("interface" in spelled(given[0])))),
    "merge": _merge,
    "mergeOverwrite": lambda given: _merge(list(reversed(given))),
    "deepCopy": lambda given: given[0],
    "omit": _known(lambda given: made({key: node for key, node in given[0].items() if key not in set(map(spelled, given[1:]))})),
    "pick": _known(lambda given: made({key: node for key, node in given[0].items() if key in set(map(spelled, given[1:]))})),
    "semverCompare": _semver,
    "add": _sum,
    "add1": lambda given: made(_number(given[0]) + 1),
    "sub": lambda given: made(_number(given[0]) - _number(given[1])),
    "mul": lambda given: made(_number(given[0]) * _number(given[1])),
    "until": lambda given: made([made(index) for index in range(min(_number(given[0]), 100))]),
    "lookup": lambda _: made({}),
    "fail": lambda _: made(""),
    "set": lambda given: given[0],
}


def _lines(node: Node) -> str:
    return node.value if isinstance(node.value, str) else spelled(node)


def cluster_version() -> str:
    """The version that ``.Capabilities.KubeVersion`` shows."""
    return "v" + ".".join(map(str, _VERSION))
