"""Maven and Gradle manifests -> which packages an app asks for, in which version.

A version comes from ``gradle.lockfile``, else from the manifest, its properties, its parents and the version catalog.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any

from advisor.stack.apps import Apps, Root
from advisor.tree import Tree

_DEPENDENCY = re.compile(r"<(dependency|parent|plugin)>(.{1,4000}?)</\1>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FIELD = re.compile(r"<(groupId|artifactId|version|scope)>\s*([^<]{1,200}?)\s*</\1>")
_PROPERTY = re.compile(r"<([\w.-]{1,100})>\s*([^<>]{1,200}?)\s*</\1>")
_PROPERTIES = re.compile(r"<properties>(.{0,40000}?)</properties>", re.DOTALL)
_COORDINATES = re.compile(r"[\"']([\w.-]{1,100}):([\w.-]{1,100})(?::([\w.+$\{\}-]{1,100}))?[\"']")
_PLUGIN = re.compile(r"\bid[\s(]{1,3}[\"']([\w.-]{1,100})[\"']\)?\s{0,5}version\s{0,5}[\"']([\w.+-]{1,60})[\"']")
_ACCESSOR = re.compile(r"\blibs\.((?!versions|plugins|bundles)[\w.]{1,120})")
_BUNDLE = re.compile(r"\blibs\.bundles\.([\w.]{1,120})")
_LINE_COMMENT = re.compile(r"(?m)(?:^|\s)//.*$")
_LARGEST = 400_000


class Packages:
    """``group:artifact`` -> version of every app, those of the manifests around it included."""

    def __init__(self, tree: Tree, apps: Apps) -> None:
        self._tree = tree
        self._apps = apps
        self._found: dict[str, dict[str, str | None]] = {}

    def version(self, root: Root, names: Collection[str]) -> str | None:
        """The version of the first of these packages that the app asks for, where it is shown."""
        found = self.of(root)
        return next((version for name in names if (version := found.get(name)) is not None), None)

    def declares(self, root: Root, names: Collection[str]) -> bool:
        found = self.of(root)
        return any(name in found for name in names)

    def of(self, root: Root) -> Mapping[str, str | None]:
        """All packages of an app; what the app itself says comes before what is said around it."""
        if root.path not in self._found:
            merged: dict[str, str | None] = {}
            for each in reversed(self._apps.chain(root.path)):
                for manifest in each.manifests:
                    if manifest.ecosystem == "maven":
                        for name, version in self._manifest(manifest.file, each):
                            merged[name] = version or merged.get(name)
            self._found[root.path] = merged
        return self._found[root.path]

    def is_war(self, root: Root) -> bool:
        """True where Maven packs the app for a servlet container."""
        return any(
            "<packaging>war</packaging>" in (self._text(file.file) or "")
            for file in root.manifests
            if file.file.endswith("pom.xml")
        )

    def _manifest(self, file: str, root: Root) -> Iterator[tuple[str, str | None]]:
        text = self._text(file)
        if not text:
            return
        if file.endswith("pom.xml"):
            yield from _pom(text)
        else:
            yield from _gradle(_LINE_COMMENT.sub("", text), self._gradle_properties(root), self._catalog(root))
            yield from _locked(self._text(_beside(file, "gradle.lockfile")) or "")

    def _text(self, file: str) -> str | None:
        text = self._tree.text(file)
        return text if text is not None and len(text) <= _LARGEST else None

    def _gradle_properties(self, root: Root) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in reversed(self._apps.chain(root.path)):
            text = self._text(_beside(f"{each.path}/x", "gradle.properties")) or ""
            found |= {
                key.strip(): value.strip() for line in text.splitlines() for key, sign, value in [line.partition("=")] if sign
            }
        return found

    def _catalog(self, root: Root) -> Mapping[str, Any]:
        for each in self._apps.chain(root.path):
            text = self._text(_beside(f"{each.path}/x", "gradle/libs.versions.toml"))
            if text is not None:
                return _toml(text)
        return {}


def _beside(file: str, name: str) -> str:
    folder = file.rpartition("/")[0].removeprefix("./")
    return f"{folder}/{name}" if folder not in ("", ".") else name


def _pom(text: str) -> Iterator[tuple[str, str | None]]:
    text = _COMMENT.sub("", text)
    properties = {name: value for block in _PROPERTIES.findall(text) for name, value in _PROPERTY.findall(block)}
    for kind, block in _DEPENDENCY.findall(text):
        fields = dict(reversed(_FIELD.findall(block)))
        group, artifact, version = fields.get("groupId"), fields.get("artifactId"), fields.get("version")
        if artifact is None or kind == "plugin" or fields.get("scope") == "test":
            continue
        yield f"{group}:{artifact}", _resolved(version, properties)
        if kind == "parent" and artifact == "spring-boot-starter-parent":
            yield "org.springframework.boot:spring-boot", _resolved(version, properties)


def _resolved(version: str | None, properties: Mapping[str, str]) -> str | None:
    match = re.fullmatch(r"\$\{([\w.-]+)\}", version or "")
    found = properties.get(match[1]) if match else version
    return found if found and re.match(r"\d", found) else None


def _gradle(text: str, properties: Mapping[str, str], catalog: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    for group, artifact, version in _COORDINATES.findall(text):
        named = re.fullmatch(r"\$\{?(\w+)\}?", version)
        found = properties.get(named[1], _variable(text, named[1])) if named else version
        yield f"{group}:{artifact}", found if found and re.match(r"\d", found) else None
    for plugin, version in _PLUGIN.findall(text):
        if plugin == "org.springframework.boot":
            yield "org.springframework.boot:spring-boot", version
    yield from _of_catalog(text, catalog)


def _variable(text: str, name: str) -> str | None:
    match = re.search(rf"\b{re.escape(name)}\s{{0,5}}=\s{{0,5}}[\"']([\w.+-]{{1,60}})[\"']", text)
    return match[1] if match else None


def _of_catalog(text: str, catalog: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """The libraries whose accessors stand in the build file (``libs.ktor.server.websockets``), those of bundles too."""
    entries, bundles = catalog.get("libraries"), catalog.get("bundles")
    entries = entries if isinstance(entries, dict) else {}
    asked = {_accessor(name) for name in _ACCESSOR.findall(text)}
    for name in _BUNDLE.findall(text):
        for key, members in (bundles if isinstance(bundles, dict) else {}).items():
            if _accessor(key) == _accessor(name) and isinstance(members, list):
                asked |= {_accessor(str(member)) for member in members}
    for key, entry in entries.items():
        if _accessor(key) in asked:
            yield from _library(entry, catalog.get("versions"))


def _library(entry: Any, versions: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(entry, str):
        parts = entry.split(":")
        if len(parts) >= 2:
            yield f"{parts[0]}:{parts[1]}", parts[2] if len(parts) > 2 else None
    elif isinstance(entry, dict):
        module = entry.get("module") or f"{entry.get('group')}:{entry.get('name')}"
        version = entry.get("version")
        if isinstance(version, dict) and isinstance(versions, dict):
            version = versions.get(str(version.get("ref")))
        yield str(module), version if isinstance(version, str) else None


def _accessor(name: str) -> str:
    return re.sub(r"[-_.]", ".", name).removesuffix(".get").rstrip(".")


def _locked(text: str) -> Iterator[tuple[str, str | None]]:
    for match in re.finditer(r"(?m)^([\w.-]+):([\w.-]+):([\w.+-]+)=", text):
        yield f"{match[1]}:{match[2]}", match[3]


@lru_cache(maxsize=8)
def _toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}
