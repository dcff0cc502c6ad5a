"""SARIF, GitHub's workflow commands and JUnit XML: what other programs read of a report."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from advisor.model import Edit, NotRead, Place, Report, SetAside
from advisor.reports import github, junit, sarif

from .samples import ALL, BREAKS, HOSTILE, NO_WEBSOCKET, WORKS

MENDED = replace(
    BREAKS,
    findings=(replace(BREAKS.findings[0], edits=(Edit(Place("nginx.conf", 10, 5, 10, 9), "location"),)),),
    set_aside=(SetAside(BREAKS.findings[0], "the bot pings", Place("wsadvise.toml", 3)),),
    not_read=(NotRead("a b.conf", "it is binary", 4), NotRead("dir/", "no permission")),
)
EVERY = {**ALL, "mended": MENDED}


@pytest.mark.parametrize("report", EVERY.values(), ids=EVERY)
def test_sarif_is_valid(report: Report) -> None:
    """Every report is a SARIF log in the shape of the standard, and says how many results it has."""
    log = Sarif.model_validate(json.loads(sarif.render(report)))

    assert "2.1.0" == log.version
    assert len({each.fingerprint for each in report.findings}) + len(report.set_aside) == len(log.runs[0].results or ())


def test_sarif_tells_all_of_a_finding() -> None:
    """Rule, level, place, related places, fingerprint, fix and suppression stand where the standard has them."""
    run = sarif.content(MENDED)["runs"][0]
    result, aside = run["results"]
    finding = MENDED.findings[0]

    assert (finding.rule, "error") == (result["ruleId"], result["level"])
    assert finding.rule == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (finding.place.line, finding.place.column) == (region["startLine"], region["startColumn"])
    assert [each.message for each in finding.related] == [each["message"]["text"] for each in result.get("relatedLocations", [])]
    assert {"wsadvise/v1": finding.fingerprint} == result["partialFingerprints"]
    replacement = result["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert ("location", 9) == (replacement["insertedContent"]["text"], replacement["deletedRegion"]["endColumn"])
    assert [("external", "the bot pings")] == [(each["kind"], each["justification"]) for each in aside["suppressions"]]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert ["a%20b.conf", "dir/"] == [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in notes]


def test_github_escapes() -> None:
    """A message or a file name cannot end a command, begin another one, or add a property (GitHub's escaping rules)."""
    finding = replace(BREAKS.findings[0], message="100%\n::error::x", why=(), remedy="", place=Place("a,b:c\n.conf", 3))

    assert (
        f"::error file=a%2Cb%3Ac .conf,line=3,endLine=3,col=1,title={finding.rule} {finding.name}::100%25%0A::error::x"
        == github.command(finding)
    )


def test_github_ends_with_the_verdict() -> None:
    """The log of a good run says that it is good."""
    assert WORKS.sentence in github.render(WORKS).splitlines()[-1]


@pytest.mark.parametrize("report", EVERY.values(), ids=EVERY)
def test_junit_counts_what_it_holds(report: Report) -> None:
    """The numbers in the head are those of the cases, and there is always one."""
    suite = next(iter(JUnitXml.fromstring(junit.render(report).encode())))
    cases = list(suite)

    assert (suite.tests, suite.failures) == (len(cases), sum(bool(case.result) for case in cases))
    assert suite.tests


def test_junit_without_sockets_passes() -> None:
    """A repository that has none is one passed case, as a file without cases counts as a fault on some servers."""
    suite = next(iter(JUnitXml.fromstring(junit.render(NO_WEBSOCKET).encode())))

    assert [NO_WEBSOCKET.sentence] == [case.name for case in suite]


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_written(message: str, file: str) -> None:
    """Whatever stands in a scanned file, the formats stay what they are."""
    finding = replace(BREAKS.findings[0], message=message, place=Place(file, 1), remedy=message)
    report = replace(BREAKS, findings=(finding,), sentence=message)

    assert 1 == len(json.loads(sarif.render(report))["runs"][0]["results"])
    assert 1 == JUnitXml.fromstring(junit.render(report).encode()).failures
    assert ["::error", ""] == [line[:7] if line.startswith("::") else "" for line in github.render(report).split("\n")[:2]]


def test_nothing_hostile_passes() -> None:
    """Escape sequences and secrets of a scanned file reach no format."""
    for text in (sarif.render(HOSTILE), github.render(HOSTILE), junit.render(HOSTILE)):
        assert "\x1b" not in text
