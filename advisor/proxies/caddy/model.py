"""What a Caddyfile and a JSON configuration both become: servers with routes of matchers and handlers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from advisor.model import Place, Setting


@dataclass(frozen=True, slots=True)
class Test:
    """One matcher: its kind (``path``, ``header``) and what it compares with, as Caddy's JSON spells it."""

    kind: str
    value: Any
    place: Place


@dataclass(frozen=True, slots=True)
class Handler:
    """One handler: its kind (``reverse_proxy``, ``rewrite``, ``subroute``) and its fields, as Caddy's JSON spells them."""

    kind: str
    place: Place
    data: Mapping[str, Any] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    settings: tuple[Setting, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """A route takes a request where one of its sets of tests holds as a whole (no set: always)."""

    sets: tuple[tuple[Test, ...], ...]
    handlers: tuple[Handler, ...]
    place: Place
    group: str = ""
    """Of the routes of one group only the first that fits is taken."""
    terminal: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a site. ``host`` empty: any; ``is_open``: a variable that no file shows."""

    scheme: str
    host: str
    port: int | None
    path: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A site block, or a JSON server: its addresses, its routes, and those for errors."""

    addresses: tuple[Address, ...]
    routes: tuple[Route, ...]
    errors: tuple[Route, ...]
    place: Place
    has_tls: bool = False
    """True where the file sets TLS up for it."""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why Caddy would not start. ``foreign``: the name of a directive that a module might add."""

    reason: str
    place: Place
    foreign: str | None = None


@dataclass(frozen=True, eq=False)
class Adapted:
    """A whole configuration, ready to be asked."""

    sites: tuple[Site, ...]
    http_port: int = 80
    https_port: int = 443
    auto_https: str = ""
    faults: tuple[Fault, ...] = ()
    named: Mapping[str, tuple[Route, ...]] = field(default_factory=dict)
