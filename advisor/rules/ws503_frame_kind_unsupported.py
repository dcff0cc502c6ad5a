"""A client sends binary frames, and a hop takes text frames alone.

Some gateways hand messages to the app as text of JSON. A binary frame is not cut or converted: the connection is closed (1003),
and a client that sends the same again is closed again.

Send text: JSON, with bytes in Base64 where they must go along; or send the bytes over HTTP and their address over the socket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.model import Finding, Path, Place, Severity, Step
from advisor.rules.scan import Scan, related

ID = "WS503"
NAME = "frame-kind-unsupported"
SEVERITY: Severity = "warning"
_ENDINGS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".jsx", ".tsx", ".vue", ".svelte")
_SENDS = re.compile(
    r"\b(?:ws|socket|websocket|webSocket)(?:Ref\.current)?[?!]?\.send\(\s{0,20}"
    r"(?:new (?:Uint8Array|Uint8ClampedArray|Int16Array|Uint16Array|Float32Array|Float64Array|ArrayBuffer|DataView|Blob)\("
    r"|new TextEncoder\(\)\.encode\(|Buffer\.(?:from|alloc|concat)\()"
)
"""A socket by its usual names that sends what is binary whatever it holds."""


def check(scan: Scan) -> Iterator[Finding]:
    told: set[Place] = set()
    for path in scan.paths:
        if path.handshake.outcome in ("refused", "invalid_config"):
            continue
        step = next((each for each in path.steps if scan.value(each.hop, "binary_frames") == "unsupported"), None)
        for place in _sent(scan, path) if step is not None else ():
            if step is not None and place not in told:
                told.add(place)
                yield _finding(path, step, place)


def _sent(scan: Scan, path: Path) -> Iterator[Place]:
    """The first line of each client's own file that sends a binary frame."""
    for file in dict.fromkeys(use.place.file for use in path.clients if use.scope == "production"):
        lines = (scan.tree.text(file) or "").splitlines() if file.endswith(_ENDINGS) else []
        for number, line in enumerate(lines, 1):
            found = _SENDS.search(line[:1000])
            if found is not None and not line.lstrip().startswith(("//", "*", "/*")):
                yield Place(file, number, found.start() + 1)
                break


def _finding(path: Path, step: Step, place: Place) -> Finding:
    hop = step.hop
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "degrades",
        "likely",
        f"{hop.name} takes text frames alone, and this client sends a binary one.",
        place,
        why=(
            f"{place} sends bytes, which go out as a binary frame",
            f"the socket at {path.endpoint} passes {hop.name}, which takes no binary frames",
            "the connection is closed instead (1003)",
        ),
        remedy="Send text: JSON, with bytes in Base64; or send the bytes over HTTP and their address over the socket.",
        related=related(hop.place, f"{hop.name} stands here"),
        path=path.id,
        facts=(f"{hop.platform}/binary_frames",),
        who="client",
    )
