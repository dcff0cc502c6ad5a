"""A report -> text for people: the verdict first, then what was taken for what, the paths, the findings, the open questions.

A healthy repository gets a handful of lines; ``full`` tells everything and folds nothing.
"""

from __future__ import annotations

from collections import Counter

from advisor.model import Chosen, Handled, NotRead, Path, Report, Verdict
from advisor.reports import grouping, words
from advisor.reports.canvas import Canvas, Style, folded
from advisor.reports.findings_text import add_findings

_VERDICTS: dict[Verdict, Style] = {
    "works": "good",
    "works_with_changes": "warning",
    "breaks": "error",
    "depends": "warning",
    "no_websocket": "strong",
}
_OUTCOMES: dict[Handled, Style] = {"accepted": "good", "depends": "warning"}
_FILES, _USES, _PATHS, _REMARKS, _UNREAD = 8, 10, 6, 5, 8
_ALL = 1_000_000


def render(report: Report, *, width: int = 100, colour: bool = False, full: bool = False, quiet: bool = False) -> str:
    """The report as text, at most ``width`` columns wide where the text allows, with a closing line feed.

    ``quiet``: the findings and nothing else, so nothing at all where there are none.
    """
    canvas = Canvas(width, colour)
    if quiet:
        add_findings(canvas, report, full=full)
        return canvas.text().lstrip("\n")
    if report.verdict == "no_websocket" and not full:
        _nothing(canvas, report)
        return canvas.text()
    canvas.paragraph(report.sentence, style=_VERDICTS[report.verdict])
    if _is_healthy(report) and not full:
        _healthy(canvas, report)
    else:
        _whole(canvas, report, full=full)
    return canvas.text()


def _is_healthy(report: Report) -> bool:
    quiet = all(finding.severity == "info" for finding in report.findings)
    return report.verdict == "works" and quiet and not report.questions


def _nothing(canvas: Canvas, report: Report) -> None:
    """One line with what was looked at, and what that leaves open."""
    looked = "; ".join(report.looked_at)
    canvas.paragraph(f"{report.sentence} Looked at {looked}." if looked else report.sentence, style="strong")
    _short_findings(canvas, report)
    _not_read(canvas, report, _UNREAD)


def _healthy(canvas: Canvas, report: Report) -> None:
    rows = []
    chosen = [each.file for each in report.chosen if each.scope == "production"]
    if chosen:
        rows.append(("files", ", ".join(folded(chosen, _FILES, "files"))))
    uses = [use for app in report.apps for use in app.uses if use.scope == "production" and use.role != "backplane"]
    told = [", ".join(filter(None, (f"{words.use_in_role(use)} at {use.place}", words.heartbeat(use.heartbeat)))) for use in uses]
    rows += [("stack" if number == 0 else "", each) for number, each in enumerate(folded(told, _PATHS, "uses"))]
    groups = [group for group in grouping.paths(report.paths) if group[0].scope == "production"]
    told_apart = ((f"{_endpoints(group)}: {words.chain(group[0])}", tuple(words.shown_limits(group[0]))) for group in groups)
    ways = list(dict.fromkeys(told_apart))
    for way, limits in ways[:_PATHS]:
        if len(ways) > 1:
            rows.append(("path", way))
        rows += limits
    if len(ways) > _PATHS:
        rows.append(("", f"and {len(ways) - _PATHS} more paths (--full shows them)"))
    canvas.rows(rows)
    _short_findings(canvas, report)
    _not_read(canvas, report, _UNREAD)
    canvas.paragraph(f"{words.total(report)}; {words.scanned(report)}.", style="quiet")


def _short_findings(canvas: Canvas, report: Report) -> None:
    remarks = [group.finding for group in grouping.told(report)]
    told = [f"{each.rule} {each.name} at {each.place}: {each.message}" for each in remarks]
    for line in folded(told, _REMARKS, "remarks (--full shows them)"):
        canvas.paragraph(f"remark: {line}", 2)


def _whole(canvas: Canvas, report: Report, *, full: bool) -> None:
    _chosen(canvas, report.chosen, _ALL if full else _FILES)
    _stack(canvas, report, _ALL if full else _USES)
    _paths(canvas, report, full=full)
    add_findings(canvas, report, full=full)
    _questions(canvas, report)
    _not_read(canvas, report, _ALL if full else _UNREAD)
    canvas.add()
    canvas.paragraph(f"{words.total(report)}; {words.scanned(report)}.", style="quiet")


def _chosen(canvas: Canvas, chosen: tuple[Chosen, ...], most: int) -> None:
    production = [each for each in chosen if each.scope == "production"]
    others = [each for each in chosen if each.scope != "production"]
    if not chosen:
        canvas.heading("No deployment file was found")
        return
    canvas.heading("Taken for production" if production else "No deployment file was taken for production")
    several = len({each.environment for each in production}) > 1
    shown = production[: most + 1] if len(production) <= most + 1 else production[:most]
    canvas.rows([(each.file, f"{each.environment}: {each.why}" if several else each.why) for each in shown])
    if len(production) > len(shown):
        canvas.paragraph(f"and {len(production) - len(shown)} more files", 2)
    if others:
        canvas.paragraph(
            "left out: " + ", ".join(folded([f"{each.file} ({each.scope})" for each in others], most, "files")), 2, "quiet"
        )


def _stack(canvas: Canvas, report: Report, most: int) -> None:
    uses = [use for app in report.apps for use in app.uses]
    shown = [use for use in uses if use.scope == "production"]
    if not uses:
        return
    canvas.heading("Stack")
    several = len({use.app for use in shown}) > 1
    canvas.rows(
        [
            (
                words.use(use),
                use.role.replace("_", " "),
                str(use.place),
                "; ".join(filter(None, (use.app if several else "", words.use_details(use)))),
            )
            for use in shown[:most]
        ]
    )
    if len(shown) > most:
        canvas.paragraph(f"and {len(shown) - most} more uses", 2)
    elsewhere = [use for use in uses if use.scope != "production"]
    if elsewhere:
        scopes = words.listed(sorted({use.scope for use in elsewhere}))
        canvas.paragraph(f"and {words.count(len(elsewhere), 'use')} in {scopes}", 2, "quiet")
    running = Counter(
        f"{id} runs {told} ({process.command_place or process.place})"
        for id, process, server in report.processes
        if process.scope == "production" and (told := words.process(process, server))
    )
    for line, times in list(running.items())[:most]:
        canvas.paragraph(line if times == 1 else f"{line}, {times} times", 2)


def _paths(canvas: Canvas, report: Report, *, full: bool) -> None:
    groups = grouping.paths(report.paths)
    shown = groups if full else [group for group in groups if group[0].scope == "production"][:_PATHS]
    if not groups:
        return
    canvas.heading("Paths" if len(groups) > 1 or len(groups[0]) > 1 else "Path")
    several = len({path.environment for path in report.paths}) > 1
    for group in shown:
        first = group[0]
        canvas.paragraph(_endpoints(group, _ALL if full else 6) + (f" ({first.environment})" if several else ""), 2, "strong")
        canvas.paragraph(words.chain(first), 4, _OUTCOMES.get(first.handshake.outcome, "error"))
        canvas.paragraph(words.outcome(first), 4)
        limits = words.shown_limits(first, full=full)
        open_ones = words.unlimited(first) if first.hops else []
        if open_ones and not full:
            limits.append((" and ".join(open_ones) if len(open_ones) < 3 else "limits", "no limit known"))
        canvas.rows(limits, 4)
    hidden = len(groups) - len(shown)
    if hidden:
        canvas.paragraph(f"and {words.count(hidden, 'more path', 'more paths')} (--full shows them)", 2, "quiet")


def _endpoints(group: tuple[Path, ...], most: int = 6) -> str:
    if len(group) == 1:
        return group[0].url or group[0].endpoint
    return ", ".join(folded(list(dict.fromkeys(path.endpoint for path in group)), most, "endpoints"))


def _questions(canvas: Canvas, report: Report) -> None:
    if not report.questions:
        return
    canvas.heading("Question" if len(report.questions) == 1 else "Questions")
    for question in report.questions:
        canvas.paragraph(question.asks, 2, "strong")
        canvas.rows(list(question.branches), 4)
        canvas.paragraph(f"Tell it with {question.assume}", 4)


def _not_read(canvas: Canvas, report: Report, most: int) -> None:
    unread = sorted(report.not_read, key=lambda each: not each.deployment)
    if not unread:
        return
    canvas.heading("Not read")
    shown = unread if len(unread) <= most + 1 else unread[:most]
    canvas.rows([(_where(each), each.reason) for each in shown])
    if len(unread) > len(shown):
        canvas.paragraph(f"and {len(unread) - len(shown)} more files", 2)


def _where(each: NotRead) -> str:
    return f"{each.file}:{each.line}" if each.line is not None else each.file
