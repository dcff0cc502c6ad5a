"""What shows in one place that a function was written for a gateway that holds the sockets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from advisor.model import Place


@dataclass(frozen=True, slots=True)
class Sign:
    """``answers``: it sends to a socket through the management API; ``takes``: it reads the event's connection id."""

    kind: Literal["answers", "takes"]
    place: Place
    kept: Place | None = None
    """Where a connection id is put into something that only this process's memory holds."""
