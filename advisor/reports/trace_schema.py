"""The output of ``wsadvise trace --format json`` as a closed model."""

from __future__ import annotations

from typing import Literal

from advisor.model import Handled
from advisor.reports.schema import Model, Place


class Upstream(Model):
    """The request that the app would receive."""

    address: str
    path: str
    query: str
    method: str
    scheme: str
    http_version: str
    headers: dict[str, str]


class TraceStep(Model):
    at: str
    place: Place | None
    does: str


class TraceEnding(Model):
    """How a handshake ends, and what holds for the socket. ``accepted``: the app receives a valid upgrade."""

    outcome: Handled
    status: int | None
    location: str | None
    reason: str
    upstream: Upstream | None
    idle_timeout_s: float | None
    idle_reset_by: Literal["any", "from_client", "from_upstream", "data_frames", "none"] | None
    ping_keeps_alive: bool | None
    max_duration_s: float | None
    max_message_bytes: int | None
    affinity: str
    reload: Literal["keeps", "cuts", "cuts_after"] | None
    reload_after_s: float | None


class TraceBranch(TraceEnding):
    """What happens under one answer to what the trace depends on."""

    when: str


class Proxy(Model):
    platform: str
    version: str | None


class Unread(Model):
    file: str
    reason: str


class Trace(TraceEnding):
    """The output of ``wsadvise trace --format json``: what one proxy does with one handshake."""

    schema_version: Literal[1]
    url: str
    proxy: Proxy
    steps: list[TraceStep]
    not_read: list[Unread]
    depends_on: str | None = None
    branches: list[TraceBranch] = []
