"""Compose files of a tree -> projects: files that are started together, merged as Compose merges them.

A file whose services lack image and build is an overlay on the directory's plain file; any other stands alone. Merge rules:
https://docs.docker.com/reference/compose-file/merge/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from advisor.deployment.parts import Findings, Purpose, directory, join, purpose_of
from advisor.formats.document import Node
from advisor.tree import Tree

_NAMES = (
    "compose*.yml",
    "compose*.yaml",
    "docker-compose*.yml",
    "docker-compose*.yaml",
    "*.compose.yml",
    "*.compose.yaml",
    "*-compose.yml",
    "*-compose.yaml",
    "docker-stack*.yml",
    "docker-stack*.yaml",
)
_PLAIN = re.compile(r"^(docker-|podman-)?compose\.ya?ml$")
_FOLDER = re.compile(r"/docker[-_]?compose/[^/]+$", re.IGNORECASE)
_SERVICES = re.compile(r"^services:[ \t]*$", re.MULTILINE)
_APPENDED = frozenset({"ports", "expose", "volumes", "env_file", "external_links", "links", "dns", "tmpfs", "secrets", "configs"})
_LISTED_MAPPINGS = frozenset({"environment", "labels", "depends_on", "networks", "build.args", "extra_hosts"})
_ENV_FILES = (".env.production", ".env.prod", ".env", ".env.example", "env.example", ".env.sample", ".env.dist", ".env.template")
_MOST_INCLUDES = 20


@dataclass(frozen=True, slots=True)
class ComposeFile:
    """One parsed file: its services by name, and what it is for."""

    path: str
    services: Mapping[str, Node]
    purpose: Purpose
    document: Node

    @property
    def plain(self) -> bool:
        """True where ``docker compose up`` takes it without ``-f``."""
        return bool(_PLAIN.match(self.path.rsplit("/", 1)[-1].lower()))

    @property
    def complete(self) -> bool:
        """True where every service says what it runs."""
        return all(any(service.get(key) for key in ("image", "build", "extends")) for service in self.services.values())


@dataclass(frozen=True, slots=True)
class Project:
    """Services that are started together, each merged from all files of the project."""

    files: tuple[ComposeFile, ...]
    services: Mapping[str, Node]
    purpose: Purpose
    folder: str
    """The directory that relative paths start from: that of the first file."""
    variables: Mapping[str, str]
    beside: tuple[Project, ...] = ()
    """Other projects of the machine whose containers a proxy of this one sees."""

    @property
    def network(self) -> str:
        """Where the services' names are known: Compose names a project, and its network, after the directory."""
        return f"compose:{self.folder}"

    @property
    def file(self) -> str:
        return self.files[0].path


def projects(tree: Tree, found: Findings) -> Iterator[Project]:
    """All projects of the tree, those of one directory in the order of their files' names."""
    folders: dict[str, list[ComposeFile]] = {}
    named = dict.fromkeys((*tree.named(*_NAMES), *_in_folders(tree)))
    read = [file for path in named if (file := _read(tree, path, found))]
    included = {path for file in read for path in _includes(file.document, directory(file.path))}
    for file in read:
        if file.path in included:
            found.chose(file.path, file.purpose, "included by another compose file")
        else:
            folders.setdefault(directory(file.path), []).append(file)
    for folder, files in folders.items():
        for group in _groups(files):
            first = group[0]
            services = dict(first.services)
            for file in group[1:]:
                for name, service in file.services.items():
                    services[name] = merged(services[name], service) if name in services else service
            services = {name: _extended(tree, name, service, services, folder, found) for name, service in services.items()}
            last = group[-1].purpose
            purpose = last if first.purpose.scope == "production" else first.purpose
            yield Project(tuple(group), services, purpose, folder, _variables(tree, folder))


def _in_folders(tree: Tree) -> Iterator[str]:
    """Files that the directory's name makes compose files (``docker_compose/app.yaml``): they list services."""
    for path in tree.named("*.yml", "*.yaml"):
        if _FOLDER.search(f"/{path}") and _SERVICES.search(tree.text(path) or ""):
            yield path


def _read(tree: Tree, path: str, found: Findings) -> ComposeFile | None:
    from advisor.formats.yaml import parse

    purpose = purpose_of(path)
    if not purpose.deployed:
        found.chose(path, purpose, "a test's compose file")
        return None
    document = found.document(tree, path, parse)
    services = dict(document.get("services").items()) if document and document.get("services") else {}  # type: ignore[union-attr]
    if document is None:
        return None
    services = {**_included(tree, document, directory(path), found), **services}
    services = {name: service for name, service in services.items() if isinstance(service.value, dict)}
    return ComposeFile(path, services, purpose, document) if services else None


def _included(tree: Tree, document: Node, folder: str, found: Findings) -> dict[str, Node]:
    """Services of the files that ``include`` names, one level deep; deeper ones are rare and would only repeat."""
    from advisor.formats.yaml import parse

    services: dict[str, Node] = {}
    for path in _includes(document, folder):
        included = found.document(tree, path, parse) if tree.exists(path) else None
        below = included.get("services") if included else None
        services.update(below.items() if below else ())
    return services


def _includes(document: Node, folder: str) -> Iterator[str]:
    entries = document.get("include")
    for entry in [] if entries is None else list(entries.each())[:_MOST_INCLUDES]:
        for node in (entry.get("path") or entry).each():
            if path := join(folder, node.text() or ""):
                yield path


def _groups(files: list[ComposeFile]) -> Iterator[list[ComposeFile]]:
    """Files of one directory -> lists of files that belong together, the base first."""
    plain = next((file for file in files if file.plain), None)
    overlays = [file for file in files if plain and file is not plain and _extends(file, plain)]
    if plain is not None:
        by_environment: dict[tuple[str, str], list[ComposeFile]] = {}
        for file in overlays:
            by_environment.setdefault((file.purpose.scope, file.purpose.environment), []).append(file)
        if ("production", "production") not in by_environment:
            yield [_as_base(plain, files)]
        for group in by_environment.values():
            yield [plain, *group]
    for file in files:
        if file is not plain and file not in overlays:
            yield [file]


def _as_base(plain: ComposeFile, files: list[ComposeFile]) -> ComposeFile:
    """The plain file; for development where a file named for production stands complete beside it."""
    named = any(file is not plain and file.complete and re.search(r"[._-]prod", file.path.rsplit("/", 1)[-1]) for file in files)
    return (
        replace(plain, purpose=Purpose("development", "development")) if named and plain.purpose.scope == "production" else plain
    )


def _extends(file: ComposeFile, plain: ComposeFile) -> bool:
    return not file.complete and any(name in plain.services for name in file.services)


def _extended(
    tree: Tree, name: str, service: Node, services: Mapping[str, Node], folder: str, found: Findings, depth: int = 0
) -> Node:
    """The service with what ``extends`` takes from another service or file."""
    from advisor.formats.yaml import parse

    extends = service.get("extends")
    if extends is None or depth > 5:
        return service
    other = (extends.get("service") or extends).text() or ""
    file = extends.get("file")
    if file is not None:
        path = join(folder, file.text() or "")
        document = found.document(tree, path, parse) if path and tree.exists(path) else None
        below = document.get("services") if document else None
        services, folder = dict(below.items()) if below else {}, directory(path or "")
    base = services.get(other)
    if base is None or (other == name and file is None):
        return service
    return merged(_extended(tree, other, base, services, folder, found, depth + 1), service)


def merged(base: Node, over: Node, key: str = "") -> Node:
    """Two nodes of one key as Compose merges them: mappings by key, some lists appended, anything else replaced."""
    if over.tag == "!override" or base.value is None:
        return over
    if over.tag == "!reset":
        return replace(over, value=None)
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        values = dict(base.value)
        for name, node in over.value.items():
            values[name] = merged(values[name], node, name) if name in values else node
        return replace(base, value=values)
    if key in _LISTED_MAPPINGS:
        pairs = {**dict(pairs_of(base)), **dict(pairs_of(over))}
        return replace(base, value=pairs)
    if key in _APPENDED:
        return replace(base, value=[*base.each(), *over.each()])
    return over


def pairs_of(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Keys and values of a mapping or of a list of ``KEY=value``; a key without a value has the value ``None``."""
    if node is None:
        return
    if isinstance(node.value, dict):
        yield from node.items()
        return
    for member in node.each():
        text = member.text()
        if text:
            key, equals, value = text.partition("=")
            yield key.strip(), replace(member, value=value if equals else None)


_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?:(:?[-?+])([^{}]*))?\}|(\w+))")


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """The text with ``$NAME``, ``${NAME}`` and ``${NAME:-default}`` replaced where known; the rest stays as written."""

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        name, operator, operand = match[1] or match[4], match[2] or "", match[3] or ""
        known = variables.get(name)
        if operator.endswith("+"):
            return operand if known else ""
        if known or (known is not None and operator != ":-"):
            return known
        return operand if operator.endswith("-") else match[0]

    return _VARIABLE.sub(value, text)


def _variables(tree: Tree, folder: str) -> dict[str, str]:
    """What the directory's env files set: used for tags, paths and ports only, never shown."""
    found: dict[str, str] = {}
    for name in _ENV_FILES:
        text = tree.text(name if folder == "." else f"{folder}/{name}") or ""
        for key, value in re.findall(r"^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*([^\r\n#]*)", text, re.MULTILINE):
            found.setdefault(key, value.strip().strip("\"'"))
    return found
