"""Findings and what the user said about them -> those to show, those set aside with a reason, and remarks on idle ignores.

Four voices are heard: a comment ``wsadvise: ignore[WS201] because ...`` on the finding's line or the line above, an
``ignore`` entry of the configuration, a baseline, and ``--select``/``--ignore``. The first two must give a reason, and the
first three must match something, else WS904 says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from advisor.baseline import Baseline
from advisor.model import Finding, Place, SetAside
from advisor.nearest import did_you_mean
from advisor.options import Ignore, Options
from advisor.rules.ws904_ignore_unused import ID, NAME
from advisor.scope import scope_of
from advisor.tree import Tree

WORD = "wsadvise:"
WORDS = frozenset({WORD})
"""What the walk must look for: only files that hold it are searched for comments."""
_COMMENT = re.compile(r"wsadvise:[ \t]*ignore\[([^\]\n]{0,500})\]")
_OPENS = re.compile(r"#|//|/\*|^\s*\*|<!--|--|;|\{[#-]|\(\*|%|^\s*(?:rem|')\s", re.IGNORECASE)
_CLOSES = re.compile(r"(?:\*/|-->|--%?>|[#-]\}|\*\)).*$")
_BECAUSE = re.compile(r"[ \t]*(?:because\b|--|:|-)?[ \t]*", re.IGNORECASE)
_EXACT = 9


@dataclass(frozen=True, slots=True)
class Sifted:
    """What became of the findings of a scan."""

    kept: tuple[Finding, ...]
    set_aside: tuple[SetAside, ...]
    """Set aside by a comment, the configuration or the baseline; what ``--select``/``--ignore`` leave out is in neither."""
    remarks: tuple[Finding, ...]
    """WS904: ignores that match nothing, name no rule, or give no reason."""


@dataclass(frozen=True, slots=True)
class _Voice:
    """One rule named by one ignore, and where it holds."""

    rule: str
    place: Place
    because: str
    path: str | None = None
    lines: frozenset[int] = frozenset()
    """The lines a comment speaks for; empty for the configuration's entries."""

    def covers(self, finding: Finding) -> bool:
        if not matches(self.rule, finding.rule, finding.name, prefixes=not self.lines):
            return False
        if self.lines:
            return finding.place.file == self.place.file and finding.place.line in self.lines
        return self.path is None or within(self.path, finding.place.file)


def sift(findings: Iterable[Finding], tree: Tree, options: Options, baseline: Baseline | None = None) -> Sifted:
    """Applies all voices. Ignores are judged against every finding, so ``--select`` makes none of them idle."""
    voices = (*_comments(tree), *(_of_configuration(entry) for entry in options.ignores))
    idle = set(range(len(voices)))
    kept: list[Finding] = []
    set_aside: list[SetAside] = []
    old = baseline.fingerprints if baseline is not None else frozenset()
    met: set[str] = set()
    for finding in findings:
        covering = [number for number, voice in enumerate(voices) if voice.covers(finding)]
        idle -= set(covering)
        met.add(finding.fingerprint)
        if not is_wanted(finding.rule, finding.name, options):
            continue
        if covering:
            first = voices[covering[0]]
            set_aside.append(SetAside(finding, first.because, first.place))
        elif baseline is not None and finding.fingerprint in old:
            set_aside.append(SetAside(finding, "it is in the baseline", Place(baseline.file)))
        else:
            kept.append(finding)
    remarks = [remark for number, voice in enumerate(voices) for remark in _remarks(voice, idle=number in idle)]
    remarks += [_gone(baseline, len(old - met))] if baseline is not None and old - met else []
    wanted = tuple(remark for remark in remarks if is_wanted(remark.rule, remark.name, options))
    covered = [remark for remark in wanted if any(voice.covers(remark) for voice in voices)]
    return Sifted(tuple(kept), tuple(set_aside), tuple(remark for remark in wanted if remark not in covered))


def is_wanted(rule: str, name: str, options: Options) -> bool:
    """True where ``--select`` takes the rule and ``--ignore`` does not; of two that speak, the closer one wins."""
    chosen = max((_closeness(each, rule, name) for each in options.select or ("ALL",)), default=0)
    refused = max((_closeness(each, rule, name) for each in options.ignore), default=0)
    return chosen > refused or chosen == refused == _EXACT


def matches(wanted: str, rule: str, name: str, *, prefixes: bool = True) -> bool:
    """True where ``wanted`` is the rule's id, its name or, with ``prefixes``, the beginning of its id (``WS2``, ``ALL``)."""
    closeness = _closeness(wanted, rule, name)
    return closeness == _EXACT or (prefixes and closeness > 0)


def _closeness(wanted: str, rule: str, name: str) -> int:
    """0: another rule; 1: all rules; else the length of the prefix, most for the id or name itself."""
    text = wanted.strip().upper()
    if text in (rule, name.upper()):
        return _EXACT
    if text == "ALL":
        return 1
    return len(text) if len(text) >= 2 and rule.startswith(text) else 0


def within(glob: str, path: str) -> bool:
    """True where ``path`` is the glob, matches it, or lies in a directory that matches it."""
    wanted = glob.strip().removeprefix("./").rstrip("/")
    parts = path.split("/")
    return any(fnmatchcase("/".join(parts[:count]), wanted) for count in range(1, len(parts) + 1)) or (
        "/" not in wanted and fnmatchcase(parts[-1], wanted)
    )


# ---------------------------------------------------------------- comments in files


def _comments(tree: Tree) -> Iterator[_Voice]:
    for path in tree.having(WORD):
        text = tree.text(path)
        if text is None:
            continue
        lines = text.splitlines()
        found = {number: match for number, line in enumerate(lines, 1) if (match := _comment(path, line)) is not None}
        for number, match in found.items():
            place = Place(path, number, match.start() + 1)
            because = _BECAUSE.sub("", _CLOSES.sub("", lines[number - 1][match.end() :]), count=1).strip()
            spoken = frozenset({number, _next_line(number, lines, found)})
            for rule in (each.strip() for each in match[1].split(",")):
                yield _Voice(rule, place, because, lines=spoken)


def _comment(path: str, line: str) -> re.Match[str] | None:
    """The ignore in a line, where a sign that opens a comment stands before it."""
    match = _COMMENT.search(line) if WORD in line else None
    if match is None:
        return None
    before = line[: match.start()]
    opened = "<!--" in before if path.lower().endswith((".md", ".mdx")) else _OPENS.search(before) is not None
    return match if opened else None


def _next_line(number: int, lines: list[str], found: dict[int, re.Match[str]]) -> int:
    """The line that a comment above speaks for: the first below it that is not itself such a comment alone."""
    below = number + 1
    while below in found and _OPENS.match(lines[below - 1].lstrip()):
        below += 1
    return below


# ---------------------------------------------------------------- remarks


def _of_configuration(entry: Ignore) -> _Voice:
    return _Voice(entry.rule, entry.place, entry.because, entry.path)


def _remarks(voice: _Voice, *, idle: bool) -> Iterator[Finding]:
    """At most one remark for one ignore; none for files outside production, where the scan looks less closely."""
    if voice.lines and scope_of(voice.place.file) != "production":
        return
    known = _known_rules()
    if known and not any(matches(voice.rule, rule, name, prefixes=not voice.lines) for rule, name in known):
        names = [word for pair in known for word in pair]
        yield _remark(
            voice,
            f"the ignore names {voice.rule!r}, and no rule is called that",
            f"Name a rule that exists.{did_you_mean(voice.rule, names)}",
        )
    elif idle:
        yield _remark(
            voice, f"the ignore of {voice.rule} matches no finding", "Remove it; it would hide a finding that comes later."
        )
    elif not voice.because:
        example = f"ignore[{voice.rule}] because ..." if voice.lines else f'because = "..." for {voice.rule}'
        yield _remark(voice, f"the ignore of {voice.rule} gives no reason", f"Say why, for whoever reads it next: {example}")


def _remark(voice: _Voice, message: str, remedy: str) -> Finding:
    where = "the comment stands here" if voice.lines else "the entry stands in the configuration"
    why = (where, "it was judged against all findings, those that --select leaves out included")
    told = f"{message[:1].upper()}{message[1:]}."
    return Finding(ID, NAME, "info", "note", "certain", told, voice.place, why=why, remedy=remedy, who="scan")


def _gone(baseline: Baseline, count: int) -> Finding:
    """The remark that entries of the baseline are not found any more."""
    entries = "1 entry" if count == 1 else f"{count} entries"
    told = f"{entries} of the baseline {'matches' if count == 1 else 'match'} no finding any more."
    why = (f"{baseline.file} names {len(baseline.fingerprints)}", "they were judged against all findings")
    remedy = f"Write it anew, so that none of them can come back unseen: wsadvise scan . --format json:{baseline.file}"
    return Finding(ID, NAME, "info", "note", "certain", told, Place(baseline.file), why=why, remedy=remedy, who="scan")


def _known_rules() -> tuple[tuple[str, str], ...]:
    from advisor.rules import catalogue

    return tuple((rule.id, rule.name) for rule in catalogue())
