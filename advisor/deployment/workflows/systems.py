"""Files of CI systems -> the scripts that their jobs run, and the steps that deploy by something ready-made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from advisor.deployment.parts import Purpose
from advisor.deployment.workflows.script import Deploy, Script, purpose, written
from advisor.deployment.workflows.steps import ORBS, PIPES, SERVERS, TASKS, at, by_action, folder_of, name_of
from advisor.formats.document import Node

_MOST_DEPTH = 14
_MOST_NODES = 20_000
_TRAVIS = {"heroku": "heroku", "elasticbeanstalk": "aws-elastic-beanstalk", "netlify": "netlify"}
_KNOWN_PIPES = re.compile(r"^(?:atlassian/)?(?:ssh-run|rsync-deploy|scp-deploy)$")

Step = Script | Deploy


def github(document: Node, source: str) -> Iterator[Step]:
    """Jobs of a workflow; those that are switched off run nothing."""
    jobs = document.get("jobs")
    for name, job in jobs.items() if jobs else ():
        if (condition := job.get("if")) is not None and condition.text() == "false":
            continue
        default = job.get("defaults", "run", "working-directory") or document.get("defaults", "run", "working-directory")
        named = job.get("environment")
        where = purpose(((named.get("name") or named).text() if named else None) or name)
        steps = job.get("steps")
        for step in steps.each() if steps else ():
            uses, run = step.get("uses"), step.get("run")
            if uses is not None and (deploy := by_action(uses, step, where)) is not None:
                yield deploy
            if run is not None:
                yield written(run, source, folder_of(step, default), where)


def gitlab(document: Node, source: str) -> Iterator[Step]:
    """Jobs of GitLab CI, each with what it takes over from the templates that it extends."""
    jobs = dict(document.items())
    for name, job in jobs.items():
        script = _inherited(jobs, job, "script")
        if name.startswith(".") or script is None or _never(job):
            continue
        named = _inherited(jobs, job, "environment")
        told = ((named.get("name") or named).text() if named else None) or None
        stage = job.get("stage")
        where = purpose(told, name, stage.text() if stage else None)
        for node in (_inherited(jobs, job, "before_script"), script, _inherited(jobs, job, "after_script")):
            if node is not None:
                yield written(node, source, ".", where)


def _never(job: Node) -> bool:
    when = job.get("when")
    return when is not None and when.text() == "never"


def _inherited(jobs: dict[str, Node], job: Node, key: str, depth: int = 0) -> Node | None:
    own = job.get(key)
    extends = job.get("extends")
    if own is not None or extends is None or depth > 5:
        return own
    for each in reversed(list(extends.each())):
        base = jobs.get(each.text() or "")
        found = _inherited(jobs, base, key, depth + 1) if base is not None else None
        if found is not None:
            return found
    return None


def circleci(document: Node, source: str) -> Iterator[Step]:
    """Jobs and commands of CircleCI, and orbs that deploy, as steps or as jobs of a workflow."""
    for section in ("jobs", "commands"):
        listed = document.get(section)
        for name, job in listed.items() if listed else ():
            yield from _circle_steps(job.get("steps"), purpose(name), source)
    workflows = document.get("workflows")
    for _, workflow in workflows.items() if workflows else ():
        jobs = workflow.get("jobs")
        for job in jobs.each() if jobs else ():
            pairs = list(job.items()) or [(job.text() or "", job)]
            for orb, given in pairs:
                if orb in ORBS:
                    named = given.get("name")
                    yield Deploy(ORBS[orb], ".", at(given), purpose(named.text() if named else None))


def _circle_steps(steps: Node | None, where: Purpose, source: str) -> Iterator[Step]:
    for key, node in _walk(steps):
        if key == "run" and node.text() is not None:
            yield written(node, source, ".", where)
        elif key == "run" and (command := node.get("command")) is not None:
            yield written(command, source, folder_of(node, None), where)
        elif key in ORBS:
            yield Deploy(ORBS[key], ".", at(node), where)


def bitbucket(document: Node, source: str) -> Iterator[Step]:
    """Steps of Bitbucket Pipelines, with their deployment environment or branch."""
    pipelines = document.get("pipelines")
    for kind, listed in pipelines.items() if pipelines else ():
        named = listed.items() if isinstance(listed.value, dict) else [(kind, listed)]
        for branch, steps in named:
            for key, step in _walk(steps):
                if key in ("step", "stage") and (script := step.get("script")) is not None:
                    told = step.get("deployment")
                    yield from _bitbucket_step(script, purpose(told.text() if told else branch), source)


def _bitbucket_step(script: Node, where: Purpose, source: str) -> Iterator[Step]:
    for line in script.each():
        pipe = line.get("pipe")
        if pipe is None:
            yield written(line, source, ".", where)
            continue
        name = name_of(pipe)
        if name in PIPES:
            yield Deploy(PIPES[name], ".", at(pipe), where)
        elif _KNOWN_PIPES.match(name):
            yield Deploy(None, ".", at(pipe), where, what="a server of one's own")


def azure(document: Node, source: str) -> Iterator[Step]:
    """Steps of Azure Pipelines, below stages, jobs and deployments."""
    yield from _azure(document, source, None, 0)


def _azure(node: Node, source: str, named: str | None, depth: int) -> Iterator[Step]:
    if depth > _MOST_DEPTH:
        return
    for each in node.each() if isinstance(node.value, list) else (node,):
        own = next((text for key in ("environment", "stage", "deployment", "job") if (text := _word(each.get(key)))), named)
        where = purpose(own)
        for key in ("script", "bash", "pwsh", "powershell"):
            if (script := each.get(key)) is not None and script.text() is not None:
                yield written(script, source, folder_of(each, None), where)
        task = each.get("task")
        if task is not None:
            name, inline = name_of(task), each.get("inputs", "inlineScript") or each.get("inputs", "script")
            if name in TASKS:
                yield Deploy(TASKS[name], folder_of(each, None), at(task), where)
            if inline is not None and inline.text() is not None:
                yield written(inline, source, folder_of(each, None), where)
        for key in ("stages", "jobs", "steps", "strategy", "runOnce", "rolling", "canary", "deploy"):
            if (inner := each.get(key)) is not None:
                yield from _azure(inner, source, own, depth + 1)


def _word(node: Node | None) -> str | None:
    return (node.get("name") or node).text() if node is not None else None


def drone(document: Node, source: str) -> Iterator[Step]:
    """Steps of Drone and Woodpecker: lists, or mappings by name."""
    for section in ("steps", "pipeline"):
        steps = document.get(section)
        if steps is None:
            continue
        named = (
            steps.items() if isinstance(steps.value, dict) else ((_word(step.get("name")) or "", step) for step in steps.each())
        )
        for name, step in named:
            commands, image = step.get("commands"), step.get("image")
            if commands is not None:
                yield written(commands, source, ".", purpose(name))
            if image is not None and name_of(image) in ("appleboy/drone-ssh", "appleboy/drone-scp", "drillster/drone-rsync"):
                yield Deploy(None, ".", at(image), purpose(name), what=SERVERS["appleboy/ssh-action"])


def travis(document: Node, source: str) -> Iterator[Step]:
    """Deployments of Travis by provider, and by script."""
    for key, node in (("", document), *_walk(document)):
        provider = node.get("provider")
        platform = _TRAVIS.get((provider.text() or "").lower()) if provider else None
        if provider is not None:
            branch = node.get("on", "branch")
            main = branch is None or (branch.text() or "") in ("main", "master", "production", "release")
            where = Purpose("production", "production" if main else "staging")
            script = node.get("script")
            if platform:
                yield Deploy(platform, ".", provider.place, where)
            elif script is not None:
                yield written(script, source, ".", where)
        elif key == "after_success" and node.value is not None and not isinstance(node.value, dict):
            yield written(node, source, ".", purpose())


def cloud_build(document: Node, source: str) -> Iterator[Step]:
    """Steps of Google's Cloud Build: arguments of its gcloud image, or of a shell."""
    steps = document.get("steps")
    for step in steps.each() if steps else ():
        entry, image, arguments = _word(step.get("entrypoint")), _word(step.get("name")) or "", step.get("args")
        if arguments is None:
            continue
        words = [each.text() or "" for each in arguments.each()]
        if entry in ("bash", "sh") and words[:1] and words[0].startswith("-"):
            yield written(list(arguments.each())[-1], source, folder_of(step, None), purpose())
            continue
        program = entry or ("gcloud" if re.search(r"/(?:gcloud|cloud-sdk)\b", image) else None)
        if program is not None:
            from shlex import join

            yield Script(join([program, *words]), (at(arguments),), ".", purpose())


def _walk(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Every key below a node with what it holds, in a bounded number."""
    waiting, left = [(node, 0)] if node is not None else [], _MOST_NODES
    while waiting and left:
        current, depth = waiting.pop(0)
        left -= 1
        if isinstance(current.value, dict):
            yield from current.items()
        elif isinstance(current.value, list):
            yield from (("", each) for each in current.value)
        if depth < _MOST_DEPTH:
            inner = current.value if isinstance(current.value, list) else [child for _, child in current.items()]
            waiting += [(child, depth + 1) for child in inner if isinstance(child.value, dict | list)]


SYSTEMS: tuple[tuple[str, Callable[[Node, str], Iterator[Step]]], ...] = (
    (".github/workflows/*.y*ml", github),
    ("*.gitlab-ci.y*ml", gitlab),
    (".gitlab/*.y*ml", gitlab),
    ("*.circleci/config.y*ml", circleci),
    ("bitbucket-pipelines.y*ml", bitbucket),
    ("*azure-pipelines*.y*ml", azure),
    (".azure-pipelines/*.y*ml", azure),
    (".azuredevops/*.y*ml", azure),
    (".drone.y*ml", drone),
    (".woodpecker.y*ml", drone),
    (".woodpecker/*.y*ml", drone),
    ("*.travis.y*ml", travis),
    ("*cloudbuild*.y*ml", cloud_build),
)
"""Path of the file (a glob in which ``*`` goes over folders) and how it is read; the first that fits."""


def reader_of(path: str) -> Callable[[Node, str], Iterator[Step]] | None:
    """How a file of this path is read; ``None`` where it is no CI system's."""
    return next((read for pattern, read in SYSTEMS if fnmatchcase(path, pattern)), None)
