"""What holds on the paths of today and of the plan -> what changes kind, what is gained, what is lost.

Dimension by dimension, from the knowledge base: an order of better and worse is data (``best_first``), and so is what a
clock counts. Nothing here knows a pair of platforms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from advisor.knowledge.statements import Special
from advisor.migrate.held import Held, rank
from advisor.migrate.plan import Change

_ENDING = ("idle", "lifetime")
"""Clocks that end a connection: where one comes or goes, what the app has to do changes in kind."""
_SAYS_NOTHING = ("any", "with_configuration")
"""Values that leave it to the files, which are planned to fit."""
_ALIKE = {"native", "with_configuration"}
"""Support with or without a line of configuration is the same kind of support."""
_UNTOLD = frozenset(
    "how_to_enable upgrade_headers http2_extended_connect http3_websocket handshake_auth buffering alternatives "
    "local_development billing_model allowed_ports upstream_http_version".split()
)
"""Told elsewhere in the plan, or of no weight for an app that moves."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Every dimension in which both sides differ, sorted by what that means."""

    kinds: tuple[Change, ...] = ()
    gains: tuple[Change, ...] = ()
    losses: tuple[Change, ...] = ()


def differences(before: Mapping[str, Held], after: Mapping[str, Held]) -> Differences:
    """Compares what is known on both sides; a dimension that one side says nothing about is no difference."""
    kinds: list[Change] = []
    gains: list[Change] = []
    losses: list[Change] = []
    turned = _turned(before, after)
    if turned is not None:
        kinds.append(turned)
    for name in before:
        if name not in after or name in _UNTOLD:
            continue
        old, new = before[name], after[name]
        if not (old.is_known and new.is_known) or (old.value, old.reset_by) == (new.value, new.reset_by):
            continue
        if old.dimension.unit is not None:
            kind = _clock(old, new) if old.dimension.clock in _ENDING and turned is None else None
            if kind is not None:
                kinds.append(kind)
            if _more(new) != _more(old):
                (gains if _more(new) > _more(old) else losses).append(_change(old, new))
        elif old.dimension.type == "names":
            gone = [each for each in _names(old) if each not in _names(new)]
            if gone:
                text = f"No longer sent to the app: {', '.join(gone)}."
                losses.append(Change(name, text, old.told, new.told, (*old.facts, *new.facts)))
        elif old.open or new.open:
            continue
        elif old.dimension.best_first:
            now = rank(new, obtainable=False) - rank(old, obtainable=False)
            most = rank(new, obtainable=True) - rank(old, obtainable=True)
            if now * most > 0:
                (gains if now < 0 else losses).append(_change(old, new))
        elif not _is_silent(old, new):
            kinds.append(_change(old, new))
    return Differences(tuple(kinds), tuple(gains), tuple(losses))


def _is_silent(old: Held, new: Held) -> bool:
    """True where both values are alike, or leave it to the files."""
    if {old.value, new.value} == _ALIKE or new.value in _SAYS_NOTHING or old.value == "any":
        return True
    return old.value in _SAYS_NOTHING and str(new.value) == "none"


def _names(one: Held) -> tuple[str, ...]:
    return one.value if isinstance(one.value, tuple) else ()


def _more(one: Held) -> float:
    return one.number if one.number is not None else float("inf")


def _turned(before: Mapping[str, Held], after: Mapping[str, Held]) -> Change | None:
    """An idle clock that a lifetime takes the place of, or the other way round."""

    def limited(side: Mapping[str, Held], clock: str) -> Held | None:
        found = [one for one in side.values() if one.dimension.clock == clock and one.number is not None]
        return min(found, key=_more, default=None)

    def free(side: Mapping[str, Held], clock: str) -> bool:
        known = [one for one in side.values() if one.dimension.clock == clock]
        return bool(known) and all(one.value is Special.NONE for one in known)

    for first, then, text in (
        ("idle", "lifetime", "An idle clock becomes a lifetime: no heartbeat helps, every client has to reconnect and resume."),
        ("lifetime", "idle", "A lifetime becomes an idle clock: a socket lives as long as something is sent on it in time."),
    ):
        old, new = limited(before, first), limited(after, then)
        if old is not None and new is not None and free(before, then) and free(after, first):
            return Change(new.dimension.key, text, f"{first} {old.told}", f"{then} {new.told}", (*old.facts, *new.facts))
    return None


def _clock(old: Held, new: Held) -> Change | None:
    """A clock that comes, goes, or is reset by something else."""
    clock = old.dimension.clock
    if old.number is None or new.number is None:
        meaning = {
            ("idle", True): "Silent sockets are closed from now on: something has to be sent in time.",
            ("idle", False): "Silent sockets are no longer closed; a heartbeat is still what finds dead peers.",
            ("lifetime", True): "Every socket ends after a fixed time, however busy: clients have to reconnect and resume.",
            ("lifetime", False): "No fixed time ends a socket any more; deploys and restarts still do.",
        }[clock or "idle", new.number is not None]
        return Change(old.dimension.key, meaning, old.told, new.told, (*old.facts, *new.facts))
    if old.reset_by != new.reset_by and clock == "idle":
        text = f"The idle clock is reset by {_resets(new)} instead of {_resets(old)}."
        return Change(old.dimension.key, text, old.told, new.told, (*old.facts, *new.facts))
    return None


def _resets(one: Held) -> str:
    words = {
        "any": "any byte",
        "from_client": "bytes from the client",
        "from_upstream": "bytes from the app",
        "data_frames": "messages, not pings,",
        "none": "nothing",
    }
    return words.get(one.reset_by or "any", "any byte")


def _change(old: Held, new: Held) -> Change:
    name = old.dimension.key.replace("_", " ")
    text = f"{name[:1].upper()}{name[1:]}: {_told(old)} → {_told(new)}."
    return Change(old.dimension.key, text, _told(old), _told(new), (*old.facts, *new.facts))


def _told(one: Held) -> str:
    return f"{one.told} (can be {' or '.join(one.can_be)})" if one.can_be and str(one.value) not in one.can_be else one.told
