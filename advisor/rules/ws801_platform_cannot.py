"""The platform does not accept WebSocket upgrades, as the app is deployed there.

Whether it does may hang on the date, the plan, the runtime or a switch; what held last year need not hold now. And where
functions take sockets, a plain request handler still cannot: it never sees the connection.

Deploy the socket server where upgrades are accepted, or use a managed service for the sockets.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.knowledge import Statement
from advisor.model import Depends, Finding, Hop, Path, Place, Severity, Step
from advisor.rules import fitting
from advisor.rules.scan import Scan, app_place, related
from advisor.stack.entries import cannot_upgrade

ID = "WS801"
NAME = "platform-cannot"
SEVERITY: Severity = "error"
OVER = ("WS803",)
_REFUSED = "unsupported"
_FUNCTIONS = "function_host"
_TAKES = ("own_process", "function")


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        for step in path.steps:
            decides = path.handshake.decided_by == step.hop.id
            handler = _entry(scan, path, step.hop)
            if path.handshake.cause == "unsupported" and decides:
                yield _finding(scan, path, step, depends=False)
            elif handler is not None:
                yield _of_entry(scan, path, step, handler)
            elif path.handshake.outcome == "depends" and decides and _by_support(scan, step):
                yield _finding(scan, path, step, depends=True)


def _entry(scan: Scan, path: Path, hop: Hop) -> str | None:
    """Why the server's file cannot take an upgrade where it runs as a function; ``None`` where another host runs it too."""
    server = path.server
    if server is None or server.runs_in not in _TAKES or hop.serves is None or hop.platform not in scan.knowledge.platforms():
        return None
    if scan.knowledge.platform(hop.platform).kind != _FUNCTIONS:
        return None
    elsewhere = [other for other in scan.paths if other.server == server and all(step.hop.id != hop.id for step in other.steps)]
    if any(other.scope == "production" and other.steps and other.arrived is not None for other in elsewhere):
        return None
    return cannot_upgrade(server.place.file, scan.tree.text(server.place.file) or "")


def _by_support(scan: Scan, step: Step) -> bool:
    return isinstance(step.outcome, Depends) and scan.fact(step.hop, "websocket_support").kind == "several"


def _finding(scan: Scan, path: Path, step: Step, *, depends: bool) -> Finding:
    known = scan.fact(step.hop, "websocket_support")
    statements = [known.statement] if known.statement else [each for _, each in known.branches]
    refusing = next((each for each in statements if str(each.value) == _REFUSED), None)
    told = tuple(f"where {text}: {'refused' if str(each.value) == _REFUSED else 'carried'}" for text, each in known.branches)
    notes = [each.note for each in statements if each.note]
    return Finding(
        ID,
        NAME,
        "warning" if depends else "error",
        "depends" if depends else "breaks",
        "possible" if depends else "certain" if path.certainty == "explicit" else "likely",
        f"{step.hop.name} {'may not accept' if depends else 'does not accept'} the WebSocket upgrade for {path.endpoint}.",
        _place(path, step, refusing),
        why=(path.handshake.reason, *_conditions(scan, step, refusing), *told, *notes[:1]),
        remedy=" ".join((*_here(scan, step, refusing), fitting.elsewhere(scan, path, step.hop))),
        related=related(app_place(path.server) if path.server else None, "the app accepts sockets here"),
        path=path.id,
        facts=(f"{step.hop.platform}/websocket_support",),
        who="platform",
    )


def _of_entry(scan: Scan, path: Path, step: Step, reason: str) -> Finding:
    """The platform takes sockets, and the file that should cannot."""
    place = app_place(path.server) if path.server else step.hop.place
    return Finding(
        ID,
        NAME,
        "error",
        "breaks",
        "likely",
        f"{step.hop.name} runs no server that could accept the WebSocket upgrade for {path.endpoint}.",
        place,
        why=(reason, f"{step.hop.name} hands an upgrade only to a function that exports a server or takes upgrades itself"),
        remedy=" ".join((*_way(scan, step), fitting.elsewhere(scan, path, step.hop))),
        related=related(step.hop.place, f"this deploys to {step.hop.name}"),
        path=path.id,
        facts=(f"{step.hop.platform}/websocket_support",),
        who="app",
    )


def _place(path: Path, step: Step, refusing: Statement | None) -> Place:
    """The key that sets the condition under which it is refused, else the rule that leads here, else the hop."""
    keys = [key for key, _ in refusing.when] if refusing is not None else []
    setting = next((each for each in step.hop.settings if each.key.rpartition(".")[2] in keys), None)
    return setting.place if setting is not None else path.handshake.place or step.hop.place


def _conditions(scan: Scan, step: Step, refusing: Statement | None) -> Iterator[str]:
    """Under which of its conditions the platform refuses, where the files show that it is met."""
    given = scan.ways.conditions.of(step.hop)
    known = scan.knowledge.platform(step.hop.platform).conditions
    for key, options in refusing.when if refusing is not None else ():
        if given.get(key) in options and key in known:
            yield known[key].words((given[key],))


def _here(scan: Scan, step: Step, refusing: Statement | None) -> tuple[str, ...]:
    """What makes the platform itself accept them, where something does at this date."""
    return _way(scan, step) if refusing is not None and refusing.when else ()


def _way(scan: Scan, step: Step) -> tuple[str, ...]:
    way = scan.value(step.hop, "how_to_enable")
    return (f"What it takes on {step.hop.name}: {way}.",) if isinstance(way, str) and way != "none" else ()
