"""Limits that a hop puts on open connections and on the rate of requests, judged for a path of sockets."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, FindingVerdict, Path, Quota, Severity, Step
from advisor.rules import remedies
from advisor.rules.scan import Scan, app_place, chosen, forwards, related

_TABS = 2
"""Sockets for one address below which two tabs, or a tab and a reload, are too many."""
_VISITORS = 100
"""Sockets for one address that is really that of everybody."""
_POLLS_A_SECOND = 5
"""Requests that a transport of several requests makes while it starts."""


def counted(scan: Scan, path: Path) -> Iterator[Finding]:
    """What a quota on the path's way does to its sockets, each line once."""
    for number, step in enumerate(path.steps):
        told = set()
        for _, forward in forwards(step):
            for quota in forward.quotas:
                shared = quota.per == "site" or (quota.per == "peer" and number > 0)
                if quota.place not in told and (judged := _judged(path, quota, shared)) is not None:
                    told.add(quota.place)
                    yield _finding(scan, path, step, quota, *judged, shared=shared)


def _judged(path: Path, quota: Quota, shared: bool) -> tuple[Severity, tuple[str, ...]] | None:
    """How bad it is, and what follows; ``None`` where people hardly meet it."""
    if quota.kind == "open":
        if shared and quota.amount <= _VISITORS:
            return "warning", (f"all visitors together have {quota.amount:g} sockets",)
        if quota.per != "other" and quota.amount <= _TABS:
            tabs = "one tab" if quota.amount == 1 else f"{quota.amount:g} tabs"
            return "warning", (
                f"{tabs} of one address fill it, as does a socket whose end was not noticed yet when the page is loaded again",
            )
        return None
    allowed = quota.amount + quota.burst
    polls = path.server is not None and "polling" in path.server.transports
    if quota.per == "other" or allowed >= _POLLS_A_SECOND:
        return None
    if polls:
        return "warning", ("each socket starts with several requests of its own, one right after the other",)
    if quota.burst == 0:
        return "info", ("after a deploy all tabs of an address come back at once, and all but the first are refused",)
    return None


def _finding(
    scan: Scan, path: Path, step: Step, quota: Quota, severity: Severity, follows: tuple[str, ...], *, shared: bool
) -> Finding:
    hop = step.hop.name
    what = "sockets" if quota.kind == "open" else "handshakes"
    verdicts: dict[Severity, FindingVerdict] = {"error": "breaks", "warning": "degrades", "info": "note"}
    front = shared and quota.per == "peer"
    return Finding(
        "WS115",
        "handshake-blocked",
        severity,
        verdicts[severity],
        "certain" if path.certainty != "weak" and not front else "likely",
        f"{hop} lets few {what} through at {path.endpoint}: {quota.text}.",
        quota.place,
        why=(
            f"the handshake for {path.url} arrives at {hop}",
            *chosen(step),
            f"{quota.place} allows {quota.text}",
            "an open socket counts as long as it lives" if quota.kind == "open" else "a handshake counts as any request does",
            *([f"{hop} sees the address of what stands in front of it, not the visitor's"] if front else []),
            *follows,
        ),
        remedy=f"Give the socket's path a limit of its own, well above the {what} that one visitor needs, or none.",
        verify=remedies.curl(path),
        related=related(app_place(path.server) if path.server else None, "the app accepts sockets here"),
        path=path.id,
        who="proxy",
    )
