"""Traefik's source and its binary -> ``advisor/proxies/traefik/options.json``: every option of its static and dynamic files.

Run ``python -m tests.proxies.traefik_options CLONE``, where CLONE is the ``.git`` directory of a clone of traefik/traefik with
its tags, after a new Traefik. Static options of version 3 are those that the binary itself lists.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import advisor.proxies.traefik
from tests.proxies.traefik_program import programs

DATA = Path(advisor.proxies.traefik.__file__).parent / "options.json"
REVISIONS = {"2": "v2.11.53", "3": "v3.7.9"}
"""The tags whose structures are read: the last of version 2, and the newest of version 3 that the clone has."""
_PACKAGES = ("pkg/config/dynamic", "pkg/config/dynamic/ext", "pkg/tls", "pkg/types", "pkg/observability/types")
_STRUCT = re.compile(r"^type (\w+) struct \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\t(?:([A-Z]\w*)[ \t]+)?([*\w.\[\]{}]+)[ \t]*(`[^`]*`)?[ \t]*(?://.*)?$", re.MULTILINE)
_KINDS = {"bool": "b", "int": "i", "int64": "i", "uint": "i", "uint64": "i", "string": "s", "ptypes.Duration": "d"}


def static_options(listed: str) -> dict[str, Any]:
    """``--entrypoints.<name>.http.tls.domains[n].main`` and so on -> a tree by the names in small letters."""
    tree: dict[str, Any] = {}
    for flag in re.findall(r"^\s*`?--([a-z0-9.<>\[\]_-]+)", listed, re.MULTILINE | re.IGNORECASE):
        at = tree
        for part in flag.lower().replace("[n]", "").split("."):
            at = at.setdefault(part, {})
    return tree


def dynamic_options(clone: str, revision: str) -> dict[str, dict[str, str]]:
    """Structure -> field in small letters -> ``~`` where it may be empty, ``*`` a list, ``%`` a map; its kind or structure."""
    found: dict[str, dict[str, str]] = {}
    for package in _PACKAGES:
        for path in _git(clone, "ls-tree", "--name-only", revision, f"{package}/").split():
            if path.endswith(".go") and not path.endswith("_test.go"):
                text = _git(clone, "show", f"{revision}:{path}")
                imports = {
                    alias or target.rpartition("/")[2]: _package(target)
                    for alias, target in re.findall(r'^\t(?:(\w+) )?"([^"]+)"$', text, re.MULTILINE)
                }
                for name, body in _STRUCT.findall(text):
                    found[f"{package}.{name}"] = _fields(body, package, imports)
    for name in list(found):
        found[name] = _flat(found, name)
    used = _reachable(found, "pkg/config/dynamic.Configuration")
    return {name.removeprefix("pkg/"): found[name] for name in sorted(used)}


def _git(clone: str, *words: str) -> str:
    return subprocess.run(["git", f"--git-dir={clone}", *words], capture_output=True, text=True, check=True).stdout


def _package(target: str) -> str:
    if target.endswith("dynamic/ext"):
        return "pkg/config/dynamic/ext"
    return re.sub(r"^github\.com/traefik/traefik/v\d/", "", target)


def _fields(body: str, package: str, imports: dict[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, kind, tags in _FIELD.findall(body):
        if 'file:"-"' in tags or kind in ("{", "}"):
            continue
        mark, rest = "", kind
        while rest.startswith(("*", "[]", "map[string]")):
            mark = "*" if rest.startswith("[]") else "%" if rest.startswith("map") else mark
            rest = re.sub(r"^(\*|\[\]|map\[string\])", "", rest)
        alias, _, bare = rest.rpartition(".")
        qualified = f"{imports.get(alias, package) if alias else package}.{bare}"
        mark = "~" + mark if 'file:"allowEmpty"' in tags else mark
        fields[name.lower() or f"^{bare}"] = mark + _KINDS.get(rest, qualified if bare[:1].isupper() else "?")
    return fields


def _flat(found: dict[str, dict[str, str]], name: str) -> dict[str, str]:
    """With the fields of embedded structures."""
    fields: dict[str, str] = {}
    for field, kind in found[name].items():
        embedded = field.startswith("^")
        fields |= {field: kind} if not embedded else _flat(found, kind) if kind in found else {}
    return fields


def _reachable(found: dict[str, dict[str, str]], root: str) -> set[str]:
    used, waiting = set(), [root]
    while waiting:
        name = waiting.pop()
        if name not in used and name in found:
            used.add(name)
            waiting += [kind.lstrip("~*%") for kind in found[name].values()]
    return used


def content(clone: str) -> dict[str, Any]:
    """What stands in the file."""
    listed = subprocess.run([programs()[0].path, "--help"], capture_output=True, text=True, check=True).stdout
    static = {
        "2": static_options(_git(clone, "show", f"{REVISIONS['2']}:docs/content/reference/static-configuration/cli-ref.md")),
        "3": static_options(listed),
    }
    options = {key: {"static": static[key], "dynamic": _short(dynamic_options(clone, REVISIONS[key]))} for key in REVISIONS}
    return {"version": programs()[0].version, **options}


def _short(types: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """With names without ``pkg/`` everywhere."""
    short = re.compile(r"(?<=[~*%])pkg/|^pkg/")
    return {name: {field: short.sub("", kind) for field, kind in fields.items()} for name, fields in types.items()}


if __name__ == "__main__":
    DATA.write_text(json.dumps(content(sys.argv[1]), separators=(",", ":")).replace('},"', '},\n"') + "\n")
