"""Small made-up data for tests: a vocabulary, a profile, and copies of them with one thing changed."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from advisor.knowledge import Knowledge, Profile

TODAY = date(2026, 11, 25)


def dimension(**changes: Any) -> dict[str, Any]:
    return {"question": "How long?", "type": "text", "combine": "none", "needs": "To know.", "recheck_days": 100} | changes


VOCABULARY = {
    "version": "2026.11.25.1",
    "dimensions": {
        "websocket_support": dimension(type="enum", options=["native", "beta", "unsupported"], combine="all"),
        "idle_timeout": dimension(type="duration", unit="s", clock="idle", combine="min"),
        "max_connection_duration": dimension(type="duration", unit="s", clock="lifetime", combine="min"),
        "tls_termination": dimension(type="enum", options=["edge", "none"], combine="any"),
        "upgrade_headers": dimension(type="enum", options=["passes", "dropped"], combine="all"),
        "health_check": dimension(type="enum", options=["http", "none"]),
    },
}


def statement(value: Any, **changes: Any) -> dict[str, Any]:
    return {"value": value, "sources": ["docs"], "confirmed": {"on": "2026-11-20", "how": "read"}} | changes


def fact(name: str, *statements: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"dimension": name, "statements": list(statements)} | changes


def profile_data(*facts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A profile that passes every check; ``facts`` replace those of the same dimension."""
    usual = {
        "websocket_support": fact("websocket_support", statement("native")),
        "idle_timeout": fact("idle_timeout", statement(60, reset_by="any")),
        "max_connection_duration": fact("max_connection_duration", statement("none")),
        "tls_termination": fact("tls_termination", statement("edge")),
        "upgrade_headers": fact("upgrade_headers", statement("passes")),
    }
    usual |= {each["dimension"]: each for each in facts}
    data = {
        "schema": 1,
        "id": "sample",
        "name": "Sample",
        "vendor": "Nobody",
        "kind": "reverse_proxy",
        "summary": "A proxy made up for tests.",
        "recognised_by": [{"file": "sample.conf", "certainty": "explicit"}],
        "facts": list(usual.values()),
        "sources": {"docs": {"url": "https://example.com/docs", "kind": "vendor_docs", "read": "2026-11-20"}},
    }
    return data | changes


def files(*facts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The folder's content with one profile."""
    return deepcopy({"dimensions": VOCABULARY, "reverse_proxy/sample": profile_data(*facts, **changes)})


def profile(*facts: dict[str, Any], **changes: Any) -> Profile:
    return Knowledge(files(*facts, **changes)).platform("sample")
