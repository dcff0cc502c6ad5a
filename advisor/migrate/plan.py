"""The nouns of a plan: what has to change so that an app runs on another host, and the files, order and tests that go with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from advisor.model import Fact, Place

Fits = Literal["as_it_is", "with_changes", "rewrite", "cannot", "depends", "no_websocket", "already_there"]
"""Whether the app can run there: as it is, after edits, only written anew, not at all, or that hangs on something not shown."""
Size = Literal["small", "medium", "large"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that must or should be done, or watched."""

    text: str
    because: tuple[str, ...] = ()
    do: str = ""
    snippet: str = ""
    verify: str = ""
    place: Place | None = None
    facts: tuple[str, ...] = ()
    who: Literal["app", "client", "proxy", "platform", "scan"] = "platform"
    rule: str | None = None
    """Id of the rule that finds it in the planned deployment."""
    today: bool = False
    """True where it holds on the present host as well."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one dimension is today and on the new host, in words."""

    dimension: str
    text: str
    before: str
    after: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file to write. ``exists``: one stands there already, which has to be compared and merged by hand."""

    path: str
    content: str
    what: str = ""
    exists: bool = False


@dataclass(frozen=True, slots=True)
class Do:
    """One step, and the command that does it."""

    do: str
    run: str = ""


@dataclass(frozen=True, slots=True)
class Effort:
    """An honest word, and what it rests on."""

    size: Size
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan for all apps with sockets of one repository. Lists are in the order in which they are told."""

    to: str
    to_name: str
    sentence: str
    fits: Fits
    as_of: str
    version: str
    knowledge_version: str
    from_: str | None = None
    from_name: str = ""
    from_how: Literal["shown", "given", "not_shown"] = "not_shown"
    apps: tuple[str, ...] = ()
    before_hops: tuple[str, ...] = ()
    after_hops: tuple[str, ...] = ()
    effort: Effort = field(default_factory=lambda: Effort("small", ()))
    must: tuple[Item, ...] = ()
    should: tuple[Item, ...] = ()
    watch: tuple[Item, ...] = ()
    changes_kind: tuple[Change, ...] = ()
    gains: tuple[Change, ...] = ()
    losses: tuple[Change, ...] = ()
    files: tuple[File, ...] = ()
    steps: tuple[Do, ...] = ()
    rollback: tuple[Do, ...] = ()
    tests: tuple[Do, ...] = ()
    alternatives: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
