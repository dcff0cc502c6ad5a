"""systemd units -> the process that ``ExecStart`` runs on a machine of one's own."""

from __future__ import annotations

import re

from advisor.deployment.images import MANIFESTS
from advisor.deployment.parts import Findings, Part, below, directory, identity, purpose_of, upwards
from advisor.model import Place, Process
from advisor.tree import Tree

_START = re.compile(r"^ExecStart=[-@:+!]*(?P<command>(?:.*\\\n)*.*)$", re.MULTILINE)
_RUNS_CODE = re.compile(
    r"(^|[\s/])(node|npm|npx|yarn|pnpm|bun|deno|tsx|pm2|python[\d.]*|gunicorn|uvicorn|daphne|hypercorn|uv|poetry"
    r"|php[\d.]*(?! \S*artisan (?:queue|horizon|schedule)))\b"
)
_PORT = re.compile(r"""^Environment=.*?\bPORT=["']?(\d{1,5})\b""", re.MULTILINE)
_VARIABLE = re.compile(r"""^Environment=["']?(\w+)=""", re.MULTILINE)
_FOLDER = re.compile(r"^WorkingDirectory=(\S+)", re.MULTILINE)


def read(tree: Tree) -> Part:
    """One process for each unit that starts a JavaScript, Python or PHP program that may answer requests."""
    found = Findings()
    for path in tree.named("*.service", "*.service.example", "*.service.sample", "*.service.template", "*.service.j2"):
        text, purpose = tree.text(path) or "", purpose_of(path)
        start = _START.search(text)
        if start is None or not _RUNS_CODE.search(start["command"]):
            continue
        if not purpose.deployed:
            found.chose(path, purpose, "a test's systemd unit")
            continue
        place = Place(path, text.count("\n", 0, start.start()) + 1)
        port = _PORT.search(text)
        found.processes.append(
            Process(
                identity("systemd", path),
                place,
                root=_root(tree, path, text),
                command=" ".join(start["command"].replace("\\\n", " ").split()),
                command_place=place,
                environment=tuple(dict.fromkeys(_VARIABLE.findall(text))),
                port_given=int(port[1]) if port else None,
                scope=purpose.scope,
                environment_name=purpose.environment,
            )
        )
        found.chose(path, purpose, "a systemd unit that runs the app")
    return found.part()


def _root(tree: Tree, path: str, text: str) -> str:
    """The directory of the tree that the working directory ends with, else the nearest one above the unit with a manifest."""
    folder = _FOLDER.search(text)
    pieces = folder[1].strip("/").split("/") if folder else []
    for start in range(len(pieces)):
        tail = "/".join(pieces[start:])
        if below(tree, tail):
            return tail
    holding = (one for one in upwards(directory(path)) if any(tree.exists(_in(one, name)) for name in MANIFESTS))
    return next(holding, ".")


def _in(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"
