"""Requirement files, pyproject.toml, Pipfile and lock files -> which packages an app has, in which version."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import basename
from typing import Any

from advisor.model import Place
from advisor.scope import scope_of
from advisor.stack.apps import Apps, Manifest, Root
from advisor.tree import Tree

_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[([^\]\n]*)\])?\s*([^;#\n]*)")
_EXACT = re.compile(r"^(?:===?|~=|\^|~)?\s*v?(\d[\w.]*)\s*$")
_LOCKED = re.compile(r'^\[\[package\]\]\r?\nname = "([^"\n]+)"\r?\nversion = "([^"\n]+)"', re.MULTILINE)
"""Read by pattern: tomllib takes half a second for a lock file of 1.5 MB."""
_BRING_WEBSOCKETS = frozenset({"websockets", "wsproto"})
_ALONE = frozenset(
    (
        "fastapi uvicorn starlette pydantic pydantic-core pydantic-settings python-dotenv sqlalchemy sqlmodel alembic "
        "psycopg psycopg-binary psycopg2 psycopg2-binary asyncpg aiosqlite redis hiredis aioredis pymongo motor beanie "
        "pymysql mysqlclient python-multipart python-jose passlib bcrypt pyjwt jinja2 markupsafe requests urllib3 httpx "
        "httpcore aiofiles numpy pandas scipy scikit-learn pillow gunicorn celery email-validator cryptography orjson "
        "ujson loguru structlog pytest anyio sniffio typing-extensions annotated-types click h11 idna certifi charset- "
        "normalizer itsdangerous greenlet boto3 botocore pytz python-dateutil prometheus-client tenacity uvloop "
        "httptools watchfiles pyyaml six packaging setuptools wheel"
    ).split()
)
"""Packages that install neither of the two WebSocket packages, however they are pinned."""
_INSTALLS = ("websockets", "wsproto", "uvicorn[standard]", "fastapi[standard]", "fastapi[all]")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One package that a manifest asks for; ``version`` where it is pinned, ``exact`` where to that version alone."""

    name: str
    extras: frozenset[str]
    version: str | None
    exact: bool
    place: Place


@dataclass
class Packages:
    """Answers about the packages of every app of a tree; files are read when first asked for."""

    tree: Tree
    apps: Apps
    _asked: dict[str, tuple[Requirement, ...]] = field(default_factory=dict)
    _locked: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)
    """Roots with requirements that could not be read in full (an address, another index, ``setup.py``)."""

    def version(self, root: Root, names: Iterable[str]) -> str | None:
        """The locked version of the first of these packages that the app has, else the pinned one; ``None`` if neither."""
        for name in map(normalised, names):
            for around in self.apps.chain(root.path):
                found = self.locked(around).get(name)
                pinned = (asked.version for asked in self.asked(around) if asked.name == name and asked.version)
                found = found or next(pinned, None)
                if found:
                    return found
        return None

    def declares(self, root: Root, names: Iterable[str]) -> bool:
        """True where a manifest of the app itself or of one around it asks for one of these packages."""
        wanted = set(map(normalised, names))
        return any(asked.name in wanted for around in self.apps.chain(root.path) for asked in self.asked(around))

    def asked(self, root: Root) -> tuple[Requirement, ...]:
        """What the manifests of one directory ask for."""
        if root.path not in self._asked:
            found = [item for manifest in root.manifests if manifest.ecosystem == "pypi" for item in self._read(manifest, root)]
            read = {manifest.file for manifest in root.manifests}
            folder = f"{root.path}/requirements/" if root.path != "." else "requirements/"
            found += [
                item
                for path in self.tree.named("*.txt", "*.in")
                if path.startswith(folder) and path not in read and "/" not in path[len(folder) :]
                for item in self._requirements(path, root)
            ]
            self._asked[root.path] = tuple(found)
        return self._asked[root.path]

    def locked(self, root: Root) -> Mapping[str, str]:
        """Package -> version as the directory's lock file says; empty where it has none."""
        if root.path not in self._locked:
            self._locked[root.path] = self._read_lock(root.path)
        return self._locked[root.path]

    def asgi_server(self, root: Root) -> tuple[str, str | None] | None:
        """Id and version of the one ASGI server asked for; ``fastapi[standard]`` brings uvicorn. ``None`` for none or several."""
        asked = [item for around in self.apps.chain(root.path) for item in self.asked(around)]
        found = {item.name for item in asked} & {"uvicorn", "hypercorn", "daphne", "granian"}
        if any(item.name == "fastapi" and item.extras & {"standard", "all"} for item in asked):
            found.add("uvicorn")
        if len(found) != 1:
            return None
        name = found.pop()
        return name, self.version(root, (name,))

    def without_websocket_package(self, root: Root) -> Place | None:
        """The line that asks for uvicorn, where it is certain that nothing installs a package it can upgrade with.

        Certain is a lock file, a complete freeze, or a list of packages that are known to bring none; else ``None``.
        """
        around = next((one for one in self.apps.chain(root.path) if any(r.name == "uvicorn" for r in self.asked(one))), None)
        if around is None:
            return None
        asked = [item for item in self.asked(around) if scope_of(item.place.file) == "production"]
        asked = [item for item in asked if not re.search(r"dev|test|lint|docs", basename(item.place.file))]
        place = next((item.place for item in asked if item.name == "uvicorn"), None)
        names = {item.name for item in asked}
        extras = {extra for item in asked if item.name in ("uvicorn", "fastapi", "starlette") for extra in item.extras}
        lock = self.locked(around)
        if place is None or names & _BRING_WEBSOCKETS or extras & {"standard", "all", "full"} or self._installed_elsewhere():
            return None
        if "uvicorn" in lock:
            return place if not _BRING_WEBSOCKETS & lock.keys() else None
        if around.path in self._open or not asked:
            return None
        frozen = all(item.exact for item in asked) and {"h11", "click"} <= names
        return place if frozen or names <= _ALONE else None

    def _installed_elsewhere(self) -> bool:
        """True where an image, a script or a workflow names one of the packages beside ``install``."""
        paths = {*self.tree.named("*Dockerfile*", "*.sh", "*.yml", "*.yaml", "Makefile", "environment.y*ml", "*.nix", "*.toml")}
        texts = (self.tree.text(path) or "" for path in self.tree.having("uvicorn", "websockets", among=sorted(paths)))
        return any(re.search(r"install|\badd\b|dependencies", text) and any(name in text for name in _INSTALLS) for text in texts)

    def _read(self, manifest: Manifest, root: Root) -> Iterator[Requirement]:
        name = basename(manifest.file).lower()
        if name == "pyproject.toml":
            yield from _pyproject(manifest, self.tree.text(manifest.file) or "")
        elif name == "pipfile":
            yield from _pipfile(manifest.file, self.tree.text(manifest.file) or "")
        elif name.endswith((".txt", ".in")):
            yield from self._requirements(manifest.file, root)
        elif name in ("setup.py", "setup.cfg"):
            self._open.add(root.path)

    def _requirements(self, file: str, root: Root) -> Iterator[Requirement]:
        for number, line in enumerate((self.tree.text(file) or "").split("\n"), 1):
            stripped = line.strip()
            if not stripped or stripped.startswith(("#", "--hash", "--find-links", "--index-url", "-i ")):
                continue
            if stripped.startswith(("-", ".")) or "://" in stripped or " @ " in stripped:
                self._open.add(root.path)
                continue
            found = requirement(stripped, Place(file, number))
            if found:
                yield found

    def _read_lock(self, root: str) -> Mapping[str, str]:
        before = "" if root == "." else f"{root}/"
        for name, reader in _LOCKS.items():
            text = self.tree.text(before + name) if self.tree.exists(before + name) else None
            if text:
                try:
                    return dict(reader(text))
                except (ValueError, RecursionError, AttributeError, TypeError, KeyError):
                    continue
        return {}


def normalised(name: str) -> str:
    """PEP 503: ``Flask_SocketIO`` and ``flask-socketio`` are one package; extras are dropped."""
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower().strip()


def requirement(line: str, place: Place) -> Requirement | None:
    """``uvicorn[standard]==0.30.1 ; python_version > "3"`` -> name, extras, version (PEP 508)."""
    found = _REQUIREMENT.match(line)
    if not found:
        return None
    asked = found[3].strip().rstrip("\\").strip().strip("()")
    pinned = _EXACT.match(asked)
    extras = frozenset(extra.strip().lower() for extra in (found[2] or "").split(",") if extra.strip())
    return Requirement(
        normalised(found[1]), extras, pinned[1].rstrip(".") if pinned else None, asked.startswith("==") and bool(pinned), place
    )


def _pyproject(manifest: Manifest, text: str) -> Iterator[Requirement]:
    """PEP 621 dependencies and extras, dependency groups, and Poetry's tables."""
    project = _table(manifest.data, "project")
    lists = [project.get("dependencies"), *_table(project, "optional-dependencies").values()]
    lists += _table(manifest.data, "dependency-groups").values()
    for lines in lists:
        for line in lines if isinstance(lines, list) else []:
            if isinstance(line, str):
                found = requirement(line, _line_of(manifest.file, text, line))
                if found:
                    yield found
    poetry = _table(_table(manifest.data, "tool"), "poetry")
    tables = [_table(poetry, "dependencies"), *(_table(group, "dependencies") for group in _table(poetry, "group").values())]
    for table in tables:
        yield from _toml_table(table, manifest.file, text)


def _pipfile(file: str, text: str) -> Iterator[Requirement]:
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    yield from _toml_table(_table(data, "packages"), file, text)


def _toml_table(table: Mapping[str, Any], file: str, text: str) -> Iterator[Requirement]:
    """``name = "^1.2"`` or ``name = {version = "^1.2", extras = ["x"]}``."""
    for name, asked in table.items():
        version = asked.get("version", "") if isinstance(asked, dict) else asked
        extras = asked.get("extras", []) if isinstance(asked, dict) else []
        shown = f"[{','.join(str(extra) for extra in extras)}]" if isinstance(extras, list) and extras else ""
        bare = isinstance(version, str) and version[:1].isdigit()
        found = requirement(f"{name}{shown} {'^' if bare else ''}{version}", _line_of(file, text, name))
        if found and found.name != "python":
            yield found


def _table(data: Any, key: str) -> Mapping[str, Any]:
    found = data.get(key) if isinstance(data, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _line_of(file: str, text: str, needle: str) -> Place:
    at = text.find(needle)
    return Place(file, text.count("\n", 0, at) + 1 if at >= 0 else 1)


def _toml_lock(text: str) -> Iterator[tuple[str, str]]:
    """poetry.lock, uv.lock and pdm.lock: ``[[package]]`` with name and version."""
    for found in _LOCKED.finditer(text):
        yield normalised(found[1]), found[2]


def _pipfile_lock(text: str) -> Iterator[tuple[str, str]]:
    for name, entry in json.loads(text).get("default", {}).items():
        if isinstance(entry.get("version"), str):
            yield normalised(name), entry["version"].lstrip("=")


_LOCKS: Mapping[str, Callable[[str], Iterator[tuple[str, str]]]] = {
    "uv.lock": _toml_lock,
    "poetry.lock": _toml_lock,
    "pdm.lock": _toml_lock,
    "Pipfile.lock": _pipfile_lock,
}
