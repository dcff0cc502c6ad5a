"""Sends the virtual WebSocket: each hop forwards or answers, the topology says who is next; the ways it took are the paths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from advisor.attempts import PLACEHOLDER, Attempt, attempts, clients_of, matches
from advisor.hops import Ways
from advisor.limits import fold
from advisor.model import (
    Answer,
    Cause,
    Certainty,
    Depends,
    Endpoint,
    Forward,
    Handshake,
    Heartbeat,
    Hop,
    Invalid,
    Path,
    Place,
    Request,
    Setting,
    Stack,
    Step,
    Use,
)
from advisor.stack.server_limits import own_limits, program_library
from advisor.stack.serving import server_heartbeat, serves
from advisor.topology import Running

_MOST_HOPS = 12
_MOST_ATTEMPTS = 24


@dataclass(slots=True)
class _Walked:
    """One attempt, walked: the steps, and what it reached (``None``: nothing that the tree shows)."""

    attempt: Attempt
    steps: list[Step] = field(default_factory=list)
    landed: Running | None = None
    arrived: Request | None = None
    because: list[str] = field(default_factory=list)
    certainty: Certainty = "explicit"
    open: Depends | None = None
    open_at: Hop | None = None


def walk(ways: Ways, stack: Stack) -> tuple[Path, ...]:
    """All paths to all endpoints of the running apps: those through hops, and a bare one where no hop leads to an app."""
    paths: list[Path] = []
    topology = ways.topology
    fronted: set[str] = set()
    for hop in topology.hops:
        for running in ways.reached(hop):
            if running.app is not None:
                found = list(_through(hop, running, ways, stack))
                paths += found
                fronted |= {running.app.id for path in found if path.scope == running.app.scope}
    paths = _longest(paths)
    bare: set[str] = set()
    for running in topology.servers():
        if running.app is not None and running.app.id not in fronted | bare:
            bare.add(running.app.id)
            for server, endpoint in _endpoints(running):
                attempt = Attempt(Request(host=PLACEHOLDER, path=endpoint.path or "/"))
                walked = _Walked(attempt, landed=running, arrived=attempt.request)
                paths.append(_path(walked, running, server, endpoint, ways, stack))
    return tuple(replace(path, id=f"p{number}") for number, path in enumerate(paths, 1))


def _through(hop: Hop, running: Running, ways: Ways, stack: Stack) -> Iterator[Path]:
    for server, endpoint in _endpoints(running):
        clients = clients_of(server, endpoint, stack)
        sides, samples = ways.sides(hop, running)
        tried = [_follow(hop, attempt, ways) for attempt in list(attempts(endpoint, clients, sides, samples))[:_MOST_ATTEMPTS]]
        for walked in _telling(tried, running, endpoint):
            yield _path(walked, running, server, endpoint, ways, stack, clients)


def _endpoints(running: Running) -> Iterator[tuple[Use, Endpoint]]:
    for server in running.app.servers() if running.app else ():
        for endpoint in server.endpoints or (Endpoint(None, server.place),):
            yield server, endpoint


def _telling(tried: list[_Walked], running: Running, endpoint: Endpoint) -> list[_Walked]:
    """Of all attempts, one for each way into the hop: one that arrives as it should, else the first that fails."""
    groups: dict[tuple[str, str], list[_Walked]] = {}
    for walked in tried:
        groups.setdefault((walked.attempt.request.scheme, walked.attempt.request.host), []).append(walked)
    chosen = []
    for group in groups.values():
        good = [walked for walked in group if walked.landed is running and matches(endpoint, _arrived_path(walked))]
        chosen.append(good[0] if good else group[0])
    arriving = [walked for walked in chosen if walked.landed is running]
    by_client = [walked for walked in chosen if walked.attempt.url is not None]
    return arriving + [walked for walked in by_client if walked not in arriving] if arriving else (by_client or chosen)[:1]


def _arrived_path(walked: _Walked) -> str:
    return walked.arrived.path if walked.arrived else ""


def _follow(entry: Hop, attempt: Attempt, ways: Ways) -> _Walked:
    walked = _Walked(attempt)
    hop, request = entry, attempt.request
    for _ in range(_MOST_HOPS):
        outcome = ways.outcome(hop, request)
        walked.steps.append(Step(hop, request, outcome))
        if isinstance(outcome, Depends):
            walked.open, walked.open_at = walked.open or outcome, walked.open_at or hop
            outcome = _best(outcome)
        if not isinstance(outcome, Forward):
            return walked
        joined = ways.next(hop, outcome)
        request = outcome.request
        if joined is None:
            return walked
        walked.because.append(joined.because)
        walked.certainty = _weaker(walked.certainty, joined.certainty)
        if isinstance(joined.node, Running):
            walked.landed, walked.arrived = joined.node, request
            return walked
        hop = joined.node
    return walked


def _best(outcome: Depends) -> Forward | Answer | Invalid:
    """The branch that goes on, a working one first; what is told of the others is the rules' business."""
    results = [branch for _, branch in outcome.branches]
    forwards = [branch for branch in results if isinstance(branch, Forward)]
    return next((branch for branch in forwards if branch.request.upgrades()), (forwards or results)[0])


def _weaker(one: Certainty, other: Certainty) -> Certainty:
    order: tuple[Certainty, ...] = ("explicit", "strong", "weak")
    return max(one, other, key=order.index)


def _path(
    walked: _Walked,
    running: Running,
    server: Use,
    endpoint: Endpoint,
    ways: Ways,
    stack: Stack,
    clients: tuple[Use, ...] | None = None,
) -> Path:
    steps = tuple(walked.steps)
    settings = _program_limits(running, server)
    hops = [step.hop for step in steps]
    scope = next((hop.scope for hop in hops if hop.scope != "production"), running.scope)
    reasons = (*([running.because] if running.because else []), *walked.because)
    return Path(
        id="",
        environment=hops[0].environment if hops else running.environment,
        endpoint=endpoint.path or walked.attempt.request.path,
        url=walked.attempt.text,
        handshake=_handshake(walked, running, server, endpoint),
        steps=steps,
        app=running.app,
        server=server,
        process=running.process,
        runs=running.runs,
        clients=clients_of(server, endpoint, stack) if clients is None else clients,
        heartbeat=_heartbeat(running, server),
        arrived=walked.arrived if walked.landed is running else None,
        limits=fold(steps, server, settings, ways.knowledge, ways.conditions),
        because=tuple(dict.fromkeys(reasons)),
        certainty=_weaker(walked.certainty, running.certainty),
        scope=scope,
    )


def _heartbeat(running: Running, server: Use) -> Heartbeat | None:
    """The app's own heartbeat, else that of the program that ends its sockets."""
    if server.heartbeat is not None or running.runs is None or server.runs_in != "asgi":
        return server.heartbeat
    library = program_library(running.runs)
    packages = {use.library: use.version for use in running.app.uses} if running.app else {}
    return server_heartbeat(running.runs, packages.get(library.id) if library else None)


def _program_limits(running: Running, server: Use) -> tuple[tuple[str, Setting], ...]:
    if running.runs is None or server.runs_in != "asgi":
        return ()
    place = running.process.command_place or running.process.place if running.process else server.place
    return own_limits(running.runs, place)


def _handshake(walked: _Walked, running: Running, server: Use, endpoint: Endpoint) -> Handshake:
    """How it ended. The first hop that answers, strips the upgrade or sends it astray decides; then the app itself."""
    if walked.open is not None and walked.open_at is not None and not _agrees(walked.open, server):
        return Handshake("depends", None, walked.open_at.id, walked.open.on, walked.open_at.place)
    for step in walked.steps:
        stopped = _stopped(step)
        if stopped is not None:
            return stopped
    last = walked.steps[-1] if walked.steps else None
    decider = last.hop.id if last else "app"
    if walked.landed is not running:
        where = f"it lands on {walked.landed.id}" if walked.landed else f"nothing in the repository answers at {_address(last)}"
        return Handshake("refused", None, decider, where, _place(last), "not_routed")
    if not matches(endpoint, _arrived_path(walked)):
        reason = f"the app receives {_arrived_path(walked)} and listens on {endpoint.path}"
        return Handshake("refused", None, decider, reason, _place(last), "rewritten")
    if running.runs is not None:
        fits, reason = serves(running.runs, server)
        if fits is False:
            place = running.process.command_place if running.process else None
            return Handshake("refused", None, "app", reason, place, "cannot_upgrade")
    version = walked.arrived.http_version if walked.arrived else "1.1"
    if version.startswith("2"):
        return Handshake("refused", None, decider, "the app receives HTTP/2, which has no 101", _place(last), "http2")
    if version == "1.0" and server.http10 != "accepts":
        known = server.http10 == "refuses"
        reason = f"{server.name} receives HTTP/1.0" + ("" if known else "; whether it upgrades that is not known")
        return Handshake("refused" if known else "depends", None, decider, reason, _place(last), "http10")
    return Handshake("accepted", 101, None)


def _stopped(step: Step) -> Handshake | None:
    """The end at this hop, or ``None`` where it hands the handshake on."""
    outcome = _best(step.outcome) if isinstance(step.outcome, Depends) else step.outcome
    place = outcome.place or step.hop.place
    if isinstance(outcome, Invalid):
        return Handshake("invalid_config", None, step.hop.id, outcome.reason, place, "invalid")
    if isinstance(outcome, Answer):
        if outcome.status in (301, 302, 303, 307, 308):
            return Handshake("redirected", outcome.status, step.hop.id, outcome.reason, place, "redirected")
        cause: Cause = "unsupported" if outcome.status is None else "not_routed" if outcome.status in (200, 404) else "answered"
        return Handshake("refused", outcome.status, step.hop.id, outcome.reason, place, cause)
    if step.received.upgrades() and not outcome.request.upgrades():
        return Handshake("refused", None, step.hop.id, f"{step.hop.name} does not hand the upgrade on", place, "upgrade_lost")
    return None


def _agrees(depends: Depends, server: Use) -> bool:
    """True where every branch ends alike for this server, so that nothing hangs on the condition."""
    results = [branch for _, branch in depends.branches]
    accepted = {"1.1", "1.0"} if server.http10 == "accepts" else {"1.1"}
    kinds = {
        (branch.request.upgrades(), branch.request.http_version in accepted, branch.request.path)
        for branch in results
        if isinstance(branch, Forward)
    }
    return all(isinstance(branch, Forward) for branch in results) and len(kinds) == 1


def _address(step: Step | None) -> str:
    outcome = _best(step.outcome) if step and isinstance(step.outcome, Depends) else step.outcome if step else None
    return str(outcome.address) if isinstance(outcome, Forward) else "its address"


def _place(step: Step | None) -> Place | None:
    if step is None:
        return None
    outcome = _best(step.outcome) if isinstance(step.outcome, Depends) else step.outcome
    return (outcome.place if isinstance(outcome, Forward | Answer | Invalid) else None) or step.hop.place


def _longest(paths: list[Path]) -> list[Path]:
    """Leaves out a path that is the last part of another one to the same endpoint: its first hop stands behind a hop."""

    def tail(short: Path, long: Path) -> bool:
        ids, others = [hop.id for hop in short.hops], [hop.id for hop in long.hops]
        same = short.app == long.app and short.endpoint == long.endpoint and short.server == long.server
        return same and len(ids) < len(others) and others[-len(ids) :] == ids

    return [path for path in paths if not any(tail(path, other) for other in paths)]
