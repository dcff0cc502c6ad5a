"""One request on its way through HAProxy: what it is by now, what came before, and what was asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from advisor.model import Forward, HeaderFate, Move, Place, Request
from advisor.proxies.choices import Choices
from advisor.proxies.haproxy.load import Config, Proxy
from advisor.proxies.haproxy.values import Endpoint

__all__ = ["Bind", "Exchange", "Forward"]


@dataclass(frozen=True, slots=True)
class Bind:
    """One address of a ``bind`` line."""

    address: Endpoint
    options: dict[str, str]
    place: Place

    @property
    def tls(self) -> bool:
        return "ssl" in self.options

    def has_port(self, port: int) -> bool:
        first = self.address.port
        return first is not None and first <= port <= (self.address.last or first)


@dataclass(slots=True)
class Exchange:
    """The state of one run. ``request`` changes as rules act on it."""

    config: Config
    original: Request
    request: Request
    choices: Choices
    frontend: Proxy
    bind: Bind
    version: str | None
    http: bool = True
    variables: dict[str, str | None] = field(default_factory=dict)
    """Name -> value; ``None`` where it was set to something that is not known."""
    moves: list[Move] = field(default_factory=list)
    fates: dict[str, HeaderFate] = field(default_factory=dict)
    timeouts: dict[str, tuple[float | None, str, Place]] = field(default_factory=dict)
    """What ``set-timeout`` set: seconds, as written, place."""

    def note(self, at: str, does: str, place: Place | None = None) -> None:
        self.moves.append(Move(at, does, place))

    @property
    def pathq(self) -> str:
        return f"{self.request.path}?{self.request.query}" if self.request.query else self.request.path
