"""A manifest of Maven, Gradle or .NET -> the name under which the package of its directory is published."""

from __future__ import annotations

import re
from posixpath import basename

from advisor.tree import Tree

_FIELD = re.compile(r"<(groupId|artifactId)>\s*([\w.${}-]{1,120})\s*</\1>")
_PARTS = re.compile(
    r"<(dependencies|dependencyManagement|build|profiles|modules|reporting|distributionManagement)>.*?</\1>", re.DOTALL
)
_PARENT = re.compile(r"<parent>(.{0,2000}?)</parent>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_GROUP = re.compile(r"^\s*(?:group|GROUP)\s{0,5}[= ]\s{0,5}[\"']?([\w.-]{1,120})[\"']?\s*$", re.MULTILINE)
_ROOT_NAME = re.compile(r"rootProject\.name\s{0,5}=\s{0,5}[\"']([\w.-]{1,120})[\"']")
_ARTIFACT = re.compile(r"\bartifactId\s{0,5}=\s{0,5}[\"']([\w.-]{1,120})[\"']")
_PACKAGE_ID = re.compile(r"<(?:PackageId|AssemblyName)>\s*([\w.-]{1,120})\s*</")
_LARGEST = 200_000


def published(tree: Tree, file: str) -> str | None:
    """``group:artifact`` of a pom.xml or a Gradle build, the package id or file name of a .NET project; else ``None``."""
    name = file.rsplit("/", 1)[-1].lower()
    if name == "pom.xml":
        return _pom(tree.text(file) or "")
    if name.startswith("build.gradle"):
        return _gradle(tree, file)
    if name.endswith((".csproj", ".fsproj", ".vbproj")):
        match = _PACKAGE_ID.search((tree.text(file) or "")[:_LARGEST])
        return match[1] if match else basename(file).rsplit(".", 1)[0]
    return None


def _pom(text: str) -> str | None:
    if len(text) > _LARGEST:
        return None
    text = _PARTS.sub("", _COMMENT.sub("", text))
    parent = _PARENT.search(text)
    own = dict(reversed(_FIELD.findall(_PARENT.sub("", text))))
    group = own.get("groupId") or (dict(_FIELD.findall(parent[1])).get("groupId") if parent else None)
    return f"{group}:{own['artifactId']}" if "artifactId" in own else None


def _gradle(tree: Tree, file: str) -> str | None:
    """The artifact is the directory, for the outermost build the name that its settings give it."""
    folder = file.rpartition("/")[0]
    before = f"{folder}/" if folder else ""
    settings = next((text for name in ("settings.gradle", "settings.gradle.kts") if (text := tree.text(before + name))), "")
    named = _ROOT_NAME.search(settings[:_LARGEST])
    said = _ARTIFACT.search((tree.text(file) or "")[:_LARGEST])
    artifact = said[1] if said else named[1] if named else basename(folder)
    places = (tree.text(file), tree.text(f"{before}gradle.properties"), tree.text("gradle.properties"))
    group = next((match[1] for text in places if text and (match := _GROUP.search(text[:_LARGEST]))), None)
    return (f"{group}:{artifact}" if group else artifact) if artifact else None
