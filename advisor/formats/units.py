"""Durations and sizes as products write them -> seconds and bytes; ``None`` where the text is not one.

Sources: https://nginx.org/en/docs/syntax.html (nginx), https://pkg.go.dev/time#ParseDuration (Go).
"""

from __future__ import annotations

import math
import re
from typing import Literal

Unit = Literal["ms", "s", "m", "h", "d"]

_UNIT_SECONDS: dict[str, float] = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_NGINX_UNITS = {"y": 31_536_000, "M": 2_592_000, "w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1, "ms": 0.001}
_NGINX_PART = re.compile(r"(\d{1,15})(ms|[yMwdhms])?[ \t]*")
_GO_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3_600.0}
_GO_PART = re.compile(r"(\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(ns|us|µs|μs|ms|s|m|h)")
_NUMBER = re.compile(r"-?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})")
_NGINX_SIZE = re.compile(r"(\d{1,15})([kKmMgG]?)")
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,15})?)[ \t]*([kmgt]?)(i?)(b?)", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def nginx_seconds(text: str, unit: Unit = "s") -> float | None:
    """``60s``, ``1m30s``, ``500ms``, ``1h 30m``, ``1d``; a number without unit is in ``unit``.

    Units go from large to small and each stands once, as nginx demands it (``M`` is a month, ``m`` a minute).
    """
    text = text.strip()
    order = list(_NGINX_UNITS)
    seconds, at, last = 0.0, 0, -1
    while at < len(text):
        match = _NGINX_PART.match(text, at)
        if match is None:
            return None
        name = match[2]
        place = order.index(name) if name else len(order)
        if place <= last or (not name and match.end() < len(text)):
            return None
        seconds += int(match[1]) * (_NGINX_UNITS[name] if name else _UNIT_SECONDS[unit if at == 0 else "s"])
        at, last = match.end(), place
    return _tidy(seconds) if text else None


def go_seconds(text: str) -> float | None:
    """``1h30m``, ``1.5s``, ``500ms``, ``0``; a number other than 0 needs a unit (Caddy, Traefik, Compose, Fly)."""
    text = text.strip()
    negative = text.startswith("-")
    text = text.lstrip("+-") if text[:1] in ("+", "-") and text[1:2] not in ("+", "-") else text
    if text == "0":
        return 0.0
    seconds, at = 0.0, 0
    while at < len(text):
        match = _GO_PART.match(text, at)
        if match is None:
            return None
        seconds += float(match[1]) * _GO_UNITS[match[2]]
        at = match.end()
    return (_tidy(-seconds if negative else seconds)) if text else None


def seconds(text: str | float, unit: Unit) -> float | None:
    """A plain number in a stated unit (``heartbeat: 30000`` in ``ms``)."""
    if isinstance(text, str):
        text = text.strip()
        if not _NUMBER.fullmatch(text):
            return None
    number = float(text)
    return _tidy(number * _UNIT_SECONDS[unit]) if math.isfinite(number) else None


def nginx_bytes(text: str) -> int | None:
    """``512``, ``8k``, ``1M``, ``2g``: powers of 1024."""
    match = _NGINX_SIZE.fullmatch(text.strip())
    return int(match[1]) << 10 * _POWERS[match[2].lower()] if match else None


def size_bytes(text: str | float, decimal: bool = False) -> int | None:
    """``16MiB``, ``1.5 GB``, ``64kb``, ``1024``: powers of 1024, or of 1000 for units without ``i`` where ``decimal``."""
    if not isinstance(text, str):
        return int(text) if math.isfinite(text) and not isinstance(text, bool) else None
    match = _SIZE.fullmatch(text.strip())
    if match is None or (match[3] and not match[2]):
        return None
    base = 1000.0 if decimal and not match[3] else 1024.0
    return round(float(match[1]) * math.pow(base, _POWERS[match[2].lower()]))


def _tidy(number: float) -> float:
    """Without the dust of binary fractions: nanoseconds are the finest that any product writes."""
    return round(number, 9)
