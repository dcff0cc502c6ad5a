"""A profile and a date -> its row in the table of all platforms: a verdict, the limits that decide most, and their age."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from advisor.knowledge.profile import Profile
from advisor.knowledge.statements import Known, Statement

Verdict = Literal["yes", "no", "conditional", "own_protocol", "depends", "unknown"]
COLUMNS = ("idle_timeout", "max_connection_duration", "max_message_size", "session_affinity")
_VERDICTS: dict[str, Verdict] = {
    "native": "yes",
    "with_configuration": "conditional",
    "beta": "conditional",
    "own_protocol": "own_protocol",
    "unsupported": "no",
    "unknown": "unknown",
    "unpublished": "unknown",
}


def row(profile: Profile, at: date) -> dict[str, Any]:
    """``verdict``, the cells of :data:`COLUMNS`, and the oldest and newest day on which what holds was confirmed."""
    days = [statement.confirmed.on.isoformat() for key in profile.facts for statement in holding(profile.fact(key, at=at))]
    return {
        "verdict": verdict(profile.fact("websocket_support", at=at)),
        **{key: _cell(profile.fact(key, at=at)) for key in COLUMNS},
        "confirmed": {"oldest": min(days), "newest": max(days)} if days else None,
    }


def holding(known: Known) -> tuple[Statement, ...]:
    """Each statement that holds or may hold."""
    return (known.statement,) if known.statement is not None else tuple(statement for _, statement in known.branches)


def verdict(known: Known) -> Verdict:
    """Whether WebSockets pass: ``conditional`` needs something done, ``depends`` hangs on what is not said."""
    answers = {_VERDICTS[str(statement.value)] for statement in holding(known)}
    return answers.pop() if len(answers) == 1 else "depends" if answers else "unknown"


def _cell(known: Known) -> dict[str, Any]:
    statements = holding(known)
    values = dict.fromkeys(each.value for each in statements)
    return {
        "known": known.kind,
        "values": [list(value) if isinstance(value, tuple) else value for value in values],
        "unit": next((each.unit for each in statements), None),
        "can_be": list(dict.fromkeys(option for each in statements for option in each.can_be)),
    }
