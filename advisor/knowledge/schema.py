"""The form of ``platforms/*.yaml`` as pydantic models with closed keys. Only ``checks`` and ``data schema`` import this.

Field by field: what a profile holds. Values are typed by their dimension, which ``checks`` look at.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:_[a-z0-9]+)*$")]
Sentence = Annotated[str, Field(min_length=3)]
Scalar = str | int | float | bool
Sources = Annotated[list[Id], Field(min_length=1)]

Kind = Literal[
    "application_host",
    "function_host",
    "edge_runtime",
    "static_host",
    "cdn",
    "load_balancer",
    "api_gateway",
    "reverse_proxy",
    "app_proxy",
    "development_proxy",
    "ingress_controller",
    "tunnel",
    "managed_realtime",
]


class Closed(BaseModel):
    """A mapping with these keys and no others."""

    model_config = ConfigDict(extra="forbid", strict=False)


class Source(Closed):
    url: Annotated[str, Field(pattern=r"^https://[^/\s]+/\S*$")]
    kind: Literal["vendor_docs", "vendor_changelog", "source_code", "maintainer", "community", "measurement"]
    read: date
    page_date: date | None = None
    passage: list[Annotated[str, Field(min_length=3, max_length=60, pattern=r"^\S+( \S+)*$")]] = Field(default_factory=list)
    """Where on the page the facts stand: headings, short phrases, or ``#anchors``."""


class Confirmed(Closed):
    on: date
    how: Literal["read", "measured", "taken_over"]


class Statement(Closed):
    value: Scalar | list[Scalar]
    sources: Sources
    confirmed: Confirmed
    min: float | None = None
    max: float | None = None
    reset_by: Literal["any", "from_client", "from_upstream", "data_frames", "none"] | None = None
    when: dict[Key, Scalar | list[Scalar]] = Field(default_factory=dict)
    since: str | None = None
    until: str | None = None
    validity: Literal["version", "date"] | None = None
    per: str | None = None
    can_be: list[str] = Field(default_factory=list)
    details: dict[Key, Any] = Field(default_factory=dict)
    recheck_days: Annotated[int, Field(gt=0)] | None = None
    note: Sentence | None = None


class SetBy(Closed):
    format: str
    key: Annotated[str, Field(pattern=r"^\S+( \S+)*$")]
    scope: list[str] = Field(default_factory=list)
    unit: str | None = None
    when: dict[Key, Scalar | list[Scalar]] = Field(default_factory=dict)
    """Conditions under which the key sets this dimension, where under others it sets another one."""
    waits: bool = False
    """No reader hands it out yet: where a file sets it, the default is told."""


class Fact(Closed):
    dimension: Key
    statements: Annotated[list[Statement], Field(min_length=1)]
    set_by: list[SetBy] = Field(default_factory=list)
    validity: Literal["version", "date"] | None = None


class Condition(Closed):
    asks: Sentence
    options: list[Scalar] = Field(default_factory=list)
    says: dict[str, Sentence] = Field(default_factory=dict)
    usual: Scalar | None = None


class Lifecycle(Closed):
    status: Literal["active", "beta", "sunset", "moved"]
    on: date | None = None
    successor: Id | None = None
    to: Id | None = None
    note: Sentence | None = None


class Recognised(Closed):
    """One sign, and how sure it makes: exactly one of the first group says where it is seen."""

    file: str | None = None
    compose_image: str | None = None
    docker_from: str | None = None
    terraform: str | None = None
    cloudformation: str | None = None
    kubernetes: str | None = None
    github_action: str | None = None
    package: str | None = None
    host: Annotated[str, Field(pattern=r"^[a-z0-9*.-]+$")] | None = None
    """A glob of the host names that clients open."""
    unseen: Sentence | None = None
    """Why no file of a repository shows it, so that only ``--assume hop=`` tells."""
    shows: str | None = None
    """The same as ``has`` and ``words`` in words, for a person."""
    has: list[str] = Field(default_factory=list)
    """What must stand there: paths of keys with an optional value, ``spec > gatewayClassName = gke-l7-*``."""
    words: list[str] = Field(default_factory=list)
    """Literals that must all stand in the text."""
    unless: list[str] = Field(default_factory=list)
    """Globs of platforms beside which the sign tells nothing."""
    given: dict[Key, str] = Field(default_factory=dict)
    """Conditions of facts that the sign shows."""
    aside: bool = False
    """The platform is named, and no path is led through it: it stands behind or around another hop."""
    read_by: str | None = None
    """The module of ``advisor.deployment`` that reads it in full."""
    version_from: Literal["tag", "file", "package"] | None = None
    certainty: Literal["explicit", "strong", "weak"]
    note: Sentence | None = None


class Release(Closed):
    version: str
    on: date
    channel: Literal["mainline", "stable"]


class Switch(Closed):
    id: Id
    what: Sentence
    when_absent: Literal["on", "off", "depends"]
    on: list[str] = Field(default_factory=list)
    off: list[str] = Field(default_factory=list)
    shown_by: list[SetBy] = Field(default_factory=list)
    dashboard: Sentence | None = None
    note: Sentence | None = None
    sources: Sources


class NoEffect(Closed):
    format: str
    key: str
    why: Sentence
    instead: Sentence
    sources: Sources


class Module(Closed):
    name: str
    needed_for: Sentence
    sources: Sources


class HealthCheck(Closed):
    kind: Literal["http", "tcp", "command", "none"]
    path: str | None = None
    method: str | None = None
    status: list[Annotated[str, Field(pattern=r"^\d{3}(-\d{3})?$")]] = Field(default_factory=list)
    set_by: list[SetBy] = Field(default_factory=list)
    note: Sentence | None = None
    sources: Sources


class Symptom(Closed):
    """What a person sees, in words and as features that a pasted symptom is compared with."""

    sees: Sentence
    means: Sentence
    sources: Sources
    phase: Literal["handshake", "open"] | None = None
    status: list[Annotated[int, Field(ge=100, le=599)]] = Field(default_factory=list)
    close_code: list[Annotated[int, Field(ge=1000, le=4999)]] = Field(default_factory=list)
    log_code: list[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]+$")]] = Field(default_factory=list)
    log_words: list[Annotated[str, Field(min_length=4)]] = Field(default_factory=list)
    after_s: list[Annotated[float, Field(gt=0)]] = Field(default_factory=list)
    signs: list[Key] = Field(default_factory=list)
    fact: Key | None = None
    rules: list[Annotated[str, Field(pattern=r"^WS\d{3}$")]] = Field(default_factory=list)
    test: Sentence | None = None


class Implied(Closed):
    platform: Id
    where: Literal["in_front", "behind"]
    when: dict[Key, str] = Field(default_factory=dict)
    note: Sentence | None = None


class OwnProtocolSign(Closed):
    """Handlers that show the app was written for this platform's own model."""

    format: str
    shows: Sentence
    words: list[str] = Field(default_factory=list)


class Alternative(Closed):
    name: str
    fits: Sentence
    platform: Id | None = None


class Profile(Closed):
    """One ``platforms/<kind>/<id>.yaml``."""

    schema_: Literal[1] = Field(alias="schema")
    id: Id
    name: str
    vendor: str
    kind: Kind
    summary: Sentence
    lifecycle: Lifecycle = Lifecycle(status="active")
    validity: Literal["version", "date"] = "date"
    oldest: Annotated[str, Field(pattern=r"^\d+(\.\d+)*$")] | None = None
    implies: list[Implied] = Field(default_factory=list)
    recognised_by: Annotated[list[Recognised], Field(min_length=1)]
    conditions: dict[Key, Condition] = Field(default_factory=dict)
    facts: Annotated[list[Fact], Field(min_length=1)]
    switches: list[Switch] = Field(default_factory=list)
    no_effect: list[NoEffect] = Field(default_factory=list)
    modules: list[Module] = Field(default_factory=list)
    health_check: HealthCheck | None = None
    own_protocol_signs: list[OwnProtocolSign] = Field(default_factory=list)
    symptoms: list[Symptom] = Field(default_factory=list)
    alternatives: list[Alternative] = Field(default_factory=list)
    releases: list[Release] = Field(default_factory=list)
    sources: dict[Id, Source]


class Dimension(Closed):
    """One entry of ``platforms/dimensions.yaml``."""

    question: Annotated[str, Field(pattern=r"\?$")]
    type: Literal["duration", "bytes", "count", "rate", "enum", "flag", "text", "names", "ports", "port"]
    combine: Literal["min", "max", "all", "any", "nearest_to_app", "nearest_to_client", "none"]
    needs: Sentence
    recheck_days: Annotated[int, Field(gt=0)]
    unit: str | None = None
    clock: Literal["handshake", "idle", "lifetime", "drain", "request"] | None = None
    reset_by: list[Literal["any", "from_client", "from_upstream", "data_frames", "none"]] = Field(default_factory=list)
    options: list[str] = Field(default_factory=list)
    best_first: list[list[str]] = Field(default_factory=list)
    rules: list[Annotated[str, Field(pattern=r"^WS\d{3}$")]] = Field(default_factory=list)


class Released(Closed):
    """``platforms/released.yaml``: the ids that a release has shipped."""

    ids: list[Id]


class Vocabulary(Closed):
    """``platforms/dimensions.yaml``."""

    version: Annotated[str, Field(pattern=r"^\d{4}\.\d{2}\.\d{2}\.\d+$")]
    dimensions: dict[Key, Dimension]
