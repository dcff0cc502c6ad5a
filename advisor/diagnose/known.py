"""A symptom -> what the knowledge base alone says: the platforms whose symptoms and limits are like it, and generic causes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date

from advisor.diagnose import clocks
from advisor.diagnose.cause import APP, CLIENT, Cause
from advisor.knowledge import Knowledge, Profile
from advisor.knowledge.profile import Symptom as Told
from advisor.rules import catalogue
from advisor.symptoms import GenericCause, Signature, Symptom, causes, fits

WHO = {
    "hop": (None, "a hop in front of the app"),
    "app": (APP, "the app"),
    "client": (CLIENT, "the client"),
    "network": (None, "the way to it"),
}
_NAMED, _ONLY_SIGNS = 3.0, 0.7
"""What a platform gains that is named, and keeps of a symptom that only words agree with."""
_LOGGED = "See whether {name} logs the same line at the next failure, and read the app's own log of that second."
_PAST = "Send the same past {name}, straight to what stands behind it: without the symptom there, it is {name}."


def of_platforms(
    symptom: Symptom, knowledge: Knowledge, at: date, assume: Mapping[str, str], without: Collection[str] = ()
) -> Iterator[Cause]:
    """Every platform that explains it; those that the symptom names before others."""
    for id in (id for id in knowledge.platforms() if id not in without and knowledge.platform(id).lifecycle.status != "moved"):
        profile = knowledge.platform(id)
        extra = _NAMED if id in symptom.platforms else 0.0
        yield from (replace(cause, score=cause.score + extra) for cause in of_profile(symptom, profile, at))
        if symptom.after_s is not None and not symptom.log_codes:
            conditions = {key.rpartition(".")[2]: value for key, value in assume.items() if key.startswith(f"{id}.")}
            version = conditions.pop("version", None)
            keys = [key for key, dimension in knowledge.dimensions.items() if dimension.clock]
            answers = [(key, knowledge.fact(id, key, at=at, version=version, **conditions)) for key in keys]
            yield from (replace(cause, score=cause.score + extra) for cause in clocks.known(symptom, profile, answers))


def of_profile(symptom: Symptom, profile: Profile, at: date) -> Iterator[Cause]:
    """The symptoms of a profile that are like it."""
    for told in profile.symptoms:
        fit = fits(symptom, signature_of(told))
        if fit is not None and not _other_clock(symptom, profile, told):
            yield Cause(
                means=sentence(told.means),
                test=test_for(told, profile, symptom, at),
                score=fit.score * (_ONLY_SIGNS if only_signs(symptom, told) else 1),
                because=(f"{profile.name} shows itself so: {told.sees}",),
                platform=profile.id,
                name=profile.name,
                rule=covering(told.rules),
                fact=f"{profile.id}/{told.fact}" if told.fact else None,
                about=told.fact or told.sees,
            )


def only_signs(symptom: Symptom, told: Told) -> bool:
    """True where nothing but signs can agree; those are words that fit many platforms."""
    return not (told.status or told.close_code or told.log_code or told.log_words or (told.after_s and symptom.after_s))


def generic(symptom: Symptom) -> Iterator[Cause]:
    """The causes that need no platform."""
    for cause in causes():
        fit = cause.fit(symptom)
        if fit is not None and cause.alone:
            platform, name = WHO[cause.who]
            yield Cause(
                means=cause.means,
                test=cause.test,
                score=fit.score,
                because=(f"usual for: {', '.join(fit.by)}",),
                platform=platform,
                name=name,
                rule=covering(cause.rules),
                about=about(cause),
            )


def about(cause: GenericCause) -> str:
    """What a generic cause is about, as the clocks name it."""
    return {"lifetime": "max_connection_duration"}.get(cause.id, cause.id)


def signature_of(told: Told) -> Signature:
    """The features of a profile's symptom."""
    return Signature(told.phase, told.status, told.close_code, told.log_code, told.log_words, told.after_s, told.signs)


def covering(rules: Collection[str]) -> str | None:
    """The first of the rules that there is."""
    existing = {rule.id for rule in catalogue()}
    return next((rule for rule in rules if rule in existing), None)


def test_for(told: Told, profile: Profile, symptom: Symptom, at: date) -> str:
    """The symptom's own test, that of its clock, or the way past the platform."""
    clock = profile.dimensions[told.fact].clock if told.fact else None
    if told.test:
        return told.test
    if clock is not None and told.fact:
        stated = profile.fact(told.fact, at=at).statement
        values = [*(seconds for seconds in told.after_s if symptom.about(seconds)), stated.value if stated else None]
        value = next((each for each in values if isinstance(each, int | float)), None)
        if value is not None:
            return clocks.telling_test(clock, profile.name, float(value), profile, told.fact)
    return (_LOGGED if told.log_code or told.log_words else _PAST).format(name=profile.name)


def sentence(clause: str) -> str:
    """A clause of the data as a sentence."""
    first = clause.split(" ", 1)[0]
    begun = clause[:1].upper() + clause[1:] if first.isalpha() and first.islower() else clause
    return begun + ("" if begun.endswith(".") else ".")


def _other_clock(symptom: Symptom, profile: Profile, told: Told) -> bool:
    """True where the symptom is one of a clock of another kind than the time that was seen."""
    clock = profile.dimensions[told.fact].clock if told.fact else None
    return symptom.after_s is not None and clock is not None and not symptom.log_codes and clock not in clocks.clocks(symptom)
