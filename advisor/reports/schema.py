"""The public JSON outputs as closed models, and their JSON Schemas for ``wsadvise schema``.

Imported only where a schema is asked for; the outputs themselves are written without pydantic, and tests hold both together.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from advisor.model import Certainty, Confidence, FindingVerdict, Handled, Role, Scope, Severity, Verdict

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAMES = ("report", "trace", "platform", "why", "plan", "compare", "fix", "refresh", "config")
_ELSEWHERE = {
    "trace": "Trace",
    "platform": "Platform",
    "why": "Why",
    "compare": "Comparison",
    "plan": "Plan",
    "fix": "Fixes",
    "refresh": "Refresh",
}
"""Outputs whose models stand in a module of their own, ``<name>_schema``."""
Plain = str | int | float | bool | None


class Model(BaseModel):
    """Closed: a key that is not listed is an error."""

    model_config = ConfigDict(extra="forbid")


class Place(Model):
    """A position in a file of the scanned tree. Lines and columns count from 1; ``file`` is relative to the root."""

    file: str
    line: int = Field(ge=1)
    column: int = Field(ge=1)
    end_line: int | None = None
    end_column: int | None = None


class Related(Place):
    """A second place that belongs to a finding, and why."""

    message: str


class Tool(Model):
    name: Literal["wsadvise"]
    version: str


class KnowledgeVersion(Model):
    """Which state of the facts was asked, and for which day."""

    version: str
    as_of: str


class Files(Model):
    """How many files the walk saw, and how many of them were read and parsed."""

    seen: int
    read: int


class Chosen(Model):
    """A deployment file and what it was taken for."""

    file: str
    scope: Scope
    environment: str
    why: str


class Process(Model):
    """A command that runs an app. ``replicas`` null: the files do not say."""

    id: str
    command: str | None
    program: str | None
    workers: int | None
    replicas: int | None
    place: Place


class App(Model):
    id: str
    root: str
    scope: Scope
    processes: list[Process]


class Endpoint(Model):
    """Where a server accepts sockets. ``path`` null: any path."""

    path: str | None
    port: int | None
    bind: str | None
    place: Place


class Heartbeat(Model):
    sender: Literal["server", "client", "both", "none"]
    interval_s: float | None
    timeout_s: float | None
    source: Literal["default", "configured", "observed"]
    place: Place | None


class Reconnect(Model):
    kind: Literal["none", "immediate", "fixed", "exponential", "library"]
    delay_s: float | None
    max_delay_s: float | None
    jitter: bool
    attempts: int | None
    growth: Literal["doubling", "linear", "listed"] | None = Field(description="How the waits of an exponential schedule grow.")
    resumed: bool = Field(description="True where a person or the browser starts it again after it gave up.")
    place: Place | None


class Use(Model):
    """One use of a socket library."""

    library: str
    name: str
    role: Role
    app: str
    version: str | None
    certainty: Certainty
    scope: Scope
    foreign: bool = Field(description="A client of somebody else's service.")
    place: Place
    endpoints: list[Endpoint]
    urls: list[str]
    transports: list[str]
    heartbeat: Heartbeat | None
    reconnect: Reconnect | None
    backplane: str | None


class Setting(Model):
    key: str
    value: str
    place: Place


class Hop(Model):
    """A program or service between the browser and the app."""

    id: str
    platform: str
    name: str
    version: str | None
    certainty: Certainty
    scope: Scope
    environment: str
    place: Place
    settings: list[Setting]


class Handshake(Model):
    """How the virtual handshake along this path ended."""

    outcome: Handled
    status: int | None
    decided_by: str | None = Field(description="Id of the deciding hop, or app.")
    reason: str
    place: Place | None


class DecidedBy(Model):
    hop: str | None
    platform: str = Field(description="Id of the platform, or app for the app's own limit.")
    source: Literal["default", "configured"]
    place: Place | None
    fact: str | None
    name: str | None = Field(description="The library or program whose own limit it is, where platform is app.")


class RunnerUp(Model):
    hop: str | None
    platform: str
    value: Plain


class OtherValue(Model):
    value: Plain
    when: str


class Bound(Model):
    """What one hop, or the app, makes of a dimension by itself."""

    hop: str | None
    platform: str
    value: Plain
    reset_by: str | None
    source: Literal["default", "configured"]
    place: Place | None


class Limit(Model):
    """The effective value of one dimension along a path; durations in seconds, sizes in bytes, null where none is known."""

    dimension: str
    value: Plain
    unit: str | None
    reset_by: str | None
    decided_by: DecidedBy
    runner_up: RunnerUp | None
    along: list[Bound] = Field(description="Every hop's and the app's own value where one is known, from the client to the app.")
    depends_on: str | None
    others: list[OtherValue]


class Path(Model):
    """One way from a browser to an endpoint."""

    id: str
    environment: str
    scope: Scope
    certainty: Certainty
    endpoint: str
    url: str
    hop_ids: list[str]
    hops: list[str]
    app: str | None
    because: list[str]
    handshake: Handshake
    limits: list[Limit]


class Position(Model):
    """The end may lie behind the last line."""

    line: int = Field(ge=1)
    column: int = Field(ge=1)


class Edit(Model):
    """The text from ``start`` up to ``end`` is replaced by ``text``."""

    file: str
    start: Position
    end: Position
    text: str


class Fix(Model):
    safe: bool
    edits: list[Edit]


class Finding(Model):
    """One thing to tell the reader."""

    rule: str = Field(pattern=r"^WS\d{3}$")
    name: str
    severity: Severity
    verdict: FindingVerdict
    confidence: Confidence
    message: str
    why: list[str]
    remedy: str
    snippet: str
    verify: str
    who: Literal["app", "proxy", "platform", "client", "scan"]
    place: Place
    related: list[Related]
    path: str | None
    facts: list[str]
    fix: Fix | None
    fingerprint: str
    fingerprints: list[str]


class Branch(Model):
    answer: str
    then: str


class SetAside(Model):
    """A finding that an ignore comment or the configuration took out, with the reason given there."""

    rule: str
    name: str
    place: Place
    because: str
    by: Place
    fingerprint: str


class Question(Model):
    """Something the repository does not show and that decides."""

    key: str
    asks: str
    assume: str
    branches: list[Branch]


class NotRead(Model):
    file: str
    reason: str
    line: int | None


class Fact(Model):
    """A statement of the knowledge base that findings and limits cite by ``id``."""

    id: str
    statement: str
    sources: list[str]
    confirmed: str
    confidence: str


class Report(Model):
    """The output of ``wsadvise scan --format json``."""

    schema_version: Literal[1]
    tool: Tool
    knowledge: KnowledgeVersion
    root: str
    files: Files
    verdict: Verdict
    sentence: str
    chosen: list[Chosen]
    apps: list[App]
    stack: list[Use]
    hops: list[Hop]
    paths: list[Path]
    findings: list[Finding]
    questions: list[Question]
    not_read: list[NotRead]
    facts: list[Fact]
    looked_at: list[str]
    set_aside: list[SetAside]


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one of ``NAMES``; ``KeyError`` for another name."""
    if name == "config":
        from advisor.configuration import Configuration

        return {"$schema": DIALECT, **Configuration.published()}
    if name in _ELSEWHERE:
        model: type[BaseModel] = getattr(import_module(f"advisor.reports.{name}_schema"), _ELSEWHERE[name])
        return {"$schema": DIALECT, **model.model_json_schema()}
    return {"$schema": DIALECT, **{"report": Report}[name].model_json_schema()}
