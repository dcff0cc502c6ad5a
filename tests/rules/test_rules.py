"""Every rule on little repositories: the bad ones are caught at the line, the harmless twins stay silent.

``tests/rules/<ID>/bad-*/`` and ``good-*/`` are repositories of their own. ``expected.yaml`` beside them tells, for a bad one,
each finding of the rule (``place``, ``severity``, ``verdict``), and for any of them what is assumed.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from advisor.advise import advise, words
from advisor.model import Report
from advisor.options import Options
from advisor.rules import catalogue
from advisor.tree import Tree

HERE = Path(__file__).parent
CASES = sorted(path for path in HERE.glob("WS*/*") if path.is_dir() and path.name.startswith(("bad-", "good-")))
AS_OF = date(2026, 11, 25)


@cache
def expected(rule: str) -> dict[str, Any]:
    file = HERE / rule / "expected.yaml"
    return yaml.safe_load(file.read_text()) or {} if file.exists() else {}


def report_on(case: Path) -> Report:
    told = expected(case.parent.name).get(case.name) or {}
    as_of = told.get("as_of", AS_OF)
    return advise(Tree.open(case, words()), Options(as_of=as_of, assume=told.get("assume", {})))


def shown(report: Report, rule: str) -> list[dict[str, str]]:
    return [
        {"place": str(finding.place), "severity": finding.severity, "verdict": finding.verdict}
        for finding in report.findings
        if finding.rule == rule
    ]


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name.startswith("bad-")], ids=lambda case: f"{case.parent.name}/{case.name}"
)
def test_the_bad_case_is_caught(case: Path) -> None:
    """The rule finds exactly what is expected, at the line, with the severity of the catalogue."""
    wanted = expected(case.parent.name)[case.name]["findings"]

    assert wanted
    assert wanted == shown(report_on(case), case.parent.name)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name.startswith("good-")], ids=lambda case: f"{case.parent.name}/{case.name}"
)
def test_the_harmless_twin_stays_silent(case: Path) -> None:
    """Nothing of the rule's is said of the twin, and the twin is no empty repository."""
    report = report_on(case)

    assert [] == shown(report, case.parent.name)
    assert report.seen > 0


@pytest.mark.parametrize("rule", [rule.id for rule in catalogue()])
def test_every_rule_has_a_bad_case_and_a_twin(rule: str) -> None:
    """A rule without both is not done."""
    kinds = {case.name.split("-")[0] for case in CASES if case.parent.name == rule}

    assert {"bad", "good"} == kinds


def test_ids_names_and_folders_agree() -> None:
    """A module is named after its rule, and no case lies under a rule that does not exist."""
    ids = {rule.id for rule in catalogue()}

    assert set() == {case.parent.name for case in CASES} - ids
    assert len(ids) == len({rule.name for rule in catalogue()})


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_every_finding_can_be_checked(case: Path) -> None:
    """Each finding has a place that exists, a chain of reasons, a remedy and, where it cites facts, facts that are known."""
    report = report_on(case)
    known = {fact.id for fact in report.facts}

    for finding in report.findings:
        assert (case / finding.place.file).exists()
        assert finding.why
        assert finding.remedy
        assert set() == set(finding.facts) - known
