"""A report -> workflow commands of GitHub Actions, which show each finding beside its line in a pull request.

Source: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions (read 2026-11-25).
"""

from __future__ import annotations

from advisor.model import Finding, Report, Severity
from advisor.reports import clean, words
from advisor.reports.grouping import told

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    """One command a finding, worst first, then a plain line with the verdict, which the log shows."""
    commands = [command(group.finding) for group in told(report)]
    return "\n".join((*commands, f"{clean.line(report.sentence)} {words.total(report)}; {words.scanned(report)}.", ""))


def command(finding: Finding) -> str:
    """``::error file=nginx.conf,line=10,col=5,title=WS101 upgrade-not-forwarded::...``"""
    place = finding.place
    given = {
        "file": place.file,
        "line": place.line,
        "endLine": place.end_line or place.line,
        **({"col": place.column} if place.end_line in (None, place.line) else {}),
        "title": f"{finding.rule} {finding.name}",
    }
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in given.items())
    reasons = [f"because {reason}" for reason in finding.why]
    message = "\n".join(part for part in (finding.message, *reasons, finding.remedy) if part)
    return f"::{_COMMANDS[finding.severity]} {properties}::{_escaped(clean.text(message))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(clean.line(text)).replace(":", "%3A").replace(",", "%2C")
