"""The question: which statement holds, when it is several, and what is said where nothing is known."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.knowledge import Knowledge, Special, UnknownDimension, UnknownPlatform, load
from tests.knowledge.made import TODAY, fact, files, profile, statement

PLAN = {"plan": {"asks": "the plan", "options": ["small", "large", "huge"], "says": {"small": "the plan is Small"}}}


def idle(*statements: dict[str, object], **changes: object) -> dict[str, object]:
    return fact("idle_timeout", *statements, **changes)


def test_one_statement_is_the_answer() -> None:
    """With its value, unit and what resets the clock."""
    known = profile().fact("idle_timeout", at=TODAY)

    assert known.statement is not None
    assert ("one", 60, "s", "any") == (known.kind, known.statement.value, known.statement.unit, known.statement.reset_by)


def test_a_given_condition_picks_the_more_specific_statement() -> None:
    """A statement with a condition that is met beats the general one."""
    sample = profile(idle(statement(60, reset_by="any"), statement(90, reset_by="any", when={"plan": "large"})), conditions=PLAN)
    values = [sample.fact("idle_timeout", at=TODAY, plan=plan).statement for plan in ("small", "large")]

    assert [60, 90] == [each.value for each in values if each]


def test_an_open_condition_gives_every_branch_in_words() -> None:
    """The general statement is told with the options that are left."""
    sample = profile(
        idle(statement(60, reset_by="any"), statement(90, reset_by="any", when={"plan": ["large", "huge"]})), conditions=PLAN
    )
    known = sample.fact("idle_timeout", at=TODAY)

    assert ("several", "plan", "it depends on the plan") == (known.kind, known.condition, known.reason)
    assert [("plan is large or plan is huge", 90), ("the plan is Small", 60)] == [
        (words, each.value) for words, each in known.branches
    ]


def test_branches_that_say_the_same_are_one_answer() -> None:
    """An open condition that changes nothing is not told."""
    sample = profile(
        idle(statement(60, reset_by="any"), statement(60, reset_by="any", max=90, when={"plan": "large"})), conditions=PLAN
    )
    known = sample.fact("idle_timeout", at=TODAY)

    assert known.statement is not None
    assert ("one", None) == (known.kind, known.statement.max)


def test_a_usual_option_is_taken_where_nothing_is_given() -> None:
    """Because files would show the other."""
    usual = {"plan": PLAN["plan"] | {"usual": "small"}}
    sample = profile(idle(statement(60, reset_by="any"), statement(90, reset_by="any", when={"plan": "large"})), conditions=usual)

    assert "one" == sample.fact("idle_timeout", at=TODAY).kind


@pytest.mark.parametrize(("day", "value"), [("2026-01-31", 30), ("2026-02-01", 60), ("2026-12-31", 60)])
def test_dates_are_half_open(day: str, value: int) -> None:
    """``since`` counts, ``until`` does not."""
    sample = profile(idle(statement(30, reset_by="any", until="2026-02-01"), statement(60, reset_by="any", since="2026-02-01")))
    known = sample.fact("idle_timeout", at=date.fromisoformat(day))

    assert known.statement is not None
    assert value == known.statement.value


VERSIONED = idle(statement(30, reset_by="any", until="2.5.1"), statement(60, reset_by="any", since="2.5.1"), validity="version")
BRANCHES = {"a version before 2.5.1": 30, "version 2.5.1 or later": 60}


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        ("2.5.0", 30),
        ("2.5.1", 60),
        ("2.5.1-alpine", 60),
        ("v3", 60),
        ("2.4", 30),
        ("2.5", BRANCHES),
        ("2", BRANCHES),
        (None, BRANCHES),
        ("latest", BRANCHES),
        ("", BRANCHES),
    ],
)
def test_versions_are_half_open_and_short_ones_cover_both_sides(version: str | None, answer: object) -> None:
    """``2.5`` is a tag of releases before and after 2.5.1."""
    known = profile(VERSIONED).fact("idle_timeout", at=TODAY, version=version)

    assert answer == (known.statement.value if known.statement else {words: each.value for words, each in known.branches})


def test_a_release_that_is_not_out_yet_is_not_meant() -> None:
    """Without a version, the date alone excludes it."""
    releases = [
        {"version": "2.5.1", "on": "2026-05-01", "channel": "mainline"},
        {"version": "2.5.0", "on": "2026-04-01", "channel": "mainline"},
    ]
    sample = profile(VERSIONED, releases=releases)
    early, late = (sample.fact("idle_timeout", at=date(2026, month, 2)) for month in (4, 5))

    assert ("one", "several") == (early.kind, late.kind)


def test_a_release_older_than_any_met_is_not_meant() -> None:
    """``oldest`` keeps history out of answers about no version in particular, and not about that version."""
    sample = profile(VERSIONED, oldest="2.6")
    unknown, given_one = (sample.fact("idle_timeout", at=TODAY, version=version).statement for version in (None, "2.4"))

    assert unknown is not None
    assert given_one is not None
    assert (60, 30) == (unknown.value, given_one.value)


@pytest.mark.parametrize(("created", "value"), [("2025-04-22", 30), ("2025-04-23", 60)])
def test_conditions_compare_dates(created: str, value: int) -> None:
    """``>=`` and ``<`` in a condition without options."""
    sample = profile(
        idle(
            statement(30, reset_by="any", when={"created": "<2025-04-23"}),
            statement(60, reset_by="any", when={"created": ">=2025-04-23"}),
        ),
        conditions={"created": {"asks": "when the project was made"}},
    )
    known = sample.fact("idle_timeout", at=TODAY, created=created)

    assert known.statement is not None
    assert value == known.statement.value


@pytest.mark.parametrize("value", ["unknown", "unpublished"])
def test_what_nobody_knows_is_unknown_with_a_reason(value: str) -> None:
    """The statement is there, for its sources."""
    known = profile(idle(statement(value, note="Nobody says."))).fact("idle_timeout", at=TODAY)

    assert ("unknown", "Nobody says.", Special(value)) == (known.kind, known.reason, known.statement and known.statement.value)


def test_special_values_differ_from_each_other_and_from_options() -> None:
    """``none`` is no limit for a duration, and a keyword where it is an option."""
    sample = profile(fact("tls_termination", statement("none")))
    lifetime = sample.fact("max_connection_duration", at=TODAY).statement
    tls = sample.fact("tls_termination", at=TODAY).statement

    assert lifetime is not None
    assert tls is not None
    assert (True, False) == (isinstance(lifetime.value, Special), isinstance(tls.value, Special))
    assert 4 == len({*Special})


def test_a_dimension_that_the_profile_leaves_out_is_absent() -> None:
    """Which is not the same as unknown."""
    known = profile().fact("health_check", at=TODAY)

    assert ("absent", "the profile of Sample says nothing about health_check") == (known.kind, known.reason)


@pytest.mark.parametrize(
    ("name", "nearest"), [("ngnix", "nginx"), ("aws_alb", "aws-alb"), ("fly", "fly-io"), ("herokuu", "heroku")]
)
def test_an_unknown_platform_is_answered_with_the_nearest(name: str, nearest: str) -> None:
    """As an error that says which was probably meant."""
    with pytest.raises(UnknownPlatform) as caught:
        load().platform(name)

    assert nearest in caught.value.nearest
    assert nearest in str(caught.value)


def test_an_unknown_dimension_is_an_error() -> None:
    """A typing mistake must not look like absent knowledge."""
    with pytest.raises(UnknownDimension, match="idle_timeout"):
        load().fact("nginx", "idle_timeouts", at=TODAY)


@given(st.text(max_size=20), st.dictionaries(st.sampled_from(["plan", "runtime", "module", "fluid"]), st.text(max_size=10)))
def test_any_version_and_condition_gets_an_answer(version: str, conditions: dict[str, str]) -> None:
    """Versions come from image tags and conditions from the command line: nothing in them may raise."""
    knowledge = load()
    for platform in ("nginx", "vercel"):
        for dimension in ("websocket_support", "idle_timeout", "upstream_http_version"):
            known = knowledge.fact(platform, dimension, at=TODAY, version=version, **conditions)
            assert known.statement or known.branches or known.reason


def test_profiles_are_built_when_asked_for() -> None:
    """Loading 1 MB of facts must cost nothing for those that a scan does not ask for."""
    knowledge = Knowledge(files())

    assert ("sample",) == knowledge.platforms()
    assert knowledge.platform("sample") is knowledge.platform("sample")


def test_loading_needs_no_pydantic() -> None:
    """It takes 75 ms to import, more than a small scan."""
    import subprocess
    import sys

    code = "import sys; from advisor.knowledge import load; load().platform('nginx'); print('pydantic' in sys.modules)"

    assert "False" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
