"""What the rules found -> worst first, with scope, confidence, excerpt and fingerprint; what one change settles is one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace

from advisor.model import Finding, Path, Place, Related, Scope, Severity
from advisor.rules.scan import Scan
from advisor.scope import scope_of

ORDER: tuple[Severity, ...] = ("error", "warning", "info")
_SURE = ("measured", "documented")
_DOCUMENTS = (".md", ".mdx", ".markdown")
"""Files whose examples are only told where they would break a socket, and once each."""
_AROUND = 1
_MOST_EXCERPT = 7
_OPENERS = ("The ", "A ", "An ", "No ", "Nothing ", "Every ", "With ")
"""First words of messages that are no names."""


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
        sorted(done.values(), key=lambda each: (ORDER.index(each.severity), each.place.file, each.place.line, each.rule))
    )


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
        Related(each.place, "the same here" if each.message == first.message else as_clause(each.message).rstrip("."))
        for each in others
    )
    related = dict.fromkeys((*first.related, *here, *(each for other in others for each in other.related)))
    return replace(first, message=f"{first.message.rstrip('.')}; the same at {places}.", related=tuple(related))


def _by_confidence(finding: Finding, paths: dict[str, Path], scan: Scan) -> Finding:
    """A finding that rests on nothing better than a report by users is a possibility, one step quieter."""
    hops = {hop.platform: hop for hop in (paths[finding.path].hops if finding.path in paths else ())}
    known = [scan.fact(hops[platform], dimension) for platform, dimension in map(_parts, finding.facts) if platform in hops]
    statements = [each for one in known for each in ([one.statement] if one.statement else [held for _, held in one.branches])]
    if finding.severity == "info" or not statements or any(each.confidence in _SURE for each in statements):
        return finding
    why = (*finding.why, "this rests on what users report, not on the vendor's word")
    return replace(finding, severity=ORDER[ORDER.index(finding.severity) + 1], verdict="depends", confidence="possible", why=why)


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


def as_clause(message: str) -> str:
    """A message as the second half of a sentence: its first word in lower case, unless it is a name."""
    return message[:1].lower() + message[1:] if message.startswith(_OPENERS) else message
