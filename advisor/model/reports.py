"""What is told: findings, questions, facts, the whole report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from advisor.model.deployments import Chosen, Hop, Process
from advisor.model.paths import Path
from advisor.model.places import Confidence, FindingVerdict, NotRead, Place, Related, Severity, Verdict
from advisor.model.stacks import App, Server


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces the text from ``place`` to its end by ``text``."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell the reader, with its place, its chain of reasons and the facts it rests on."""

    rule: str
    name: str
    severity: Severity
    verdict: FindingVerdict
    confidence: Confidence
    message: str
    place: Place
    why: tuple[str, ...] = ()
    remedy: str = ""
    snippet: str = ""
    verify: str = ""
    related: tuple[Related, ...] = ()
    path: str | None = None
    facts: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    safe: bool = False
    who: Literal["app", "proxy", "platform", "client", "scan"] = "app"
    """Who has to act; the checklist is grouped by it."""
    excerpt: tuple[tuple[int, str], ...] = ()
    """Source lines around the place with their numbers; empty for files that may hold secrets."""
    fingerprint: str = ""
    stands_for: tuple[str, ...] = ()
    """The fingerprints of other findings that are told with this one."""
    together: str = ""
    """Findings of one rule that share this key are settled by one change, and told as one with related places."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A finding that the user does not want to see, with the reason they gave and where they gave it."""

    finding: Finding
    because: str
    by: Place


@dataclass(frozen=True, slots=True)
class Question:
    """Something the repository does not show and that decides."""

    key: str
    asks: str
    assume: str
    branches: tuple[tuple[str, str], ...] = ()
    """Each possible answer and what would then hold."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement of the knowledge base that the report cites."""

    id: str
    statement: str
    sources: tuple[str, ...]
    confirmed: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that a scan has to say. Every output format is a pure function of it."""

    version: str
    knowledge_version: str
    as_of: str
    root: str
    verdict: Verdict
    sentence: str
    """The verdict in one sentence."""
    seen: int
    read: int
    chosen: tuple[Chosen, ...] = ()
    apps: tuple[App, ...] = ()
    processes: tuple[tuple[str, Process, Server | None], ...] = ()
    """App id, process, and what its command runs."""
    hops: tuple[Hop, ...] = ()
    paths: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    facts: tuple[Fact, ...] = ()
    looked_at: tuple[str, ...] = ()
    """What was searched for where nothing was found."""
    set_aside: tuple[SetAside, ...] = ()
    """What comments and the configuration took out of ``findings``."""
