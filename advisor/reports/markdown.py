"""A report -> Markdown, whole: nothing is folded, as a file has room."""

from __future__ import annotations

import re

from advisor.model import Finding, Report
from advisor.reports import clean, grouping, markup, words


def render(report: Report) -> str:
    """The report as one Markdown document with a closing line feed."""
    facts = {fact.id: fact for fact in report.facts}
    groups = grouping.findings(report.findings)
    text = markup.rendered(
        "report.md.jinja",
        report=report,
        words=words,
        chosen=[each for each in report.chosen if each.scope == "production"],
        left_out=[each for each in report.chosen if each.scope != "production"],
        uses=[use for app in report.apps for use in app.uses],
        paths=grouping.paths(report.paths),
        findings=groups,
        endpoints=lambda ids: grouping.endpoints(ids, report.paths),
        sources=lambda finding: grouping.sources(finding, facts),
        excerpt=_excerpt,
        total=words.total(report),
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def _excerpt(finding: Finding) -> str:
    gutter = max(len(str(number)) for number, _ in finding.excerpt)
    return "\n".join(
        f"{'>' if number == finding.place.line else ' '} {number:>{gutter}} | {line}".rstrip()
        for (number, _), line in zip(finding.excerpt, clean.sources(line for _, line in finding.excerpt), strict=True)
    )
