"""PCRE patterns of a configuration -> matches with captures, in bounded time.

The ``regex`` package reads nearly all of PCRE's syntax and takes a time limit, which the standard library's does not: a
hostile pattern costs a tenth of a second and counts as unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_LIMIT_S = 0.1


@dataclass(frozen=True, slots=True)
class Match:
    """``$1`` to ``$9`` (empty where a group took no part) and the named groups."""

    groups: tuple[str, ...]
    named: tuple[tuple[str, str], ...]


class Undecided(Exception):
    """Whether the pattern matches cannot be said: not readable here, or too slow."""


@lru_cache(maxsize=20_000)
def _compiled(pattern: str, ignore_case: bool) -> Any:
    import regex

    flags = regex.VERSION0 | (regex.IGNORECASE if ignore_case else 0)
    try:
        return regex.compile(_python(pattern), flags)
    except (regex.error, OverflowError, RecursionError, ValueError, MemoryError, IndexError, TypeError):
        return None


def _python(pattern: str) -> str:
    """PCRE spells ``$`` at the end as "end or before the last newline" just as Python does; only ``(*VERBS)`` are dropped."""
    while pattern.startswith("(*") and ")" in pattern:
        pattern = pattern[pattern.index(")") + 1 :]
    return pattern


def match(pattern: str, subject: str, ignore_case: bool = False) -> Match | None:
    """The first place where the pattern matches. Raises ``Undecided`` where that cannot be said."""
    compiled = _compiled(pattern, ignore_case)
    if compiled is None:
        raise Undecided(pattern)
    try:
        found = compiled.search(subject, timeout=_LIMIT_S)
    except (TimeoutError, RecursionError, MemoryError) as error:
        raise Undecided(pattern) from error
    if found is None:
        return None
    return Match(
        tuple(group or "" for group in found.groups()),
        tuple((name, value or "") for name, value in found.groupdict().items()),
    )


def is_broken(pattern: str) -> bool:
    """True where a pattern leaves a parenthesis open, which no flavour of regular expressions allows."""
    if pattern.count("(") <= pattern.count(")") or _compiled(pattern, False) is not None:
        return False
    try:
        re.compile(pattern)
    except re.error as error:
        return "missing )" in str(error) or "unterminated subpattern" in str(error)
    return False


def names(pattern: str) -> tuple[str, ...]:
    """Names of the named groups, which nginx makes variables of."""
    if "(?" not in pattern:
        return ()
    compiled = _compiled(pattern, False)
    return tuple(compiled.groupindex) if compiled is not None else ()
