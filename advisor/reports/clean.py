"""Text that comes from scanned files -> the same text without anything that a terminal or a reader would obey.

Escape sequences go whole, other control characters one by one; marks that reorder text go as well (they can make code
read otherwise than it runs, CVE-2021-42574). Halves of surrogate pairs, which no encoding can write, become U+FFFD. Secrets are
veiled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from advisor.reports import veil

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,16}[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]{0,4096}(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]{0,16}[0-~]?"
)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_HALVES = re.compile("[\ud800-\udfff]")
_SUSPECT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def text(value: str) -> str:
    """``value`` with tabs and line feeds, and without other control characters and secrets."""
    if _SUSPECT.search(value):
        value = _SEQUENCE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        value = _HALVES.sub("\ufffd", _CONTROL.sub("", value))
    return veil.text(value)


def line(value: str) -> str:
    """``value`` on one line: every run of white space is one space."""
    return " ".join(text(value).split())


def source(value: str) -> str:
    """A line of source code: its indentation is kept, tabs become spaces."""
    return text(value).replace("\n", " ").expandtabs(4).rstrip()


def sources(values: Iterable[str]) -> list[str]:
    """Lines of source code that follow each other, each as :func:`source` shows it."""
    return veil.lines(source(each) for each in values)


def data(value: Any) -> Any:
    """Plain data with every text, keys included, made clean."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return {
            text(str(key)): veil.named(key, text(item)) if isinstance(item, str) else data(item) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [data(item) for item in value]
    return value


def _entry(key: str, value: Any) -> Any:
    return veil.named(key, text(value)) if isinstance(value, str) else data(value)
