"""Findings and a walked scan -> the report: scopes applied, excerpts and fingerprints added, the verdict in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from advisor import __version__
from advisor.conclude.cited import stated
from advisor.conclude.findings import ORDER, complete, gathered
from advisor.conclude.questions import questions
from advisor.conclude.verdict import sentence_of, verdict_of
from advisor.model import Chosen, Fact, Finding, Forward, Hop, Path, Question, Report
from advisor.nearest import did_you_mean, one_of
from advisor.options import BadOptions, Options
from advisor.rules.scan import Scan
from advisor.stack.library import libraries

__all__ = ["answer", "complete", "gathered", "questions"]


def answer(scan: Scan, findings: tuple[Finding, ...], questions: tuple[Question, ...], options: Options) -> Report:
    """The whole report."""
    paths = scan.paths
    if options.environment is not None:
        _check_environment(options.environment, scan)
        paths = tuple(path for path in paths if path.environment == options.environment)
        shown = {path.id for path in paths}
        findings = tuple(each for each in findings if each.path is None or each.path in shown)
    findings = gathered(
        sorted(findings, key=lambda each: (ORDER.index(each.severity), each.place.file, each.place.line, each.rule))
    )
    verdict = verdict_of(scan, findings, paths)
    return Report(
        version=__version__,
        knowledge_version=scan.knowledge.version,
        as_of=options.as_of.isoformat(),
        root=".",
        verdict=verdict,
        sentence=sentence_of(verdict, scan, findings, paths),
        seen=len(scan.tree.paths),
        read=len(scan.tree.parsed),
        chosen=_chosen(scan),
        apps=scan.stack.apps,
        processes=tuple((node.app.id, node.process, node.runs) for node in scan.topology.running if node.app and node.process),
        hops=tuple(_with_settings(hop, paths) for hop in _all_hops(scan, paths)),
        paths=paths,
        findings=findings,
        questions=questions if verdict != "no_websocket" else (),
        not_read=scan.not_read,
        facts=_facts(scan, findings, paths),
        looked_at=_looked_at(scan),
    )


def _check_environment(wanted: str, scan: Scan) -> None:
    """Raises :class:`BadOptions` where there are paths and hops, and none of them belongs to the environment asked for."""
    known = {path.environment for path in scan.paths} | {hop.environment for hop in scan.deployment.hops}
    if known and wanted not in known:
        raise BadOptions(f"No file shows an environment {wanted!r}.{did_you_mean(wanted, known)} It is {one_of(sorted(known))}.")


def _all_hops(scan: Scan, paths: tuple[Path, ...]) -> tuple[Hop, ...]:
    """The hops that files show, and those on the paths that are implied or assumed."""
    every = (*scan.deployment.hops, *(hop for path in paths for hop in path.hops))
    return tuple({hop.id: hop for hop in reversed(every)}.values())[::-1]


def _with_settings(hop: Hop, paths: tuple[Path, ...]) -> Hop:
    """A configured proxy's settings are those in force where sockets pass."""
    passed = (step.outcome for path in paths for step in path.steps if step.hop.id == hop.id)
    inside = (setting for outcome in passed if isinstance(outcome, Forward) for setting in outcome.settings)
    return replace(hop, settings=tuple(dict.fromkeys((*hop.settings, *inside))))


def _looked_at(scan: Scan) -> tuple[str, ...]:
    return (
        f"{_count(len(scan.tree.paths), 'file')} for the use of {len(libraries())} socket libraries",
        _count(len(scan.deployment.files), "deployment file"),
    )


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number <= 1 else 's'}"


def _chosen(scan: Scan) -> tuple[Chosen, ...]:
    return tuple(sorted(scan.deployment.files, key=lambda chosen: (chosen.scope != "production", chosen.file)))


def _facts(scan: Scan, findings: Iterable[Finding], paths: Iterable[Path]) -> tuple[Fact, ...]:
    return tuple(_cited(scan, sorted({fact for finding in findings for fact in finding.facts} | _limit_facts(paths))))


def _limit_facts(paths: Iterable[Path]) -> set[str]:
    return {
        limit.decided_by.fact
        for path in paths
        for limit in path.limits
        if limit.decided_by.fact and limit.decided_by.platform != "app"
    }


def _cited(scan: Scan, ids: list[str]) -> Iterator[Fact]:
    versions = {hop.platform: hop for path in scan.paths for hop in path.hops}
    for id in ids:
        platform, _, dimension = id.partition("/")
        if platform not in scan.knowledge.platforms():
            continue
        known = (
            scan.fact(versions[platform], dimension)
            if platform in versions
            else scan.knowledge.fact(platform, dimension, at=scan.ways.conditions.at)
        )
        yield from stated(scan.knowledge, id, known)
