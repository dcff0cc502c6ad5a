"""A report -> SARIF 2.1.0, for code scanning and editors (OASIS Standard, 27 March 2020, with Errata 01).

What the user set aside is there as suppressed results, what could not be read as notifications of the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from inspect import cleandoc
from typing import Any
from urllib.parse import quote

from advisor.model import Edit, Finding, NotRead, Place, Report, SetAside, Severity
from advisor.reports import clean, grouping
from advisor.rules import Rule, catalogue

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "wsadvise/v1"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_ROOT = "SRCROOT"


def render(report: Report) -> str:
    """The report as indented JSON with a closing line feed."""
    return json.dumps(clean.data(content(report)), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def content(report: Report) -> dict[str, Any]:
    """The log with its one run, as plain data."""
    findings = [group.finding for group in grouping.findings(report.findings)]
    named = {each.rule for each in (*findings, *(aside.finding for aside in report.set_aside))}
    rules = [rule for rule in catalogue() if rule.id in named]
    index = {rule.id: number for number, rule in enumerate(rules)}
    results = [_result(finding, index) for finding in findings]
    results += [_suppressed(aside, index) for aside in report.set_aside]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": "wsadvise", "semanticVersion": report.version, "rules": [_rule(rule) for rule in rules]}
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": "The directory that was scanned."}}},
                "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_notes(report.not_read))}],
                "results": results,
                "properties": {
                    "verdict": report.verdict,
                    "sentence": report.sentence,
                    "knowledge": report.knowledge_version,
                    "factsAsOf": report.as_of,
                },
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    doc = cleandoc(rule.doc)
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": doc, "markdown": doc.replace("``", "`")},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["websocket", "deployment"], "precision": "high"},
    }


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    related = [
        {"id": number, "message": {"text": each.message}, **_location(each.place)}
        for number, each in enumerate(finding.related, 1)
    ]
    result = {
        "ruleId": finding.rule,
        **({"ruleIndex": index[finding.rule]} if finding.rule in index else {}),
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(finding.place, finding.excerpt)],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {
            "verdict": finding.verdict,
            "confidence": finding.confidence,
            "who": finding.who,
            "facts": list(finding.facts),
            **{key: text for key, text in (("paste", finding.snippet), ("verify", finding.verify)) if text},
        },
    }
    if finding.edits:
        result["fixes"] = [{"description": {"text": finding.remedy}, "artifactChanges": list(_changes(finding.edits))}]
    return result


def _suppressed(aside: SetAside, index: dict[str, int]) -> dict[str, Any]:
    """``inSource`` for a comment beside the finding, ``external`` for an entry of the configuration."""
    kind = "inSource" if aside.by.file == aside.finding.place.file else "external"
    told = {"kind": kind, "status": "accepted", "location": _location(aside.by)}
    return {
        **_result(aside.finding, index),
        "suppressions": [{**told, **({"justification": aside.because} if aside.because else {})}],
    }


def _message(finding: Finding) -> str:
    reasons = "".join(f"\n- {reason}" for reason in finding.why)
    parts = [finding.message, f"Because:{reasons}" if reasons else "", finding.remedy]
    return "\n".join(part for part in parts if part)


def _location(place: Place, excerpt: Iterable[tuple[int, str]] = ()) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": place.line, "startColumn": place.column}
    if place.end_line is not None:
        region["endLine"] = place.end_line
    if place.end_column is not None:
        region["endColumn"] = place.end_column
    line = next((text for number, text in excerpt if number == place.line), None)
    if line is not None:
        region["snippet"] = {"text": clean.source(line)}
    return {"physicalLocation": {"artifactLocation": _artifact(place.file), "region": region}}


def _artifact(file: str) -> dict[str, str]:
    return {"uri": quote(file, errors="replace"), "uriBaseId": _ROOT}


def _changes(edits: Iterable[Edit]) -> Iterable[dict[str, Any]]:
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.place.file, []).append(edit)
    for file, members in by_file.items():
        yield {"artifactLocation": _artifact(file), "replacements": [_replacement(edit) for edit in members]}


def _replacement(edit: Edit) -> dict[str, Any]:
    place = edit.place
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line or place.line,
        "endColumn": place.end_column or place.column,
    }
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _notes(unread: Iterable[NotRead]) -> Iterable[dict[str, Any]]:
    for each in unread:
        location = (
            _location(Place(each.file, each.line))
            if each.line
            else {"physicalLocation": {"artifactLocation": _artifact(each.file)}}
        )
        yield {"level": "warning", "message": {"text": f"{each.file} was not read: {each.reason}"}, "locations": [location]}
