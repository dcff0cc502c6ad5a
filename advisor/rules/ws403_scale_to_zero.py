"""The platform puts the instance to sleep although sockets are open, or bills it for as long as one is.

A platform that stops idle instances looks at requests, and an open socket on which the app only listens or only speaks may
count as idle: the socket ends, what the instance remembered is gone, and the next client waits for a cold start. Where an
open socket keeps the instance awake, one forgotten tab keeps it billed.

Turn sleeping off for the app that holds the sockets, or let clients send something now and then, reconnect and restore.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Path, Place, Severity, Step
from advisor.rules.scan import Scan, app_place, related
from advisor.rules.stopping import Held, held, host

ID = "WS403"
NAME = "scale-to-zero"
SEVERITY: Severity = "warning"
_SLEEPS, _AWAKE = "sleeps", "kept_awake"
_HIBERNATES = ("acceptWebSocket(", "Agent", "partyserver")


def check(scan: Scan) -> Iterator[Finding]:
    told: set[str] = set()
    for path in scan.paths:
        step = host(scan, path)
        if step is None or step.hop.id in told or path.handshake.outcome in ("refused", "invalid_config"):
            continue
        found = held(scan, step, "scale_to_zero")
        word = _word(found) if found is not None else ""
        if found is not None and word == _SLEEPS and not _spoken(path, found):
            told.add(step.hop.id)
            yield _asleep(path, step, found)
        elif found is not None and word == _AWAKE and not _hibernates(scan, path):
            told.add(step.hop.id)
            yield _billed(path, step, found)


def _word(found: Held) -> str:
    """``sleeps``, ``kept_awake`` or ``never_sleeps``: by the line that sets it, else as is stated; empty where that is open."""
    if found.setting is None:
        stated = found.statement
        open_ended = stated is not None and "never_sleeps" in stated.can_be
        return "" if open_ended else str(found.value)
    if found.setting.amount is None:
        return ""
    on = str(found.setting.amount).lower() not in ("false", "off", "0", "no")
    stays = "always" in found.setting.key
    return _SLEEPS if on is not stays else "never_sleeps"


def _spoken(path: Path, found: Held) -> bool:
    """True where a client says something by itself, sooner than the platform falls asleep."""
    after = found.statement.details.get("after_s") if found.statement is not None else None
    beats = [use.heartbeat for use in path.clients if use.heartbeat is not None]
    return isinstance(after, int | float) and any(
        beat.sender in ("client", "both") and beat.interval_s is not None and beat.interval_s < after and beat.source != "default"
        for beat in beats
    )


def _hibernates(scan: Scan, path: Path) -> bool:
    """True for handlers of a platform's own model that let go of the instance while sockets stay open."""
    if path.server is None or path.server.runs_in != "platform":
        return False
    text = scan.tree.text(path.server.place.file) or ""
    return any(sign in text for sign in _HIBERNATES)


def _returns(path: Path) -> bool:
    known = [use.reconnect for use in path.clients if use.reconnect is not None]
    return bool(known) and all(each.kind != "none" for each in known)


def _place(step: Step, found: Held) -> Place:
    if found.setting is not None:
        return found.setting.place
    keys = [key for key, _ in found.statement.when] if found.statement is not None else []
    given = next((each for each in step.hop.settings if each.key.rpartition(".")[2] in keys), None)
    return given.place if given is not None else step.hop.place


def _asleep(path: Path, step: Step, found: Held) -> Finding:
    hop, after = step.hop, found.statement.details.get("after_s") if found.statement is not None else None
    kept = _several_only(found)
    quiet = kept and _returns(path)
    note = (found.statement.note.rstrip("."),) if found.statement is not None and found.statement.note else ()
    when = f" after {after / 60:g} min" if isinstance(after, int | float) else " when traffic is low"
    return Finding(
        ID,
        NAME,
        "info" if quiet else SEVERITY,
        "note" if quiet else "degrades",
        "likely",
        f"{hop.name} may put the instance that holds the sockets at {path.endpoint} to sleep{when}.",
        _place(step, found),
        why=(
            f"{found.setting.key} is {found.setting.value} at {found.setting.place}"
            if found.setting is not None
            else f"{hop.name} puts idle instances to sleep here",
            *note,
            "what the instance remembered of its sockets is then gone",
            *(("the client connects again by itself",) if _returns(path) else ()),
        ),
        remedy="Turn sleeping off where the sockets are, or let the client send something now and then, and reconnect.",
        snippet=_block(found),
        verify=f"npx wscat --connect '{path.url}'  # say nothing for as long, and see whether it is closed",
        related=related(app_place(path.server) if path.server else None, "the app keeps its sockets here"),
        path=path.id,
        facts=(f"{hop.platform}/scale_to_zero",),
        who="platform",
    )


def _several_only(found: Held) -> bool:
    """True where the platform stops instances by their number of connections, so that the last one with a socket stays."""
    return found.statement is not None and "is kept while it holds a socket" in found.statement.note


def _block(found: Held) -> str:
    """The line that turns sleeping off, as the file writes it."""
    if found.setting is None:
        return ""
    last = found.setting.key.rpartition(".")[2]
    words = {"stop": '"off"', "suspend": '"off"', "true": "false", "false": "true"}
    value = words.get(str(found.setting.amount).lower())
    if value is None:
        return ""
    if found.setting.format == "bicep":
        return f"{last}: {value}"
    return f'"{last}": {value}' if found.setting.format.endswith(".json") else f"{last} = {value}"


def _billed(path: Path, step: Step, found: Held) -> Finding:
    hop = step.hop
    note = (found.statement.note.rstrip("."),) if found.statement is not None and found.statement.note else ()
    return Finding(
        ID,
        NAME,
        "info",
        "note",
        "likely",
        f"Every open socket at {path.endpoint} keeps an instance at {hop.name} awake and billed.",
        _place(step, found),
        why=(f"{hop.name} counts an open socket as work in progress", *note),
        remedy="Close sockets that nobody looks at (a hidden page, an hour without a word), and let the client open them again.",
        verify=f"npx wscat --connect '{path.url}'  # leave it open, and look at the platform's own count of instances",
        related=related(app_place(path.server) if path.server else None, "the app keeps its sockets here"),
        path=path.id,
        facts=(f"{hop.platform}/scale_to_zero",),
        who="client",
    )
