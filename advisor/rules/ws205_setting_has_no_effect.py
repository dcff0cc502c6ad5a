"""A setting that somebody relies on for the socket does not act on it here.

It looks like the cure, is quoted in many guides, and changes nothing: the clock that decides is another one.

Set the one that acts.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Forward, Hop, Path, Setting, Severity
from advisor.rules.beats import beat
from advisor.rules.scan import Scan, forwards, told_limit

ID = "WS205"
NAME = "setting-has-no-effect"
SEVERITY: Severity = "warning"


def check(scan: Scan) -> Iterator[Finding]:
    told: set[tuple[str, int, str]] = set()
    for path in scan.paths:
        for step in path.steps:
            first: Forward | None = next((forward for _, forward in forwards(step)), None)
            for setting, why in (*_by_profile(scan, step.hop), *(first.ineffective if first else ())):
                mark = (setting.place.file, setting.place.line, setting.key)
                if mark not in told:
                    told.add(mark)
                    yield _finding(path, step.hop, setting, why)


def _by_profile(scan: Scan, hop: Hop) -> Iterator[tuple[Setting, str]]:
    if hop.platform in scan.knowledge.platforms():
        for entry in scan.knowledge.platform(hop.platform).no_effect:
            for setting in hop.settings:
                if (setting.format, setting.key) == (entry.format, entry.key):
                    does = f"; {entry.instead}{' does' if ' ' not in entry.instead else ''}" if entry.instead else ""
                    yield setting, f"{entry.why}{does}"


def _finding(path: Path, hop: Hop, setting: Setting, why: str) -> Finding:
    limit, found = path.limit("idle_timeout"), beat(path)
    acting = limit is not None and limit.decided_by.source == "configured" and limit.decided_by.hop == hop.id
    in_time = found is not None and found.interval_s is not None and (limit is None or found.interval_s < float(limit.value or 0))
    harmless = acting or in_time or "nothing is needed" in why
    remedy = (
        "It can go; the setting that acts is there."
        if acting
        else "It can go; the heartbeat is in time for what does act."
        if in_time
        else "It can go."
        if harmless
        else "Set the one that acts, and take this one out if it is there for the socket."
    )
    return Finding(
        ID,
        NAME,
        "info" if harmless else "warning",
        "note" if harmless else "degrades",
        "certain",
        f"{setting.key} {setting.value} does nothing for the socket at {path.endpoint}.",
        setting.place,
        why=(f"{setting.key} is set to {setting.value}", why, *(told_limit(path, limit)[:1] if limit is not None else ())),
        remedy=remedy,
        path=path.id,
        facts=(limit.decided_by.fact,) if limit and limit.decided_by.fact and limit.decided_by.platform != "app" else (),
        who="proxy",
    )
