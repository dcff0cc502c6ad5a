"""What the search for a proxy's routes needs: a sample path for a pattern, and where the request sent there ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.model import Depends, Forward, Outcome


def forwards(outcome: Outcome) -> Iterator[Forward]:
    """Every way in which the request is handed on, whatever the answer depends on."""
    results = [branch for _, branch in outcome.branches] if isinstance(outcome, Depends) else [outcome]
    yield from (result for result in results if isinstance(result, Forward))


def like(pattern: str) -> str:
    """A path that an expression matches, for the shapes people write; the caller tries it on the real one."""
    text = pattern.removeprefix("^").removesuffix("$")
    while (shorter := re.sub(r"\((?:\?:|\?<\w+>|\?P<\w+>)?([^()|]*)(?:\|[^()]*)?\)([?*]?)", _group, text)) != text:
        text = shorter
    text = re.sub(r"\[[^\]]*\][*+?]?|\\[dwSs][*+?]?|\.[*+]\??", "1", text)
    text = re.sub(r"\w\?", "", text).split("|")[0]
    text = re.sub(r"\\(.)", r"\1", text)
    return text if text.startswith("/") else f"/{text}"


def _group(match: re.Match[str]) -> str:
    return "" if match[2] in ("?", "*") else match[1]
