"""A symptom and one walked path -> what on this path explains it: findings, the hops' own symptoms, the walk, and evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from advisor.diagnose import clocks
from advisor.diagnose.cause import APP, CLIENT, Cause, name_of
from advisor.diagnose.evidence import AGAINST, READERS, Evidence
from advisor.diagnose.known import WHO, about, covering, sentence, signature_of, test_for
from advisor.knowledge.profile import Symptom as Told
from advisor.limits import fold
from advisor.model import Finding, Hop, Path, Step
from advisor.rules.scan import Scan, limit_place
from advisor.symptoms import GenericCause, Symptom, causes, fits

_FOUND = {"error": 20.0, "warning": 17.0, "info": 9.0}
_SHOWN, _HERE, _UNSEEN, _SPOKEN_AGAINST = 7.0, 5.0, 0.6, 0.3
_TIMED = {"WS201": "idle", "WS202": "idle", "WS203": "idle", "WS204": "lifetime"}
"""Rules whose finding is about a limit: a time that was seen has to be that limit's."""
_LIMITS = {"idle": "idle_timeout", "lifetime": "max_connection_duration"}


def found(symptom: Symptom, path: Path, findings: Iterable[Finding], scan: Scan) -> Iterator[Cause]:
    """Findings of the path, or of its app and client, whose rule explains the symptom."""
    own = [finding for finding in findings if finding.path in (path.id, None) and _in_time(symptom, finding, path)]
    for cause in causes():
        fit = cause.fit(symptom)
        for number, rule in enumerate(cause.rules if fit is not None else ()):
            for finding in (each for each in own if each.rule == rule):
                score = _FOUND[finding.severity] + (fit.score if fit is not None else 0) - number / 10
                yield from _told(finding, cause.means, cause.test, score, path, scan)
    if symptom.after_s is not None:
        for finding in (each for each in own if each.rule in _TIMED and _TIMED[each.rule] in clocks.clocks(symptom)):
            yield from _told(finding, finding.message, "", _FOUND[finding.severity] + 5, path, scan)


def _told(finding: Finding, means: str, test: str, score: float, path: Path, scan: Scan) -> Iterator[Cause]:
    step = _step(finding, path)
    platform = step.hop.platform if step is not None else CLIENT if finding.who == "client" else APP
    name = name_of(path, step) if step is not None else "the client" if finding.who == "client" else path.destination
    dimension = _LIMITS.get(_TIMED.get(finding.rule, ""))
    limit = path.limit(dimension) if dimension else None
    if limit is not None and dimension and step is not None and isinstance(limit.value, int | float):
        clock = _TIMED[finding.rule]
        test = clocks.telling_test(clock, name, float(limit.value), scan.knowledge.platform(step.hop.platform), dimension)
    yield Cause(
        means=means,
        test=test or f"Change it as `wsadvise scan` says, then: {finding.verify}",
        score=score,
        because=(f"{finding.place}: {finding.message}", *finding.why[:3]),
        hop=step.hop.id if step is not None else None,
        platform=platform,
        name=name,
        rule=finding.rule,
        path=path.id,
        place=finding.place,
        fact=next(iter(finding.facts), None),
        about=dimension or finding.rule,
    )


def _step(finding: Finding, path: Path) -> Step | None:
    """The hop that a finding speaks of: the platform of its facts, the file it stands in, the one that decided the walk."""
    platforms = {fact.partition("/")[0] for fact in finding.facts}
    by_fact = [step for step in path.steps if step.hop.platform in platforms]
    by_file = [step for step in path.steps if _file(step) == finding.place.file]
    decided = [step for step in path.steps if step.hop.id == path.handshake.decided_by]
    if not by_file and (finding.who == "client" or (finding.who == "app" and not by_fact)):
        return None
    return next(iter([step for step in by_fact if step in by_file] or by_file or by_fact or decided), None)


def _file(step: Step) -> str:
    place = getattr(step.outcome, "place", None) or step.hop.place
    return str(place.file)


def _in_time(symptom: Symptom, finding: Finding, path: Path) -> bool:
    dimension = _LIMITS.get(_TIMED.get(finding.rule, ""))
    limit = path.limit(dimension) if dimension else None
    return symptom.after_s is None or limit is None or clocks.agreeing(symptom, limit) is not None


def shown(symptom: Symptom, path: Path, scan: Scan) -> Iterator[Cause]:
    """The symptoms that the profiles of the path's own hops tell."""
    for step in path.steps:
        yield from at_hop(symptom, step.hop, scan, path, step)


def at_hop(symptom: Symptom, hop: Hop, scan: Scan, path: Path | None = None, step: Step | None = None) -> Iterator[Cause]:
    """The symptoms that one hop's profile tells, its limits taken as they are in force here."""
    if hop.platform not in scan.knowledge.platforms():
        return
    profile = scan.knowledge.platform(hop.platform)
    name = name_of(path, step) if path is not None and step is not None else hop.name
    for told in profile.symptoms:
        timed = told.fact is not None and profile.dimensions[told.fact].clock is not None
        signature = signature_of(told)
        if timed and symptom.after_s is not None:
            signature = replace(signature, after_s=_in_force(told, step, scan) if step is not None else told.after_s)
        fit = fits(symptom, signature)
        if fit is None or (timed and symptom.after_s is not None and not symptom.log_codes and not signature.after_s):
            continue
        doubt = _doubt(told, symptom, path, signature.after_s) if path is not None else ()
        because = (f"{name} stands on the path ({hop.place})", f"it shows itself so: {told.sees}", *doubt)
        yield Cause(
            means=sentence(told.means),
            test=test_for(told, profile, symptom, scan.ways.conditions.at),
            score=(fit.score + _HERE) * (_SPOKEN_AGAINST if doubt else 1),
            because=because,
            hop=hop.id,
            platform=hop.platform,
            name=name,
            rule=covering(told.rules),
            path=path.id if path is not None else None,
            place=hop.place,
            fact=f"{hop.platform}/{told.fact}" if told.fact else None,
            about=told.fact or next(iter(told.rules), told.sees),
        )


def _in_force(told: Told, step: Step, scan: Scan) -> tuple[float, ...]:
    limits = fold((step,), None, (), scan.knowledge, scan.ways.conditions)
    limit = next((limit for limit in limits if limit.dimension == told.fact), None)
    values = (limit.value, *(value for value, _ in limit.others)) if limit is not None else ()
    return tuple(float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool))


def _doubt(told: Told, symptom: Symptom, path: Path, limits: tuple[float, ...]) -> tuple[str, ...]:
    """What the files say against a symptom of a hop of theirs, where no log line of its own is at hand."""
    if _walk_disagrees(told, symptom, path):
        return ("but in the files the handshake reaches the app",)
    if told.fact == _LIMITS["idle"] and limits and not symptom.log_codes and clocks.in_time(path, min(limits)):
        return ("but the heartbeat in the files should be in time",)
    return ()


def _walk_disagrees(told: Told, symptom: Symptom, path: Path) -> bool:
    walked = {rule for cause in causes() if cause.walked for rule in cause.rules}
    decided = bool(told.rules) and set(told.rules) <= walked and not symptom.log_codes
    return told.phase == "handshake" and decided and path.handshake.outcome == "accepted"


def walked(symptom: Symptom, path: Path) -> Iterator[Cause]:
    """The walk itself, where it ends in the very status that was seen."""
    shake = path.handshake
    if shake.status is None or shake.status == 101 or shake.status not in symptom.statuses:
        return
    step = next((step for step in path.steps if step.hop.id == shake.decided_by), None)
    name = name_of(path, step) if step is not None else path.destination
    yield Cause(
        means=f"{name} answers the handshake with {shake.status}: {shake.reason}.",
        test=f"Send it past {name}: the answer is another one there.",
        score=_FOUND["error"],
        because=(f"the walk of {path.url} ends there" + (f" ({shake.place})" if shake.place else ""),),
        hop=step.hop.id if step is not None else None,
        platform=step.hop.platform if step is not None else APP,
        name=name,
        path=path.id,
        place=shake.place,
        about=f"walk {shake.status}",
    )


def generic(symptom: Symptom, path: Path, scan: Scan, told: Collection[str]) -> Iterator[Cause]:
    """The generic causes that the path does not rule out; ``told``: the rules whose finding has been told as a cause."""
    for cause in causes():
        fit = cause.fit(symptom)
        if (
            fit is None
            or not set(cause.rules).isdisjoint(told)
            or (cause.walked and path.handshake.outcome == "accepted" and path.steps)
        ):
            continue
        evidence = READERS[cause.evidence](path, scan) if cause.evidence else _limit(cause, path, symptom)
        if evidence is not None and evidence.against:
            continue
        if evidence is None and not cause.alone:
            continue
        yield _generic(cause, fit.score, fit.by, evidence, path)


def _limit(cause: GenericCause, path: Path, symptom: Symptom) -> Evidence | None:
    """For a clock without a time that was seen, the limit that decides on this path; with one, the clocks themselves tell."""
    dimension = {"idle_timeout": "idle_timeout", "lifetime": "max_connection_duration"}.get(cause.id)
    if dimension is None:
        return None
    limit = path.limit(dimension)
    if limit is None or limit.value is None or symptom.after_s is not None:
        return AGAINST
    step = next((step for step in path.steps if step.hop.id == limit.decided_by.hop), None)
    name = name_of(path, step) if step is not None else "the app"
    place = limit_place(path, limit)
    return Evidence((f"{name} decides: {limit.value:g} s ({place})",), place, step.hop.id if step is not None else None)


def _generic(cause: GenericCause, score: float, by: tuple[str, ...], evidence: Evidence | None, path: Path) -> Cause:
    platform, name = WHO[cause.who]
    step = next((step for step in path.steps if evidence is not None and step.hop.id == evidence.hop), None)
    if step is not None:
        platform, name = step.hop.platform, name_of(path, step)
    told = evidence.because if evidence is not None else ()
    return Cause(
        means=cause.means,
        test=cause.test,
        score=score + _SHOWN if told else score * _UNSEEN,
        because=told or (f"usual for: {', '.join(by)}; the files show nothing for or against it",),
        hop=step.hop.id if step is not None else None,
        platform=platform,
        name=name,
        rule=covering(cause.rules),
        path=path.id,
        place=evidence.place if evidence is not None else None,
        about=about(cause),
    )
