"""The virtual handshake, and what a hop does with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from advisor.model.places import Cause, Place, Setting


@dataclass(frozen=True, slots=True)
class Request:
    """A handshake on its way. Header names keep their spelling; look-ups ignore case."""

    scheme: Literal["http", "https"] = "https"
    host: str = "app.example.com"
    port: int = 443
    path: str = "/"
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    http_version: str = "1.1"
    method: str = "GET"

    def header(self, name: str) -> str | None:
        """The value of the first header of that name, or ``None``."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def upgrades(self) -> bool:
        """True where an app would see a WebSocket handshake (RFC 6455 section 4.2.1), whatever its HTTP version."""
        upgrade = (self.header("Upgrade") or "").lower()
        tokens = {token.strip() for token in (self.header("Connection") or "").lower().split(",")}
        return (
            self.method == "GET"
            and "websocket" in {token.strip() for token in upgrade.split(",")}
            and "upgrade" in tokens
            and self.header("Sec-WebSocket-Key") is not None
            and self.header("Sec-WebSocket-Version") is not None
        )

    def at(self, **changes: Any) -> Request:
        return replace(self, **changes)


_FILLED_IN = re.compile(r"\$\{(\w{1,80})[^{}]{0,80}\}|\$([A-Z]\w{0,80})|\{(?:\$|env\.)(\w{1,80})\}|\{\{[^{}]{0,80}\}\}")
_DOMAIN = "example.com"


def spelled(host: str) -> str:
    """A host name with what a variable holds made up: ``grafana.${DOMAIN}`` -> ``grafana.example.com``.

    Variables before the last dot become their own names, so that two hosts that differ stay different. A host that is nothing
    but a variable stays as it is, for nothing in it tells it apart.
    """
    if _FILLED_IN.fullmatch(host):
        return host

    def made_up(found: re.Match[str]) -> str:
        name = next((each for each in found.groups() if each), "host").lower().replace("_", "-").strip("-")
        return _DOMAIN if found.end() == len(host) and found.start() and host[found.start() - 1] == "." else name or "host"

    return _FILLED_IN.sub(made_up, host).lower()


def handshake(scheme: str, host: str, path: str = "/", query: str = "", port: int | None = None, **extra: str) -> Request:
    """The request that a browser sends for ``ws(s)://host:port/path?query`` (RFC 6455 section 4.1)."""
    secure = scheme in ("wss", "https")
    number = port or (443 if secure else 80)
    authority = host if port is None or number == (443 if secure else 80) else f"{host}:{number}"
    headers = (
        ("Host", authority),
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Origin", f"{'https' if secure else 'http'}://{authority}"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        *((name.replace("_", "-"), value) for name, value in extra.items()),
    )
    return Request("https" if secure else "http", host, number, path or "/", query, headers)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a hop sends a request: ``host`` is a name or number as the configuration writes it; or a unix socket."""

    host: str
    port: int | None = None
    scheme: str = "http"
    unix: str | None = None

    def __str__(self) -> str:
        return f"unix:{self.unix}" if self.unix else f"{self.host}:{self.port}" if self.port else self.host


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happened inside a hop: ``location /ws`` at its place, and what it does."""

    at: str
    does: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class HeaderFate:
    """What became of a header on its way through a hop, and the line or default that decides.

    ``because``: ``set`` (a line in force sets it), ``default`` (the program's default, for instance dropped),
    ``passed`` (handed on as received), ``lost`` (an outer block sets it, but ``discarded_by`` replaces the whole list).
    """

    name: str
    value: str | None
    because: Literal["set", "default", "passed", "lost"]
    place: Place | None = None
    written: str | None = None
    """As the file writes it (``$http_upgrade``)."""
    outer: Place | None = None
    discarded_by: Place | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """How much a hop lets through where it hands a request on."""

    kind: Literal["open", "rate"]
    """``open``: sockets at once, for an open one counts as long as it lives; ``rate``: handshakes a second."""
    amount: float
    per: Literal["peer", "address", "site", "other"]
    """``peer``: whoever connects to this hop, which is the hop in front where there is one; ``address``: the visitor's own."""
    text: str
    place: Place
    burst: int = 0
    """How many more of a rate may come at once."""


@dataclass(frozen=True, slots=True)
class Forward:
    """The hop hands the request on."""

    address: Address
    request: Request
    place: Place | None = None
    """The block that decides (the location, the route)."""
    moves: tuple[Move, ...] = ()
    fates: tuple[HeaderFate, ...] = ()
    settings: tuple[Setting, ...] = ()
    """The settings in force for this request, inherited ones included, keys as in the profile's ``set_by``."""
    idle_reset_by: Literal["any", "from_client", "from_upstream", "data_frames", "none"] = "any"
    affinity: str = "none"
    affinity_place: Place | None = None
    by_peer: bool = False
    """True where affinity goes by the address that connects to this hop, and nothing puts the visitor's own in its place."""
    upstreams: int = 1
    """How many servers the request may be sent to."""
    members: tuple[Address, ...] = ()
    """Their addresses, where the program's module tells them; ``address`` is among them."""
    ineffective: tuple[tuple[Setting, str], ...] = ()
    """Settings in force that people rely on for sockets but that do not act here, with the reason."""
    conditions: tuple[tuple[str, str], ...] = ()
    """Conditions of facts that hold for this request (``module`` -> ``stream``)."""
    quotas: tuple[Quota, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The hop answers the handshake itself; ``status`` ``None`` where it is not documented with which."""

    status: int | None
    reason: str
    place: Place | None = None
    location: str | None = None
    moves: tuple[Move, ...] = ()
    cause: Cause | None = None
    """Set where the status alone does not say why."""
    module: str | None = None
    """The module of the program that is not loaded and without which it cannot do what its file asks for."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """The program refuses to start with this configuration, with its reason."""

    reason: str
    place: Place | None = None
    moves: tuple[Move, ...] = ()
    module: str | None = None
    """The module that is not loaded and without which the program refuses the file."""


@dataclass(frozen=True, slots=True)
class Depends:
    """What happens hangs on something the files do not show: both branches, each with its condition in words."""

    on: str
    branches: tuple[tuple[str, Forward | Answer | Invalid], ...]
    moves: tuple[Move, ...] = ()
    assume: str | None = None
    """The ``--assume`` key that settles it."""


Outcome = Forward | Answer | Invalid | Depends


def onward(outcome: Outcome) -> Forward | None:
    """How a request is handed on; where that depends on something, in the way that carries a socket if there is one."""
    results = [branch for _, branch in outcome.branches] if isinstance(outcome, Depends) else [outcome]
    forwards = [result for result in results if isinstance(result, Forward)]
    return next((forward for forward in forwards if forward.request.upgrades()), forwards[0] if forwards else None)
