"""A report -> JSON text for programs: every key of the public contract, schema version 1, ``null`` for what is not known."""

from __future__ import annotations

import json
from typing import Any

from advisor.model import (
    App,
    DecidedBy,
    Edit,
    Endpoint,
    Finding,
    Heartbeat,
    Hop,
    Limit,
    Path,
    Place,
    Process,
    Reconnect,
    Report,
    Server,
    Use,
    Value,
)
from advisor.reports import clean

SCHEMA_VERSION = 1


def render(report: Report) -> str:
    """The report as indented JSON with a closing line feed."""
    return json.dumps(clean.data(content(report)), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def content(report: Report) -> dict[str, Any]:
    """The report as plain data, in the shape that ``wsadvise schema report`` describes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "wsadvise", "version": report.version},
        "knowledge": {"version": report.knowledge_version, "as_of": report.as_of},
        "root": report.root,
        "files": {"seen": report.seen, "read": report.read},
        "verdict": report.verdict,
        "sentence": report.sentence,
        "chosen": [
            {"file": each.file, "scope": each.scope, "environment": each.environment, "why": each.why} for each in report.chosen
        ],
        "apps": [_app(app, report) for app in report.apps],
        "stack": [_use(use) for app in report.apps for use in app.uses],
        "hops": [_hop(hop) for hop in report.hops],
        "paths": [_path(path) for path in report.paths],
        "findings": [_finding(finding) for finding in report.findings],
        "questions": [
            {
                "key": each.key,
                "asks": each.asks,
                "assume": each.assume,
                "branches": [{"answer": answer, "then": then} for answer, then in each.branches],
            }
            for each in report.questions
        ],
        "not_read": [{"file": each.file, "reason": each.reason, "line": each.line} for each in report.not_read],
        "facts": [
            {
                "id": each.id,
                "statement": each.statement,
                "sources": list(each.sources),
                "confirmed": each.confirmed,
                "confidence": each.confidence,
            }
            for each in report.facts
        ],
        "looked_at": list(report.looked_at),
        "set_aside": [
            {
                "rule": each.finding.rule,
                "name": each.finding.name,
                "place": place(each.finding.place),
                "because": each.because,
                "by": place(each.by),
                "fingerprint": each.finding.fingerprint,
            }
            for each in report.set_aside
        ],
    }


def place(where: Place) -> dict[str, Any]:
    """A place as ``file``, ``line`` and ``column``, with its end where that is known."""
    end = {"end_line": where.end_line, "end_column": where.end_column} if where.end_line is not None else {}
    return {"file": where.file, "line": where.line, "column": where.column, **end}


def _place(where: Place | None) -> dict[str, Any] | None:
    return place(where) if where is not None else None


def _app(app: App, report: Report) -> dict[str, Any]:
    running = [(process, server) for id, process, server in report.processes if id == app.id]
    return {
        "id": app.id,
        "root": app.root,
        "scope": app.scope,
        "processes": [_process(process, server) for process, server in running],
    }


def _process(process: Process, server: Server | None) -> dict[str, Any]:
    return {
        "id": process.id,
        "command": process.command,
        "program": server.program if server else None,
        "workers": server.workers if server else None,
        "replicas": process.replicas,
        "place": place(process.command_place or process.place),
    }


def _use(use: Use) -> dict[str, Any]:
    return {
        "library": use.library,
        "name": use.name,
        "role": use.role,
        "app": use.app,
        "version": use.version,
        "certainty": use.certainty,
        "scope": use.scope,
        "foreign": use.foreign,
        "place": place(use.place),
        "endpoints": [_endpoint(endpoint) for endpoint in use.endpoints],
        "urls": [url.text for url in use.urls],
        "transports": list(use.transports),
        "heartbeat": _heartbeat(use.heartbeat),
        "reconnect": _reconnect(use.reconnect),
        "backplane": use.backplane,
    }


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    return {"path": endpoint.path, "port": endpoint.port, "bind": endpoint.bind, "place": place(endpoint.place)}


def _heartbeat(beat: Heartbeat | None) -> dict[str, Any] | None:
    if beat is None:
        return None
    return {
        "sender": beat.sender,
        "interval_s": _number(beat.interval_s),
        "timeout_s": _number(beat.timeout_s),
        "source": beat.source,
        "place": _place(beat.place),
    }


def _reconnect(reconnect: Reconnect | None) -> dict[str, Any] | None:
    if reconnect is None:
        return None
    return {
        "kind": reconnect.kind,
        "delay_s": _number(reconnect.delay_s),
        "max_delay_s": _number(reconnect.max_delay_s),
        "jitter": reconnect.jitter,
        "attempts": reconnect.attempts,
        "growth": reconnect.growth if reconnect.kind == "exponential" else None,
        "resumed": reconnect.resumed,
        "place": _place(reconnect.place),
    }


def _hop(hop: Hop) -> dict[str, Any]:
    return {
        "id": hop.id,
        "platform": hop.platform,
        "name": hop.name,
        "version": hop.version,
        "certainty": hop.certainty,
        "scope": hop.scope,
        "environment": hop.environment,
        "place": place(hop.place),
        "settings": [{"key": each.key, "value": each.value, "place": place(each.place)} for each in hop.settings],
    }


def _path(path: Path) -> dict[str, Any]:
    return {
        "id": path.id,
        "environment": path.environment,
        "scope": path.scope,
        "certainty": path.certainty,
        "endpoint": path.endpoint,
        "url": path.url,
        "hop_ids": [hop.id for hop in path.hops],
        "hops": [hop.platform for hop in path.hops],
        "app": path.app.id if path.app else None,
        "because": list(path.because),
        "handshake": {
            "outcome": path.handshake.outcome,
            "status": path.handshake.status,
            "decided_by": path.handshake.decided_by,
            "reason": path.handshake.reason,
            "place": _place(path.handshake.place),
        },
        "limits": [_limit(limit) for limit in path.limits],
    }


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "dimension": limit.dimension,
        "value": _number(limit.value),
        "unit": limit.unit,
        "reset_by": limit.reset_by,
        "decided_by": {
            "hop": limit.decided_by.hop,
            "platform": limit.decided_by.platform,
            "source": limit.decided_by.source,
            "place": _place(limit.decided_by.place),
            "fact": limit.decided_by.fact,
            "name": limit.decided_by.name or None,
        },
        "runner_up": _runner_up(limit.runner_up),
        "along": [
            {
                "hop": each.by.hop,
                "platform": each.by.platform,
                "value": _number(each.value),
                "reset_by": each.reset_by,
                "source": each.by.source,
                "place": _place(each.by.place),
            }
            for each in limit.along
        ],
        "depends_on": limit.depends_on,
        "others": [{"value": _number(value), "when": when} for value, when in limit.others],
    }


def _runner_up(runner_up: tuple[DecidedBy, Value] | None) -> dict[str, Any] | None:
    if runner_up is None:
        return None
    by, value = runner_up
    return {"hop": by.hop, "platform": by.platform, "value": _number(value)}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity,
        "verdict": finding.verdict,
        "confidence": finding.confidence,
        "message": finding.message,
        "why": list(finding.why),
        "remedy": finding.remedy,
        "snippet": finding.snippet,
        "verify": finding.verify,
        "who": finding.who,
        "place": place(finding.place),
        "related": [{**place(each.place), "message": each.message} for each in finding.related],
        "path": finding.path,
        "facts": list(finding.facts),
        "fix": {"safe": finding.safe, "edits": [_edit(edit) for edit in finding.edits]} if finding.edits else None,
        "fingerprint": finding.fingerprint,
        "fingerprints": [finding.fingerprint, *finding.stands_for],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    start = {"line": edit.place.line, "column": edit.place.column}
    end = {"line": edit.place.end_line or edit.place.line, "column": edit.place.end_column or edit.place.column}
    return {"file": edit.place.file, "start": start, "end": end, "text": edit.text}


def _number(value: Value) -> Value:
    """Whole numbers without a fraction: ``60.0`` -> ``60``; infinite and undefined ones, which JSON cannot say, ``null``."""
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return None
        return int(value) if value.is_integer() else value
    return value
