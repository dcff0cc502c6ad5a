"""A diagnosis -> text for a terminal, and JSON (``wsadvise schema why``)."""

from __future__ import annotations

import json
from typing import Any

from advisor.diagnose import Cause, Diagnosis
from advisor.reports import clean, words
from advisor.reports.canvas import Canvas
from advisor.symptoms import Symptom, signs

_MOST = 6
"""Causes that the text tells; the JSON has all of them."""


def text(diagnosis: Diagnosis, *, width: int = 100, colour: bool = False, full: bool = False) -> str:
    """What was read, the causes with the likeliest first, and what to note where there is none."""
    canvas = Canvas(width, colour)
    canvas.paragraph(f"Symptom: {diagnosis.symptom.text or '(empty)'}", style="strong")
    told = told_symptom(diagnosis.symptom)
    canvas.paragraph(f"Read as: {told}." if told else "Nothing was recognised in it.")
    if diagnosis.note:
        canvas.add()
        canvas.paragraph(diagnosis.note)
    shown = diagnosis.causes if full else diagnosis.causes[:_MOST]
    for number, cause in enumerate(shown, 1):
        _cause(canvas, number, cause)
    left = len(diagnosis.causes) - len(shown)
    if left:
        canvas.add()
        canvas.paragraph(f"{words.count(left, 'less likely cause')} more: --full or --format json shows all.", style="quiet")
    if diagnosis.collect:
        canvas.heading("Note these and ask again")
        for each in diagnosis.collect:
            canvas.paragraph(f"- {each}", 2)
    return canvas.text()


def _cause(canvas: Canvas, number: int, cause: Cause) -> None:
    rule = f" [{cause.rule}]" if cause.rule else ""
    canvas.add()
    head = f"{number}. {cause.likelihood}{rule} {cause.name}: {cause.means}"
    canvas.paragraph(head, style="warning" if cause.likelihood == "likely" else "info")
    if cause.place is not None:
        canvas.add(f"  --> {clean.line(str(cause.place))}")
    canvas.labelled_list("because", cause.because)
    canvas.labelled("test", cause.test)


def told_symptom(symptom: Symptom) -> str:
    """What was read, in words: ``close code 1006 after 60 s``."""
    phase = {"handshake": "the handshake fails", "open": "an open socket closes", None: ""}[symptom.phase]
    parts = [
        phase,
        f"status {words.listed(map(str, symptom.statuses))}" if symptom.statuses else "",
        f"close code {words.listed(map(str, symptom.close_codes))}" if symptom.close_codes else "",
        f"log code {words.listed(symptom.log_codes)}" if symptom.log_codes else "",
        f"after {words.duration(symptom.after_s)}" if symptom.after_s is not None else "",
        *(signs()[sign] for sign in sorted(symptom.signs)),
    ]
    return "; ".join(part for part in parts if part)


def data(diagnosis: Diagnosis) -> dict[str, Any]:
    """The public form; see ``why_schema``."""
    symptom = diagnosis.symptom
    plain: dict[str, Any] = clean.data(
        {
            "schema_version": 1,
            "symptom": symptom.text,
            "read_as": {
                "phase": symptom.phase,
                "statuses": list(symptom.statuses),
                "close_codes": list(symptom.close_codes),
                "log_codes": list(symptom.log_codes),
                "after_s": symptom.after_s,
                "signs": sorted(symptom.signs),
                "browser": symptom.browser,
                "path": symptom.path,
                "platforms": list(symptom.platforms),
            },
            "asked": diagnosis.asked,
            "causes": [_data(cause) for cause in diagnosis.causes],
            "note": diagnosis.note,
            "collect": list(diagnosis.collect),
        }
    )
    return plain


def render_json(diagnosis: Diagnosis) -> str:
    """The public form as text."""
    return json.dumps(data(diagnosis), indent=2, ensure_ascii=False) + "\n"


def _data(cause: Cause) -> dict[str, Any]:
    place = cause.place
    return {
        "hop": cause.hop,
        "platform": cause.platform,
        "name": cause.name,
        "rule": cause.rule,
        "likelihood": cause.likelihood,
        "means": cause.means,
        "because": list(cause.because),
        "test": cause.test,
        "place": {"file": place.file, "line": place.line, "column": place.column} if place is not None else None,
        "path": cause.path,
        "fact": cause.fact,
    }
