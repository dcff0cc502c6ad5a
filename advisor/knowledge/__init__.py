"""The knowledge base: what holds for a platform, at a date, for a version, under conditions.

``load()`` reads ``platforms/`` (compiled, see ``advisor.data``); profiles are built when they are first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any

from advisor.data import folder
from advisor.knowledge import build
from advisor.knowledge.profile import Profile
from advisor.knowledge.statements import Dimension, Known, SetBy, Source, Special, Statement

__all__ = [
    "Dimension",
    "Knowledge",
    "Known",
    "Profile",
    "SetBy",
    "Source",
    "Special",
    "Statement",
    "UnknownDimension",
    "UnknownPlatform",
    "load",
]


class UnknownPlatform(LookupError):
    """No profile has this id. ``nearest`` holds up to three ids that look like it."""

    def __init__(self, platform: str, nearest: tuple[str, ...]) -> None:
        super().__init__(_unknown("platform", platform, nearest))
        self.nearest = nearest


class UnknownDimension(LookupError):
    """``dimensions.yaml`` has no such key."""

    def __init__(self, dimension: str, nearest: tuple[str, ...]) -> None:
        super().__init__(_unknown("dimension", dimension, nearest))
        self.nearest = nearest


class Knowledge:
    """All dimensions and profiles of one state of the data."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """``data``: path below ``platforms`` without ``.yaml`` -> content, dates as ISO text."""
        vocabulary = data["dimensions"]
        self.version: str = vocabulary["version"]
        """The day of the data and a number: ``2026.11.25.1``."""
        self.dimensions: Mapping[str, Dimension] = {
            key: build.dimension(key, raw) for key, raw in vocabulary["dimensions"].items()
        }
        self._raw: dict[str, Any] = {
            path.rpartition("/")[2]: content for path, content in sorted(data.items()) if path not in build.NO_PROFILES
        }
        self._built: dict[str, Profile] = {}

    def platforms(self) -> tuple[str, ...]:
        """Ids of all profiles, sorted."""
        return tuple(sorted(self._raw))

    def platform(self, platform: str) -> Profile:
        """The profile of an id. Raises :class:`UnknownPlatform` with the nearest ids."""
        if platform not in self._built:
            if platform not in self._raw:
                raise UnknownPlatform(platform, self.nearest(platform))
            self._built[platform] = build.profile(self._raw[platform], self.dimensions)
        return self._built[platform]

    def recognised_by(self) -> dict[str, tuple[Mapping[str, Any], ...]]:
        """Platform -> the signs by which it is recognised, as its file holds them; no profile is built for that."""
        return {platform: tuple(raw.get("recognised_by", ())) for platform, raw in self._raw.items()}

    def nearest(self, text: str) -> tuple[str, ...]:
        """Up to three ids that look like a mistyped one, or that contain it."""
        wanted = text.lower()
        close = get_close_matches(wanted, self._raw, n=3, cutoff=0.5)
        holding = [each for each in self.platforms() if wanted and (wanted in each or each in wanted)]
        return tuple(dict.fromkeys([*holding, *close]))[:3]

    def fact(self, platform: str, dimension: str, /, *, at: date, version: str | None = None, **conditions: str) -> Known:
        """What holds: one value, several with the condition that separates them, unknown with a reason, or absent.

        Raises :class:`UnknownPlatform` or :class:`UnknownDimension` for names that do not exist.
        """
        if dimension not in self.dimensions:
            raise UnknownDimension(dimension, tuple(get_close_matches(dimension, self.dimensions, n=3)))
        return self.platform(platform).fact(dimension, at=at, version=version, **conditions)

    def stale(self, at: date) -> tuple[Statement, ...]:
        """Statements in force that nobody confirmed within their dimension's budget, by id."""
        found = (statement for each in self.platforms() for statement in self.platform(each).stale(at))
        return tuple(sorted(found, key=lambda statement: (statement.confirmed.on, statement.id)))


@cache
def load() -> Knowledge:
    """The knowledge base that ships with the package."""
    return Knowledge(folder("platforms"))


def _unknown(what: str, name: str, nearest: tuple[str, ...]) -> str:
    hint = f"; did you mean {' or '.join(nearest)}?" if nearest else f"; `wsadvise {what}` lists them all" * (what == "platform")
    return f"there is no {what} {name!r}{hint}"
