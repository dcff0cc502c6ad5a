"""A setting that somebody relies on for the socket does not act on it here.

It looks like the cure, is quoted in many guides, and changes nothing: the clock that decides is another one.

Set the one that acts.
"""

from __future__ import annotations

from collections.abc import Iterator

from advisor.model import Finding, Forward, Hop, Path, Setting, Severity
from advisor.rules.scan import Scan, forwards

ID = "WS205"
NAME = "setting-has-no-effect"
SEVERITY: Severity = "warning"


def check(scan: Scan) -> Iterator[Finding]:
    told: set[tuple[str, int, str]] = set()
    for path in scan.paths:
        for step in path.steps:
            first: Forward | None = next((forward for _, forward in forwards(step)), None)
            for setting, why in (*(first.ineffective if first else ()), *_by_profile(scan, step.hop)):
                mark = (setting.place.file, setting.place.line, setting.key)
                if mark not in told:
                    told.add(mark)
                    yield _finding(path, step.hop, setting, why)


def _by_profile(scan: Scan, hop: Hop) -> Iterator[tuple[Setting, str]]:
    if hop.platform in scan.knowledge.platforms():
        for entry in scan.knowledge.platform(hop.platform).no_effect:
            for setting in hop.settings:
                if (setting.format, setting.key) == (entry.format, entry.key):
                    yield setting, f"{entry.why}{f'; {entry.instead} does' if entry.instead else ''}"


def _finding(path: Path, hop: Hop, setting: Setting, why: str) -> Finding:
    limit = path.limit("idle_timeout")
    acting = limit is not None and limit.decided_by.source == "configured" and limit.decided_by.hop == hop.id
    return Finding(
        ID,
        NAME,
        "info" if acting else "warning",
        "note" if acting else "degrades",
        "certain",
        f"{setting.key} {setting.value} does nothing for the socket at {path.endpoint}.",
        setting.place,
        why=(f"{setting.key} is set to {setting.value}", why),
        remedy="Set the one that acts, and take this one out if it is there for the socket."
        if not acting
        else "It can go; the setting that acts is there.",
        path=path.id,
        who="proxy",
    )
