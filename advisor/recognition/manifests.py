"""Signs of kind ``kubernetes`` -> the objects of that kind that hold what the sign asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from advisor.deployment.parts import Purpose, broken, purpose_of
from advisor.formats.document import Node, Unreadable
from advisor.knowledge import SetBy
from advisor.model import NotRead, Setting
from advisor.recognition.seen import Keys, Seen, setting, settings
from advisor.recognition.sign import Sign
from advisor.tree import Tree

_MOST_FILES = 400


def look(tree: Tree, wanted: Iterable[Sign], keys: Keys, notes: list[NotRead]) -> Iterator[Seen]:
    """Each object that a sign fits, with what the objects of the same purpose set; Helm templates are not read."""
    signs: dict[str, list[Sign]] = {}
    for sign in wanted:
        signs.setdefault(sign.value, []).append(sign)
    for purpose, objects in _objects(tree, signs, notes).items():
        told: dict[str, tuple[Setting, ...]] = {}
        for each in objects:
            for sign in signs.get(_text(each.get("kind")) or "", ()):
                if sign.holds(each):
                    if sign.platform not in told:
                        told[sign.platform] = tuple(_told(objects, keys(sign.platform)))
                    node = each.get("kind") or each
                    place = node.key_place or node.place
                    name = _text(each.get("metadata", "name")) or ""
                    because = f"{place.file} holds the {sign.value} {name}".rstrip()
                    yield Seen(sign, place, purpose, because, settings=told[sign.platform])


def word(kind: str) -> str:
    """The literal by which a file with objects of a kind is found."""
    return f"kind: {kind}"


def _objects(tree: Tree, kinds: Iterable[str], notes: list[NotRead]) -> dict[Purpose, list[Node]]:
    from advisor.formats.yaml import parse_all

    found: dict[Purpose, list[Node]] = {}
    paths = [path for path in tree.having(*map(word, kinds)) if path.endswith((".yaml", ".yml"))]
    for path in paths[:_MOST_FILES]:
        purpose, text = purpose_of(path), tree.text(path) or ""
        if not purpose.deployed or "{{" in text:
            continue
        try:
            objects = [each for each in parse_all(text, path) if each.get("apiVersion") is not None]
        except Unreadable as problem:
            notes.append(broken(path, problem))
            continue
        found.setdefault(purpose, []).extend(objects)
    return found


def _told(objects: list[Node], keys: tuple[SetBy, ...]) -> Iterator[Setting]:
    """Annotations by their name, fields by the object's kind and path (``BackendConfig.spec.timeoutSec``)."""
    for each in objects:
        kind = _text(each.get("kind")) or ""
        annotations = each.get("metadata", "annotations")
        for key in (key for key in keys if key.format == "kubernetes"):
            node = _annotation(annotations, key.key) if annotations is not None else None
            if node is not None and node.text() is not None:
                yield setting(key, node)
            elif key.key.startswith(f"{kind}.spec."):
                yield from settings(each, [key], f"{kind}.")


def _annotation(annotations: Node, key: str) -> Node | None:
    """The annotation of that name, or one attribute of a list of them: ``...-attributes: idle_timeout.timeout_seconds=600``."""
    name, sign, attribute = key.partition("-attributes.")
    node = annotations.get(f"{name}-attributes") if sign else annotations.get(key)
    if node is None or not sign:
        return node
    pairs = dict(pair.split("=", 1) for pair in (node.text() or "").split(",") if "=" in pair)
    value = {key.strip(): each.strip() for key, each in pairs.items()}.get(attribute)
    return Node(value, node.place, node.key_place) if value is not None else None


def _text(node: Node | None) -> str | None:
    return node.text() if node is not None else None
