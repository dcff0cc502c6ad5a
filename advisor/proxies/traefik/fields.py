"""Options of Traefik's configuration by name, whatever the case of their letters, as Traefik itself reads them."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.formats.document import Node
from advisor.formats.units import go_seconds, seconds


def get(node: Node | None, *names: str) -> Node | None:
    """The node below these options, or ``None``."""
    for name in names:
        if node is None or not isinstance(node.value, dict):
            return None
        wanted = name.lower()
        node = next((value for key, value in node.value.items() if key.lower() == wanted), None)
    return node


def text_of(node: Node | None, *names: str) -> str | None:
    """The text of a scalar option, or ``None``."""
    found = get(node, *names)
    return found.text() if found is not None else None


def words_of(node: Node | None, *names: str) -> tuple[str, ...]:
    """The texts of a list, which a label or an argument writes with commas."""
    found = get(node, *names)
    return tuple(word.strip() for one in _each(found) for word in (one.text() or "").split(",") if word.strip())


def texts_of(node: Node | None, *names: str) -> tuple[str, ...]:
    """The texts of a list whose members may hold commas (patterns)."""
    return tuple(text for one in _each(get(node, *names)) if (text := one.text()) is not None)


def _each(node: Node | None) -> Iterator[Node]:
    if node is not None:
        yield from node.each()


def seconds_of(node: Node | None) -> float | None:
    """``60s`` or a bare number of seconds; ``None`` where the text is neither."""
    text = node.text() if node is not None else None
    if text is None:
        return None
    return seconds(text, "s") if text.isdigit() else go_seconds(text)
