"""The entries of the socket libraries -> plain data for ``wsadvise library``: what holds when one is used, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from advisor.stack.library import Library, LibraryHeartbeat, libraries

FIELDS = (
    "packages",
    "path",
    "port",
    "transports",
    "max_message",
    "max_message_key",
    "idle_s",
    "idle_key",
    "lifetime_s",
    "lifetime_key",
    "http10",
    "plain_get",
    "runs_in",
    "platforms",
    "backplane_scope",
    "joins",
    "images",
    "own_port",
    "without",
    "note",
)
"""What an entry of ``--format json`` carries as the YAML file has it."""


def listing() -> list[dict[str, Any]]:
    """Every library, by ecosystem and name: ``id``, ``name``, ``ecosystem``, ``roles`` and the newest default heartbeat."""
    every = sorted(libraries().values(), key=lambda each: (each.ecosystem, each.name.lower()))
    return [
        {
            "id": each.id,
            "name": each.name,
            "ecosystem": each.ecosystem,
            "roles": list(each.roles),
            "heartbeat": _newest(each.heartbeats),
        }
        for each in every
    ]


def page(id: str) -> dict[str, Any]:
    """One library with everything its entry states; ``KeyError`` for an id that does not exist."""
    known = libraries()[id]
    fields = {name: _plain(getattr(known, name)) for name in FIELDS}
    return {
        "id": known.id,
        "name": known.name,
        "ecosystem": known.ecosystem,
        "roles": list(known.roles),
        "heartbeats": [_heartbeat(beat) for beat in known.heartbeats],
        "reconnect": dict(known.reconnect) if known.reconnect else None,
        **fields,
        "joined_by": sorted(each.id for each in _backplanes() if known.id in each.joins),
        "sources": list(known.sources),
        "confirmed": {key: str(value) for key, value in known.confirmed.items()},
    }


def _backplanes() -> Iterable[Library]:
    return (each for each in libraries().values() if "backplane" in each.roles)


def _newest(beats: Iterable[LibraryHeartbeat]) -> Mapping[str, Any] | None:
    return next((_heartbeat(beat) for beat in beats if beat.until is None), None)


def _heartbeat(beat: LibraryHeartbeat) -> dict[str, Any]:
    return {
        "sender": beat.sender,
        "interval_s": beat.interval_s,
        "timeout_s": beat.timeout_s,
        "answered": beat.answered,
        "keys": list(beat.keys),
        "since": beat.since,
        "until": beat.until,
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
