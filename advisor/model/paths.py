"""Ways from a browser to an endpoint, walked, and the limits along them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from advisor.model.deployments import Hop, Process
from advisor.model.places import Cause, Certainty, Handled, Place, Scope, Value
from advisor.model.requests import Forward, Outcome, Request
from advisor.model.stacks import App, Heartbeat, Server, Use


@dataclass(frozen=True, slots=True)
class Step:
    """One hop of a walked path: what it received and what it did."""

    hop: Hop
    received: Request
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """The hop, line or default that sets a value. ``platform`` is ``"app"`` for a limit of the app's library or program."""

    platform: str
    source: Literal["default", "configured"]
    hop: str | None = None
    place: Place | None = None
    fact: str | None = None
    name: str = ""
    """The library or program (``Uvicorn``) whose own limit it is; empty for a hop."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What one hop, or the app, makes of a dimension by itself."""

    by: DecidedBy
    value: Value
    reset_by: str | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """The effective value of one dimension along a path, who decides it, and who is next.

    ``value`` ``None``: no limit is known on any hop that was seen.
    """

    dimension: str
    value: Value
    unit: str | None
    decided_by: DecidedBy
    reset_by: str | None = None
    runner_up: tuple[DecidedBy, Value] | None = None
    depends_on: str | None = None
    """Set where the value holds only under a condition the repository does not show, or where a file sets one that it
    does not show; with a ``value`` and no ``others`` that one may only be stricter."""
    others: tuple[tuple[Value, str], ...] = ()
    """The other values and their conditions, where the value holds under a condition."""
    along: tuple[Bound, ...] = ()
    """Every hop's and the app's own value where one is known, from the client to the app."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """How a virtual handshake ended: where, with what status, and why."""

    outcome: Handled
    status: int | None
    decided_by: str | None
    """Id of the deciding hop; ``"app"`` or ``None`` where no hop stands in the way."""
    reason: str = ""
    place: Place | None = None
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """One way from a browser to an endpoint, walked."""

    id: str
    environment: str
    endpoint: str
    url: str
    handshake: Handshake
    steps: tuple[Step, ...] = ()
    app: App | None = None
    server: Use | None = None
    process: Process | None = None
    runs: Server | None = None
    """What the process's start command runs."""
    clients: tuple[Use, ...] = ()
    heartbeat: Heartbeat | None = None
    """What keeps the idle connection busy: the app's own, else that of the server program that runs it."""
    arrived: Request | None = None
    """What the app receives; ``None`` where it receives nothing."""
    limits: tuple[Limit, ...] = ()
    because: tuple[str, ...] = ()
    certainty: Certainty = "explicit"
    scope: Scope = "production"

    @property
    def hops(self) -> tuple[Hop, ...]:
        return tuple(step.hop for step in self.steps)

    @property
    def destination(self) -> str:
        """What the path leads to, in a word: the app, else the image or the address that is not in the tree."""
        if self.app is not None:
            return self.app.id
        if self.process is not None:
            return self.process.image or self.process.id
        last = self.steps[-1].outcome if self.steps else None
        return str(last.address) if isinstance(last, Forward) else "the app"

    def limit(self, dimension: str) -> Limit | None:
        return next((limit for limit in self.limits if limit.dimension == dimension), None)
