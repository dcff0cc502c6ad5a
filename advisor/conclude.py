"""Findings and a walked scan -> the report: scopes applied, excerpts and fingerprints added, the verdict in one sentence."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from advisor import __version__
from advisor.model import (
    Chosen,
    Depends,
    Fact,
    Finding,
    Forward,
    Hop,
    Path,
    Place,
    Question,
    Related,
    Report,
    Scope,
    Severity,
    Use,
    Verdict,
)
from advisor.nearest import did_you_mean, one_of
from advisor.options import BadOptions, Options
from advisor.rules.beats import beat as beat_of
from advisor.rules.scan import Scan
from advisor.scope import scope_of
from advisor.stack.library import libraries

_ORDER: tuple[Severity, ...] = ("error", "warning", "info")
_SURE = ("measured", "documented")
_DOCUMENTS = (".md", ".mdx", ".markdown")
"""Files whose examples are only told where they would break a socket, and once each."""
_AROUND = 1
_MOST_EXCERPT = 7
_IN_FRONT = ("nginx", "aws-alb", "cloudflare", "heroku", "fly-io")
"""What most often stands in front of a server; the question about it tells for each what would hold."""


def complete(findings: Iterable[Finding], scan: Scan) -> tuple[Finding, ...]:
    """The findings, worst first, each with its excerpt and fingerprint, at most info outside production."""
    paths = {path.id: path for path in scan.paths}
    done: dict[str, Finding] = {}
    documents: set[str] = set()
    for finding in findings:
        scope = _scope(finding, paths)
        if finding.path in paths and scope == "documentation" and finding.place.file.endswith(_DOCUMENTS):
            if finding.verdict != "breaks" or finding.place.file in documents:
                continue
            documents.add(finding.place.file)
        if scope != "production" and finding.severity != "info":
            finding = replace(finding, severity="info", verdict="note", why=(*finding.why, f"this is {scope}, not production"))
        finding = _by_confidence(finding, paths, scan)
        mark = _fingerprint(finding, scan)
        known = done.get(mark)
        if known is None:
            done[mark] = replace(finding, excerpt=_excerpt(finding.place, scan), fingerprint=mark)
    return tuple(
        sorted(done.values(), key=lambda each: (_ORDER.index(each.severity), each.place.file, each.place.line, each.rule))
    )


def answer(scan: Scan, findings: tuple[Finding, ...], questions: tuple[Question, ...], options: Options) -> Report:
    """The whole report."""
    paths = scan.paths
    if options.environment is not None:
        _check_environment(options.environment, scan)
        paths = tuple(path for path in paths if path.environment == options.environment)
        shown = {path.id for path in paths}
        findings = tuple(each for each in findings if each.path is None or each.path in shown)
    findings = gathered(
        sorted(findings, key=lambda each: (_ORDER.index(each.severity), each.place.file, each.place.line, each.rule))
    )
    verdict = _verdict(scan, findings, paths)
    return Report(
        version=__version__,
        knowledge_version=scan.knowledge.version,
        as_of=options.as_of.isoformat(),
        root=".",
        verdict=verdict,
        sentence=_sentence(verdict, scan, findings, paths),
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


def gathered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that one change settles become one: the first speaks, the others are its related places.

    This comes after the ignores were heard, so that a comment beside any one of them speaks for that one alone.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        key = (finding.rule, finding.severity, finding.verdict, finding.together or number)
        groups.setdefault(key, []).append(finding)
    return tuple(_as_one(members) for members in groups.values())


def _as_one(members: list[Finding]) -> Finding:
    first = replace(members[0], stands_for=tuple(each.fingerprint for each in members[1:]))
    others = [each for each in members[1:] if each.place != first.place]
    if not others:
        return first
    places = "one more place" if len(others) == 1 else f"{len(others)} more places"
    here = tuple(
        Related(each.place, "the same here" if each.message == first.message else _lower(each.message).rstrip("."))
        for each in others
    )
    related = dict.fromkeys((*first.related, *here, *(each for other in others for each in other.related)))
    return replace(first, message=f"{first.message.rstrip('.')}; the same at {places}.", related=tuple(related))


def questions(scan: Scan) -> tuple[Question, ...]:
    """What the repository does not show and that decides."""
    asked: dict[str, Question] = {}
    for path in scan.paths:
        if path.scope != "production":
            continue
        if not path.steps:
            asked.setdefault("hop", _hop_question(path, scan))
        for step in path.steps:
            if isinstance(step.outcome, Depends) and step.outcome.assume and path.handshake.outcome == "depends":
                told = tuple((condition, _told(result)) for condition, result in step.outcome.branches)
                key = step.outcome.assume
                asked.setdefault(key, Question(key, step.outcome.on, f"--assume {key}=...", told))
    return tuple(asked.values())


def _told(result: object) -> str:
    reason = getattr(result, "reason", None)
    if reason:
        return str(reason)
    request = getattr(result, "request", None)
    upgrades = request is not None and request.upgrades()
    return (
        f"the app receives {'a handshake' if upgrades else 'no handshake'} over HTTP/{request.http_version if request else '?'}"
    )


def _hop_question(path: Path, scan: Scan) -> Question:
    branches = [("nothing", "the browser speaks to the app itself; only the app's own limits hold")]
    known_beat = beat_of(path)
    beat = known_beat.interval_s if known_beat is not None else None
    for platform in _IN_FRONT:
        known = scan.knowledge.fact(platform, "idle_timeout", at=scan.ways.conditions.at)
        numbers = [each.value for each in ([known.statement] if known.statement else []) if isinstance(each.value, int | float)]
        numbers += [each.value for _, each in known.branches if isinstance(each.value, int | float)]
        name = scan.knowledge.platform(platform).name
        if numbers:
            seconds = f"{min(numbers):g}"
            if beat is None:
                then = f"a socket on which nothing passes for {seconds} s is closed, and no heartbeat was found here"
            else:
                outcome = "is in time" if beat < min(numbers) else "comes too late"
                then = f"idle sockets are closed after {seconds} s; the heartbeat every {beat:g} s {outcome}"
        else:
            then = "idle sockets are not closed by it, as far as is known"
        branches.append((f"{name} (--assume hop={platform})", then))
    return Question(
        "hop", f"What stands in front of {path.app.id if path.app else 'this server'}?", "--assume hop=nginx", tuple(branches)
    )


# ---------------------------------------------------------------- findings


def _by_confidence(finding: Finding, paths: dict[str, Path], scan: Scan) -> Finding:
    """A finding that rests on nothing better than a report by users is a possibility, one step quieter."""
    hops = {hop.platform: hop for hop in (paths[finding.path].hops if finding.path in paths else ())}
    known = [scan.fact(hops[platform], dimension) for platform, dimension in map(_parts, finding.facts) if platform in hops]
    statements = [each for one in known for each in ([one.statement] if one.statement else [held for _, held in one.branches])]
    if finding.severity == "info" or not statements or any(each.confidence in _SURE for each in statements):
        return finding
    why = (*finding.why, "this rests on what users report, not on the vendor's word")
    return replace(
        finding, severity=_ORDER[_ORDER.index(finding.severity) + 1], verdict="depends", confidence="possible", why=why
    )


def _parts(fact: str) -> tuple[str, str]:
    platform, _, dimension = fact.partition("/")
    return platform, dimension


def _scope(finding: Finding, paths: dict[str, Path]) -> Scope:
    if finding.path is not None and finding.path in paths:
        return paths[finding.path].scope
    return scope_of(finding.place.file)


def _fingerprint(finding: Finding, scan: Scan) -> str:
    """Rule, file and the words of the line, so that it stays when lines move and goes when the line changes."""
    text = scan.tree.text(finding.place.file) if not scan.tree.is_secret(finding.place.file) else None
    lines = text.splitlines() if text else []
    line = lines[finding.place.line - 1] if 0 < finding.place.line <= len(lines) else ""
    paths = {path.id: path for path in scan.paths}
    endpoint = paths[finding.path].endpoint if finding.path in paths else ""
    parts = (finding.rule, finding.place.file, " ".join(line.split()), endpoint, _without_lines(finding))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _without_lines(finding: Finding) -> str:
    """The message with ``nginx.conf`` where it says ``nginx.conf:10``."""
    message = finding.message
    for file in {finding.place.file, *(each.place.file for each in finding.related)}:
        message = re.sub(rf"({re.escape(file)}):\d+", r"\1", message) if file else message
    return message


def _excerpt(place: Place, scan: Scan) -> tuple[tuple[int, str], ...]:
    """The lines around the place; none of a file that may hold secrets."""
    if scan.tree.is_secret(place.file) or (text := scan.tree.text(place.file)) is None:
        return ()
    lines = text.splitlines()
    first = max(place.line - _AROUND, 1)
    last = min(max(place.line + _AROUND, min(place.end_line or 0, first + _MOST_EXCERPT - 1)), len(lines))
    return tuple((number, lines[number - 1][:400]) for number in range(first, last + 1))


# ---------------------------------------------------------------- verdict


def _all_hops(scan: Scan, paths: tuple[Path, ...]) -> tuple[Hop, ...]:
    """The hops that files show, and those on the paths that are implied or assumed."""
    every = (*scan.deployment.hops, *(hop for path in paths for hop in path.hops))
    return tuple({hop.id: hop for hop in reversed(every)}.values())[::-1]


def _with_settings(hop: Hop, paths: tuple[Path, ...]) -> Hop:
    """A configured proxy's settings are those in force where sockets pass."""
    passed = (step.outcome for path in paths for step in path.steps if step.hop.id == hop.id)
    inside = (setting for outcome in passed if isinstance(outcome, Forward) for setting in outcome.settings)
    return replace(hop, settings=tuple(dict.fromkeys((*hop.settings, *inside))))


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


def _verdict(scan: Scan, findings: tuple[Finding, ...], paths: tuple[Path, ...]) -> Verdict:
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


def _sentence(verdict: Verdict, scan: Scan, findings: tuple[Finding, ...], paths: tuple[Path, ...]) -> str:
    if verdict == "no_websocket":
        return _none_found(scan)
    worst = [finding for finding in findings if finding.severity != "info"]
    if verdict == "breaks":
        errors = [finding for finding in worst if finding.severity == "error" and finding.verdict != "depends"]
        more = f" ({len(errors) - 1} more such)" if len(errors) > 1 else ""
        return f"WebSockets do not open: {_lower(errors[0].message)}{more}"
    if verdict == "depends":
        hanging = [finding for finding in worst if finding.verdict == "depends"]
        if hanging:
            return f"It depends: {_lower(hanging[0].message)}"
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
        return f"WebSockets open, but {count} a change: {_lower(worst[0].message)}"
    ways = {
        " → ".join(["browser", *(hop.name for hop in path.hops), path.destination])
        for path in paths
        if path.scope == "production"
    }
    if ways:
        return f"WebSockets work on {sorted(ways)[0] if len(ways) == 1 else f'all {len(ways)} paths'}; nothing needs a change."
    return "The project's own WebSocket clients need no change; no server of its own was found."


_OPENERS = ("The ", "A ", "An ", "No ", "Nothing ", "Every ", "With ")


def _lower(message: str) -> str:
    """A message as the second half of a sentence: its first word in lower case, unless it is a name."""
    return message[:1].lower() + message[1:] if message.startswith(_OPENERS) else message


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
        for statement in [known.statement] if known.statement else [each for _, each in known.branches]:
            value = f"{statement.value} {statement.unit}" if statement.unit else str(statement.value)
            confirmed = statement.confirmed.on.isoformat()
            yield Fact(
                id,
                f"{scan.knowledge.platform(platform).name}: {dimension} {value}",
                statement.urls,
                confirmed,
                statement.confidence,
            )
