"""A call of ``dart`` or ``swift`` -> the app that it runs, which decides for itself whether it upgrades."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from advisor.model import Server
from advisor.stack.calls import Call
from advisor.stack.flags import flags, literal, port

_REASON = "what the program runs decides for itself whether it upgrades"
_DART_SWITCHES = frozenset({"enable-asserts", "no-serve-devtools", "enable-vm-service", "observe"})
_ENDS = frozenset({"pub", "test", "compile", "analyze", "format", "create", "fix", "doc", "devtools", "info"})


def dart(call: Call) -> Server | None:
    """``dart run bin/server.dart``, ``dart bin/server.dart --port 8080``."""
    words = list(call.words)
    if words and words[0] == "run":
        words = words[1:]
    told = flags(words, switches=_DART_SWITCHES, only_leading=True)
    if not told.rest or told.rest[0] in _ENDS:
        return None
    own = flags(told.rest[1:], {"p": "port"})
    number, origin = port(own.get("port")) if own.has("port") else (None, None)
    return Server("dart", "other", None, _REASON, told.rest[0], None, 1, number, origin, None, dict(own.values))


def swift(call: Call) -> Server | None:
    """``swift run App serve --hostname 0.0.0.0 --port 8080`` of Vapor and Hummingbird."""
    words = list(call.words)
    if not words or words.pop(0) != "run":
        return None
    told = flags(words, {"c": "configuration"}, frozenset({"skip-build"}), only_leading=True)
    own = flags(told.rest[1:], {"p": "port", "H": "hostname"})
    number, origin = port(own.get("port")) if own.has("port") else (None, None)
    host = literal(own.get("hostname")) if own.has("hostname") else None
    return Server("swift", "other", None, _REASON, next(iter(told.rest), None), None, 1, number, origin, host, dict(own.values))


PROGRAMS: Mapping[str, Callable[[Call], Server | None]] = {"dart": dart, "swift": swift}
