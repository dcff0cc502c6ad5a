"""One PHP file -> where it sends to sockets that it keeps, the timers by which it pings, and whether cookies say who is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from advisor.model import Heartbeat, Place
from advisor.stack.php.module import PhpFile, arguments, method
from advisor.stack.php.values import Values

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_KEPT = re.compile(r"client|socket|conn|user|peer|member|room|subscriber|player|fds?\b|channel|session", re.IGNORECASE)
_SENDS = re.compile(r"->\s*(?:send|push|sendText|sendBinary|broadcast)\s*\(")
_TO_ALL = ("broadcastText", "broadcastBinary", "broadcast", "sendToAll")
_ALIVE = re.compile(
    r"OP_PING|OPCODE_PING|->\s*ping\s*\(|[\"'](?:[^\"'\n]{0,40}\W)?(?:ping|heart_?beat|keep_?alive)(?:\W[^\"'\n]{0,40})?[\"']",
    re.IGNORECASE,
)
_FRAME = re.compile(r"OP_PING|OPCODE_PING|->\s*ping\s*\(")
_COOKIES = re.compile(
    r"getHeader(?:Line)?\(\s*[\"']cookie|\bSessionProvider\s*\(|->cookie\b|\$_COOKIE\b|getCookie\(|\bsession_id\(", re.IGNORECASE
)
_SECONDS = {"addPeriodicTimer": 1.0, "repeat": 1.0, "add": 1.0, "tick": 0.001}
"""Timers of React, Revolt and Workerman count in seconds, Swoole's in milliseconds."""


def sends_to_kept(file: PhpFile) -> Place | None:
    """The first loop over kept sockets that sends to each of them."""
    for node in file.of_kind("foreach_statement"):
        parts = [child for child in node.children() if child.is_named()]
        sends = len(parts) > 2 and _KEPT.search(parts[0].text()[:120]) and _SENDS.search(parts[-1].text())
        if sends and not _FRAME.search(parts[-1].text()):
            return file.place(node)
    for node in file.methods(*_TO_ALL):
        if re.search(r"gateway|\bserver\b|websocket", node.text()[:80], re.IGNORECASE):
            return file.place(node)
    return None


def cookies(file: PhpFile) -> bool:
    """True where the handshake's cookie or session tells who is there."""
    return _COOKIES.search(file.text) is not None


def timed(file: PhpFile, values: Values) -> Heartbeat | None:
    """A timer of the file whose function pings; a ping of the protocol is answered, a message of the app's own need not be."""
    if not _ALIVE.search(file.text):
        return None
    calls: list[tuple[str, SgNode]] = [(method(node), node) for node in file.methods("addPeriodicTimer", "tick", "repeat")]
    calls += [
        (each.method, each.node)
        for each in file.made
        if each.method in _SECONDS and re.search(r"(?:^|\\)(?:loop|timer|eventloop)$", each.of)
    ]
    for name, node in calls:
        given, _ = arguments(node)
        amount = values.of(given[0]).number if given else None
        text = node.text()
        if amount and _ALIVE.search(text):
            answered = _FRAME.search(text) is not None
            return Heartbeat("server", "observed", amount * _SECONDS[name], None, file.place(node), answered, certainty="strong")
    return None
