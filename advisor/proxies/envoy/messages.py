"""A bootstrap -> the first thing in it that Envoy does not read: an unknown field, a value of another type, a rule broken.

``messages.json`` holds every message that Envoy 1.40.0 knows, from the program's own descriptors. A value is read as protobuf's
JSON parser reads it in its lenient mode (https://protobuf.dev/programming-guides/json/): numbers and true may be quoted, one
value may stand where a list is expected, and names are ``snake_case`` or ``camelCase``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from advisor.formats.document import Node
from advisor.model import Invalid, Place

BOOTSTRAP = "envoy.config.bootstrap.v3.Bootstrap"
_ANY = "google.protobuf.Any"
_OLD = re.compile(r"^(?:config|tls_context|hosts|tls_contexts|common_http_protocol_options)$|\.v[12](?:alpha\d?)?\.")
"""Fields that version 2 of the messages had, and its types."""
_OWN = re.compile(r"(?:contrib\.)?envoy\.(?:config|extensions)\.|envoy\.api\.v2\.")
_FREE = frozenset({"google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue", "google.protobuf.FieldMask",
                   "google.protobuf.Timestamp"})  # fmt: skip
"""Messages that hold whatever the user likes, or that no bootstrap holds."""
_WRAPPED = {"DoubleValue": "d", "FloatValue": "d", "Int64Value": "i64", "UInt64Value": "u64", "Int32Value": "i32",
            "UInt32Value": "u32", "BoolValue": "b", "StringValue": "s", "BytesValue": "y"}  # fmt: skip
_BOOLEANS = frozenset({"true", "t", "yes", "y", "1", "false", "f", "no", "n", "0"})
"""Quoted words that are read as true or false (absl::SimpleAtob)."""
_RANGES = {"i32": (-(2**31), 2**31), "u32": (0, 2**32), "i64": (-(2**63), 2**63), "u64": (0, 2**64)}
_DURATION = re.compile(r"-?\d+(?:\.\d{1,9})?s")
_FILLED_IN = re.compile(r"[$%<{@]|^_|^[A-Z][A-Z0-9_]+$")
"""A word that something replaces before Envoy reads the file."""


@dataclass(frozen=True, slots=True)
class _Field:
    """What a field holds. ``kind``: ``m`` message, ``e`` enum, ``s`` text, ``b`` boolean, ``u32``; ``type``: its message."""

    kind: str
    type: str
    repeated: bool
    mapped: bool
    rules: dict[str, str]


@cache
def _known() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files("advisor.proxies.envoy").joinpath("messages.json").read_text(encoding="utf-8"))
    return found


@cache
def _fields(message: str) -> dict[str, _Field]:
    """The fields of a message by either spelling."""
    found: dict[str, _Field] = {}
    for name, written in _known()["messages"][message].items():
        if not name:
            continue
        kind, *words = written.split()
        bare = kind.lstrip("*%")
        type_ = words.pop(0) if bare in ("m", "e") else ""
        if bare == "m" and type_.startswith("google.protobuf.") and type_.rpartition(".")[2] in _WRAPPED:
            bare, words = _WRAPPED[type_.rpartition(".")[2]], [*words, "wrapped"]
        rules = {key: value for key, _, value in (word.partition("=") for word in words)} | {"name": name}
        field = _Field(bare, type_, kind[0] == "*", kind[0] == "%", rules)
        head, *rest = name.split("_")
        found[name] = found[head + "".join(word.capitalize() for word in rest)] = field
    return found


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong. ``unknown``: the name of a field or type, which another version may know; ``old``: version 2 did."""

    invalid: Invalid
    unknown: bool = False
    old: bool = False


class _Refused(Exception):
    """Carries the first fault."""

    def __init__(self, reason: str, place: Place, unknown: str | None = None) -> None:
        super().__init__(reason)
        self.fault = Fault(Invalid(reason, place), unknown is not None, bool(unknown and _OLD.search(unknown)))


def version() -> str:
    """The Envoy whose messages are known."""
    return str(_known()["version"])


def fault(document: Node, ignored: frozenset[str] = frozenset()) -> Fault | None:
    """The first thing in a bootstrap that Envoy refuses, in its words; ``ignored``: names that stand behind ``!ignore``."""
    try:
        _message(document, BOOTSTRAP, "", ignored)
        for message, node in ((BOOTSTRAP, document), *_unpacked(document)):
            _ruled(node, message)
    except _Refused as refused:
        return refused.fault
    return None


# ---------------------------------------------------------------- the JSON of a message


def _message(node: Node, message: str, path: str, ignored: frozenset[str] = frozenset()) -> None:
    if not isinstance(node.value, dict):
        raise _unexpected(node, path, "{")
    taken: dict[str, str] = {}
    for name, value in node.items():
        field = _fields(message).get(name)
        if name in ignored or (name == "@type" and path.endswith("<any>")):
            continue
        if field is None:
            if _FILLED_IN.search(name):
                continue
            raise _Refused(f"{_at(path)}no such field: '{name}'", value.key_place or value.place, name)
        if value.value is None and value.tag is None:
            continue
        below = f"{path}.{field.rules['name']}" if path else field.rules["name"]
        group = field.rules.get("oneof")
        if group is not None and taken.setdefault(group, field.rules["name"]) != field.rules["name"]:
            raise _Refused(f"{_at(path)}a field has already been set (either directly or as part of a oneof)", value.place)
        _field(value, field, below)


def _field(node: Node, field: _Field, path: str) -> None:
    if field.mapped:
        if not isinstance(node.value, dict):
            raise _unexpected(node, path, "{")
        for index, (_, inner) in enumerate(node.items()):
            _value(inner, field, f"{path}[{index}]")
    elif field.repeated:
        if not isinstance(node.value, list):
            _value(node, field, path)
        for index, inner in enumerate(_flat(node)):
            _value(inner, field, f"{path}[{index}]")
    else:
        _value(node, field, path)


def _flat(node: Node) -> Iterator[Node]:
    """The members of a list, and of the lists in it."""
    for inner in node.value if isinstance(node.value, list) else ():
        if isinstance(inner.value, list):
            yield from _flat(inner)
        elif inner.value is not None:
            yield inner


def _value(node: Node, field: _Field, path: str) -> None:
    if node.tag is not None or (
        isinstance(node.value, str) and _FILLED_IN.search(node.value) and field.kind not in ("s", "m", "e")
    ):
        return
    if field.kind == "m":
        _inner(node, field.type, path)
    elif field.kind == "s":
        if isinstance(node.value, dict | list | bool | int):
            raise _unexpected(node, path, '"')
    elif field.kind == "e":
        _enum(node, field.type, path)
    elif field.kind == "b":
        if not isinstance(node.value, bool) and str(node.value).lower() not in (_BOOLEANS if isinstance(node.value, str) else ()):
            raise _Refused(f"{_at(path)}expected 'true' or 'false'", node.place)
    elif field.kind in _RANGES:
        _integer(node, field.kind, path)


def _inner(node: Node, message: str, path: str) -> None:
    if message == _ANY:
        _any(node, path)
    elif message == "google.protobuf.Duration":
        _duration(node, path)
    elif message in _known()["messages"] and message not in _FREE:
        _message(node, message, path)


def _any(node: Node, path: str) -> None:
    """A message of the type that its ``@type`` names. Types under other names than Envoy's own come with other builds."""
    if not isinstance(node.value, dict):
        raise _unexpected(node, path, "{")
    written = node.get("@type")
    if written is None:
        if node.value:
            raise _Refused(f"{_at(path)}in legacy mode, missing @type in Any is only allowed for an empty object", node.place)
        return
    url = written.text() or ""
    host, slash, message = url.rpartition("/")
    if not slash or not host:
        raise _Refused(f"@type must contain at least one / and a nonempty host; got: {url}", written.place)
    if message in _known()["messages"]:
        _message(node, message, f"{path}.<any>")
    elif _OWN.match(message) and not message.startswith("contrib."):
        raise _Refused(f"could not find @type '{url}'", written.place, message)


def _duration(node: Node, path: str) -> None:
    """``1.5s``; a message of seconds and nanoseconds is taken too."""
    text = node.text()
    if isinstance(node.value, dict) or (text is not None and _FILLED_IN.search(text)):
        return
    if not isinstance(node.value, str | float):
        raise _unexpected(node, path, '"')
    if text is not None and not re.match(r"-?\d", text):
        raise _Refused(f"{_at(path)}duration must start with an integer", node.place)
    if text is not None and not _DURATION.fullmatch(text):
        raise _Refused(f"{_at(path)}duration must end with a single 's'", node.place)


def _enum(node: Node, type_: str, path: str) -> None:
    """The name of a value in any case, or its number."""
    if isinstance(node.value, bool | dict | list):
        raise _Refused(f"{_at(path)}expected number or string", node.place)
    names = _known()["enums"].get(type_, ())
    if isinstance(node.value, str) and names and not _FILLED_IN.search(re.sub(r"^[A-Z0-9_]+$", "", node.value)):
        word = node.value.upper().replace("-", "_")
        if word not in {name.upper() for name in names} and not re.fullmatch(r"-?\d+", word):
            raise _Refused(f"unknown enum value: '{node.value}'", node.place, node.value)


def _integer(node: Node, kind: str, path: str) -> None:
    if isinstance(node.value, bool | dict | list):
        raise _unexpected(node, path, '"')
    number = node.number()
    if number is None:
        raise _Refused(f"{_at(path)}invalid number: '{node.text()}'", node.place)
    if number != number or not _RANGES[kind][0] <= number < _RANGES[kind][1]:
        raise _Refused(f"{_at(path)}JSON number out of range for int", node.place)
    if number != int(number):
        raise _Refused(f"{_at(path)}expected integer, but JSON number had fractional part", node.place)


def _unexpected(node: Node, path: str, expected: str) -> _Refused:
    sign = {dict: "{", list: "[", bool: str(node.value).lower()[:1], str: '"'}.get(type(node.value), str(node.value)[:1])
    return _Refused(f"{_at(path)}unexpected character: '{sign}'; expected '{expected}'", node.place)


def _at(path: str) -> str:
    return f"{path}: " if path else ""


# ---------------------------------------------------------------- its rules


def _unpacked(node: Node) -> Iterator[tuple[str, Node]]:
    """The messages behind each ``@type``, from the outside in."""
    below = node.value.values() if isinstance(node.value, dict) else node.value if isinstance(node.value, list) else ()
    for inner in below:
        written = inner.get("@type")
        message = ((written.text() if written is not None else None) or "").rpartition("/")[2]
        if message in _known()["messages"] and message not in _FREE:
            yield message, inner
        yield from _unpacked(inner)


def _ruled(node: Node, message: str) -> None:
    """Fields that must be there, and values that must lie in a range (protoc-gen-validate)."""
    if not isinstance(node.value, dict):
        return
    short = message.rpartition(".")[2]
    given = {
        field.rules["name"]: (field, value) for name, value in node.items() if (field := _fields(message).get(name)) is not None
    }
    for field in {id(field): field for field in _fields(message).values()}.values():
        name = field.rules["name"]
        value = given[name][1] if name in given else None
        broken = _broken(field, value)
        if broken is not None:
            word = "".join(part.capitalize() for part in name.split("_"))
            raise _Refused(f"{short}ValidationError.{word}: {broken}", (value or node).place)
        if value is not None and field.kind == "m" and field.type in _known()["messages"] and field.type not in _FREE:
            below = value.value.values() if field.mapped and isinstance(value.value, dict) else value.each()
            for inner in below:
                _ruled(inner, field.type)
    for group in _known()["messages"][message].get("", "").split():
        members = {field.rules["name"] for field in _fields(message).values() if field.rules.get("oneof") == group}
        if not any(given[name][1].value is not None for name in members if name in given):
            raise _Refused(f'field: "{group}", reason: is required', node.place)


def _broken(field: _Field, value: Node | None) -> str | None:
    """The rule that a value breaks, in Envoy's words."""
    rules = field.rules
    missing = value is None or value.value is None
    if "required" in rules and missing and "oneof" not in rules:
        return "value is required"
    plain = not field.repeated and not field.mapped
    unset = "oneof" in rules or "wrapped" in rules
    if "filled" in rules and plain and ((missing and not unset) or (value is not None and value.text() == "")):
        return "value length must be at least 1 characters"
    if "items" in rules and (value is None or len(list(value.each())) < int(rules["items"])):
        return f"value must contain at least {rules['items']} item(s)"
    if value is None or missing:
        return _out_of_range(rules, 0) if plain and not unset and field.kind in _RANGES else None
    if "defined" in rules and isinstance(value.value, int) and field.kind == "e":
        numbers = _known()["enums"].get(field.type, {}).values()
        return None if value.value in numbers else "value must be one of the defined enum values"
    if "positive" in rules and re.fullmatch(r"0+(\.0+)?s", value.text() or ""):
        return "value must be greater than 0s"
    number = value.number()
    return _out_of_range(rules, number) if number is not None and field.kind in _RANGES else None


def _out_of_range(rules: dict[str, str], number: float) -> str | None:
    low = float(rules.get("gte", rules.get("gt", "-inf")))
    high = float(rules.get("lte", rules.get("lt", "inf")))
    if (low <= number if "gt" not in rules else low < number) and (number <= high if "lt" not in rules else number < high):
        return None
    opens, closes = "(" if "gt" in rules else "[", ")" if "lt" in rules else "]"
    if {"gte", "gt"} & rules.keys() and {"lte", "lt"} & rules.keys():
        return f"value must be inside range {opens}{low:.0f}, {high:.0f}{closes}"
    words = {"gte": "greater than or equal to", "gt": "greater than", "lte": "less than or equal to", "lt": "less than"}
    key = next(key for key in words if key in rules)
    return f"value must be {words[key]} {rules[key]}"
