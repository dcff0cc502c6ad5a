"""Signs of kind ``kubernetes`` -> the objects of that kind that hold what the sign asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from advisor.deployment.parts import purpose_of
from advisor.formats.document import Node, Unreadable
from advisor.model import Setting
from advisor.recognition.seen import Seen, amount, settings
from advisor.recognition.sign import Sign
from advisor.tree import Tree

_MOST_FILES = 400


def look(tree: Tree, wanted: Iterable[Sign], keys: Callable[[str, str], tuple[str, ...]]) -> Iterator[Seen]:
    """Each object that a sign fits, with its annotations and fields that set something; Helm templates are not read."""
    signs: dict[str, list[Sign]] = {}
    for sign in wanted:
        signs.setdefault(sign.value, []).append(sign)
    paths = [path for path in tree.having(*map(word, signs)) if path.endswith((".yaml", ".yml"))]
    for path in paths[:_MOST_FILES]:
        purpose, text = purpose_of(path), tree.text(path) or ""
        if not purpose.deployed or "{{" in text:
            continue
        objects = _objects(text, path)
        for each in objects:
            kind = _text(each.get("kind")) or ""
            for sign in signs.get(kind, ()):
                if sign.holds(each):
                    own = tuple(_told(objects, keys(sign.platform, "kubernetes")))
                    node = each.get("kind") or each
                    name = _text(each.get("metadata", "name")) or ""
                    because = f"{path} holds the {kind} {name}".rstrip()
                    yield Seen(sign, node.key_place or node.place, purpose, because, settings=own)


def word(kind: str) -> str:
    """The literal by which a file with objects of a kind is found."""
    return f"kind: {kind}"


def _objects(text: str, path: str) -> tuple[Node, ...]:
    from advisor.formats.yaml import parse_all

    try:
        return tuple(each for each in parse_all(text, path) if each.get("apiVersion") is not None)
    except Unreadable:
        return ()


def _told(objects: tuple[Node, ...], keys: tuple[str, ...]) -> Iterator[Setting]:
    """Annotations by their name, fields by the object's kind and path (``BackendConfig.spec.timeoutSec``)."""
    for each in objects:
        kind = _text(each.get("kind")) or ""
        annotations = each.get("metadata", "annotations")
        for key in keys:
            if key.startswith(f"{kind}."):
                yield from settings(each, [key], "kubernetes", f"{kind}.")
            elif annotations is not None and (node := annotations.get(key)) is not None and (value := node.text()) is not None:
                yield Setting(key, value, node.key_place or node.place, amount(node), "kubernetes")


def _text(node: Node | None) -> str | None:
    return node.text() if node is not None else None
