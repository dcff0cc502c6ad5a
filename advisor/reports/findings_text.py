"""Findings -> text: what is wrong, where in the file, why, what to do, and how to see that it is done."""

from __future__ import annotations

from collections import Counter

from advisor.model import Fact, Finding, Report, Severity
from advisor.reports import clean, grouping
from advisor.reports.canvas import Canvas, Style, folded

_STYLES: dict[Severity, Style] = {"error": "error", "warning": "warning", "info": "info"}
_WHOLE, _BRIEF = 3, 10
"""Of one rule: how many findings are told whole, and how many more by their place."""
_ENDPOINTS = 6


def add_findings(canvas: Canvas, report: Report, *, full: bool) -> None:
    """All findings in the order of the report; many of one rule are folded unless ``full``."""
    groups = grouping.told(report)
    counts = Counter(group.finding.rule for group in groups)
    seen: Counter[str] = Counter()
    advice: set[tuple[str, str, str]] = set()
    for group in groups:
        finding = group.finding
        seen[finding.rule] += 1
        if full or seen[finding.rule] <= _WHOLE:
            key = (finding.rule, finding.remedy, finding.snippet)
            _add(canvas, group, report, again=key in advice and not full, full=full)
            advice.add(key)
        if not full and seen[finding.rule] == _WHOLE and counts[finding.rule] > _WHOLE:
            rest = [str(each.finding.place) for each in groups if each.finding.rule == finding.rule][_WHOLE:]
            canvas.labelled(f"and {finding.rule}", "at " + ", ".join(folded(rest, _BRIEF, "places (--full shows them)")))


def _add(canvas: Canvas, group: grouping.Group, report: Report, *, again: bool, full: bool) -> None:
    """One finding; where the same advice was given before (``again``), it is not given again."""
    finding = group.finding
    canvas.add()
    _title(canvas, finding)
    _excerpt(canvas, finding)
    canvas.labelled_list("because", finding.why)
    canvas.labelled_list("see", [f"{related.place}: {related.message}" for related in finding.related])
    canvas.labelled("do", "The same as above." if again else finding.remedy)
    canvas.block("paste", "" if again else finding.snippet)
    canvas.block("verify", finding.verify)
    if len(group.paths) > 1:
        endpoints = list(grouping.endpoints(group.paths, report.paths))
        canvas.labelled("paths", ", ".join(endpoints if full else folded(endpoints, _ENDPOINTS, "endpoints")))
    canvas.labelled_list("source", _sources(finding, {fact.id: fact for fact in report.facts}))


def _title(canvas: Canvas, finding: Finding) -> None:
    mark = f"{finding.severity}[{clean.line(finding.rule)}]"
    sure = [finding.confidence] if finding.confidence != "certain" else []
    hangs = ["depends"] if finding.verdict == "depends" else []
    notes = f" ({', '.join((*hangs, *sure))})" if hangs or sure else ""
    first = len(canvas.lines)
    canvas.paragraph(f"{mark} {finding.name}{notes}: {finding.message}")
    canvas.lines[first] = canvas.lines[first].replace(mark, canvas.paint(mark, _STYLES[finding.severity]), 1)
    canvas.add(f"  {canvas.paint('-->', 'quiet')} {clean.line(finding.place.file)}:{finding.place.line}:{finding.place.column}")


def _excerpt(canvas: Canvas, finding: Finding) -> None:
    """Source lines with their numbers, and a mark under the place."""
    if not finding.excerpt:
        return
    gutter = max(len(str(number)) for number, _ in finding.excerpt) + 2
    room = canvas.width - gutter - 3
    edge = canvas.paint("│", "quiet")
    veiled = clean.sources(line for _, line in finding.excerpt)
    for (number, line), text in zip(finding.excerpt, veiled, strict=True):
        shown = text if len(text) <= room else text[: room - 1] + "…"
        canvas.add(f"{canvas.paint(f'{number:>{gutter}}', 'quiet')} {edge} {shown}")
        if number == finding.place.line and shown.strip():
            start, length = _mark(finding, line, shown)
            if start < len(shown):
                canvas.add(f"{'':>{gutter}} {edge} {' ' * start}{canvas.paint('^' * length, _STYLES[finding.severity])}")


def _mark(finding: Finding, line: str, shown: str) -> tuple[int, int]:
    """Column and length of the mark, in the line as shown (tabs expanded, cut to the width)."""
    start = len(clean.text(line[: finding.place.column - 1]).expandtabs(4))
    end = len(shown)
    if finding.place.end_line == finding.place.line and finding.place.end_column:
        end = len(clean.text(line[: finding.place.end_column - 1]).expandtabs(4))
    return start, max(min(end, len(shown)) - start, 1)


def _sources(finding: Finding, facts: dict[str, Fact]) -> list[str]:
    cited = [facts[id] for id in finding.facts if id in facts]
    told = [f"{url}; {fact.confidence}, confirmed {fact.confirmed}" for fact in cited for url in fact.sources[:2]]
    return list(dict.fromkeys(told))[:4]
