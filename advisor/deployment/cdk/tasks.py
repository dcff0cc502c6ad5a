"""Containers of the CDK's task definitions -> the form of ECS's own, and the directory that an image is built from."""

from __future__ import annotations

import re

from advisor.deployment.cdk.calls import Call
from advisor.deployment.cdk.program import Program
from advisor.deployment.parts import below, join, upwards
from advisor.formats.document import Node
from advisor.tree import Tree

_LITERAL = re.compile(r"""["'`]([^"'`\n$]{1,300})["'`]""")
_HERE = re.compile(r"__dirname|__file__|import\.meta")
_PROJECT = ("cdk.json", "Pulumi.yaml")


def container(options: Node) -> Node:
    """A container as ECS writes it, from ``taskImageOptions`` or what ``addContainer`` is given; values of variables stay out."""
    members: dict[str, Node] = {}
    image = options.get("image")
    kind = image.get("call") if image is not None and image.tag == "call" else None
    if kind is not None and image is not None and kind.text() == "fromRegistry":
        members["image"] = image.get("argument0") or image
    elif image is not None:
        members["image"] = Node("an image that the program builds", image.place, tag="expression")
    for key, name in (("containerName", "name"), ("command", "command"), ("stopTimeout", "stopTimeout")):
        if (node := options.get(key)) is not None:
            members[name] = node
    mappings = options.get("portMappings")
    ports = [port for each in mappings.each() if (port := each.get("containerPort"))] if mappings is not None else []
    if (single := options.get("containerPort")) is not None:
        ports.append(single)
    members["portMappings"] = Node([Node({"containerPort": port}, port.place) for port in ports], options.place)
    for key in ("environment", "secrets"):
        listed = options.get(key)
        members[key] = Node([_variable(name, node) for name, node in listed.items()] if listed is not None else [], options.place)
    return Node(members, options.place)


def _variable(name: str, node: Node) -> Node:
    members = {"name": Node(name, node.place)}
    return Node({**members, "value": node} if name == "PORT" else members, node.place)


def add_container(program: Program, call: Call) -> None:
    """``task.addContainer(name, options)``."""
    task = program.of_variable(call.receiver, call.place.line, "aws_ecs_task_definition")
    definitions = task.body.get("container_definitions") if task is not None else None
    if task is None or definitions is None or not isinstance(definitions.value, list):
        return
    made = container(Node(call.properties.value, call.place))
    if isinstance(made.value, dict) and call.label:
        made.value.setdefault("name", Node(call.label, call.place))
    definitions.value.append(made)
    if (root := asset(program, call.get("image"))) is not None:
        program.roots.setdefault(task.id, root)
    program.holds(call.bound, made)


def add_ports(program: Program, call: Call) -> None:
    """``container.addPortMappings({ containerPort })``."""
    made = program.held(call.receiver)
    mappings = made.get("portMappings") if made is not None else None
    for argument in call.arguments or (call.properties,):
        port = argument.get("containerPort")
        if mappings is not None and isinstance(mappings.value, list) and port is not None:
            mappings.value.append(Node({"containerPort": port}, port.place))


def asset(program: Program, image: Node | None) -> str | None:
    """The directory of ``ContainerImage.fromAsset(path)``: beside the file for ``__dirname``, else from the CDK's own."""
    kind = image.get("call") if image is not None and image.tag == "call" else None
    given = image.get("argument0") if image is not None and kind is not None and kind.text() == "fromAsset" else None
    if given is None or given.value is None:
        return None
    text = str(given.value)
    pieces = [text] if given.tag is None else _LITERAL.findall(text)
    beside = given.tag is not None and _HERE.search(text) is not None
    start = program.directory if beside else _project(program.tree, program.directory)
    root = join(start, "/".join(pieces)) if pieces else None
    return root if root is not None and (root == "." or any(True for _ in below(program.tree, root)[:1])) else None


def _project(tree: Tree, folder: str) -> str:
    return next((each for each in upwards(folder) if any(tree.exists(join(each, name) or "") for name in _PROJECT)), folder)
