"""Supervisor's configuration on a machine of one's own -> the processes that serve people's requests.

One that an image starts is read with the command of that image: where a Dockerfile or a compose file speaks of Supervisor,
nothing is taken from here.
"""

from __future__ import annotations

import re

from advisor.deployment.images import MANIFESTS
from advisor.deployment.parts import Findings, Part, below, directory, identity, purpose_of, upwards
from advisor.formats.supervisor import Program, programs
from advisor.model import Process
from advisor.tree import Tree

WORDS = ("[program:", "supervisor")
_RUNS_CODE = re.compile(
    r"(?:^|[\s/])(?:node|npm|npx|yarn|pnpm|bun|deno|tsx|pm2|python[\d.]*|gunicorn|uvicorn|daphne|hypercorn|uv|poetry|bundle|puma"
    r"|php[\d.]*)\s"
)
_SERVES_NOBODY = re.compile(
    r"\b(?:queue:|horizon\b|schedule:|celery\b|sidekiq\b|rq\b|dramatiq\b|messenger:consume|pulse:|nightwatch:)"
)
_ENDINGS = (".conf", ".ini", ".cfg", ".tpl", ".j2", ".template", ".example")
_IMAGES = re.compile(
    r"(?:^|/)(?:[^/]*Dockerfile[^/]*|Containerfile|(?:docker-)?compose[^/]*\.ya?ml)$|\.sh$|entrypoint", re.IGNORECASE
)


def read(tree: Tree) -> Part:
    """One process for each program that runs code which may answer requests."""
    found = Findings()
    if any(_IMAGES.search(path) for path in tree.having("supervisor")):
        return found.part()
    for path in tree.having("[program:"):
        if not path.endswith(_ENDINGS):
            continue
        purpose = purpose_of(path)
        chosen = [each for each in programs(tree.text(path) or "", path) if _serves(each)]
        for each in chosen if purpose.deployed else ():
            found.processes.append(
                Process(
                    identity("supervisor", path, each.name),
                    each.place,
                    root=_root(tree, path, each),
                    command=each.command,
                    command_place=each.place,
                    replicas=each.copies if each.copies > 1 else None,
                    environment=each.environment,
                    scope=purpose.scope,
                    environment_name=purpose.environment,
                )
            )
        if chosen:
            found.chose(path, purpose, "Supervisor runs the app" if purpose.deployed else "a test's configuration of Supervisor")
    return found.part()


def _serves(program: Program) -> bool:
    return _RUNS_CODE.search(f"{program.command} ") is not None and not _SERVES_NOBODY.search(program.command)


def _root(tree: Tree, path: str, program: Program) -> str:
    """The directory of the tree that the working directory, or the path of what is run, ends with; else the nearest manifest."""
    scripts = [directory(word) for word in program.command.split()[1:] if word.startswith("/")]
    for folder in (program.directory, *scripts):
        pieces = folder.strip("/").split("/") if folder and folder != "/" else []
        tail = next((each for start in range(len(pieces)) if below(tree, each := "/".join(pieces[start:]))), None)
        if tail is not None:
            return tail
    holding = (
        one for one in upwards(directory(path)) if any(tree.exists(name if one == "." else f"{one}/{name}") for name in MANIFESTS)
    )
    return next(holding, ".")
