"""Findings and paths -> the verdict, and the one sentence that says why."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.conclude.findings import as_clause
from advisor.model import Finding, Path, Use, Verdict
from advisor.rules.scan import Scan


def _own(scan: Scan) -> tuple[Use, ...]:
    roles = ("server", "client", "managed_client")
    others = {app.id for app in scan.stack.apps if app.is_library or app.published is not None}
    return tuple(
        use
        for use in scan.stack.uses()
        if use.role in roles
        and not use.foreign
        and use.scope == "production"
        and use.certainty != "weak"
        and use.app not in others
    )


def verdict_of(scan: Scan, findings: tuple[Finding, ...], paths: tuple[Path, ...]) -> Verdict:
    """The first that applies: no socket of its own, it breaks, it depends, it works with changes, it works."""
    own = _own(scan)
    if not own and not any(path.scope == "production" for path in paths):
        return "no_websocket"
    if any(finding.severity == "error" and finding.verdict != "depends" for finding in findings):
        return "breaks"
    if any(finding.severity != "info" and finding.verdict == "depends" for finding in findings):
        return "depends"
    if _unfronted(paths) or _unknown(scan, paths):
        return "depends"
    return "works_with_changes" if any(finding.severity == "warning" for finding in findings) else "works"


def _unfronted(paths: Iterable[Path]) -> list[Path]:
    return [path for path in paths if path.scope == "production" and not path.steps]


def _unknown(scan: Scan, paths: Iterable[Path]) -> list[str]:
    """Names of the hops on the way of which no profile tells what they do to sockets."""
    known = scan.knowledge.platforms()
    hops = [step.hop for path in paths if path.scope == "production" for step in path.steps]
    return list(dict.fromkeys(hop.name for hop in hops if hop.platform not in known))


def sentence_of(verdict: Verdict, scan: Scan, findings: tuple[Finding, ...], paths: tuple[Path, ...]) -> str:
    """What decides the verdict, as a person would say it."""
    if verdict == "no_websocket":
        return _none_found(scan)
    worst = [finding for finding in findings if finding.severity != "info"]
    if verdict == "breaks":
        errors = [finding for finding in worst if finding.severity == "error" and finding.verdict != "depends"]
        more = f" ({len(errors) - 1} more such)" if len(errors) > 1 else ""
        return f"WebSockets do not open: {as_clause(errors[0].message)}{more}"
    if verdict == "depends":
        hanging = [finding for finding in worst if finding.verdict == "depends"]
        if hanging:
            return f"It depends: {as_clause(hanging[0].message)}"
        apps = ", ".join(dict.fromkeys(path.app.id for path in _unfronted(paths) if path.app))
        also = (
            f"; {len(worst)} things to change whatever it is"
            if len(worst) > 1
            else "; one thing to change whatever it is"
            if worst
            else ""
        )
        if not apps:
            return f"It depends on what {', '.join(_unknown(scan, paths))} does to sockets, of which nothing is known here{also}."
        return f"It depends on what stands in front of {apps}, which the repository does not show{also}."
    if verdict == "works_with_changes":
        count = "one thing needs" if len(worst) == 1 else f"{len(worst)} things need"
        return f"WebSockets open, but {count} a change: {as_clause(worst[0].message)}"
    ways = {
        " → ".join(["browser", *(hop.name for hop in path.hops), path.destination])
        for path in paths
        if path.scope == "production"
    }
    if ways:
        return f"WebSockets work on {sorted(ways)[0] if len(ways) == 1 else f'all {len(ways)} paths'}; nothing needs a change."
    return "The project's own WebSocket clients need no change; no server of its own was found."


def _none_found(scan: Scan) -> str:
    foreign = [use for use in scan.stack.uses() if use.foreign and use.scope == "production"]
    elsewhere = sorted({use.scope for use in scan.stack.uses() if use.scope != "production" and use.role in ("server", "client")})
    if foreign:
        return f"No WebSocket of the project's own: {foreign[0].place} is a client of somebody else's service."
    name = next((app.id for app in scan.stack.apps if app.is_library and app.scope == "production"), None)
    if name is not None:
        return f"No deployed WebSocket: this repository is itself a WebSocket library ({name})."
    if elsewhere:
        kinds = " and ".join({"test": "tests", "example": "examples"}.get(kind, f"{kind} files") for kind in elsewhere)
        return f"No WebSocket in production code, only in {kinds}."
    return "No WebSocket found."
