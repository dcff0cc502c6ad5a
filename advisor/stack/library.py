"""The knowledge of socket libraries: ``libraries/<ecosystem>.yaml`` -> entries that the language modules ask.

A language module finds *that* a library is used; this says what holds when it is: default path, heartbeat by version,
what it answers to a plain request. The entries' facts carry their sources and the day somebody confirmed them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from advisor.data import folder
from advisor.model import Role
from advisor.versions import within


@dataclass(frozen=True, slots=True)
class LibraryHeartbeat:
    """A library's own heartbeat by default, for the versions ``since`` <= version < ``until``."""

    sender: Literal["server", "client", "both", "none"]
    interval_s: float | None = None
    timeout_s: float | None = None
    answered: bool = True
    keys: tuple[str, ...] = ()
    """Names of the options that set interval and timeout, in that order."""
    unit: Literal["s", "ms"] = "s"
    answer_within: float | None = None
    """The timeout as a part of a configured interval, where no option of its own sets it (aiohttp: half)."""
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """One library as the yaml file states it; ``None`` where the sheet leaves it open."""

    id: str
    name: str
    ecosystem: str
    roles: tuple[Role, ...]
    packages: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Literals one of which stands in every file that uses it: the pre-filter's words."""
    shapes: tuple[Mapping[str, Any], ...] = ()
    """Code shapes that show use, in the form the language module documents."""
    path: str | None = None
    prefix: bool = False
    port: int | None = None
    heartbeats: tuple[LibraryHeartbeat, ...] = ()
    """Empty: the heartbeat is that of whatever server runs it (``runs_in``), or not known."""
    reconnect: Mapping[str, Any] | None = None
    """kind, delay_s, max_delay_s, jitter, attempts; ``off``: only when switched on; keys: fact (or ``enabled``) -> option;
    ``endless``: the number of attempts that means for ever."""
    transports: tuple[str, ...] = ("websocket",)
    max_message: int | None = None
    max_message_key: str | None = None
    idle_s: float | None = None
    idle_key: str | None = None
    lifetime_s: float | None = None
    lifetime_key: str | None = None
    http10: Literal["accepts", "refuses"] | None = None
    without_origin: Literal["accepts", "refuses"] | None = None
    """What a server that compares origins with a list does with a handshake that has none."""
    h2c: Literal["takes", "leaves"] | None = None
    """What a server does with ``Upgrade: h2c`` where nothing is set."""
    same_host: bool = False
    """True where a server takes sockets from pages of its own host alone unless it is told otherwise."""
    plain_get: int | None = None
    runs_in: str = "own_process"
    platforms: tuple[str, ...] = ()
    """Ids of the platforms whose own model it is written for; empty: it runs wherever an upgrade arrives."""
    answer_block: str | None = None
    """Code that makes this library's server answer a plain request with 200 as well; ``{path}`` is the one asked for."""
    heartbeat_block: str | None = None
    """Code or options that make this library send a heartbeat; ``{seconds}`` and ``{milliseconds}`` stand for the interval.
    What begins with ``--`` is added to the start command."""
    origin_block: str | None = None
    """Code that makes this library's server refuse other origins; ``{origin}`` and ``{host}`` are the page's."""
    lax_cookies: bool = False
    """True where its framework keeps its cookies from requests of other sites by default."""
    start_block: str | None = None
    """Command that starts this library's server, where it is a process of its own beside the one that answers requests."""
    reconnect_block: str | None = None
    """Code that makes a client of this library connect again after each close, with growing waits."""
    backplane_scope: Literal["host", "network"] | None = None
    joins: tuple[str, ...] = ()
    """For a backplane: ids of the libraries whose processes it joins."""
    images: tuple[str, ...] = ()
    """For a program that is run as a published image: its repositories without registry and tag, as glob patterns."""
    shown_by: Mapping[str, Any] | None = None
    """For an image whose sockets are off by default, what shows that they are on: ``environment`` (names of variables, one of
    which it is given), ``ports`` (one of which it opens), ``command`` (a pattern), ``file`` with ``says`` (a pattern)."""
    unless: tuple[str, ...] = ()
    """Variables that may switch an image's sockets off: where it is given one of them, nothing is known."""
    own_port: bool = False
    """True for an image whose sockets have a port of their own, apart from that of its pages."""
    without: str = ""
    """For an image that is of use without sockets as well: what is missing then, as a clause."""
    sources: tuple[str, ...] = ()
    confirmed: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def heartbeat(self, version: str | None) -> LibraryHeartbeat | None:
        """The default heartbeat of that version; of the newest where the version is not known."""
        if version is None:
            return next((beat for beat in self.heartbeats if beat.until is None), None)
        return next((beat for beat in self.heartbeats if within(version, beat.since, beat.until)), None)


@cache
def libraries() -> Mapping[str, Library]:
    """All entries by id."""
    found: dict[str, Library] = {}
    for entries in folder("libraries").values():
        for entry in entries["libraries"]:
            library = _library(entries["ecosystem"], entry)
            found[library.id] = library
    return found


def _library(ecosystem: str, entry: Mapping[str, Any]) -> Library:
    beats = tuple(LibraryHeartbeat(**_tuples(beat)) for beat in entry.get("heartbeats", []))
    return Library(ecosystem=ecosystem, **{**_tuples(entry), "heartbeats": beats})


def _tuples(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
