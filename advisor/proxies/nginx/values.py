"""Words of a directive -> numbers: nginx's times in seconds, sizes in bytes, flags."""

from __future__ import annotations

import re

_TIME = re.compile(r"(?:(\d+)w *)?(?:(\d+)d *)?(?:(\d+)h *)?(?:(\d+)m(?!s) *)?(?:(\d+)s *)?(?:(\d+)ms *)?((?:\d+ *)*)$")
_MILLISECONDS = (604_800_000, 86_400_000, 3_600_000, 60_000, 1000, 1)
_SIZE = re.compile(r"(\d+)([kKmMgG]?)$")
_SCALE = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def seconds(text: str) -> float | None:
    """``1h30m`` -> 5400, ``500ms`` -> 0.5, ``60`` -> 60; ``None`` where nginx would call it invalid.

    Units come once each and from large to small; a number without one counts seconds (``ngx_parse_time`` for timers, which
    takes neither months nor years).
    """
    found = _TIME.match(text) if text and len(text) <= 40 else None
    if found is None or not any(found.groups()):
        return None
    *units, bare = found.groups()
    total = sum(int(count or 0) * scale for count, scale in zip(units, _MILLISECONDS, strict=True))
    total += sum(int(number) for number in bare.split()) * 1000
    return total // 1000 if total % 1000 == 0 else total / 1000


def size(text: str) -> int | None:
    """``10m`` -> 10485760; ``None`` where nginx would call it invalid."""
    found = _SIZE.match(text)
    return int(found[1]) * _SCALE[found[2].lower()] if found else None


def flag(text: str) -> bool | None:
    """``on`` and ``off`` in any case, as ``ngx_conf_set_flag_slot`` takes them; ``None`` for anything else."""
    return {"on": True, "off": False}.get(text.lower())
