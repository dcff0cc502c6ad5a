"""YAML with Ruby in it (``config/cable.yml``) -> the document that it yields, with ``ERB(fallback)`` for what Ruby computes."""

from __future__ import annotations

import re

from advisor.formats import yaml
from advisor.formats.document import Node, Unreadable

_WRITTEN = re.compile(r"<%=(.{0,500}?)-?%>", re.DOTALL)
_RUN = re.compile(r"<%[-#]?.{0,2000}?-?%>", re.DOTALL)
_FALLBACK = re.compile(
    r"""\AENV(?:\.fetch\(\s?["']\w+["']\s?(?:,\s?["']([\w:/.-]+)["']\s?)?\)\s?(?:\{\s?["']([\w:/.-]+)["']\s?\})?"""
    r"""|\[["']\w+["']\]\s?(?:\|\|\s?["']([\w:/.-]+)["'])?)\Z"""
)
_MARK = re.compile(r"\AERB\(([^()]+)\)\Z")


def document(text: str, file: str) -> Node | None:
    """The document, or ``None`` where it is no YAML even so. The fallback is that of a variable that may not be set."""
    plain = _RUN.sub(lambda match: "\n" * match[0].count("\n"), _WRITTEN.sub(_value, text))
    try:
        return yaml.parse(plain, file)
    except Unreadable:
        return None


def _value(match: re.Match[str]) -> str:
    found = _FALLBACK.match(match[1].strip())
    fallback = next((group for group in found.groups() if group), "") if found else ""
    return f"ERB({fallback})" + "\n" * match[0].count("\n")


def fallback(text: object) -> str | None:
    """What a variable's value is where it is not set."""
    found = _MARK.match(text) if isinstance(text, str) else None
    return found[1] if found else None


def literal(text: object) -> str | None:
    """A value that the file itself gives; ``None`` for one that a variable or a computation gives."""
    return text if isinstance(text, str) and "ERB(" not in text else None
