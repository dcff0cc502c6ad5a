"""A message is larger than a hop or the app's library takes.

Every library and some platforms have a limit on one message. A message beyond it is not cut or refused by itself: the whole
connection is closed (1009, or 1006 without a reason), and a client that sends the same again is closed again.

Raise the limit where it can be raised; else send large things in parts, or over HTTP, and only their address over the socket.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.model import Finding, Limit, Path, Place, Severity
from advisor.options import size_in_bytes
from advisor.rules.scan import Scan, limit_place, related, told_limit
from advisor.stack.library import libraries
from advisor.stack.server_limits import program_library
from advisor.stack.sizes import largest

ID = "WS501"
NAME = "message-too-large"
SEVERITY: Severity = "warning"
OF_CODE = True
_SET = {
    "npm": "{key}: {size},",
    "maven": "{key}({size});",
    "nuget": "options.{key} = {size};",
    "packagist": "'{key}' => {size},",
    "swift": "{key}: .init(integerLiteral: {size})",
}
"""How an option is written in the language of an ecosystem."""
_DIMENSIONS = ("max_message_size", "max_frame_size")


@dataclass(frozen=True, slots=True)
class _Need:
    """A size that messages have here, and who says so. ``both``: it also goes from the app to the client."""

    bytes: int
    told: str
    place: Place | None = None
    inbound: bool = True


def check(scan: Scan) -> Iterator[Finding]:
    told: set[tuple[Place, str | None]] = set()
    for path in scan.paths:
        if path.handshake.outcome in ("refused", "invalid_config"):
            continue
        for need in sorted(_needs(scan, path), key=lambda need: need.bytes, reverse=True):
            limit = _exceeded(path, need)
            if limit is not None:
                mark = (limit_place(path, limit), path.app.id if path.app is not None else None)
                if mark not in told:
                    told.add(mark)
                    yield _finding(scan, path, limit, need)
                break


def _needs(scan: Scan, path: Path) -> Iterator[_Need]:
    """What is assumed, what clients and server are seen to send, and what the server is set up to take."""
    assumed = scan.ways.conditions.assume.get("message_size")
    if assumed is not None:
        size = size_in_bytes(assumed)
        yield _Need(size, f"messages of {size:,} bytes are assumed")
    uses = [(use, True) for use in path.clients if not use.one_shot] + ([(path.server, False)] if path.server else [])
    for use, inbound in uses:
        file = use.place.file
        sent = largest(scan.tree.text(file) or "", file) if use.scope == "production" else None
        if sent is not None:
            yield _Need(sent.bytes, f"{sent.told} at {sent.place}", sent.place, inbound)
    setting = path.server.max_message if path.server is not None else None
    if setting is not None and isinstance(setting.amount, int | float) and setting.amount > 0:
        yield _Need(int(setting.amount), f"the app takes up to {int(setting.amount):,} bytes ({setting.key})", setting.place)


def _exceeded(path: Path, need: _Need) -> Limit | None:
    """The limit that such a message meets; the app's own holds for what comes in only."""
    for dimension in _DIMENSIONS:
        limit = path.limit(dimension)
        if limit is None or not isinstance(limit.value, int | float) or limit.value >= need.bytes:
            continue
        if limit.decided_by.platform != "app" or need.inbound:
            return limit
    return None


def _finding(scan: Scan, path: Path, limit: Limit, need: _Need) -> Finding:
    by, value = limit.decided_by, int(limit.value) if isinstance(limit.value, int | float) else 0
    name = by.name or next((step.hop.name for step in path.steps if step.hop.id == by.hop), "the app")
    what = "message" if limit.dimension == "max_message_size" else "frame"
    frame = ("a page has no say in how its browser cuts a message into frames",) if what == "frame" else ()
    key, block = _raised(path, need.bytes) if by.platform == "app" else ("", "")
    otherwise = "send large things in parts, or over HTTP with only their address over the socket."
    remedy = f"Raise {key} to {need.bytes:,} or more, or {otherwise}" if key else f"{name} takes no more: {otherwise}"
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "degrades" if not limit.others else "depends",
        "likely" if not limit.others else "possible",
        f"A message of {need.bytes:,} bytes at {path.endpoint} is more than {name} takes in one {what} ({value:,}).",
        limit_place(path, limit),
        why=(need.told, *told_limit(path, limit), *frame, "a larger one closes the whole connection (1009, or 1006)"),
        remedy=remedy,
        snippet=block,
        verify=f"head -c {value + 1} /dev/zero | tr '\\0' x | npx wscat --connect '{path.url}' -w 2  # is it still open?",
        related=related(need.place, "such messages are sent here" if need.inbound else "the app sends this"),
        path=path.id,
        facts=(by.fact,) if by.fact and by.platform != "app" else (),
        who="app",
    )


def _raised(path: Path, size: int) -> tuple[str, str]:
    """The option of the app's library, or of the program that runs it, with a value that is enough."""
    server = path.server
    program = program_library(path.runs) if path.runs is not None and server is not None and server.runs_in == "asgi" else None
    if program is not None and program.max_message_key:
        flag = program.max_message_key.replace("_", "-").lstrip("-")
        return (
            f"--{flag}",
            f"{path.process.command} --{flag} {size}" if path.process and path.process.command else f"--{flag} {size}",
        )
    library = libraries().get(server.library) if server is not None else None
    if library is None or not library.max_message_key:
        return "", ""
    if "-" in library.max_message_key:
        return library.max_message_key, f"{library.max_message_key}={size}"
    key = library.max_message_key.rpartition(".")[2]
    return key, _SET.get(library.ecosystem, "{key}={size},").format(key=key, size=size)
