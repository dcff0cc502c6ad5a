"""What a library's entry says of a use of it: the heartbeat, the reconnects and the limits that hold where code sets none."""

from __future__ import annotations

from typing import Any

from advisor.model import Heartbeat, Place, Reconnect, Role, Scope, Setting, Use
from advisor.stack.library import Library


def use(
    library: Library,
    role: Role,
    app: str,
    place: Place,
    *,
    scope: Scope = "production",
    version: str | None = None,
    **seen: Any,
) -> Use:
    """A use with the library's own defaults; what the code shows instead is given by the names of ``Use``'s fields.

    A server has the heartbeat, size, idle and lifetime limits of its library; a client the heartbeat and the reconnects.
    """
    found: dict[str, Any] = {"transports": library.transports, "runs_in": library.runs_in}
    beat = heartbeat(library, version)
    if role == "server":
        found |= {"heartbeat": beat if beat is None or beat.sender != "client" else None}
        found |= {"http10": library.http10, "plain_get": library.plain_get, **_limits(library, place)}
    elif role in ("client", "managed_client"):
        found |= {"heartbeat": beat if beat is None or beat.sender != "server" else None, "reconnect": reconnect(library, place)}
    return Use(library.id, library.name, role, app, place, scope=scope, version=version, **{**found, **seen})


def heartbeat(library: Library, version: str | None) -> Heartbeat | None:
    """What the library sends by itself in that version; ``None`` where that is not known or is another's to say."""
    beat = library.heartbeat(version)
    if beat is None:
        return None
    fact = f"{library.id}/heartbeat"
    return Heartbeat(beat.sender, "default", beat.interval_s, beat.timeout_s, answered=beat.answered, fact=fact)


def reconnect(library: Library, place: Place) -> Reconnect | None:
    """The library's own schedule after a close; ``none`` where it has to be switched on, ``None`` where that is not known."""
    facts = library.reconnect
    if facts is None:
        return None
    if facts.get("off"):
        return Reconnect("none", place=place)
    return Reconnect(
        facts.get("kind", "library"),
        facts.get("delay_s"),
        facts.get("max_delay_s"),
        bool(facts.get("jitter", False)),
        facts.get("attempts"),
        place,
    )


def _limits(library: Library, place: Place) -> dict[str, Setting]:
    """The library's limits that close a connection by age or silence; a size is read where it is compared."""
    limits = {"idle": (library.idle_key, library.idle_s), "lifetime": (library.lifetime_key, library.lifetime_s)}
    return {
        name: Setting(key or name, f"{seconds:g}", place, seconds, "default")
        for name, (key, seconds) in limits.items()
        if seconds is not None
    }
