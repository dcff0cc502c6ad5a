"""Folders of YAML that ship with the package (``platforms``, ``libraries``, ``symptoms``, ``targets``) -> plain data, once.

People edit YAML; a wheel carries one JSON file per folder (``advisor/_data/<name>.json``), because parsing 1.2 MB of YAML
costs 0.2 s and the same as JSON 7 ms. A source checkout has no such file and needs no build step: the parsed data is kept
in the user's cache, under the digest of the YAML.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_FORMAT = b"2"
"""Part of the cache's key: changes whenever the same YAML is read differently."""
_SOURCES = {
    "platforms": _HERE.parent / "platforms",
    "libraries": _HERE / "stack" / "libraries",
    "symptoms": _HERE / "symptoms" / "tables",
    "targets": _HERE / "migrate" / "targets",
}


def source(name: str) -> Path:
    """The folder of YAML files behind ``name`` in a source checkout."""
    return _SOURCES[name]


def compiled(name: str) -> Path:
    """Where a wheel keeps a file that was made for it (``platforms.json``); a source checkout has none."""
    return _HERE / "_data" / name


@cache
def folder(name: str) -> dict[str, Any]:
    """All files of a folder: path below it without ``.yaml`` (``reverse_proxy/nginx``) -> its data."""
    ready = compiled(f"{name}.json")
    if ready.is_file():
        data: dict[str, Any] = json.loads(ready.read_bytes())
        return data
    files = [(path, path.read_bytes()) for path in _yaml_files(source(name))]
    digest = hashlib.sha256(_FORMAT)
    for path, content in files:
        digest.update(f"{path.relative_to(source(name)).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    kept = _cache_folder() / f"{name}-{digest.hexdigest()[:32]}.json"
    try:
        data = json.loads(kept.read_bytes())
    except (OSError, ValueError):
        data = compile_folder(name)
        _keep(kept, data)
    return data


def compile_folder(name: str) -> dict[str, Any]:
    """Parses the folder's YAML; dates become ISO text so that YAML and JSON give the same data."""
    import yaml

    loader = _loader()
    return {
        path.relative_to(source(name)).with_suffix("").as_posix(): _plain(yaml.load(path.read_bytes(), loader))  # noqa: S506 - a safe loader
        for path in _yaml_files(source(name))
    }


def _loader() -> Any:
    """A safe loader for which only ``true`` and ``false`` are booleans, as in YAML 1.2: ``on`` is a key of every entry."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])
    return Loader


def _yaml_files(top: Path) -> Iterator[Path]:
    yield from sorted(top.rglob("*.yaml"))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | int | float | bool) else value.isoformat()


def _cache_folder() -> Path:
    if os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "wsadvise"


def _keep(path: Path, data: dict[str, Any]) -> None:
    """Writes beside and renames, so that two processes never see half a file; a read-only home costs only time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            json.dump(data, file, separators=(",", ":"))
        os.replace(file.name, path)
    except OSError:
        return
