"""An ECS task definition -> its containers, from ``jsonencode``, from JSON in the file, or from a JSON template beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.deployment.parts import join
from advisor.deployment.terraform.attributes import given, shown, source_text, whole
from advisor.deployment.terraform.estate import Estate, Resource
from advisor.formats.document import Node, Unreadable
from advisor.model import Place

_TEMPLATE_FILE = re.compile(
    r"""templatefile\s*\(\s*"(?:\$\{path\.(?:module|root|cwd)\}/)?\.?/?([^"$]+)"|\bfile\s*\(\s*"(?:\$\{path\.(?:module|root)\}/)?\.?/?([^"$]+)\""""
)
_UNQUOTED = re.compile(r'("(?:[^"\\]|\\.)*")|\$\{[^{}]*\}')
_SPELLINGS = re.compile(r"_([a-z])")


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a task. ``image`` is the text as written where it is computed."""

    name: str | None
    place: Place
    image: str | None = None
    command: str | None = None
    command_place: Place | None = None
    ports: tuple[int, ...] = ()
    environment: tuple[str, ...] = ()
    port_given: int | None = None
    stop_timeout: Node | None = None


def containers(estate: Estate, task: Resource) -> tuple[Container, ...]:
    """The containers in the order written; none where the definitions are computed from something not shown."""
    definitions = given(task.body, "container_definitions")
    if definitions is None:
        return ()
    listed = _parsed(estate, task, definitions) if isinstance(definitions.value, str) else definitions
    if listed is None:
        return ()
    named = isinstance(listed.value, dict) and not {"name", "image"} & {_spelled(key) for key in listed.value}
    pairs = list(listed.items()) if named else [(None, each) for each in listed.each()]
    return tuple(_container(name, node) for name, node in pairs if isinstance(node.value, dict))


def _parsed(estate: Estate, task: Resource, definitions: Node) -> Node | None:
    """JSON text of the file itself, or of the template that the expression names."""
    from advisor.formats import json

    text, place = str(definitions.value), definitions.place
    if definitions.tag == "expression":
        named = _TEMPLATE_FILE.search(text)
        path = join(task.directory, (named[1] or named[2]).strip()) if named else None
        content = estate.tree.text(path) if path else None
        if path is None or content is None:
            return None
        text, place = content, Place(path)
    try:
        parsed = json.parse(_UNQUOTED.sub(lambda match: match[1] or "null", text), place.file)
    except Unreadable:
        return None
    return parsed if place.file != definitions.place.file else _moved(parsed, definitions.place)


def _moved(node: Node, place: Place, depth: int = 0) -> Node:
    """The nodes of an inner text with the place of the attribute that holds it."""
    if depth < 20 and isinstance(node.value, dict):
        return Node({key: _moved(each, place, depth + 1) for key, each in node.value.items()}, place, place, node.tag)
    if depth < 20 and isinstance(node.value, list):
        return Node([_moved(each, place, depth + 1) for each in node.value], place, place, node.tag)
    return Node(node.value, place, place, node.tag)


def _container(key: str | None, node: Node) -> Container:
    name = _get(node, "name")
    image = _get(node, "image")
    command = _get(node, "command")
    variables = _environment(node)
    port = variables.get("PORT")
    return Container(
        name=shown(name) or key,
        place=node.place,
        image=source_text(image),
        command=_command(command),
        command_place=command.place if command is not None else None,
        ports=tuple(_ports(node)),
        environment=tuple(variables),
        port_given=whole(port) if port is not None else None,
        stop_timeout=_get(node, "stopTimeout"),
    )


def _get(node: Node, name: str) -> Node | None:
    """A key in ECS's own spelling, in that of registry modules (``port_mappings``) or of CloudFormation (``PortMappings``)."""
    if not isinstance(node.value, dict):
        return None
    found = next((each for key, each in node.value.items() if _spelled(key) == name), None)
    return None if found is None or (found.value is None and found.tag is None) else found


def _spelled(key: str) -> str:
    return _SPELLINGS.sub(lambda match: match[1].upper(), key[:1].lower() + key[1:])


def _ports(node: Node) -> Iterator[int]:
    mappings = _get(node, "portMappings")
    for mapping in mappings.each() if mapping_list(mappings) and mappings is not None else ():
        number = whole(_get(mapping, "containerPort"))
        if number is not None:
            yield number


def mapping_list(node: Node | None) -> bool:
    return node is not None and isinstance(node.value, list)


def _environment(node: Node) -> dict[str, Node | None]:
    """Names of variables and secrets; values are kept for ``PORT`` alone."""
    found: dict[str, Node | None] = {}
    for key in ("environment", "secrets"):
        listed = _get(node, key)
        for each in listed.each() if listed is not None else ():
            name = _get(each, "name")
            text = shown(name)
            if text:
                found[text] = _get(each, "value") if text == "PORT" else None
    return found


def _command(node: Node | None) -> str | None:
    """The command line; ``None`` where a word of it is computed."""
    from shlex import join as joined

    if node is None:
        return None
    words = [shown(each) for each in node.each()]
    if not words or any(each is None for each in words):
        return None
    texts = [each for each in words if each is not None]
    shell = len(texts) == 3 and texts[0].rsplit("/", 1)[-1] in ("sh", "bash") and texts[1] in ("-c", "-lc")
    return texts[2] if shell else joined(texts)
