"""The output of ``wsadvise platform ID --format json`` as a closed model."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from advisor.reports.schema import Model

Value = str | int | float | bool | list[str | int | float | bool]


class Lifecycle(Model):
    """``sunset`` carries a day and may name a successor, ``moved`` the id it is known by now."""

    status: Literal["active", "beta", "sunset", "moved"]
    on: str | None = None
    successor: str | None = None
    to: str | None = None
    note: str | None = None


class Condition(Model):
    """Something facts hang on; ``--when KEY=OPTION`` settles it. No options: a version or a day."""

    key: str
    asks: str
    options: list[str]
    usual: str | None


class Implied(Model):
    platform: str
    where: Literal["in_front", "behind"]
    note: str


class SetBy(Model):
    """A key of a file that sets the value."""

    format: str
    key: str
    condition: str | None = Field(default=None, description="In words, under which condition it does, where that is open.")
    waits: bool = Field(default=False, description="No scan reads it yet.")


class Recognised(Model):
    """A sign in files: where it is seen is the one key among the first ten."""

    file: str | None = None
    compose_image: str | None = None
    docker_from: str | None = None
    terraform: str | None = None
    cloudformation: str | None = None
    kubernetes: str | None = None
    github_action: str | None = None
    package: str | None = None
    host: str | None = None
    unseen: str | None = Field(default=None, description="Why no file shows it; only an assumed hop is one then.")
    shows: str | None = None
    has: list[str] = []
    words: list[str] = []
    unless: list[str] = []
    given: dict[str, str] = {}
    aside: bool = False
    read_by: str | None = None
    version_from: Literal["tag", "file", "package"] | None = None
    certainty: Literal["explicit", "strong", "weak"]
    note: str | None = None


class Source(Model):
    url: str
    kind: Literal["vendor_docs", "vendor_changelog", "source_code", "maintainer", "community", "measurement"]
    read: str | None
    page_date: str | None


class Confirmed(Model):
    on: str
    how: Literal["read", "measured", "taken_over"]


class Fact(Model):
    """One statement that holds at the date and version asked for. ``since`` and ``until`` are days or versions, half-open."""

    id: str
    dimension: str
    value: Value = Field(description="none, unknown, unpublished and unsupported are words of their own.")
    unit: str | None
    min: float | None
    max: float | None
    reset_by: str | None
    per: str | None
    can_be: list[str]
    details: dict[str, Any]
    when: dict[str, str | list[str]]
    condition: str | None = Field(description="In words, what separates it from the other statements of its dimension.")
    since: str | None
    until: str | None
    confidence: Literal["measured", "documented", "reported", "doubtful"]
    confirmed: Confirmed
    set_by: list[SetBy]
    sources: list[Source]
    note: str


class Former(Fact):
    """A statement that held before the date or version asked for, or holds only after it."""

    holds: Literal["before", "after"]


class Switch(Model):
    id: str
    what: str
    when_absent: Literal["on", "off", "depends"]
    dashboard: str | None
    shown_by: list[SetBy]
    note: str


class NoEffect(Model):
    """A setting that people rely on and that does nothing for a WebSocket."""

    format: str
    key: str
    why: str
    instead: str


class Module(Model):
    name: str
    needed_for: str


class HealthCheck(Model):
    kind: Literal["http", "tcp", "command", "none"]
    path: str | None
    method: str | None
    status: list[str]
    set_by: list[SetBy]
    note: str


class Symptom(Model):
    sees: str
    means: str


class Alternative(Model):
    platform: str | None
    name: str
    fits: str


class Platform(Model):
    """What is known about one platform, at a day and, where asked for, a version."""

    id: str
    name: str
    vendor: str
    kind: str
    summary: str
    as_of: str
    version: str | None
    lifecycle: Lifecycle
    conditions: list[Condition]
    implies: list[Implied]
    recognised_by: list[Recognised]
    facts: list[Fact]
    history: list[Former]
    switches: list[Switch]
    no_effect: list[NoEffect]
    modules: list[Module]
    health_check: HealthCheck | None
    symptoms: list[Symptom]
    alternatives: list[Alternative]
