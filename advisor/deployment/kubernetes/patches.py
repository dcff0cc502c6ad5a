"""A patch and an object -> the object with what the patch sets, each value at the place where it is written.

Strategic merge (https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/) and JSON patches
(RFC 6902) as Kustomize applies them.
"""

from __future__ import annotations

from dataclasses import replace

from advisor.deployment.kubernetes.objects import text
from advisor.formats.document import Node

_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "imagePullSecrets": "name",
    "tolerations": "key",
}
"""Lists that a strategic merge joins by a key of their members; any other list is replaced."""
_PORT_KEYS = ("containerPort", "port")
_DEEPEST = 60


def merged(base: Node, over: Node, key: str = "", depth: int = 0) -> Node | None:
    """Two nodes of one key as a strategic merge joins them; ``None`` where the patch deletes it."""
    if depth > _DEEPEST:
        return over
    if isinstance(over.value, dict) and (mode := text(over.get("$patch"))) is not None:
        return None if mode == "delete" else Node({k: v for k, v in over.items() if k != "$patch"}, over.place, over.key_place)
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        values = dict(base.value)
        for name, node in over.value.items():
            if node.value is None:
                values.pop(name, None)
                continue
            joined = merged(values[name], node, name, depth + 1) if name in values else node
            if joined is None:
                values.pop(name, None)
            else:
                values[name] = joined
        return replace(base, value=values)
    if isinstance(base.value, list) and isinstance(over.value, list):
        return _lists(base, over, key, depth)
    return over


def _lists(base: Node, over: Node, key: str, depth: int) -> Node:
    members, changes = list(base.each()), list(over.each())
    by = _KEYS.get(key) or next((each for each in _PORT_KEYS if key == "ports" and any(one.get(each) for one in changes)), None)
    if by is None:
        return over
    for change in changes:
        wanted = text(change.get(by))
        index = next((at for at, member in enumerate(members) if wanted is not None and text(member.get(by)) == wanted), None)
        if index is None:
            members.append(change)
            continue
        joined = merged(members[index], change, "", depth + 1)
        members[index : index + 1] = [joined] if joined is not None else []
    return replace(base, value=members)


def changed(document: Node, operations: Node) -> Node:
    """The object with the operations of a JSON patch applied; one that does not fit is passed over."""
    for operation in operations.each():
        path, word = text(operation.get("path")) or "", text(operation.get("op"))
        steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]
        value = operation.get("value")
        if word == "remove":
            document = _put(document, steps, None, word) or document
        elif word in ("add", "replace") and value is not None:
            document = _put(document, steps, value, word) or document
    return document


def _put(node: Node, steps: list[str], value: Node | None, word: str, depth: int = 0) -> Node | None:
    """The node with the value below these steps; ``None`` where there is nothing at a step."""
    if not steps or depth > _DEEPEST:
        return value
    step, *rest = steps
    if isinstance(node.value, dict):
        below = dict(node.value)
        if rest:
            inner = _put(below[step], rest, value, word, depth + 1) if step in below else None
            if inner is None:
                return None
            below[step] = inner
        elif value is None:
            below.pop(step, None)
        else:
            below[step] = value
        return replace(node, value=below)
    if isinstance(node.value, list):
        return _put_in_list(node, node.value, step, rest, value, word, depth)
    return None


def _put_in_list(
    node: Node, members: list[Node], step: str, rest: list[str], value: Node | None, word: str, depth: int
) -> Node | None:
    found = list(members)
    at = len(found) if step == "-" else int(step) if step.isdecimal() and len(step) < 6 else -1
    if at < 0 or at > len(found) or (rest and at == len(found)):
        return None
    if rest:
        inner = _put(found[at], rest, value, word, depth + 1)
        if inner is None:
            return None
        found[at] = inner
    elif value is None:
        del found[at : at + 1]
    elif word == "add":
        found.insert(at, value)
    else:
        found[at : at + 1] = [value]
    return replace(node, value=found)
