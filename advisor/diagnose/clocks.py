"""A symptom with a time -> the clocks of hops and app that run out then: idle timeouts, lifetimes, handshakes and drains."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.diagnose.cause import APP, Cause, name_of
from advisor.knowledge import Known, Profile
from advisor.knowledge.statements import Statement
from advisor.limits import fold
from advisor.model import Limit, Path, Step
from advisor.rules.remedies import heartbeat_seconds
from advisor.rules.scan import Scan, limit_place
from advisor.symptoms import Symptom

_RULES = {"idle": ("WS201",), "lifetime": ("WS204",), "drain": ("WS401",), "handshake": (), "request": ()}
_IN_WORDS = {
    "idle": "{name} closes a socket on which nothing passes for {value:g} s",
    "lifetime": "{name} ends every connection after {value:g} s, whatever flows on it",
    "handshake": "{name} waits {value:g} s for the answer to a handshake",
    "drain": "{name} gives an open socket {value:g} s when its instance or process is stopped",
    "request": "{name} ends a request after {value:g} s",
}
_ON_PATH, _OPEN, _MEASURED, _STATED, _DOUBTFUL = 15.0, 6.0, 5.5, 5.0, 3.0
_TIMED = ("idle", "lifetime", "handshake", "drain")


def clocks(symptom: Symptom) -> frozenset[str]:
    """The kinds of clock that can show themselves so."""
    if symptom.signs & {"deploy", "reload"}:
        return frozenset({"drain"})
    if symptom.phase == "handshake" or "no_answer" in symptom.signs:
        return frozenset({"handshake"})
    if "busy" in symptom.signs:
        return frozenset({"lifetime"})
    return frozenset({"idle"} if "idle" in symptom.signs or "upstream_timeout" in symptom.signs else {"idle", "lifetime"})


def on_path(symptom: Symptom, path: Path, scan: Scan) -> Iterator[Cause]:
    """The clocks of the path's hops and app that run out when the symptom shows itself."""
    kinds = clocks(symptom)
    for step in path.steps:
        for limit in fold((step,), None, (), scan.knowledge, scan.ways.conditions):
            clock = scan.knowledge.dimensions[limit.dimension].clock
            if clock in kinds and clock is not None and (value := agreeing(symptom, limit)) is not None:
                yield _at_hop(path, step, limit, clock, value, scan)
    for limit in fold((), path.server, (), scan.knowledge, scan.ways.conditions):
        clock = scan.knowledge.dimensions[limit.dimension].clock
        if clock in kinds and clock is not None and (value := agreeing(symptom, limit)) is not None:
            yield _at_app(path, limit, clock, value)
    yield from _unanswered(symptom, path)


def agreeing(symptom: Symptom, limit: Limit) -> float | None:
    """The value of a limit, or the one under another condition, that runs out then."""
    values = [value for value in (limit.value, *(value for value, _ in limit.others)) if _is_number(value)]
    return next((float(value) for value in values if symptom.about(float(value))), None)  # type: ignore[arg-type]


def _at_hop(path: Path, step: Step, limit: Limit, clock: str, value: float, scan: Scan) -> Cause:
    name, by = name_of(path, step), limit.decided_by
    place = limit_place(path, limit) if by.place is None else by.place
    how = f"set at {by.place}" if by.place is not None else f"the default; {place} sets nothing else"
    because = [f"{_IN_WORDS[clock].format(name=name, value=value)} ({how})"]
    sure = limit.depends_on is None
    if not sure:
        because.append(f"that holds if {limit.depends_on}" if limit.value == value else "that holds under another condition only")
    score = _ON_PATH if sure else _OPEN
    beat = path.heartbeat
    if clock == "idle" and beat is not None and beat.interval_s is not None and beat.sender != "none":
        because.append(f"a heartbeat every {beat.interval_s:g} s is in the files")
        if in_time(path, value):
            because.append("that should be in time, so look whether it really runs where it is deployed")
            score = _OPEN
    elif clock == "idle":
        because.append("no heartbeat was found in the app")
    profile = scan.knowledge.platform(step.hop.platform)
    return Cause(
        means=_IN_WORDS[clock].format(name=name, value=value) + ".",
        test=telling_test(clock, name, value, profile, limit.dimension),
        score=score,
        because=tuple(because),
        hop=step.hop.id,
        platform=step.hop.platform,
        name=name,
        rule=next(iter(_RULES[clock]), None),
        path=path.id,
        place=place,
        fact=by.fact,
        about=limit.dimension,
    )


def in_time(path: Path, idle_s: float) -> bool:
    """True where the app's heartbeat should keep a socket from being idle for so long."""
    beat = path.heartbeat
    known = beat is not None and beat.sender != "none" and beat.answered and beat.interval_s is not None
    return known and beat is not None and (beat.interval_s or 0) < idle_s


def _at_app(path: Path, limit: Limit, clock: str, value: float) -> Cause:
    name = path.server.name if path.server is not None else "the app"
    place = limit.decided_by.place
    told = _IN_WORDS[clock].format(name=name, value=value)
    return Cause(
        means=f"{told}.",
        test=f"Connect to the app itself, past every hop: it closes after {value:g} s there too.",
        score=_ON_PATH,
        because=(f"{told} ({f'set at {place}' if limit.decided_by.source == 'configured' else 'its default'})",),
        platform=APP,
        name=name,
        path=path.id,
        place=place,
        about=limit.dimension,
    )


def _unanswered(symptom: Symptom, path: Path) -> Iterator[Cause]:
    """A heartbeat that is not answered ends the socket after its interval and its patience together."""
    beat = path.heartbeat
    if beat is None or not beat.interval_s or not beat.timeout_s or not symptom.about(beat.interval_s + beat.timeout_s):
        return
    if symptom.phase == "handshake":
        return
    name = path.server.name if path.server is not None else "the app"
    told = f"{name} pings every {beat.interval_s:g} s and closes {beat.timeout_s:g} s later where no answer came"
    yield Cause(
        means=f"{told}: the peer was gone, asleep or busy.",
        test="Log the delay of the event loop on the server; if it stays small, put the page in the foreground and try again.",
        score=_OPEN,
        because=(f"{told} ({beat.place or beat.source})",),
        platform=APP,
        name=name,
        path=path.id,
        place=beat.place,
        about="heartbeat_unanswered",
    )


def known(symptom: Symptom, profile: Profile, answers: Iterator[tuple[str, Known]] | list[tuple[str, Known]]) -> Iterator[Cause]:
    """The clocks of one platform that run out then, from the knowledge base alone."""
    kinds = clocks(symptom)
    for dimension, answer in answers:
        clock = profile.dimensions[dimension].clock
        if clock is None or clock not in kinds:
            continue
        statements = [("", answer.statement)] if answer.statement else list(answer.branches)
        for condition, statement in statements:
            if _is_number(statement.value) and symptom.about(float(statement.value)):  # type: ignore[arg-type]
                yield _stated(profile, dimension, clock, condition, statement)
                break


def _stated(profile: Profile, dimension: str, clock: str, condition: str, statement: Statement) -> Cause:
    value = float(statement.value)  # type: ignore[arg-type]
    told = _IN_WORDS[clock].format(name=profile.name, value=value)
    held = f" if {condition}" if condition else ""
    settable = profile.set_by(dimension)
    default = " by default" if settable or statement.min is not None or statement.max is not None else ""
    return Cause(
        means=f"{told}{held}.",
        test=telling_test(clock, profile.name, value, profile, dimension),
        score=_weight(statement) if not condition else _DOUBTFUL,
        because=(f"{told}{default}{held} ({statement.confidence}, confirmed {statement.confirmed.on.isoformat()})",),
        platform=profile.id,
        name=profile.name,
        rule=next(iter(_RULES[clock]), None),
        fact=statement.id,
        about=dimension,
    )


def _weight(statement: Statement) -> float:
    return {"measured": _MEASURED, "documented": _STATED}.get(statement.confidence, _DOUBTFUL)


def telling_test(clock: str, name: str, value: float, profile: Profile, dimension: str) -> str:
    """One test that tells this clock from others: move it, or show of what kind it is."""
    keys = profile.set_by(dimension)
    if clock == "idle" and keys:
        moved = f"{value * 1.5:g} s"
        return (
            f"Set {short(keys[0].key)} of {name} to {moved} and time an idle socket: if it now lives {moved}, it was this clock."
        )
    if clock == "idle":
        outlives = f"a socket that then outlives {value:g} s was closed for being idle"
        return f"Send something every {heartbeat_seconds(value)} s: {outlives}; past {name} an idle one outlives it as well."
    if clock == "lifetime":
        return f"Send something every few seconds: it still closes after {value:g} s; past {name} it does not."
    if clock == "drain":
        return f"Deploy with one socket open and time its close from the moment the old instance is told to stop: {value:g} s."
    return f"Send the handshake to what stands behind {name}: it takes longer than {value:g} s there."


def short(key: str) -> str:
    """The last part of a setting's key, as a person looks for it in the file."""
    return key if "/" in key else key.rpartition(":")[2].rpartition(".")[2]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
