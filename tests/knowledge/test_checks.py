"""Each check of the knowledge base finds what it is there for, and the shipped data has no problem."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from advisor.knowledge.checks import Data, checks, run_checks, shape
from tests.knowledge.made import TODAY, dimension, fact, files, profile_data, statement

Files = dict[str, Any]


def changed(change: Callable[[Files], None], *facts: Any, **changes: Any) -> Files:
    """The sample data after one edit."""
    data = files(*facts, **changes)
    change(data)
    return data


def idle(*statements: Any, **changes: Any) -> Any:
    return fact("idle_timeout", *statements, **changes)


def sample(data: Files) -> Any:
    return data["reverse_proxy/sample"]


PLAN = {"plan": {"asks": "the plan", "options": ["small", "large"]}, "size": {"asks": "the size", "options": ["s", "l"]}}
COMMUNITY = {"docs": {"url": "https://example.com/docs", "kind": "community", "read": "2026-11-20"}}

SYMPTOM = {"sees": "status 400", "means": "it fails", "sources": ["docs"]}

BROKEN: list[tuple[str, str, Files]] = [
    ("shape", "Extra inputs are not permitted", files(colour="blue")),
    (
        "shape",
        "sources.docs.url",
        files(sources={"docs": {"url": "https://example.com", "kind": "vendor_docs", "read": "2026-11-20"}}),
    ),
    ("shape", "at least 1 item", files(idle(statement(60, reset_by="any", sources=[])))),
    ("shape", "confirmed", files(idle({"value": 60, "reset_by": "any", "sources": ["docs"]}))),
    ("shape", "question", changed(lambda data: data["dimensions"]["dimensions"].update(more=dimension(question="No.")))),
    ("released", "gone was released", changed(lambda data: data.update(released={"ids": ["sample", "gone"]}))),
    ("released", "sample stands there twice", changed(lambda data: data.update(released={"ids": ["sample", "sample"]}))),
    ("shape", "ids", changed(lambda data: data.update(released={"ids": "sample"}))),
    ("names", "the file has to be called other.yaml", files(id="other")),
    ("names", "lies in reverse_proxy", files(kind="cdn")),
    ("names", "there is no dimension 'idle'", files(fact("idle", statement(60)))),
    ("names", "stands there 2 times", changed(lambda data: sample(data)["facts"].append(sample(data)["facts"][0]))),
    (
        "names",
        "there is no profile 'nowhere'",
        files(alternatives=[{"platform": "nowhere", "name": "Nowhere", "fits": "nobody"}]),
    ),
    ("names", "there is no profile 'gone'", files(lifecycle={"status": "moved", "to": "gone"})),
    ("values", "'long' is no value of type duration", files(idle(statement("long")))),
    ("values", "no value of type enum (native, beta, unsupported)", files(fact("websocket_support", statement("yes")))),
    ("values", "does not lie between", files(idle(statement(60, reset_by="any", max=50)))),
    ("values", "min and max belong to a number", files(idle(statement("none", max=50)))),
    ("values", "says what resets it", files(idle(statement(60)))),
    ("values", "reset_by belongs to an idle clock", files(fact("max_connection_duration", statement(60, reset_by="any")))),
    ("values", "can_be names something", files(fact("tls_termination", statement("edge", can_be=["middle"])))),
    (
        "values",
        "a number needs a unit",
        changed(lambda data: data["dimensions"]["dimensions"].update(more=dimension(type="count"))),
    ),
    (
        "values",
        "an enum names its options",
        changed(lambda data: data["dimensions"]["dimensions"].update(more=dimension(type="enum"))),
    ),
    (
        "values",
        "names the kind of clock",
        changed(lambda data: data["dimensions"]["dimensions"].update(more=dimension(type="duration", unit="s"))),
    ),
    ("periods", "'June 2026' is no date", files(idle(statement(60, reset_by="any", since="June 2026")))),
    ("periods", "'2026-06-01' is no version", files(idle(statement(60, reset_by="any", since="2026-06-01"), validity="version"))),
    (
        "periods",
        "since has to come before until",
        files(idle(statement(60, reset_by="any", since="2026-02-01", until="2026-01-01"))),
    ),
    (
        "periods",
        "hold at the same time",
        files(idle(statement(60, reset_by="any"), statement(90, reset_by="any", since="2026-01-01"))),
    ),
    (
        "periods",
        "for a time between two statements",
        files(idle(statement(60, reset_by="any", until="2025-01-01"), statement(90, reset_by="any", since="2026-01-01"))),
    ),
    ("periods", "nothing is stated for today", files(idle(statement(60, reset_by="any", until="2026-01-01")))),
    ("conditions", "is not declared", files(idle(statement(60, reset_by="any", when={"plan": "small"})))),
    (
        "conditions",
        "is not declared",
        files(idle(statement(60, reset_by="any"), set_by=[{"format": "x", "key": "y", "when": {"plan": "small"}}])),
    ),
    ("conditions", "'tiny' is no option", files(idle(statement(60, reset_by="any", when={"plan": "tiny"})), conditions=PLAN)),
    ("conditions", "is declared and used by no statement", files(conditions=PLAN)),
    (
        "conditions",
        "can both hold are equally specific",
        files(
            idle(statement(60, reset_by="any", when={"plan": "small"}), statement(90, reset_by="any", when={"size": "s"})),
            conditions=PLAN,
        ),
    ),
    (
        "conditions",
        "'huge' is no option",
        files(
            idle(statement(60, reset_by="any", when={"plan": "small"})),
            conditions={"plan": {"asks": "the plan", "options": ["small"], "usual": "huge"}},
        ),
    ),
    ("sources", "is cited and does not exist", files(idle(statement(60, reset_by="any", sources=["page"])))),
    ("sources", "is cited nowhere", changed(lambda data: sample(data)["sources"].update(more=COMMUNITY["docs"]))),
    ("sources", "read in the future", files(sources={"docs": COMMUNITY["docs"] | {"read": "2027-01-01"}})),
    ("sources", "is younger than the day it was read", files(sources={"docs": COMMUNITY["docs"] | {"page_date": "2026-11-24"}})),
    (
        "confirmed",
        "confirmed in the future",
        files(idle(statement(60, reset_by="any", confirmed={"on": "2027-01-01", "how": "measured"}))),
    ),
    (
        "confirmed",
        "no source was read since",
        files(idle(statement(60, reset_by="any", confirmed={"on": "2026-11-24", "how": "read"}))),
    ),
    ("confirmed", "version is of 2026-11-01", changed(lambda data: data["dimensions"].update(version="2026.11.01.1"))),
    ("alternatives", "alternatives have to name", files(fact("websocket_support", statement("unsupported")))),
    (
        "releases",
        "newest first",
        files(
            validity="version",
            releases=[{"version": v, "on": "2026-01-01", "channel": "stable"} for v in ("1.9", "1.10")],
        ),
    ),
    (
        "releases",
        "comes out in the future",
        files(validity="version", releases=[{"version": "1.9", "on": "2027-01-01", "channel": "stable"}]),
    ),
    ("releases", "counted by version", files(releases=[{"version": "1.9", "on": "2026-01-01", "channel": "stable"}])),
    ("core", "upgrade_headers is missing", changed(lambda data: sample(data)["facts"].pop())),
    (
        "core",
        "health_check says http, its fact says none",
        files(fact("health_check", statement("none")), health_check={"kind": "http", "sources": ["docs"]}),
    ),
    ("symptoms", "which nothing reads", files(symptoms=[SYMPTOM | {"signs": ["sneezing"]}])),
    ("symptoms", "of which nothing is stated", files(symptoms=[SYMPTOM | {"fact": "max_message_size"}])),
]


@pytest.mark.parametrize(("check", "message", "data"), BROKEN, ids=[f"{check}: {message}" for check, message, _ in BROKEN])
def test_refuses_broken_data(check: str, message: str, data: Files) -> None:
    """The problem names what is wrong, and that check alone is enough to find it."""
    looked_at = Data(data, TODAY)
    problems = list(shape.check(looked_at) if check == "shape" else checks()[check](looked_at))

    assert run_checks(data, TODAY)
    assert any(message in problem.message for problem in problems), problems


def test_every_check_is_shown_to_fail() -> None:
    """A check that nothing can fail checks nothing."""
    assert {*checks(), "shape"} == {check for check, _, _ in BROKEN}


def test_accepts_sound_data() -> None:
    """The sample that every broken case starts from has no problem."""
    assert [] == run_checks(files(), TODAY)


def test_accepts_an_unsupported_past() -> None:
    """What could not be done once needs no alternatives today."""
    past = fact("websocket_support", statement("unsupported", until="2020-01-01"), statement("native", since="2020-01-01"))

    assert [] == run_checks(files(past), TODAY)


def test_accepts_conditions_that_exclude_each_other() -> None:
    """Two statements of the same condition with different options do not tie."""
    apart = idle(statement(60, reset_by="any", when={"plan": "small"}), statement(90, reset_by="any", when={"plan": "large"}))

    assert [] == run_checks(files(apart, conditions={"plan": PLAN["plan"]}), TODAY)


def test_the_shipped_data_has_no_problem() -> None:
    """On the day of the data's own version."""
    from advisor.data import folder

    version = folder("platforms")["dimensions"]["version"]

    assert [] == run_checks(today=date.fromisoformat("-".join(version.split(".")[:3])))


def test_a_profile_is_told_by_its_file() -> None:
    """So that an editor knows where to look."""
    data = files() | {"cdn/other": profile_data(id="other", kind="cdn", colour="blue")}

    assert ["cdn/other.yaml"] == [problem.file for problem in run_checks(data, TODAY)]
