"""A report -> one HTML page that needs nothing else: no script, no request, readable in the dark, on a phone and in print."""

from __future__ import annotations

from functools import cache
from pathlib import Path as FilePath
from typing import Any

from advisor.model import Finding, Report
from advisor.reports import clean, grouping, pictures, words

_WORDS = {
    "works": "Works",
    "works_with_changes": "Works, with changes",
    "breaks": "Breaks",
    "depends": "Depends",
    "no_websocket": "No WebSocket",
}


def render(report: Report) -> str:
    """The page, with a closing line feed."""
    facts = {fact.id: fact for fact in report.facts}
    cited = {id for finding in report.findings for id in finding.facts}
    return filled(
        "report.html.jinja",
        report=report,
        verdict=_WORDS[report.verdict],
        words=words,
        pictures=pictures,
        chosen=[each for each in report.chosen if each.scope == "production"],
        left_out=[each for each in report.chosen if each.scope != "production"],
        uses=[use for app in report.apps for use in app.uses],
        paths=grouping.paths(report.paths),
        findings=grouping.findings(report.findings),
        endpoints=lambda ids: grouping.endpoints(ids, report.paths),
        sources=lambda finding: grouping.sources(finding, facts),
        excerpt=_excerpt,
        cited=[fact for fact in report.facts if fact.id in cited],
        total=words.total(report),
    )


def filled(template: str, **values: Any) -> str:
    """A template of this package with every expression made clean and escaped."""
    return str(_engine().get_template(template).render(**values)).rstrip() + "\n"


@cache
def _engine() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def plain(value: Any) -> Any:
        return value if isinstance(value, Markup | int | float) else clean.text(str(value))

    return Environment(
        loader=FileSystemLoader(FilePath(__file__).parent / "templates"),
        autoescape=True,
        finalize=plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _excerpt(finding: Finding) -> list[tuple[int, str, bool]]:
    """Number, text and whether the finding stands there, for each line."""
    lines = clean.sources(line for _, line in finding.excerpt)
    last = finding.place.end_line or finding.place.line
    return [
        (number, line, finding.place.line <= number <= last) for (number, _), line in zip(finding.excerpt, lines, strict=True)
    ]
