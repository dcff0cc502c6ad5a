"""Version numbers as products write them: compared part by part, with as many parts as both sides have."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def key(version: str) -> tuple[int, ...]:
    """``"v1.29.7-alpine"`` -> ``(1, 29, 7)``: the leading numbers; empty where there are none."""
    numbers = re.match(r"[v=^~>< ]*(\d+(?:\.\d+)*)", version.strip())
    return tuple(int(part) for part in numbers[1].split(".")) if numbers else ()


def before(version: str, limit: str) -> bool:
    """True where ``version`` is older than ``limit``. Missing parts count as zero: ``1.28`` is before ``1.29.7``."""
    left, right = key(version), key(limit)
    width = max(len(left), len(right))
    return left + (0,) * (width - len(left)) < right + (0,) * (width - len(right))


def within(version: str, since: str | None, until: str | None) -> bool:
    """True where ``since`` <= ``version`` < ``until``; an open side holds for all."""
    return not (since and before(version, since)) and not (until and not before(version, until))


def ambiguous(version: str, limit: str) -> bool:
    """True where ``version`` has fewer parts than ``limit`` and covers releases on both sides of it (``1`` or ``1.29``)."""
    left, right = key(version), key(limit)
    return 0 < len(left) < len(right) and left == right[: len(left)] and any(right[len(left) :])


def older(version: str, limit: str) -> bool:
    """True where every release that ``version`` covers is before ``limit``: ``2.4.1`` is before ``2.4.47``, ``2.4`` is open."""
    return before(version, limit) and not ambiguous(version, limit)
