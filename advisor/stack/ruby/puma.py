"""``config/puma.rb`` -> the workers, port and address that it sets; read, never run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from advisor.formats.code import parse
from advisor.formats.document import Unreadable
from advisor.stack.flags import PortFrom
from advisor.stack.flags import address as split
from advisor.stack.ruby.values import Given, arguments, calls, receiver, value
from advisor.tree import Tree

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_LARGEST = 200_000
_PROCESSORS = re.compile(r"processor|nprocessors|\bcores?\b|:auto\b")
_DEPTH = re.compile(r"[(\[{]")


@dataclass(frozen=True, slots=True)
class Puma:
    """``workers``: as set, its fallback where a variable sets it; ``by_machine``: as many as the machine has cores."""

    workers: Given | None = None
    by_machine: bool = False
    port: int | None = None
    port_from: PortFrom | None = None
    bind: str | None = None


def settings(text: str) -> Puma:
    """What the file says; an empty answer where it is no Ruby."""
    if len(text) > _LARGEST or len(_DEPTH.findall(text)) > 20_000:
        return Puma()
    try:
        tree = parse(text, "ruby", "puma.rb")
    except Unreadable:
        return Puma()
    root = tree.root()
    nodes = [node for node in root.find_all(kind="call") if not receiver(node)]
    workers, by_machine = _workers(nodes, root)
    port, origin, host = _port(nodes, root)
    bound = _bind(nodes, root)
    return Puma(workers, by_machine, *(bound or (port, origin, host)))


def listening(tree: Tree, path: str) -> tuple[int | None, PortFrom | None, str | None]:
    """Port, where it comes from and bind of an app with that ``config/puma.rb``; 3000 is what ``rails server`` takes."""
    text = tree.text(path) if tree.exists(path) else None
    found = settings(text) if text else Puma()
    if found.port is None and found.port_from is None and found.bind is None:
        return 3000, "default", None
    return found.port, found.port_from, found.bind


def _workers(nodes: list[SgNode], root: SgNode) -> tuple[Given | None, bool]:
    found = [given[0] for node in calls(nodes, "workers") if (given := arguments(node).positional)]
    if not found:
        return None, False
    node = found[-1]
    written = node.text()
    if node.kind() in ("identifier", "constant"):
        rights = [each.field("right") for each in root.find_all(kind="assignment") if _left(each) == written]
        written = " ".join(right.text() for right in rights if right is not None)
    number = value(node, root)
    return number, number.value is None and bool(_PROCESSORS.search(written))


def _left(node: SgNode) -> str:
    left = node.field("left")
    return left.text() if left is not None else ""


def _port(nodes: list[SgNode], root: SgNode) -> tuple[int | None, PortFrom | None, str | None]:
    for node in calls(nodes, "port"):
        given = arguments(node).positional
        found = value(given[0], root) if given else Given()
        host = value(given[1], root).value if len(given) > 1 else None
        number = (
            int(found.value)
            if isinstance(found.value, int | str) and str(found.value).isdigit() and len(str(found.value)) < 6
            else None
        )
        origin: Literal["environment", "literal"] | None = "environment" if found.variable else "literal" if number else None
        return number, origin, host if isinstance(host, str) else None
    return None, None, None


def _bind(nodes: list[SgNode], root: SgNode) -> tuple[int | None, PortFrom | None, str | None] | None:
    """``bind "tcp://0.0.0.0:3000"``, ``bind "unix:///run/puma.sock"``; one with a computed part leaves that part open."""
    for node in calls(nodes, "bind"):
        given = arguments(node).positional
        text = value(given[0], root).value if given else None
        if isinstance(text, str) and text.startswith("unix:"):
            return None, None, "unix:" + text.removeprefix("unix:").removeprefix("//").split("?")[0]
        if isinstance(text, str) and text.startswith("tcp://"):
            host, port, origin = split(text.split("?")[0])
            return port, origin, host
        if given and (found := re.match(r"\A[\"']tcp://([\w.\[\]:*]+?):#\{", given[0].text())):
            inner = next((each for each in given[0].children() if each.kind() == "interpolation"), None)
            parts = [each for each in inner.children() if each.is_named()] if inner is not None else []
            number = value(parts[0], root) if parts else Given()
            whole = int(str(number.value)) if str(number.value).isdigit() else None
            return whole, "environment" if number.variable else None, found[1].strip("[]")
    return None
