"""A deploy, a restart or a reload cuts open sockets without time to move over.

Every deploy ends the instances that hold the sockets. With some seconds between the stop signal and the end the app can close
each socket with code 1001 or 1012, and clients connect again to the new instance. With none they see a broken connection
(1006), and a client that never reconnects stays silent until the page is reloaded.

Give instances time to close, close the sockets when the signal comes, and let clients reconnect with back-off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.model import Finding, Path, Place, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, related
from advisor.rules.stopping import Held, held, host

ID = "WS401"
NAME = "deploy-cuts-sockets"
SEVERITY: Severity = "warning"
OF_CODE = True
_ENOUGH_S = 5.0
"""Seconds in which a server can close its sockets in order."""
_CUT = "cut"
_WHAT = {
    "deploy_grace": ("a deploy", "between the stop signal and the kill"),
    "drain_delay": ("a deploy", "for open sockets once an instance is taken out"),
    "reload_behaviour": ("a reload of its configuration", "for open sockets when its configuration is reloaded"),
}


@dataclass(frozen=True, slots=True)
class _Short:
    """A hop that leaves sockets too little time, by a dimension."""

    step: Step
    dimension: str
    held: Held
    seconds: float


def check(scan: Scan) -> Iterator[Finding]:
    told: set[tuple[str, str]] = set()
    for path in scan.paths:
        if path.scope != "production" or path.handshake.outcome in ("refused", "invalid_config", "redirected"):
            continue
        short = next(_short(scan, path), None)
        if short is not None and (short.step.hop.id, short.dimension) not in told:
            told.add((short.step.hop.id, short.dimension))
            yield _too_short(path, short, _gone(path))


def _gone(path: Path) -> Place | None:
    """Where a client stands that is known not to come back; ``None`` where one of them does, or it is not known."""
    known = [use for use in path.clients if use.reconnect is not None and not use.one_shot and use.runs_in == "browser"]
    lost = bool(known) and all(use.reconnect is not None and use.reconnect.kind == "none" for use in known)
    return known[0].place if lost and len(known) == len(path.clients) else None


def _short(scan: Scan, path: Path) -> Iterator[_Short]:
    """The hops that give sockets less time than they need, the app's host first."""
    running = host(scan, path)
    if running is not None:
        grace, mode = held(scan, running, "deploy_grace"), scan.value(running.hop, "deploy_mode")
        if grace is not None and grace.seconds is not None and grace.seconds < _ENOUGH_S and str(mode) in (_CUT, "drain", "None"):
            yield _Short(running, "deploy_grace", grace, grace.seconds)
    for step in path.steps:
        for dimension in ("drain_delay", "reload_behaviour"):
            found = held(scan, step, dimension)
            if found is not None and found.setting is not None and found.seconds is not None and found.seconds < _ENOUGH_S:
                unlimited = dimension == "reload_behaviour" and found.seconds == 0 and str(_default(found)) == "keeps"
                if not unlimited:
                    yield _Short(step, dimension, found, found.seconds)


def _default(found: Held) -> object:
    return found.statement.value if found.statement is not None else None


def _too_short(path: Path, short: _Short, gone: Place | None) -> Finding:
    hop, setting = short.step.hop, short.held.setting
    event, what = _WHAT[short.dimension]
    how = f"{setting.value}, set at {setting.place}" if setting is not None else f"{short.seconds:g} s, its default"
    note = short.held.statement.note if short.held.statement is not None and setting is None else ""
    client = "the client does not connect again" if gone is not None else "clients that connect again do so all at once"
    return Finding(
        ID,
        NAME,
        "warning" if gone is not None else "info",
        "degrades" if gone is not None else "note",
        "likely",
        f"{event[:1].upper()}{event[1:]} at {hop.name} cuts the sockets at {path.endpoint} after {short.seconds:g} s.",
        setting.place if setting is not None else hop.place,
        why=(
            f"{hop.name} leaves {short.seconds:g} s {what} ({how})",
            *((note.rstrip("."),) if note else ()),
            "sockets that are still open then break without a close frame (1006 in the browser)",
            client,
        ),
        remedy=f"Give {hop.name} some seconds here, close every socket when the stop signal comes, and let clients reconnect.",
        snippet=remedies.RECONNECT if gone is not None else "",
        verify=f"npx wscat --connect '{path.url}'  # deploy meanwhile, and see when and with which code it ends",
        related=related(gone, "this client does not connect again"),
        path=path.id,
        facts=(f"{hop.platform}/{short.dimension}",) if short.held.statement is not None else (),
        who="platform",
    )
