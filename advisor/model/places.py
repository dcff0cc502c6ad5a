"""Where something stands, and the words that several nouns share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["production", "development", "test", "example", "documentation"]
Certainty = Literal["explicit", "strong", "weak"]
Severity = Literal["error", "warning", "info"]
FindingVerdict = Literal["breaks", "degrades", "depends", "note"]
Confidence = Literal["certain", "likely", "possible"]
Verdict = Literal["works", "works_with_changes", "breaks", "depends", "no_websocket"]
Handled = Literal["accepted", "refused", "redirected", "depends", "invalid_config"]
Cause = Literal[
    "answered",
    "redirected",
    "unsupported",
    "own_protocol",
    "upgrade_lost",
    "header_lost",
    "http10",
    "http2",
    "not_routed",
    "rewritten",
    "cannot_upgrade",
    "module_missing",
    "invalid",
]
"""Why a handshake does not end as it should; rules choose by it."""
Role = Literal["server", "client", "backplane", "managed_client"]
Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file of the scanned tree: the first character of a block, key or call, and its end if known."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that belongs to a finding, and why."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class NotRead:
    """A file that could not be read or parsed. ``deployment`` is true where the file would have shown a hop."""

    file: str
    reason: str
    line: int | None = None
    deployment: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """One key that a file sets.

    ``key`` is spelled as in the ``set_by`` of a platform profile (``proxy_read_timeout``, ``aws_lb.idle_timeout``).
    ``value`` is the text as written; ``amount`` the same in the dimension's unit (seconds, bytes, count, a flag or a
    keyword), ``None`` where the file leaves it open (a variable without a default).
    """

    key: str
    value: str
    place: Place
    amount: Value = None
    format: str = ""
