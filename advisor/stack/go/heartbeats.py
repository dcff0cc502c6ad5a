"""The files around a Go server or client -> the heartbeat that its own code sends: a timer beside a ping or a write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Literal

from advisor.model import Heartbeat
from advisor.stack.go.module import GoCode, GoFile, arguments, around, function_name, operand, selected
from advisor.stack.go.values import seconds

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_TIMERS = frozenset({"NewTicker", "Tick", "After", "Sleep", "AfterFunc", "NewTimer"})
_WRITES = frozenset(
    (
        "WriteMessage WriteJSON WriteControl Write WriteText WriteString WriteServerMessage WriteServerText "
        "Ping WritePing SendMessage"
    ).split()
)
_BEAT = re.compile(r"ping|heart_?beat|keep_?-?alive", re.IGNORECASE)
_SOCKET = re.compile(r"conn|ws\b|^c$|sock|client|peer|session|wsutil|stream", re.IGNORECASE)
_DIALS = re.compile(r"\A(?![\s\S]*(?:\.Upgrade\(|\.Accept\())[\s\S]*\.Dial(?:Context)?\(")
"""What opens sockets and takes none is a client's."""
_MOST_FILES = 60
SIGN = re.compile(
    r"PingMessage|OpPing|WritePing|\.Ping\(|NewTi(?:ck|m)er\(|time\.(?:Tick|After|Sleep|AfterFunc)\(|SetReadDeadline"
)
"""What stands in every file that matters here."""


def observed(
    code: GoCode, files: Iterable[GoFile], sender: Literal["server", "client"] = "server"
) -> tuple[bool, Heartbeat | None]:
    """Whether something is seen to beat, and what; seen without a known interval is ``(True, None)``."""
    near = [file for file in islice(files, _MOST_FILES) if sender == "client" or not _DIALS.search(file.text)]
    unsure, slower = False, None
    for file in near:
        for call, plain in _beats(file):
            interval = _interval(code, near, file, call)
            if interval is not None:
                timeout = _deadline(code, near)
                place = file.place(call)
                beat = Heartbeat(sender, "observed", interval, timeout, place, plain, certainty="strong")
                if plain:
                    return True, beat
                slower = slower or beat
            elif plain or _BEAT.search(call.text()):
                unsure = True
    return unsure or slower is not None, slower


def _beats(file: GoFile) -> Iterator[tuple[SgNode, bool]]:
    """Writes to a socket that a timer may repeat; ``True`` for ping frames, which the peer answers by itself."""
    for call in file.of_kind("call_expression"):
        parts = selected(call.field("function"))
        if parts is None or parts[1] not in _WRITES or not _SOCKET.search(parts[0].rpartition(".")[2]):
            continue
        given = arguments(call)
        frame = any(re.search(r"\b(?:PingMessage|OpPing|MessagePing)\b", each.text()) for each in given[:2])
        if frame or parts[1] == "WritePing" or (parts[1] == "Ping" and len(given) < 2):
            yield call, True
        elif parts[1] != "Ping" and given:
            yield call, False


def _interval(code: GoCode, near: list[GoFile], file: GoFile, call: SgNode) -> float | None:
    """The timer in the loop around a write, else that of its function, else that of the functions that call it."""
    function = around(call)
    loops = [parent for parent in call.ancestors() if parent.kind() in ("for_statement", "expression_case", "communication_case")]
    if function is None:
        return None
    if not loops and not _is_named_beat(function):
        return None
    own = _timer(code, file, function)
    if own is not None:
        return own if _repeats(call) or not loops else None
    name = function_name(function)
    for other in near:
        if name not in other.text:
            continue
        for found in other.of_kind("call_expression"):
            parts, plain = selected(found.field("function")), found.field("function")
            called = parts[1] if parts else plain.text() if plain is not None else ""
            caller = around(found)
            if called == name and caller is not None and caller != function and _repeats(found):
                timed = _timer(code, other, caller)
                if timed is not None:
                    return timed
    return None


def _repeats(call: SgNode) -> bool:
    """True where a timer's tick, and not a message that came in, leads to this call."""
    for parent in call.ancestors():
        if parent.kind() == "communication_case":
            first = parent.field("communication")
            return first is not None and re.search(r"\.C\b|time\.|tick|timer|ping|beat", first.text(), re.IGNORECASE) is not None
        if parent.kind() == "for_statement":
            head = parent.text()[:200].split("{", 1)[0]
            sleeps = re.search(r"time\.(?:Sleep|After|Tick)\(", parent.text()) is not None
            return (
                sleeps
                or re.search(r"range\s+\S*(?:\.C\b|tick)|time\.Tick", head, re.IGNORECASE) is not None
                or "<-" in parent.text()
            )
        if parent.kind() in ("function_declaration", "method_declaration"):
            return False
    return False


def _is_named_beat(function: SgNode) -> bool:
    return _BEAT.search(function_name(function)) is not None


def _timer(code: GoCode, file: GoFile, function: SgNode) -> float | None:
    """The interval of the one timer in a function; of several, the one whose name or value speaks of a heartbeat."""
    found: list[tuple[bool, float | None]] = []
    for call in function.find_all(kind="call_expression"):
        parts = selected(call.field("function"))
        if parts is not None and parts[1] in _TIMERS and file.imports.get(parts[0]) == "time":
            parent = call.parent()
            told = f"{parent.parent().text()[:120] if parent is not None and parent.parent() is not None else ''}"  # type: ignore[union-attr]
            found.append((_BEAT.search(told) is not None, seconds(code, file, next(iter(arguments(call)), None))))
    named = [interval for speaks, interval in found if speaks]
    chosen = named or [interval for _, interval in found]
    known = {interval for interval in chosen if interval is not None}
    return known.pop() if len(known) == 1 else None


def _deadline(code: GoCode, near: list[GoFile]) -> float | None:
    """After how long without an answer the server's reads fail: ``SetReadDeadline(time.Now().Add(pongWait))``."""
    for file in near:
        if "SetPongHandler" not in file.text and "SetReadDeadline" not in file.text:
            continue
        for call, _, name in file.calls():
            given = arguments(call)
            if name == "SetReadDeadline" and len(given) == 1:
                on = operand(given[0]) if given[0].kind() == "call_expression" else None
                parts = selected(given[0].field("function")) if on is not None else None
                if parts is not None and parts[1] == "Add":
                    return seconds(code, file, next(iter(arguments(given[0])), None))
    return None
