"""The JSON of ``wsadvise why`` as closed models, for ``wsadvise schema why``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """Closed: a key that is not listed is an error."""

    model_config = ConfigDict(extra="forbid")


class Place(Model):
    """A position in a file of the scanned tree; lines and columns count from 1."""

    file: str
    line: int = Field(ge=1)
    column: int = Field(ge=1)


class ReadAs(Model):
    """What was read in the symptom. ``after_s``: seconds; null where nothing was read."""

    phase: Literal["handshake", "open"] | None
    statuses: list[int]
    close_codes: list[int]
    log_codes: list[str]
    after_s: float | None
    signs: list[str]
    browser: Literal["chrome", "firefox", "safari"] | None
    path: str | None
    platforms: list[str]


class Cause(Model):
    """One explanation. ``hop``: id of a hop of the repository; ``platform``: id of a profile, ``app``, ``client``, or null."""

    hop: str | None
    platform: str | None
    name: str
    rule: str | None
    likelihood: Literal["likely", "possible"]
    means: str
    because: list[str]
    test: str
    place: Place | None
    path: str | None
    fact: str | None


class Why(Model):
    """The output of ``wsadvise why --format json``. ``symptom`` is the text without queries, credentials and tokens."""

    schema_version: Literal[1]
    symptom: str
    read_as: ReadAs
    asked: Literal["repository", "knowledge"]
    causes: list[Cause]
    note: str
    collect: list[str]
