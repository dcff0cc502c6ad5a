"""Words of a directive -> numbers: nginx's times in seconds, sizes in bytes, flags."""

from __future__ import annotations

import re

_UNITS = (("y", 31_536_000_000), ("M", 2_592_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000))
_TIME = re.compile(
    r"(?:(\d+)y *)?(?:(\d+)M *)?(?:(\d+)w *)?(?:(\d+)d *)?(?:(\d+)h *)?(?:(\d+)m(?!s) *)?(?:(\d+)s *)?(?:(\d+)ms)?(?: *(\d+))?$"
)
_SIZE = re.compile(r"(\d+)([kKmMgG]?)$")
_SCALE = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def seconds(text: str) -> float | None:
    """``1h30m`` -> 5400, ``500ms`` -> 0.5, ``60`` -> 60; ``None`` where nginx would call it invalid.

    Units come once each and from large to small (``ngx_parse_time``); a number without one counts seconds.
    """
    found = _TIME.match(text) if text else None
    if found is None or len(text) > 40 or not any(found.groups()):
        return None
    years, months, weeks, days, hours, minutes, secs, millis, bare = (int(part or 0) for part in found.groups())
    if found[9] is not None and (found[7] is not None or found[8] is not None):
        return None
    large = sum(count * scale for count, (_, scale) in zip((years, months, weeks, days, hours, minutes), _UNITS, strict=True))
    total = (large + secs * 1000 + millis + bare * 1000) / 1000
    return int(total) if total == int(total) else total


def size(text: str) -> int | None:
    """``10m`` -> 10485760; ``None`` where nginx would call it invalid."""
    found = _SIZE.match(text)
    return int(found[1]) * _SCALE[found[2].lower()] if found else None


def flag(text: str) -> bool | None:
    """``on`` and ``off`` in any case, as ``ngx_conf_set_flag_slot`` takes them; ``None`` for anything else."""
    return {"on": True, "off": False}.get(text.lower())
