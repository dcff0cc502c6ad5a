"""What became of the cited sources -> text for a terminal, and JSON (``wsadvise schema refresh``)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from advisor.refresh.look import TO_READ, Looked, Status
from advisor.reports import clean, words
from advisor.reports.canvas import Canvas

_HEADINGS: dict[Status, str] = {
    "changed": "Changed: read again, and set the day in `read`",
    "gone": "Gone: find another source",
    "moved": "Moved: read there, and set the new address",
    "unreachable": "Not reached: try later, or read it in a browser",
    "no_fingerprint": "No fingerprint yet: --write keeps one",
    "stored": "Kept for the next time",
}
_COUNTED: dict[Status, str] = {
    "changed": "changed",
    "gone": "gone",
    "moved": "moved",
    "unreachable": "not reached",
    "no_fingerprint": "without a fingerprint",
    "stored": "kept",
    "unchanged": "unchanged",
    "skipped": "not asked",
}


def text(looked: Sequence[Looked], *, width: int = 100, colour: bool = False) -> str:
    """What is to be read again by what became of it, then the counts."""
    canvas = Canvas(width, colour)
    for status, heading in _HEADINGS.items():
        group = [each for each in looked if each.status == status]
        if group and status != "stored":
            canvas.heading(heading)
            for each in group:
                _source(canvas, each)
    canvas.add()
    counts = [f"{number} {_COUNTED[status]}" for status in _COUNTED if (number := sum(each.status == status for each in looked))]
    left = sum(each.status in TO_READ for each in looked)
    verdict = f"{words.count(left, 'source')} to read again" if left else "Nothing to read again"
    canvas.paragraph(f"{verdict}: {', '.join(counts)}." if counts else "No source was asked for.")
    skipped = sorted({each.reason for each in looked if each.status == "skipped"})
    if skipped:
        canvas.paragraph(f"Not asked: {words.listed(skipped)}.", style="quiet")
    return canvas.text()


def _source(canvas: Canvas, each: Looked) -> None:
    canvas.add(f"  {clean.line(each.source.url)}")
    if each.moved_to is not None:
        canvas.add(f"    now {clean.line(each.moved_to)}")
    since = f"fingerprint of {each.kept_on}" if each.kept_on else ""
    under = f"under {words.listed(map(repr, each.source.passage))}" if each.source.passage else ""
    told = "; ".join(part for part in (each.reason, under, since) if part)
    if told:
        canvas.paragraph(told, 4)
    canvas.paragraph(f"facts: {', '.join(each.source.facts)}", 4, style="quiet")


def data(looked: Sequence[Looked]) -> dict[str, Any]:
    """The public form; see ``refresh_schema``."""
    plain: dict[str, Any] = clean.data(
        {
            "schema_version": 1,
            "to_read": sum(each.status in TO_READ for each in looked),
            "sources": [
                {
                    "url": each.source.url,
                    "status": each.status,
                    "reason": each.reason,
                    "moved_to": each.moved_to,
                    "passage": list(each.source.passage),
                    "facts": list(each.source.facts),
                    "read": each.source.read or None,
                    "fingerprint_of": each.kept_on,
                }
                for each in looked
            ],
        }
    )
    return plain


def render_json(looked: Sequence[Looked]) -> str:
    """The public form as text."""
    return json.dumps(data(looked), indent=2, ensure_ascii=False) + "\n"
