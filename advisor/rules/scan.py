"""What a rule may look at: the walked paths first, and all that led to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.hops import Ways
from advisor.knowledge import Knowledge, Known
from advisor.model import (
    Answer,
    DecidedBy,
    Depends,
    Deployment,
    Forward,
    Hop,
    Invalid,
    Limit,
    NotRead,
    Path,
    Place,
    Related,
    Stack,
    Step,
    Use,
)
from advisor.topology import Topology
from advisor.tree import Tree


@dataclass(frozen=True, slots=True)
class Scan:
    """Everything known before the rules run."""

    tree: Tree
    stack: Stack
    deployment: Deployment
    ways: Ways
    paths: tuple[Path, ...]

    @property
    def topology(self) -> Topology:
        return self.ways.topology

    @property
    def knowledge(self) -> Knowledge:
        return self.ways.knowledge

    @property
    def not_read(self) -> tuple[NotRead, ...]:
        """All files that could not be read or parsed, each once."""
        every: dict[str, NotRead] = {}
        for each in (*self.deployment.not_read, *self.stack.not_read, *self.tree.not_read, *self.ways.unread()):
            every.setdefault(each.file, each)
        return tuple(every.values())

    def fact(self, hop: Hop, dimension: str) -> Known:
        """What holds for a hop at the scan's date, version and conditions."""
        return self.ways.conditions.ask(self.knowledge, hop, dimension)

    def value(self, hop: Hop, dimension: str) -> object:
        """The one value that holds, or ``None`` where it is open, unknown or not stated."""
        known = self.fact(hop, dimension)
        return known.statement.value if known.kind == "one" and known.statement is not None else None

    def ends_tls(self, hop: Hop) -> bool:
        """True where TLS ends at this hop: at a listener of its configuration, or by what its platform does."""
        return any(side.scheme == "https" for side in self.ways.listens(hop)) or self.value(hop, "tls_termination") == "edge"

    def deciding(self, path: Path) -> Step | None:
        """The step at which the path's handshake was decided."""
        return next((step for step in path.steps if step.hop.id == path.handshake.decided_by), None)


Result = Forward | Answer | Invalid


def branches(step: Step) -> tuple[tuple[str, Result], ...]:
    """What a step may do, each with its condition in words (``""``: always)."""
    return step.outcome.branches if isinstance(step.outcome, Depends) else (("", step.outcome),)


def forwards(step: Step) -> Iterator[tuple[str, Forward]]:
    """The branches in which the hop hands the request on."""
    yield from ((condition, result) for condition, result in branches(step) if isinstance(result, Forward))


def related(place: Place | None, message: str) -> tuple[Related, ...]:
    return (Related(place, message),) if place is not None else ()


def loses(step: Step) -> Forward | None:
    """The way in which a hop hands a handshake on as an ordinary request, if it has one."""
    losing = (forward for _, forward in forwards(step) if not forward.request.upgrades())
    return next(losing, None) if step.received.upgrades() else None


def chosen(step: Step) -> tuple[str, ...]:
    """The clause that says which block of a proxy's file takes the request and why, where the proxy has such blocks."""
    moves = step.outcome.moves or next((result.moves for _, result in branches(step)), ())
    taking = (move for move in moves if move.does.startswith("takes ") and not move.does.startswith("takes the request"))
    located = [move for move in taking if move.place is not None]
    return (f"{located[-1].at} at {located[-1].place} {located[-1].does}",) if located else ()


def app_place(server: Use) -> Place:
    """Where the app's endpoint stands, for ``related``."""
    return server.endpoints[0].place if server.endpoints else server.place


def limit_place(path: Path, limit: Limit) -> Place:
    """The line that sets a limit; where a default does, the block that serves the socket in a proxy's configuration, and the
    first line of any other hop; the app's line where it is the app's."""
    if limit.decided_by.place is not None:
        return limit.decided_by.place
    step = next((step for step in path.steps if step.hop.id == limit.decided_by.hop), None)
    if step is None:
        return app_place(path.server) if path.server else Place(".")
    if step.hop.config is None:
        return step.hop.place
    placed = next((forward.place for _, forward in forwards(step) if forward.place is not None), None)
    return placed or step.hop.place


def told_limit(path: Path, limit: Limit) -> tuple[str, ...]:
    """Clauses that say who decides a limit, on what it hangs, and who is next."""
    by = limit.decided_by
    how = f"set at {by.place}" if by.source == "configured" and by.place is not None else "its default"
    unit = f" {limit.unit}" if limit.unit else ""
    clauses = [f"{_named(path, by)} decides: {limit.value}{unit} ({how})"]
    if limit.others:
        clauses.append(f"that holds for {limit.depends_on}")
        clauses += [f"otherwise {value}{unit if isinstance(value, int | float) else ''} ({when})" for value, when in limit.others]
    elif limit.depends_on is not None:
        clauses.append(f"it may be less, for the files do not show what {limit.depends_on} is")
    if limit.runner_up is not None:
        following, value = limit.runner_up
        clauses.append(f"next would be {_named(path, following)} with {value}{unit}")
    return tuple(clauses)


def _named(path: Path, by: DecidedBy) -> str:
    return by.name or next((step.hop.name for step in path.steps if step.hop.id == by.hop), "the app")
