"""The output of ``wsadvise compare --format json`` as a closed model."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from advisor.reports.schema import KnowledgeVersion, Model, Tool


class Row(Model):
    """One host against this app."""

    platform: str
    name: str
    verdict: Literal["works", "works_with_changes", "cannot", "depends"]
    because: str
    changes: list[str]
    effort: Literal["small", "medium", "large"]
    cost: str | None = Field(description="By what the host bills an open socket; null where that is not known.")
    limits: dict[str, str] = Field(description="Dimension -> value in words.")
    here: bool = Field(description="True where the app runs there today.")
    files_planned: bool = Field(description="True where `wsadvise plan` writes the files for it.")


class Comparison(Model):
    """Every host against the apps with sockets of a repository, those that fit best first."""

    schema_version: Literal[1]
    tool: Tool
    knowledge: KnowledgeVersion
    sentence: str
    apps: list[str]
    rows: list[Row]
