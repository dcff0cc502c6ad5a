"""Findings and paths that say the same -> one group each, in the order given; shared by every format that people read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from advisor.model import Fact, Finding, Path, Report


@dataclass(frozen=True, slots=True)
class Group:
    """One finding, and all paths on which it holds."""

    finding: Finding
    paths: tuple[str, ...]
    fingerprints: tuple[str, ...]


def findings(each: Iterable[Finding]) -> tuple[Group, ...]:
    """Findings of one rule at one place with one message are one group; the first speaks for it."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in each:
        key = (finding.rule, finding.severity, finding.place, finding.message, finding.remedy, finding.snippet)
        groups.setdefault(key, []).append(finding)
    return tuple(
        Group(
            members[0],
            tuple(dict.fromkeys(member.path for member in members if member.path is not None)),
            tuple(dict.fromkeys(member.fingerprint for member in members if member.fingerprint)),
        )
        for members in groups.values()
    )


def told(report: Report) -> tuple[Group, ...]:
    """The groups that people are told: without remarks on files that the list of unread files names anyway."""
    unread = {each.file for each in report.not_read}
    return findings(
        each for each in report.findings if not (each.severity == "info" and each.who == "scan" and each.place.file in unread)
    )


def paths(each: Iterable[Path]) -> tuple[tuple[Path, ...], ...]:
    """Paths over the same hops to the same app, with the same end and the same limits, are one group; production first."""
    groups: dict[tuple[object, ...], list[Path]] = {}
    for path in each:
        key = (
            path.scope,
            path.environment,
            tuple(hop.id for hop in path.hops),
            path.app.id if path.app else None,
            path.server.place if path.server else None,
            path.handshake.outcome,
            path.handshake.status,
            path.handshake.decided_by,
            path.handshake.place,
            tuple(_limit_key(limit) for limit in path.limits),
        )
        groups.setdefault(key, []).append(path)
    return tuple(sorted((tuple(members) for members in groups.values()), key=lambda members: members[0].scope != "production"))


def endpoints(ids: Iterable[str], among: Iterable[Path]) -> tuple[str, ...]:
    """The endpoints of these paths, each once."""
    known = {path.id: path.endpoint for path in among}
    return tuple(dict.fromkeys(known.get(id, id) for id in ids))


def sources(finding: Finding, facts: Mapping[str, Fact]) -> list[tuple[str, Fact]]:
    """The pages that a finding rests on, each once, with the fact that cites it."""
    cited = [(url, facts[id]) for id in finding.facts if id in facts for url in facts[id].sources]
    return list(dict(cited).items())


def _limit_key(limit: object) -> str:
    return repr(limit)
