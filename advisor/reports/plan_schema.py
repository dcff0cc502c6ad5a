"""The output of ``wsadvise plan --format json`` as a closed model."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from advisor.reports.schema import Fact, KnowledgeVersion, Model, Tool


class At(Model):
    """A position in a file of the scanned tree, or of the planned files."""

    file: str
    line: int = Field(ge=1)
    column: int = Field(ge=1)


class Item(Model):
    """One thing that must or should be done, or watched. ``today``: it holds on the present host as well."""

    text: str
    because: list[str]
    do: str
    snippet: str
    verify: str
    place: At | None
    facts: list[str]
    who: Literal["app", "client", "proxy", "platform", "scan"]
    rule: str | None = Field(description="The rule that finds it in the planned deployment, if one does.")
    today: bool


class Change(Model):
    """What one dimension is today and on the new host, in words."""

    dimension: str
    text: str
    before: str
    after: str
    facts: list[str]


class File(Model):
    """A file to write, relative to the scanned root. ``exists``: one stands there already and has to be merged by hand."""

    path: str
    content: str
    what: str
    exists: bool


class Do(Model):
    do: str
    run: str = Field(description="A command, or empty.")


class Effort(Model):
    size: Literal["small", "medium", "large"]
    because: list[str]


class Plan(Model):
    """A plan to run the apps of a repository on another host."""

    schema_version: Literal[1]
    tool: Tool
    knowledge: KnowledgeVersion
    from_: str | None = Field(alias="from", description="Id of the platform that is left; null where the files do not show it.")
    to: str
    from_how: Literal["shown", "given", "not_shown"]
    from_hops: list[str]
    to_hops: list[str]
    apps: list[str]
    fits: Literal["as_it_is", "with_changes", "rewrite", "cannot", "depends", "no_websocket", "already_there"]
    sentence: str
    effort: Effort
    must: list[Item]
    should: list[Item]
    watch: list[Item]
    changes_kind: list[Change]
    gains: list[Change]
    losses: list[Change]
    files: list[File]
    steps: list[Do]
    rollback: list[Do]
    tests: list[Do]
    alternatives: list[str]
    facts: list[Fact]
