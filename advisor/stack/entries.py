"""The file of a server in an app that runs as functions -> why it cannot take an upgrade there, although functions can."""

from __future__ import annotations

import re

_ROUTES = re.compile(r"(?:^|/)(?:pages/)?api/")
_PLAIN = re.compile(
    r"\bexport\s+default\s+(?:async\s+)?(?:function\b|\(\s?req\b|\w*handler\b)|\bmodule\.exports\s?=\s?(?:async\s)?\(?\s?req\b",
    re.IGNORECASE,
)
_EDGE = re.compile(
    r"""^export\s+const\s+(?:runtime\s?=\s?["'](?:edge|experimental-edge)["']|config\s?=\s?\{[^{}]{0,200}runtime:\s?["'](?:edge|experimental-edge)["'])""",
    re.MULTILINE,
)
_CUSTOM = re.compile(
    r"""^import\s+(?!type\b)\w+\s[^;\n{]{0,80}\bfrom\s?["']next["']|\brequire\(\s?["']next["']\s?\)""", re.MULTILINE
)
"""The function of Next.js itself: its types are imported in braces."""


def cannot_upgrade(file: str, text: str) -> str | None:
    """The reason in one clause; ``None`` where the file may well take it."""
    if _EDGE.search(text):
        return f"{file} asks for the edge runtime, which takes no upgrades"
    if _ROUTES.search(file) and _PLAIN.search(text):
        return f"{file} exports a handler of requests, which answers one and ends; it is not given the server behind it"
    if _CUSTOM.search(text):
        return f"{file} is a custom server around Next.js, which is not deployed: only its pages and functions are"
    return None
