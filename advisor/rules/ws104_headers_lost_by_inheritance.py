"""An inner block sets a header of its own and thereby drops the upgrade headers that an outer block sets.

In some proxies a list of headers is inherited as a whole or not at all: one header line in a block discards every header line
of the blocks around it. The outer lines look right, and the socket still fails.

Repeat the upgrade headers in the inner block.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, HeaderFate, Place, Related, Severity
from advisor.rules import remedies
from advisor.rules.scan import Scan, forwards

ID = "WS104"
NAME = "headers-lost-by-inheritance"
SEVERITY: Severity = "error"
OVER = ("WS101", "WS103")


def check(scan: Scan) -> Iterator[Finding]:
    for path in scan.paths:
        for step in path.steps:
            losing = [forward for _, forward in forwards(step) if step.received.upgrades() and not forward.request.upgrades()]
            lost = [fate for fate in losing[0].fates if _is_lost(fate)] if losing else []
            if lost:
                place = lost[0].discarded_by or losing[0].place or step.hop.place
                names = " and ".join(fate.name for fate in lost)
                are = "is" if len(lost) == 1 else "are"
                yield Finding(
                    ID,
                    NAME,
                    SEVERITY,
                    "breaks",
                    "certain" if path.certainty != "weak" else "likely",
                    f"{names} for {path.endpoint} {are} set in an outer block, and the line here discards that.",
                    place,
                    why=(
                        f"the handshake for {path.url} is served by the block at {losing[0].place or step.hop.place}",
                        f"{names} {are} set around it, at {_places(lost)}",
                        f"{place} sets a header of its own, and {step.hop.name} then inherits none from outside",
                    ),
                    remedy="Repeat the upgrade headers in the inner block.",
                    snippet=remedies.upgrade_block(step, losing[0], path),
                    verify=remedies.curl(path),
                    related=tuple(Related(fate.outer, f"{fate.name} is set here, to no effect") for fate in lost if fate.outer),
                    path=path.id,
                    facts=(f"{step.hop.platform}/upgrade_headers",),
                    who="proxy",
                )


def _is_lost(fate: HeaderFate) -> bool:
    return fate.because == "lost" and fate.name.lower() in ("upgrade", "connection")


def _places(fates: list[HeaderFate]) -> str:
    places: list[Place] = list(dict.fromkeys(fate.outer for fate in fates if fate.outer))
    return " and ".join(str(place) for place in places) or "an outer block"
