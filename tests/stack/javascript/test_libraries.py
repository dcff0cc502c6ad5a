"""The entries of javascript.yaml: well formed, sourced, and each of their shapes found where code has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from advisor.stack.library import Library, libraries

from .trees import uses

KEYS = frozenset({"module", "export", "kind", "role", "needs", "follows", "url", "options", "global", "script"})
LIBRARIES = [library for library in libraries().values() if library.ecosystem == "npm"]
SHAPES = [(library, shape) for library in LIBRARIES for shape in library.shapes]


def _name(value: object) -> str:
    return (
        str(getattr(value, "id", "")) or "-".join(str(part) for part in value.values())
        if isinstance(value, dict | Library)
        else ""
    )


def _sample(library: Library, shape: Mapping[str, Any]) -> str:
    """A script with this shape in it."""
    modules = shape.get("module", library.imports)
    module = modules if isinstance(modules, str) else modules[0]
    export = shape.get("export", "")
    keys = [shape[key] for key in ("needs", "url") if isinstance(shape.get(key), str)]
    options = "{ " + ", ".join(f"{key}: 'wss://a.example/x'" for key in dict.fromkeys(keys)) + " }"
    given = options if keys else "'wss://a.example/x', {}"
    if module == "global":
        head, name = "", export
    else:
        first, *rest = export.split(".") if export else [""]
        head = f"import {{ {first} }} from '{module}';\n" if first else f"import Whole from '{module}';\n"
        name = ".".join([first or "Whole", *rest])
        if first.startswith("create") and rest:
            head += f"const {{ {rest[0]} }} = {first}({{ app }});\n"
            name = rest[0]
    tail = f"\nx.{shape['follows']}('/a', {{}});" if "follows" in shape else ""
    match shape["kind"]:
        case "new":
            return f"{head}const x = new {name}({given});{tail}"
        case "call":
            return f"{head}const x = {name}({given});{tail}"
        case "decorator":
            return f"{head}@{name}()\nexport class A {{}}{tail}"
        case _:
            return f"{head}export class A extends {name} {{}}{tail}"


@pytest.mark.parametrize(("library", "shape"), SHAPES, ids=_name)
def test_shape_is_found(library: Library, shape: Mapping[str, Any]) -> None:
    """Code of this shape is a use of the library, in the role that the shape names; a backplane has to be attached as well."""
    code = _sample(library, shape)
    if shape["role"] == "backplane":
        code = code.replace("const x = ", "io.adapter(").replace("{});", "{}));")
    found = [(use.library, use.role) for use in uses({"src/sample.ts": code})]
    roles = {shape["role"]} | ({"client", "managed_client"} if shape["role"] != "server" else set())
    assert [library.id] == [id for id, role in found if role in roles], code


@pytest.mark.parametrize("library", LIBRARIES, ids=_name)
def test_entry(library: Library) -> None:
    """An entry names its sources and the day it was confirmed, and its shapes have known keys and roles of its own."""
    assert library.sources
    assert {"on", "how"} <= set(library.confirmed)
    for shape in library.shapes:
        assert set() == set(shape) - KEYS
        assert shape["kind"] in ("new", "call", "decorator", "extends")
        assert shape["role"] in library.roles
        assert "module" in shape or library.imports


def test_adapters_join_known_libraries() -> None:
    """What a backplane joins is a library of this list."""
    known = {library.id for library in libraries().values()}
    assert [] == [(library.id, id) for library in LIBRARIES for id in library.joins if id not in known]
