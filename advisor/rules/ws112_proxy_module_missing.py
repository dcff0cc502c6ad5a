"""A proxy lacks the module that its own configuration needs to hand the WebSocket on.

Some programs load what they can do module by module. A target or directive whose module is not loaded is not carried out: the
program answers the handshake with 500, or does not start at all. The lines themselves look right.

Load the module that carries the tunnel, or the one that knows the directive.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Answer, Finding, Invalid, Path, Place, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, branches, chosen, related

ID = "WS112"
NAME = "proxy-module-missing"
SEVERITY: Severity = "error"
OVER = ("WS901",)


def check(scan: Scan) -> Iterator[Finding]:
    told: set[tuple[Place, str]] = set()
    for path in scan.paths:
        for step in path.steps:
            results = [result for _, result in branches(step)]
            lacking = [result for result in results if isinstance(result, Answer | Invalid) and result.module is not None]
            if not lacking:
                continue
            place, module = lacking[0].place or step.hop.place, lacking[0].module or ""
            if (place, module) not in told:
                told.add((place, module))
                yield _finding(scan, path, step, lacking[0], place, module, sure=len(lacking) == len(results))


def _finding(scan: Scan, path: Path, step: Step, lacking: Answer | Invalid, place: Place, module: str, *, sure: bool) -> Finding:
    hop = step.hop
    name, needed = _known(scan, step, module)
    ends = "does not start" if isinstance(lacking, Invalid) else f"cannot hand the handshake for {path.endpoint} on"
    may = "" if sure else " where its version is an older one"
    return Finding(
        ID,
        NAME,
        SEVERITY if sure else "warning",
        "breaks" if sure else "depends",
        ("certain" if path.certainty != "weak" else "likely") if sure else "possible",
        f"{hop.name} {ends}{may}: {name} is not loaded.",
        place,
        why=(
            f"the handshake for {path.url} arrives at {hop.name}",
            *chosen(step),
            lacking.reason,
            *([f"{name} is needed for {needed}"] if needed else []),
        ),
        remedy=f"Load {name}.",
        snippet=remedies.module_block(step, module, scan),
        verify=remedies.curl(path),
        related=related(app_place(path.server) if path.server else None, "the app accepts sockets here"),
        path=path.id,
        facts=_facts(scan, step),
        who="proxy",
    )


def _known(scan: Scan, step: Step, module: str) -> tuple[str, str]:
    """The module's name as its vendor spells it, and what it is needed for, where the knowledge base tells."""
    if step.hop.platform not in scan.knowledge.platforms():
        return module, ""
    for known in scan.knowledge.platform(step.hop.platform).modules:
        if known.name == module or known.name.endswith(f"_{module}"):
            return known.name, known.needed_for
    return f"the module {module}", ""


def _facts(scan: Scan, step: Step) -> tuple[str, ...]:
    known = step.hop.platform in scan.knowledge.platforms() and scan.fact(step.hop, "how_to_enable").kind != "absent"
    return (f"{step.hop.platform}/how_to_enable",) if known else ()
