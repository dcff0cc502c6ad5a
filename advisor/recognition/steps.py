"""Signs of kind ``github_action`` -> the steps of workflows that use the action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from advisor.deployment.parts import Purpose
from advisor.formats.document import Node, Unreadable
from advisor.recognition.seen import Seen
from advisor.recognition.sign import Sign
from advisor.tree import Tree

_FOLDER = ".github/workflows/"


def look(tree: Tree, wanted: Iterable[Sign]) -> Iterator[Seen]:
    """Each step of a workflow that deploys by the action; jobs that are switched off do not."""
    from advisor.formats.yaml import parse

    signs = tuple(wanted)
    for path in tree.named("*.yml", "*.yaml") if signs else ():
        text = (tree.text(path) or "").lower() if path.startswith(_FOLDER) else ""
        near = [sign for sign in signs if sign.value.lower() in text]
        if not near:
            continue
        try:
            document = parse(tree.text(path) or "", path)
        except Unreadable:
            continue
        for uses, step in _steps(document):
            name = (uses.text() or "").split("@")[0].lower()
            for sign in near:
                if fnmatchcase(name, sign.value.lower()) and sign.holds(step):
                    place = uses.key_place or uses.place
                    yield Seen(sign, place, Purpose("production", "production"), f"{path} deploys with {name}", ".")


def _steps(document: Node) -> Iterator[tuple[Node, Node]]:
    jobs = document.get("jobs")
    for _, job in jobs.items() if jobs is not None else ():
        condition, steps = job.get("if"), job.get("steps")
        if steps is None or (condition is not None and condition.text() == "false"):
            continue
        for step in steps.each():
            uses = step.get("uses")
            if uses is not None:
                yield uses, step
