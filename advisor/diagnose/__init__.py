"""A symptom -> its ranked causes, each with reasons and the test that tells it from the others.

``on_repository`` asks the walked paths of a repository, ``from_knowledge`` the knowledge base alone. Platforms are known by
their profiles only; no name of one stands here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from advisor.diagnose import clocks, known, paths
from advisor.diagnose.cause import Cause, Diagnosis, ranked, set_apart
from advisor.knowledge import Knowledge
from advisor.model import Path, Report
from advisor.rules.remedies import curl
from advisor.rules.scan import Scan
from advisor.symptoms import Symptom, collect, read

__all__ = ["Cause", "Diagnosis", "from_knowledge", "on_repository", "parsed"]

_UNSEEN_HOPS = 4
_SURE_ENOUGH, _GUESSED = 10.0, 3.0


def parsed(text: str, knowledge: Knowledge) -> Symptom:
    """What can be read in a pasted text, with the log codes and names of all platforms."""
    profiles = [knowledge.platform(id) for id in knowledge.platforms()]
    codes = {code for profile in profiles for told in profile.symptoms for code in told.log_code}
    names = {name: profile.id for profile in profiles for name in (profile.id, profile.name)}
    return read(text, codes, names)


def from_knowledge(symptom: Symptom, knowledge: Knowledge, at: date, assume: Mapping[str, str]) -> Diagnosis:
    """Which platforms, and which causes that need none, show themselves so."""
    if not symptom.known():
        return _unknown(symptom, "knowledge")
    found = [*known.generic(symptom), *known.of_platforms(symptom, knowledge, at, assume)]
    causes = set_apart(ranked(found))
    note = "" if causes else "Nothing that is known shows itself so."
    return Diagnosis(symptom, causes, "knowledge", note, _to_collect(causes))


def on_repository(symptom: Symptom, scan: Scan, report: Report) -> Diagnosis:
    """Which hop, app or client of the repository explains it; an unseen hop where none of them does."""
    if not symptom.known():
        return _unknown(symptom, "repository")
    chosen = _paths(symptom, report)
    if not chosen:
        found = [cause for hop in report.hops for cause in paths.at_hop(symptom, hop, scan)]
        alone = from_knowledge(symptom, scan.knowledge, scan.ways.conditions.at, scan.ways.conditions.assume)
        note = "No path to a WebSocket was found in the repository, so this is what is known in general."
        return Diagnosis(symptom, ranked([*found, *alone.causes]), "knowledge", note, alone.collect)
    found = [cause for path in chosen for cause in _on_path(symptom, path, scan, report)]
    found += _elsewhere(symptom, chosen, found, scan)
    causes = ranked(found)
    return Diagnosis(symptom, causes, "repository", _note(causes), _to_collect(causes))


def _paths(symptom: Symptom, report: Report) -> tuple[Path, ...]:
    """The paths of production, those of the URL that was pasted if it is one of theirs."""
    paths = tuple(path for path in report.paths if path.scope == "production") or report.paths
    if symptom.path is None or symptom.path == "/":
        return paths
    pasted = symptom.path.rstrip("/")
    named = tuple(path for path in paths if path.endpoint != "/" and pasted.startswith(path.endpoint.rstrip("/")))
    return named or paths


def _on_path(symptom: Symptom, path: Path, scan: Scan, report: Report) -> Iterator[Cause]:
    found = list(paths.found(symptom, path, report.findings, scan))
    yield from found
    if not any(cause.hop == path.handshake.decided_by for cause in found):
        yield from paths.walked(symptom, path)
    yield from paths.shown(symptom, path, scan)
    if symptom.after_s is not None:
        yield from clocks.on_path(symptom, path, scan)
    yield from paths.generic(symptom, path, scan, {cause.rule for cause in found if cause.rule is not None})


def _elsewhere(symptom: Symptom, chosen: tuple[Path, ...], found: list[Cause], scan: Scan) -> Iterator[Cause]:
    """A hop that the files do not show, or a deployment that is not what they say."""
    if any(cause.score >= _SURE_ENOUGH for cause in found):
        return
    seen = {hop.platform for path in chosen for hop in path.hops}
    conditions = scan.ways.conditions
    if symptom.after_s is not None or symptom.log_codes or not any(path.steps for path in chosen):
        others = ranked(known.of_platforms(symptom, scan.knowledge, conditions.at, conditions.assume, seen), _UNSEEN_HOPS)
        for cause in others:
            because = (*cause.because, f"no file shows {cause.name} in front; say --assume hop={cause.platform} if it is there")
            yield Cause(
                cause.means,
                cause.test,
                _below(cause.score, found),
                because,
                None,
                cause.platform,
                cause.name,
                cause.rule,
                fact=cause.fact,
                about=cause.about,
            )
    path = chosen[0]
    if symptom.phase == "handshake" and path.handshake.outcome == "accepted":
        yield Cause(
            means="In the files the handshake reaches the app; what is deployed differs, or an unseen hop stands in front.",
            test=f"Send it to each hop from the outside in; the first without 101 is it: {curl(path)}",
            score=4.5,
            because=(f"the walk of {path.url} ends with 101",),
            name="something that the files do not show",
            path=path.id,
            about="differs",
        )


def _below(score: float, found: list[Cause]) -> float:
    """A hop that no file shows is never likely, and comes after what the files do show."""
    return min(score, 9.0) * (0.8 if any(cause.hop is not None for cause in found) else 1)


def _to_collect(causes: tuple[Cause, ...]) -> tuple[str, ...]:
    """What to note, where the best cause is no more than a guess."""
    return collect() if not causes or causes[0].score < _GUESSED else ()


def _note(causes: tuple[Cause, ...]) -> str:
    if not causes:
        return "Nothing in the repository shows itself so."
    return (
        ""
        if any(cause.likelihood == "likely" for cause in causes)
        else "Nothing in the repository decides it; begin with the first test."
    )


def _unknown(symptom: Symptom, asked: str) -> Diagnosis:
    return Diagnosis(
        symptom, (), "repository" if asked == "repository" else "knowledge", "This says too little to name a cause.", collect()
    )
