"""Scripts, makefiles, task files and package scripts -> the commands that people deploy with by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.deployment.parts import Purpose, directory, join, purpose_of
from advisor.deployment.workflows.script import Script, purpose, whole
from advisor.formats.document import Node, Unreadable
from advisor.model import Place
from advisor.tree import Tree

NAMES = (
    "*.sh",
    "*.bash",
    "makefile",
    "gnumakefile",
    "*.mk",
    "justfile",
    ".justfile",
    "taskfile.yml",
    "taskfile.yaml",
    "jenkinsfile*",
    "package.json",
)
_AWAY = frozenset("scripts script bin deploy deployment deployments ci tools hack .ci .scripts infra build".split())
"""Folders whose scripts are run from the directory above."""
_DEPLOYS = re.compile(r"deploy|publish|release|ship|(?:^|:)prod(?:uction)?$|(?:^|:)up$", re.IGNORECASE)
_TARGET = re.compile(r"^([\w./-]+)[^=\n]{0,200}:(?!=)")
_STAGE = re.compile(r"stage\s*\(\s*['\"]([^'\"]{1,80})")
_SHELL = re.compile(r"\b(?:sh|bat)\s*(?:\(\s*)?(?:script:\s*)?(?:'''|\"\"\"|'|\")")


def scripts(tree: Tree, path: str) -> Iterator[Script]:
    """The scripts of one file, by its name."""
    text, name = tree.text(path) or "", path.rsplit("/", 1)[-1].lower()
    where = purpose_of(path)
    if not where.deployed:
        return
    if name == "package.json":
        yield from _package(text, path, where)
    elif name.startswith("jenkinsfile"):
        yield from _jenkins(text, path)
    elif name.startswith("taskfile"):
        yield from _tasks(text, path, where)
    elif name.endswith((".sh", ".bash")):
        named = purpose(name) if where.environment == "production" else where
        yield whole(text, path, _run_from(path), named if named.environment != "production" else where)
    else:
        yield from _targets(text, path, where)


def _run_from(path: str) -> str:
    folder = directory(path)
    return directory(folder) if folder.rsplit("/", 1)[-1] in _AWAY else folder


def _or(where: Purpose, *names: str) -> Purpose:
    named = purpose(*names)
    return named if where.environment == "production" and named.environment != "production" else where


def _package(text: str, path: str, where: Purpose) -> Iterator[Script]:
    from advisor.formats.json import parse

    try:
        listed = parse(text, path).get("scripts")
    except Unreadable:
        return
    for name, node in listed.items() if listed is not None else ():
        if _DEPLOYS.search(name) and node.text():
            at = node.key_place or node.place
            yield Script(node.text() or "", (at,), directory(path), _or(where, name), "strong")


def _tasks(text: str, path: str, where: Purpose) -> Iterator[Script]:
    from advisor.formats.yaml import parse

    try:
        tasks = parse(text, path).get("tasks")
    except Unreadable:
        return
    for name, task in tasks.items() if tasks is not None else ():
        commands = task if task.text() else task.get("cmds") or task.get("cmd")
        folder = task.get("dir")
        for node in commands.each() if commands is not None else ():
            found: Node = node.get("cmd") or node
            if found.text():
                inside = join(directory(path), (folder.text() if folder is not None else None) or ".") or directory(path)
                yield Script(found.text() or "", (found.place,), inside, _or(where, name), "strong", apart=True)


def _targets(text: str, path: str, where: Purpose) -> Iterator[Script]:
    """The recipes of a makefile or justfile: each line of a makefile has a shell of its own."""
    target, lines, places = "", list[str](), list[Place]()
    for number, line in enumerate(text.split("\n")[:20_000], 1):
        heading = _TARGET.match(line)
        if heading is not None:
            if lines:
                yield Script("\n".join(lines), tuple(places), directory(path), _or(where, target), "strong", apart=True)
            target, lines, places = heading[1], [], []
        elif line[:1] in ("\t", " "):
            goes_on = bool(lines) and lines[-1].endswith("\\")
            lines.append(line.strip() if goes_on else line.strip().lstrip("@-"))
            places.append(Place(path, number))
    if lines:
        yield Script("\n".join(lines), tuple(places), directory(path), _or(where, target), "strong", apart=True)


def _jenkins(text: str, path: str) -> Iterator[Script]:
    """A pipeline as lines, each under the last stage named above it; what ``sh`` is given is read without its quotes."""
    stage = ""
    for number, line in enumerate(text.split("\n")[:20_000], 1):
        named = _STAGE.search(line)
        stage = named[1] if named is not None else stage
        stripped = _SHELL.sub("", line).strip().rstrip(")'\"")
        if stripped and not stripped.startswith(("//", "*", "/*")):
            yield Script(stripped, (Place(path, number),), ".", purpose(stage))
