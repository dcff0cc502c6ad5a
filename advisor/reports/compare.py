"""A comparison of hosts -> text, Markdown, HTML, and JSON as the public contract says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from advisor.migrate.compare import Comparison, Row, Verdict
from advisor.reports import clean, html, markup, words
from advisor.reports.canvas import Canvas, Style

SCHEMA_VERSION = 1
TITLES: dict[Verdict, str] = {
    "works": "Works as it is",
    "works_with_changes": "Works with changes",
    "depends": "Depends on what the files do not show",
    "cannot": "Cannot carry its sockets",
}
_STYLES: dict[Verdict, Style] = {"works": "good", "works_with_changes": "warning", "depends": "warning", "cannot": "error"}


def text(found: Comparison, *, width: int = 100, colour: bool = False, full: bool = False) -> str:
    """A line or two a host, below its verdict; ``full`` tells every change and what an open socket costs."""
    canvas = Canvas(width, colour)
    canvas.paragraph(found.sentence, style="heading")
    for verdict, rows in groups(found):
        canvas.add()
        canvas.paragraph(f"{TITLES[verdict]} ({len(rows)})", style=_STYLES[verdict])
        widest = max(len(row.platform) for row in rows)
        for row in rows:
            canvas.labelled(f"{row.platform:<{widest}} ", summary(row, full=full))
            for change in row.changes[1:] if full else ():
                canvas.labelled("", f"- {change}", widest + 2)
            if full and row.cost:
                canvas.labelled("", f"bills: {row.cost}", widest + 2)
    if found.rows:
        canvas.add()
        canvas.paragraph("`wsadvise plan --to ID` tells every change and writes files; --full tells more here.", style="quiet")
    return canvas.text()


def markdown(found: Comparison) -> str:
    """The same as a Markdown document, whole."""
    told_all = markup.rendered("compare.md.jinja", found=found, groups=list(groups(found)), titles=TITLES, limits=limits)
    return re.sub(r"\n{3,}", "\n\n", told_all).strip("\n") + "\n"


def page(found: Comparison) -> str:
    """The same as one HTML page that needs nothing else."""
    return html.filled("compare.html.jinja", found=found, groups=list(groups(found)), titles=TITLES, limits=limits)


def render_json(found: Comparison) -> str:
    """Indented JSON with a closing line feed."""
    return json.dumps(clean.data(content(found)), indent=2, ensure_ascii=False) + "\n"


def content(found: Comparison) -> dict[str, Any]:
    """Plain data, in the shape that ``wsadvise schema compare`` describes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "wsadvise", "version": found.version},
        "knowledge": {"version": found.knowledge_version, "as_of": found.as_of},
        "sentence": found.sentence,
        "apps": list(found.apps),
        "rows": [
            {
                "platform": row.platform,
                "name": row.name,
                "verdict": row.verdict,
                "because": row.because,
                "changes": list(row.changes),
                "effort": row.effort,
                "cost": row.cost or None,
                "limits": dict(row.limits),
                "here": row.here,
                "files_planned": row.written,
            }
            for row in found.rows
        ],
    }


def groups(found: Comparison) -> Iterator[tuple[Verdict, list[Row]]]:
    """The rows by verdict, the best first; empty ones left out."""
    for verdict in TITLES:
        rows = [row for row in found.rows if row.verdict == verdict]
        if rows:
            yield verdict, rows


def summary(row: Row, *, full: bool = False) -> str:
    """``Fly.io (today): nothing has to change; idle timeout no limit``; of several changes the first, and how many more."""
    notes = ["today"] if row.here else []
    notes += [f"{row.effort} effort"] if row.verdict == "works_with_changes" else []
    more = f" (and {words.count(len(row.changes) - 1, 'more change')})" if len(row.changes) > 1 and not full else ""
    return f"{row.name}{f' ({words.listed(notes)})' if notes else ''}: {row.because.rstrip('.')}{more}"


def limits(row: Row) -> str:
    """``idle 60 s, lifetime no limit``."""
    return ", ".join(f"{words.dimension(name)} {value}" for name, value in row.limits)
