"""The client connects again by itself, and what it told the server before is not told again.

To the server a new connection is somebody new: it is in no room, has no subscription and has not signed in. A client that
says these things once, when the page starts or when somebody clicks, is connected again after a break and hears nothing.

Say them again on every open: in the handler of ``open`` (``connect`` with Socket.IO), from what the page remembers.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Severity, Use
from advisor.rules import clients
from advisor.rules.scan import Scan, related

ID = "WS705"
NAME = "state-not-restored"
SEVERITY: Severity = "warning"
_SOCKET_IO = """\
socket.on("connect", () => {{
  socket.emit("{what}", /* what was sent before */);  // on every connect, the first one too
}});"""
_RAW = """\
socket.onopen = () => {{
  socket.send(JSON.stringify({{ type: "{what}" /* with what was sent before */ }}));  // on every open, the first one too
}};"""


def check(scan: Scan) -> Iterator[Finding]:
    told: set[tuple[str, int]] = set()
    for use in clients.own(scan):
        place = use.sent_once
        if place is not None and (place.file, place.line) not in told:
            told.add((place.file, place.line))
            yield _finding(scan, use)


def _finding(scan: Scan, use: Use) -> Finding:
    place = use.sent_once
    assert place is not None  # noqa: S101 - the caller asked
    socket_io = use.library == "socket-io-client"
    opened = "connect" if socket_io else "open"
    block = (_SOCKET_IO if socket_io else _RAW).format(what=use.sent_what)
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "degrades",
        "likely",
        f'The client connects again by itself, and does not send "{use.sent_what}" again.',
        place,
        why=(
            f'"{use.sent_what}" is sent here, outside of what runs on every {opened}',
            f"the client at {use.place} reconnects after a break, with a connection that is new to the server",
            f"nothing that runs on {opened} sends it again, so the client is back and hears nothing",
        ),
        remedy=f"Send it on every {opened}, from what the page remembers.",
        snippet=block,
        verify="restart the server while the page is open: what others send has to arrive again without a reload",
        related=related(use.place, "the client connects here"),
        path=clients.path_of(scan, use),
        who="client",
        together=use.app,
    )
