"""The JSON of ``wsadvise data refresh --check`` as closed models, for ``wsadvise schema refresh``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """Closed: a key that is not listed is an error."""

    model_config = ConfigDict(extra="forbid")


class Source(Model):
    """One cited source. ``read``, ``fingerprint_of``: ISO days; null where it was never read, or has no fingerprint."""

    url: str
    status: Literal["changed", "gone", "moved", "unreachable", "no_fingerprint", "stored", "unchanged", "skipped"]
    reason: str
    moved_to: str | None
    passage: list[str]
    facts: list[str]
    read: str | None
    fingerprint_of: str | None


class Refresh(Model):
    """The output of ``wsadvise data refresh --check --format json``. ``to_read``: sources that a person has to look at."""

    schema_version: Literal[1]
    to_read: int = Field(ge=0)
    sources: list[Source]
