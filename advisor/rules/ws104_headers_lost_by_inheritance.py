"""An inner block sets a header of its own and thereby drops the upgrade headers that an outer block sets.

In some proxies a list of headers is inherited as a whole or not at all: one header line in a block discards every header line
of the blocks around it. The outer lines look right, and the socket still fails.

Repeat the upgrade headers in the inner block.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Forward, HeaderFate, Path, Place, Related, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, loses, related

ID = "WS104"
NAME = "headers-lost-by-inheritance"
SEVERITY: Severity = "error"
OVER = ("WS101", "WS103")


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        for step in path.steps:
            losing = loses(step)
            lost = [fate for fate in losing.fates if _is_lost(fate)] if losing else []
            if losing and lost:
                yield _finding(scan, path, step, losing, lost)


def _finding(scan: Scan, path: Path, step: Step, losing: Forward, lost: list[HeaderFate]) -> Finding:
    block = losing.place or step.hop.place
    line = lost[0].discarded_by or block
    names = " and ".join(fate.name for fate in lost)
    are = "is" if len(lost) == 1 else "are"
    elsewhere = line.file != block.file
    outer = [Related(fate.outer, f"{fate.name} is set here, to no effect") for fate in lost if fate.outer]
    return Finding(
        ID,
        NAME,
        SEVERITY,
        "breaks",
        "certain" if path.certainty != "weak" else "likely",
        f"{names} for {path.endpoint} {are} set in an outer block, and the header line at {line} discards that.",
        block if elsewhere else line,
        why=(
            f"the handshake for {path.url} is served by the block at {block}",
            f"{names} {are} set around it, at {_places(lost)}",
            f"{line} sets a header of its own, and {step.hop.name} then inherits no header line from outside",
        ),
        remedy="Repeat the upgrade headers in the inner block.",
        snippet=remedies.upgrade_block(scan, step, losing, path),
        verify=remedies.curl(path),
        related=(
            *([Related(line, "this line discards the outer ones")] if elsewhere else []),
            *outer,
            *related(app_place(path.server) if path.server else None, "the app listens here"),
        ),
        path=path.id,
        facts=(f"{step.hop.platform}/upgrade_headers",),
        who="proxy",
    )


def _is_lost(fate: HeaderFate) -> bool:
    return fate.because == "lost" and fate.name.lower() in ("upgrade", "connection")


def _places(fates: list[HeaderFate]) -> str:
    places: list[Place] = list(dict.fromkeys(fate.outer for fate in fates if fate.outer))
    return " and ".join(str(place) for place in places) or "an outer block"
