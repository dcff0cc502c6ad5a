"""The nouns of the knowledge base: a statement with its validity, conditions and sources, and the answer to a question.

Values are typed by their dimension: seconds, bytes, counts, ``True``/``False``, a keyword, text, or a tuple of these. Four
special values are kept apart from all of them and from each other (:class:`Special`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal

SourceKind = Literal["vendor_docs", "vendor_changelog", "source_code", "maintainer", "community", "measurement"]
Confidence = Literal["measured", "documented", "reported", "doubtful"]
How = Literal["read", "measured", "taken_over"]
Validity = Literal["version", "date"]
ResetBy = Literal["any", "from_client", "from_upstream", "data_frames", "none"]
Combine = Literal["min", "max", "all", "any", "nearest_to_app", "nearest_to_client", "none"]


class Special(StrEnum):
    """Values that are no value: each means something else."""

    UNKNOWN = "unknown"
    """Looked for and not found."""
    UNPUBLISHED = "unpublished"
    """There is one, and the vendor does not say which."""
    NONE = "none"
    """There is no such limit or thing."""
    UNSUPPORTED = "unsupported"
    """It cannot be had here."""


FactValue = str | int | float | bool | tuple[Any, ...] | Special


@dataclass(frozen=True, slots=True)
class Source:
    """A page or file that a statement rests on. ``page_date``: the day the page itself shows.

    ``passage``: where on it the facts stand (headings, short phrases, ``#anchors``); empty: not said.
    """

    id: str
    url: str
    kind: SourceKind
    read: date | None = None
    page_date: date | None = None
    passage: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """When the statement was last confirmed, and how (``taken_over``: from a dated sheet, not read again)."""

    on: date
    how: How


@dataclass(frozen=True, slots=True)
class SetBy:
    """A key of a file that sets a dimension; ``key`` is spelled as the readers spell it in ``Setting.key``."""

    format: str
    key: str
    scope: tuple[str, ...] = ()
    unit: str | None = None
    """Unit of the number as written in the file, where it is not the dimension's own."""
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Conditions under which the key sets this dimension; empty: always."""
    waits: bool = False
    """True where no reader hands it out yet."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What holds for one dimension of one platform, from when to when, under which conditions, and who says so."""

    id: str
    """``nginx/idle_timeout``: platform and dimension."""
    value: FactValue
    unit: str | None
    sources: tuple[Source, ...]
    confirmed: Confirmed
    confidence: Confidence
    min: float | None = None
    max: float | None = None
    reset_by: ResetBy | None = None
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Condition -> the options under which it holds (any of them)."""
    since: str | None = None
    """A version or an ISO date, by ``validity``; inclusive."""
    until: str | None = None
    """Exclusive."""
    validity: Validity = "date"
    per: str | None = None
    """What a count is counted by: ``worker``, ``instance``, ``account``."""
    can_be: tuple[str, ...] = ()
    """The keywords that a setting can choose, where ``value`` is only the default."""
    details: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(source.url for source in self.sources)


@dataclass(frozen=True, slots=True)
class Known:
    """The answer to one question.

    ``one``: ``statement`` holds. ``several``: it hangs on something not given; ``branches`` holds each condition in words and
    the statement that then holds. ``unknown``: looked for and not found, ``reason`` says so. ``absent``: the profile says
    nothing about it.
    """

    kind: Literal["one", "several", "unknown", "absent"]
    statement: Statement | None = None
    branches: tuple[tuple[str, Statement], ...] = ()
    reason: str = ""
    condition: str | None = None
    """For ``several``: the condition that separates the branches, as ``--assume`` takes it (``plan``, ``version``)."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing that can be asked of every platform: type, unit, and how it combines along a path."""

    key: str
    question: str
    type: Literal["duration", "bytes", "count", "rate", "enum", "flag", "text", "names", "ports", "port"]
    combine: Combine
    needs: str
    """What an app with sockets needs of it, one sentence."""
    recheck_days: int
    """After how many days a statement counts as stale."""
    unit: str | None = None
    clock: Literal["handshake", "idle", "lifetime", "drain", "request"] | None = None
    reset_by: tuple[str, ...] = ()
    """What may reset the clock."""
    options: tuple[str, ...] = ()
    """The keywords of an ``enum``."""
    best_first: tuple[tuple[str, ...], ...] = ()
    """Groups of an enum's options, the best for an app with sockets first; empty where none is better as such."""
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """Something a statement may hang on: what to ask, the possible answers, and how to say them."""

    key: str
    asks: str
    options: tuple[str, ...] = ()
    """Empty: a version or a date, compared with ``>=`` or ``<``."""
    says: Mapping[str, str] = field(default_factory=dict)
    """Option -> the same in words (``fluid`` ``false`` -> "Fluid compute is off")."""
    usual: str | None = None
    """What holds where nothing else is seen, because the files would show the other."""

    def words(self, options: tuple[str, ...]) -> str:
        """The condition in words."""
        said = [self.says.get(option) or f"{self.key} is {option}" for option in options]
        return " or ".join(said)
