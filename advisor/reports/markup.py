"""Text of scanned files -> Markdown that shows it and obeys none of it, and the template engine that does so by default.

Every expression of a template is escaped unless a filter (``code``, ``fence``) has made it safe in another way.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from advisor.reports import clean

_MENTION = re.compile(r"(?<![\w`@])@[A-Za-z0-9][\w.-]*(?:/[\w.-]+)?")
_SIGNS = re.compile(r"[\\`*|~$]|\](?=[(\[:])")
_LONE_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_FIRST = re.compile(r"^(?:>|[#+=-]+(?=\s|$)|\d+[.)](?=\s|$))")


class Safe(str):
    """Markdown that is ready to be written."""

    __slots__ = ()


def escape(value: object) -> Safe:
    """One line of text; what would be markup is shown as it is, and what would call a person's name is set as code."""
    text = clean.line(str(value))
    parts = _MENTION.split(text)
    mentions = [code(found) for found in _MENTION.findall(text)]
    joined = "".join(_escaped(part) + mention for part, mention in zip(parts, [*mentions, Safe()], strict=True))
    return Safe(_FIRST.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", joined))


def code(value: object) -> Safe:
    """One line as a code span, whatever ticks it holds (CommonMark 6.1)."""
    text = clean.line(str(value))
    if not text:
        return Safe()
    ticks = "`" * (_longest(text, "`") + 1)
    gap = " " if text.startswith("`") or text.endswith("`") else ""
    return Safe(f"{ticks}{gap}{text}{gap}{ticks}")


def fence(value: object, language: str = "", indent: int = 0) -> Safe:
    """Lines as a fenced block, whatever fences they hold (CommonMark 4.5), each ``indent`` columns in."""
    text = clean.text(str(value)).strip("\n")
    ticks = "`" * max(_longest(text, "`") + 1, 3)
    lines = (f"{ticks}{language}", *text.split("\n"), ticks)
    return Safe("\n".join((" " * indent + line).rstrip() for line in lines))


def link(value: object) -> Safe:
    """An address between ``<`` and ``>``; what cannot stand there is percent-encoded."""
    return Safe(re.sub(r"[<>\s\\`]", lambda match: f"%{ord(match[0]):02X}", clean.line(str(value))))


def rendered(template: str, **values: Any) -> str:
    """A template of this package, filled in."""
    return str(_engine().get_template(template).render(**values))


@cache
def _engine() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    engine = Environment(  # noqa: S701 - the output is Markdown: finalize escapes every expression for it
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        finalize=lambda value: value if isinstance(value, Safe) else escape(value),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    engine.filters.update(code=code, fence=fence, link=link)
    return engine


def _escaped(text: str) -> str:
    text = re.sub(r"&(?=#?\w)", "&amp;", _SIGNS.sub(r"\\\g<0>", text))
    return _LONE_UNDERSCORE.sub(r"\\_", text).replace("<", "&lt;")


def _longest(text: str, sign: str) -> int:
    return max((len(run) for run in re.findall(f"{re.escape(sign)}+", text)), default=0)
