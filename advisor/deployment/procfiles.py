"""Procfiles: which directory has one, its web line, and whether a container's own process manager reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from advisor.deployment.parts import Findings, broken, directory, join
from advisor.formats.document import Unreadable
from advisor.tree import Tree

if TYPE_CHECKING:
    from advisor.formats.procfile import ProcessType

WORDS = ("Procfile",)
_MANAGER = r"(?:^|[\s/\"'\[])(?:foreman|honcho|overmind|hivemind|goreman|forego|nf|shoreman|node-foreman)\b"
_MANAGERS = re.compile(_MANAGER)
_SCRIPT = re.compile(r"^(?:\S*(?:sh|bash|python3?|ruby|node) )?(?P<path>[\w./-]+)")


def processes(tree: Tree, path: str, found: Findings) -> list[ProcessType]:
    """The lines of a Procfile, each file noted once where it cannot be read."""
    from advisor.formats.procfile import parse

    text = tree.text(path)
    if text is None:
        return []
    try:
        return parse(text, path)
    except Unreadable as problem:
        note = broken(path, problem)
        if note not in found.not_read:
            found.not_read.append(note)
        return []


def web(tree: Tree, folder: str, found: Findings) -> ProcessType | None:
    """The ``web`` line of the directory's Procfile."""
    path = "Procfile" if folder == "." else f"{folder}/Procfile"
    return next((process for process in processes(tree, path, found) if process.name == "web"), None)


def through_procfile(tree: Tree, command: str, context: str, workdir: str | None, found: Findings) -> ProcessType | None:
    """The web line that a container really starts: its command is a process manager, or a script that reads the Procfile."""
    if _MANAGERS.search(command):
        return web(tree, context, found)
    match = _SCRIPT.match(command)
    if match is None:
        return None
    relative = match["path"].removeprefix((workdir or "").rstrip("/") + "/") if workdir else match["path"]
    script = join(context, relative.lstrip("/"))
    if script and tree.exists(script) and "Procfile" in tree.words(script):
        return web(tree, context, found)
    return None


def read_elsewhere(tree: Tree, path: str) -> str | None:
    """The file that reads this Procfile itself, so that no host does: a script or Dockerfile beside or below it."""
    folder = directory(path)
    prefix = "" if folder == "." else folder + "/"
    if re.search(rf"^(CMD|ENTRYPOINT)\b.*{_MANAGER}", tree.text(f"{prefix}Dockerfile") or "", re.MULTILINE):
        return f"{prefix}Dockerfile"
    for other in tree.having("Procfile"):
        name = other.rsplit("/", 1)[-1].lower()
        relative = other[len(prefix) :] if other.startswith(prefix) else ""
        container = name.startswith(("dockerfile", "docker-entrypoint", "entrypoint")) or re.match(
            r"(s?bin|docker)/[^/]+$", relative
        )
        if relative and container and not name.endswith((".md", ".rst", ".txt")) and _reads(tree, other):
            return other
    return None


def _reads(tree: Tree, path: str) -> bool:
    """True where the file reads ``Procfile`` itself: ``Procfile.dev`` of ``bin/dev`` says nothing about production."""
    text = tree.text(path) or ""
    return bool(re.search(r"""(?<![\w.])Procfile(?![\w.])""", re.sub(r"^\s*#.*", "", text, flags=re.MULTILINE)))
