"""A fact that decided a finding has not been confirmed within its budget.

Platforms change. Each fact carries the day on which somebody read or measured it, and each kind of fact a budget of days after
which it is to be looked at again. A finding that rests on an older one may be out of date, and says so.

Read the fact's source, which the finding names, or bring wsadvise up to date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from advisor.model import Finding, Severity
from advisor.rules.scan import Scan

ID = "WS903"
NAME = "fact-stale"
SEVERITY: Severity = "info"


def check(scan: Scan) -> Iterator[Finding]:
    """Nothing: ``aged`` speaks when every other rule has spoken."""
    yield from ()


def aged(scan: Scan, findings: Iterable[Finding]) -> Iterator[Finding]:
    """One remark for each stale fact that a finding rests on, at the first of these findings."""
    at = scan.ways.conditions.at
    told: set[str] = set()
    for finding in findings:
        for id in finding.facts:
            platform = id.partition("/")[0]
            if id in told or platform not in scan.knowledge.platforms():
                continue
            profile = scan.knowledge.platform(platform)
            old = next((each for each in profile.stale(at) if each.id == id), None)
            if old is None:
                continue
            told.add(id)
            day = old.confirmed.on.isoformat()
            yield Finding(
                ID,
                NAME,
                SEVERITY,
                "note",
                "certain",
                f"{finding.rule} rests on a fact about {profile.name} that was last confirmed on {day}.",
                finding.place,
                why=(f"the fact is {id}", f"it was due to be read again before {at.isoformat()}"),
                remedy="Read its source again, or bring wsadvise up to date.",
                verify=f"wsadvise platform {platform}",
                path=finding.path,
                facts=(id,),
                who="scan",
            )
