"""Uses of one tree -> the same, with the STOMP heartbeats that both sides agree on.

Each side says what it can send and what it wants; a side that offers zero turns the heartbeat of that direction off, whatever
the other one asked for (STOMP 1.2, "Heart-beating").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from advisor.model import Heartbeat, Use

_CLIENTS = frozenset({"stompjs"})
_SERVER = "spring-stomp"
_FACT = "spring-stomp/heartbeat"


def agreed(uses: Iterable[Use]) -> tuple[Use, ...]:
    """A STOMP client's heartbeat is none where every STOMP server of the tree offers none."""
    found = tuple(uses)
    servers = [use for use in found if use.library == _SERVER and use.role == "server" and use.scope == "production"]
    if not servers or not all(_offers_none(use.heartbeat) for use in servers):
        return found
    return tuple(_silenced(use) if use.role == "client" and use.library in _CLIENTS else use for use in found)


def _offers_none(heartbeat: Heartbeat | None) -> bool:
    """True where the broker sends nothing: what SockJS sends beneath it is none of STOMP's."""
    return heartbeat is not None and (heartbeat.sender == "none" or heartbeat.fact != _FACT)


def _silenced(use: Use) -> Use:
    return replace(use, heartbeat=Heartbeat("none", "configured", place=use.place, fact=_FACT))
