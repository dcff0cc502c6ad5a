"""What a call hands to a Dart client library that connects again by itself -> its reconnects, transports and heartbeat."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from advisor.model import Heartbeat, Place, Reconnect
from advisor.stack.by_library import reconnect
from advisor.stack.dart.module import Call, DartFile
from advisor.stack.dart.values import Values
from advisor.stack.library import libraries

_TRANSPORTS = re.compile(r"""(?:setTransports\(\s*|["']transports["']\s*:\s*)(?:<\w+>\s*)?\[([^\]]{0,80})\]""")
_OFF = re.compile(r"""disableReconnection\(\)|["']reconnection["']\s*:\s*false""")
_NUMBER = r"""(?:set{0}\(\s*|["']{1}["']\s*:\s*)(\d{{1,9}})"""


def options_of(library: str, file: DartFile, values: Values, call: Call, place: Place) -> dict[str, Any]:
    """Fields of a ``Use`` that the call itself sets; what it leaves alone is the library's own."""
    read = _READERS.get(library)
    return read(file, values, call, place) if read is not None else {}


def _socket_io(file: DartFile, values: Values, call: Call, place: Place) -> dict[str, Any]:
    text = "".join(node.text()[:3000] for node in call.arguments[1:])
    if call.arguments[1:] and call.arguments[1].kind() == "identifier":
        given = file.declared.get(call.arguments[1].text(), [])
        text = given[0].text()[:3000] if len(given) == 1 else ""
    found: dict[str, Any] = {}
    transports = _TRANSPORTS.search(text)
    if transports is not None:
        named = tuple(name for name in re.findall(r"\w+", transports[1]) if name in ("websocket", "polling"))
        found |= {"transports": named} if named else {}
    if _OFF.search(text):
        return {**found, "reconnect": Reconnect("none", place=place)}
    told = {name: _number(text, name) for name in ("reconnectionAttempts", "reconnectionDelay", "reconnectionDelayMax")}
    own = reconnect(libraries()["socket-io-client-dart"], place)
    if own is not None and any(value is not None for value in told.values()):
        delay, most = told["reconnectionDelay"], told["reconnectionDelayMax"]
        attempts = told["reconnectionAttempts"]
        found["reconnect"] = Reconnect(
            "library",
            delay / 1000 if delay is not None else own.delay_s,
            most / 1000 if most is not None else own.max_delay_s,
            own.jitter,
            int(attempts) if attempts is not None else None,
            place,
        )
    return found


def _number(text: str, name: str) -> float | None:
    found = re.search(_NUMBER.format(name[0].upper() + name[1:], name), text)
    return float(found[1]) if found else None


def _stomp(file: DartFile, values: Values, call: Call, place: Place) -> dict[str, Any]:
    """``reconnectDelay`` and ``heartbeatOutgoing`` are durations; zero switches them off."""
    found: dict[str, Any] = {}
    delay = values.seconds(call.named.get("reconnectDelay"))
    if "reconnectDelay" in call.named and delay is not None:
        found["reconnect"] = Reconnect("none", place=place) if delay == 0 else Reconnect("fixed", delay, place=place)
    beat = values.seconds(call.named.get("heartbeatOutgoing"))
    if "heartbeatOutgoing" in call.named and beat is not None:
        where = file.place(call.named["heartbeatOutgoing"])
        sender: Any = "client" if beat else "none"
        found["heartbeat"] = Heartbeat(sender, "configured", beat or None, None, where, fact="stomp-dart-client/heartbeat")
    return found


def _signalr(file: DartFile, values: Values, call: Call, place: Place) -> dict[str, Any]:
    return {"reconnect": Reconnect("library", place=place)} if "withAutomaticReconnect" in file.text else {}


_READERS: Mapping[str, Callable[[DartFile, Values, Call, Place], dict[str, Any]]] = {
    "socket-io-client-dart": _socket_io,
    "stomp-dart-client": _stomp,
    "signalr-netcore-dart": _signalr,
}
