"""HAProxy's ways to write times, sizes and addresses -> seconds, bytes, host and port."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_TIME = re.compile(r"(\d{1,15})(us|ms|[smhd])?")
_ADDRESS = re.compile(r"(?P<host>\[[0-9A-Fa-f:.%]*\]|.*?)(?::(?P<port>[-+]?\d+(?:-\d+)?))?$", re.DOTALL)
_PREFIX = re.compile(r"^(?:ipv4|ipv6|tcp4?|tcp6|udp4?|udp6|quic4|quic6|stream\+ipv[46]|uxst|unix|abns|abnsz|rhttp|sockpair|fd)@")


def seconds(text: str) -> float | None:
    """``30s``, ``1h``, ``50000``: a number without unit is in milliseconds; what follows the unit is passed over."""
    match = _TIME.match(text)
    return round(int(match[1]) * _UNITS[match[2] or "ms"], 9) if match else None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address taken apart. ``last`` ends a range of ports; ``offset``: the port is added to the client's (``+100``)."""

    host: str
    port: int | None
    last: int | None = None
    unix: str | None = None
    offset: bool = False


def endpoint(text: str) -> Endpoint:
    """``127.0.0.1:3000``, ``:80``, ``*:80-90``, ``[::1]:80``, ``unix@/run/app.sock``, ``app``."""
    kind = _PREFIX.match(text)
    bare = text[kind.end() :] if kind else text
    if (kind and kind[0] in ("unix@", "uxst@", "abns@", "abnsz@")) or text.startswith("/"):
        return Endpoint("localhost", None, unix=bare)
    found = _ADDRESS.match(bare)
    if found is None or found["port"] is None:
        return Endpoint(bare.rstrip(":"), None)
    first, _, last = found["port"].lstrip("+-").partition("-")
    return Endpoint(found["host"].strip("[]"), int(first), int(last) if last else None, offset=found["port"][0] in "+-")
