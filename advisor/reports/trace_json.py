"""A trace -> JSON text for programs: every key of the public contract, ``null`` for what is not known or does not apply."""

from __future__ import annotations

import json
from typing import Any

from advisor.model import Place
from advisor.reports import clean
from advisor.trace import Ending, Traced


def render(traced: Traced) -> str:
    """The trace as indented JSON with a closing line feed."""
    return json.dumps(clean.data(content(traced)), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def content(traced: Traced) -> dict[str, Any]:
    """The trace as plain data, in the shape that ``wsadvise schema trace`` describes."""
    told: dict[str, Any] = {
        "schema_version": 1,
        "url": traced.url,
        "proxy": {"platform": traced.hop.platform, "version": traced.hop.version},
        **_ending(traced.ending),
        "steps": [{"at": move.at, "place": _place(move.place), "does": move.does} for move in traced.moves],
        "not_read": [{"file": note.file, "reason": note.reason} for note in traced.not_read],
    }
    if traced.depends_on is not None:
        told["depends_on"] = traced.depends_on
        told["branches"] = [{"when": when, **_ending(ending)} for when, ending in traced.branches]
    return told


def _ending(ending: Ending) -> dict[str, Any]:
    return {
        "outcome": ending.outcome,
        "status": ending.status,
        "location": ending.location,
        "reason": ending.reason,
        "upstream": _upstream(ending),
        "idle_timeout_s": _number(ending.idle.seconds) if ending.idle else None,
        "idle_reset_by": ending.idle.reset_by if ending.idle else None,
        "ping_keeps_alive": ending.ping_keeps_alive,
        "max_duration_s": _number(ending.max_duration_s),
        "max_message_bytes": ending.max_message_bytes,
        "affinity": ending.affinity,
        "reload": ending.reload,
        "reload_after_s": _number(ending.reload_after_s),
    }


def _upstream(ending: Ending) -> dict[str, Any] | None:
    request = ending.request
    if request is None:
        return None
    headers: dict[str, str] = {}
    for name, value in request.headers:
        known = next((each for each in headers if each.lower() == name.lower()), None)
        headers[known or name] = f"{headers[known]}, {value}" if known else value
    return {
        "address": str(ending.address),
        "path": request.path,
        "query": request.query,
        "method": request.method,
        "scheme": request.scheme,
        "http_version": request.http_version,
        "headers": headers,
    }


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def _number(value: float | None) -> float | int | None:
    """Whole numbers without a fraction; JSON knows no infinity."""
    if value is None or value in (float("inf"), float("-inf")) or value != value:
        return None
    return int(value) if float(value).is_integer() else value
