"""The JSON of ``wsadvise fix`` as closed models, for ``wsadvise schema fix``."""

from __future__ import annotations

from typing import Literal

from advisor.reports.schema import Edit, Model, Place


class Found(Model):
    """A finding, as ``scan`` tells it."""

    rule: str
    name: str
    severity: Literal["error", "warning", "info"]
    message: str
    place: Place
    fingerprint: str


class Fix(Found):
    """A finding that is settled. ``safe``: no ordinary request and no other socket is treated differently."""

    safe: bool
    does: str
    files: list[str]


class File(Model):
    """A changed file. ``diff`` is null, and ``edits`` empty, where a line of it looks like a secret."""

    path: str
    diff: str | None
    edits: list[Edit]


class Left(Found):
    """A finding that is not settled, and why. ``unsafe_fix``: there is an edit that needs review."""

    because: str
    unsafe_fix: bool


class Fixes(Model):
    """The output of ``wsadvise fix --format json``. ``written``: true where the files were changed."""

    schema_version: Literal[1]
    written: bool
    fixes: list[Fix]
    files: list[File]
    left: list[Left]
