"""Fewer sockets may be open at once than there are clients, or a small number decides that hardly anybody chose for sockets.

Limits on concurrent requests and connections are set for requests that end after a moment. A socket holds its place for its
whole life, so the limit is the number of people who can be online; whoever comes after them waits or is refused.

Raise the limit or run more instances. Say with ``--assume connections=5000`` how many sockets are open at a busy hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.knowledge import Statement
from advisor.model import DecidedBy, Finding, FindingVerdict, Path, Place, Severity, Step
from advisor.rules.scan import Scan, app_place, forwards, related

ID = "WS502"
NAME = "too-few-connections"
SEVERITY: Severity = "warning"
_DIMENSION = "max_concurrent_connections"
_FEW = 100
"""Sockets in all up to which a limit is told where nobody says how many are needed."""
_OF_EACH = ("instance", "Machine")
"""For what a fact counts where every instance of the app has the number to itself."""
_OF_ALL = (None, "", "profile", "domain")
"""For what it counts where all instances share the number."""


@dataclass(frozen=True, slots=True)
class _Room:
    """How many sockets a hop takes in all, in words how that comes about, and where it is set.

    ``open_ended``: the files do not show how many instances run, and one is counted.
    """

    most: int
    told: tuple[str, ...]
    step: Step
    place: Place
    open_ended: bool = False


def check(scan: Scan) -> Iterator[Finding]:
    stated = scan.ways.conditions.assume.get("connections", "")
    needed = int(stated) if stated.isdigit() else None
    told: set[tuple[str, Place]] = set()
    for path in scan.paths:
        if path.server is None or path.handshake.outcome in ("refused", "invalid_config"):
            continue
        rooms = sorted(_rooms(scan, path), key=lambda room: room.most)
        if rooms and rooms[0].most < (needed if needed is not None else _FEW + 1):
            mark = (path.environment, rooms[0].place)
            if mark not in told:
                told.add(mark)
                yield _finding(path, rooms[0], needed)


def _rooms(scan: Scan, path: Path) -> Iterator[_Room]:
    """What each hop takes where that is known for certain."""
    limit = path.limit(_DIMENSION)
    bounds = {bound.by.hop: bound for bound in limit.along} if limit is not None and not limit.others else {}
    for step in path.steps:
        known, bound = scan.fact(step.hop, _DIMENSION), bounds.get(step.hop.id)
        if known.kind != "one" or known.statement is None or bound is None or not isinstance(bound.value, int | float):
            continue
        room = _room(scan, path, step, known.statement, int(bound.value), bound.by)
        if room is not None:
            yield room


def _room(scan: Scan, path: Path, step: Step, statement: Statement, value: int, by: DecidedBy) -> _Room | None:
    """``None`` where the files do not say what the number has to be multiplied with."""
    if statement.per == "worker":
        return _of_workers(step, statement)
    if statement.per in _OF_EACH:
        return _of_instances(scan, path, step, value, by)
    if statement.per in _OF_ALL:
        return _Room(value, (f"{step.hop.name} takes {value:,} at once ({_how(by)})",), step, _place(step, by))
    return None


def _of_workers(step: Step, statement: Statement) -> _Room | None:
    """A program that counts for each of its workers: only where its file says both numbers."""
    key, times, share = (statement.details.get(name) for name in ("counted_by", "workers_by", "connections_per_socket"))
    settings = {each.key: each for _, forward in forwards(step) for each in forward.settings}
    each_takes, workers = settings.get(str(key)), settings.get(str(times))
    if each_takes is None or workers is None or not isinstance(share, int):
        return None
    if not isinstance(each_takes.amount, int) or not isinstance(workers.amount, int):
        return None
    return _Room(
        each_takes.amount * workers.amount // share,
        (
            f"{each_takes.key} is {each_takes.amount} for each of {workers.amount} workers ({each_takes.place})",
            f"a socket that is handed on takes {share} of them",
        ),
        step,
        each_takes.place,
    )


def _of_instances(scan: Scan, path: Path, step: Step, value: int, by: DecidedBy) -> _Room | None:
    """A host that counts for each instance, of which the most that run are told; ``None`` where it starts as many as it likes."""
    process = path.process
    assumed = scan.ways.conditions.assume.get("replicas", "")
    most = int(assumed) if assumed.isdigit() else process.replicas if process is not None else None
    ranged = most is None and process is not None and process.replicas_range is not None
    if most is None and process is not None and process.replicas_range is not None:
        most = process.replicas_range[1]
    if most is None and scan.value(step.hop, "instance_model") == "autoscaled":
        return None
    told = f"{step.hop.name} takes {value:,} at once for each instance ({_how(by)})"
    runs = f"{most} instance{' runs' if most == 1 else 's run'}{' at most' if ranged else ''}"
    count = runs if most is not None else "the files do not show how many run, and one is counted"
    return _Room(value * (most or 1), (told, count), step, _place(step, by), most is None)


def _how(by: DecidedBy) -> str:
    return f"set at {by.place}" if by.source == "configured" and by.place is not None else "its default"


def _place(step: Step, by: DecidedBy) -> Place:
    return by.place or step.hop.place


def _finding(path: Path, room: _Room, needed: int | None) -> Finding:
    hop = room.step.hop
    severity: Severity = "warning" if needed is not None and not room.open_ended else "info"
    verdict: FindingVerdict = "note" if needed is None else "depends" if room.open_ended else "degrades"
    wanted = f", and {needed:,} are needed" if needed is not None else ""
    return Finding(
        ID,
        NAME,
        severity,
        verdict,
        "possible" if room.open_ended else "likely",
        f"{hop.name} takes {room.most:,} sockets at once for {path.endpoint}{wanted}.",
        room.place,
        why=(*room.told, "an open socket holds its place for its whole life, and who comes after waits or is refused"),
        remedy=(
            f"Raise the limit or run more instances, until there is room for {needed:,} sockets and some to spare."
            if needed is not None
            else "If more people than that are online at once, raise the limit or run more instances."
        ),
        related=related(app_place(path.server), "the server is set up here") if path.server is not None else (),
        path=path.id,
        facts=(f"{hop.platform}/{_DIMENSION}",),
        who="platform" if hop.config is None else "proxy",
    )
