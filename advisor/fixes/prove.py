"""A tree and what may settle its findings -> the fixes that hold: each is applied in memory and the whole is judged again.

A fix holds where its finding is gone, no error or warning is new, nothing new is said of the text it wrote, every file is still
read, and no handshake ends worse. One that calls itself safe has to treat ordinary requests and other sockets as before. What
was hidden behind a broken handshake and is told once it opens counts as found, not as made: it is fixed in the next round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from advisor import suppress
from advisor.advise import look
from advisor.baseline import Baseline
from advisor.conclude import complete
from advisor.fixes import candidates, ordinary
from advisor.fixes.candidate import Candidate
from advisor.fixes.text import Overlap, Text
from advisor.model import Finding, Path
from advisor.options import Options
from advisor.rules import check
from advisor.rules.scan import Scan
from advisor.tree import Tree

ROUNDS = 6
MOST_PROOFS = 400
_HEARD = ("error", "warning")
_GOOD = ("accepted", "depends")
_RANK = {"error": 0, "warning": 1, "info": 2}
_LIFE = ("WS2", "WS3", "WS4", "WS5")
"""The groups of rules that speak of a socket once it is open."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A finding and what settles it. ``candidate.edits`` are places in the files as they were when it was made."""

    finding: Finding
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Left:
    """A finding without a fix, and why, as a clause."""

    finding: Finding
    because: str
    unsafe: bool = False
    """True where there is one that needs review."""


@dataclass(frozen=True, slots=True)
class Fixes:
    """The files as they were and as they would be, what that settles, and what is left."""

    files: tuple[tuple[str, str, str], ...]
    """Path, text before, text after."""
    fixed: tuple[Fixed, ...]
    left: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    """A scan and what it finds, one for each place, also what the user set aside; and which of that they want to be fixed."""

    scan: Scan
    findings: tuple[Finding, ...]
    wanted: tuple[Finding, ...]

    def subject(self, finding: Finding) -> tuple[str, ...]:
        """What a finding is about, whatever line it stands in: its path, else its file."""
        path = next((path for path in self.scan.paths if path.id == finding.path), None)
        about = (path.environment, path.endpoint) if path is not None else ()
        return (finding.rule, finding.place.file, *about)


@dataclass(slots=True)
class _Work:
    """The state between two proofs: the tree as it is by now, what was fixed, what was refused."""

    options: Options
    unsafe: bool
    baseline: Baseline | None
    first: Tree
    now: _Judged
    progress: Callable[[int], None] | None = None
    texts: dict[str, str] = field(default_factory=dict)
    fixed: list[Fixed] = field(default_factory=list)
    refused: dict[tuple[object, ...], str] = field(default_factory=dict)
    held_back: set[tuple[str, ...]] = field(default_factory=set)
    proofs: int = 0


def fixes(
    tree: Tree,
    options: Options,
    *,
    unsafe: bool = False,
    baseline: Baseline | None = None,
    progress: Callable[[int], None] | None = None,
) -> Fixes:
    """All fixes that hold together; those that need review only with ``unsafe``. Nothing is written.

    ``progress`` is told how many edits were tried.
    """
    work = _Work(options, unsafe, baseline, tree, _judged(tree, options, baseline), progress)
    for _ in range(ROUNDS):
        before = len(work.fixed)
        _all_at_once(work)
        _one_by_one(work)
        if len(work.fixed) == before:
            break
    files = tuple((path, tree.text(path) or "", text) for path, text in sorted(work.texts.items()) if text != tree.text(path))
    return Fixes(files, tuple(work.fixed), tuple(_left(work)))


def _judged(tree: Tree, options: Options, baseline: Baseline | None) -> _Judged:
    scan = look(tree, options)
    sifted = suppress.sift(complete(check(scan), scan), tree, replace(options, select=(), ignore=()), baseline)
    paths = {path.id: path for path in scan.paths}
    wanted = [
        each
        for each in sifted.kept
        if suppress.is_wanted(each.rule, each.name, options)
        and (options.environment is None or _environment(each, paths) in (None, options.environment))
    ]
    return _Judged(scan, (*sifted.kept, *(each.finding for each in sifted.set_aside)), tuple(wanted))


def _environment(finding: Finding, paths: Mapping[str, Path]) -> str | None:
    path = paths.get(finding.path or "")
    return path.environment if path is not None else None


# ---------------------------------------------------------------- trying


def _offers(work: _Work, finding: Finding) -> Iterator[Candidate]:
    """The candidates that may be tried, those refused before and those of files that must not be edited left out."""
    subject = work.now.subject(finding)
    for candidate in candidates(work.now.scan, finding):
        files = {edit.place.file for edit in candidate.edits}
        locked = next((f"{file} is not edited: {reason}" for file in sorted(files) if (reason := work.first.locked(file))), None)
        if locked is not None:
            work.refused[(subject, "locked")] = locked
        elif not candidate.safe and not work.unsafe:
            work.held_back.add(subject)
        elif (subject, candidate) not in work.refused:
            yield candidate


def _all_at_once(work: _Work) -> None:
    """The best candidate of every finding, all together; those that touch the same text wait."""
    chosen: list[Fixed] = []
    for finding in work.now.wanted:
        candidate = next(_offers(work, finding), None)
        if candidate is None:
            continue
        if _applied(work, [*(each.candidate for each in chosen), candidate]) is not None:
            chosen.append(Fixed(finding, candidate))
    if len(chosen) > 1:
        _prove(work, chosen)


def _one_by_one(work: _Work) -> None:
    """Each finding with its candidates in their order, until one holds."""
    moved = True
    while moved and work.proofs < MOST_PROOFS:
        moved = False
        for finding in work.now.wanted:
            subject = work.now.subject(finding)
            for candidate in _offers(work, finding):
                reason = _prove(work, [Fixed(finding, candidate)])
                if reason is None:
                    moved = True
                    break
                work.refused[(subject, candidate)] = reason
            if moved:
                break


def _applied(work: _Work, chosen: Iterable[Candidate]) -> dict[str, str] | None:
    """The changed files with all edits in them; ``None`` where two of them meet."""
    edits = [edit for candidate in chosen for edit in candidate.edits]
    texts: dict[str, str] = {}
    for file in dict.fromkeys(edit.place.file for edit in edits):
        text = work.now.scan.tree.text(file)
        if text is None:
            return None
        try:
            texts[file] = Text(file, text).apply(edit for edit in edits if edit.place.file == file)
        except (Overlap, ValueError):
            return None
    return texts


def _prove(work: _Work, chosen: list[Fixed]) -> str | None:
    """Takes the edits over where they hold; else the reason why not, as a clause."""
    texts = _applied(work, [each.candidate for each in chosen])
    if texts is None:
        return "the edit does not fit the file"
    work.proofs += 1
    if work.progress is not None:
        work.progress(work.proofs)
    after = _judged(work.first.with_files({**work.texts, **texts}), work.options, work.baseline)
    reason = _not_gone(work.now, after, chosen) or _worse(work.now, after, chosen, texts)
    touched = ordinary.changed(work.now.scan, after.scan, _about(work.now, chosen)) if reason is None else None
    if touched is not None and any(each.candidate.safe for each in chosen):
        if not work.unsafe:
            work.held_back |= {work.now.subject(each.finding) for each in chosen if len(chosen) == 1}
            return touched
        chosen = [Fixed(each.finding, replace(each.candidate, safe=False)) for each in chosen]
    if reason is None:
        work.texts.update(texts)
        work.fixed += chosen
        work.now = after
    return reason


# ---------------------------------------------------------------- judging


def _not_gone(before: _Judged, after: _Judged, chosen: list[Fixed]) -> str | None:
    """A finding is gone where nothing as severe is left of it: an hour without a heartbeat may stay as information."""
    for subject, count in Counter(before.subject(each.finding) for each in chosen).items():
        worst = min(_RANK[each.finding.severity] for each in chosen if before.subject(each.finding) == subject)
        had, has = (sum(1 for rank in _ranks(judged).get(subject, ()) if rank <= worst) for judged in (before, after))
        if has > max(had - count, 0):
            return f"{subject[0]} would still be found"
    return None


def _ranks(judged: _Judged) -> dict[tuple[str, ...], list[int]]:
    """How severe the findings of each subject are, the worst first (0: error)."""
    found: dict[tuple[str, ...], list[int]] = {}
    for finding in judged.findings:
        found.setdefault(judged.subject(finding), []).append(_RANK[finding.severity])
    return {subject: sorted(members) for subject, members in found.items()}


def _worse(before: _Judged, after: _Judged, chosen: list[Fixed], texts: Mapping[str, str]) -> str | None:
    unread = {note.file for note in after.scan.not_read} - {note.file for note in before.scan.not_read}
    if unread:
        return f"{min(unread)} could not be read any more"
    return _lost(before.scan, after.scan) or _added(before, after, chosen, texts)


def _lost(before: Scan, after: Scan) -> str | None:
    """What was seen before and is not any more: a finding that only went out of sight is not settled."""
    had, has = ({(path.environment, path.endpoint) for path in scan.paths} for scan in (before, after))
    if had - has:
        return f"the way to {min(had - has)[1]} could not be seen any more"
    if len(after.topology.hops) < len(before.topology.hops) or len(after.stack.uses()) < len(before.stack.uses()):
        return "a hop or a socket could not be seen any more"
    for known in before.paths:
        alike = [_alike(scan, known) for scan in (before, after)]
        closed = [sum(1 for path in paths if path.handshake.outcome not in _GOOD) for paths in alike]
        unknown = [sum(1 for path in paths if path.runs is None) for paths in alike]
        if closed[1] > closed[0]:
            return f"the handshake at {known.endpoint} would not be accepted any more"
        if unknown[1] > unknown[0]:
            return f"what starts the app at {known.endpoint} could not be told any more"
    return None


def _alike(scan: Scan, one: Path) -> list[Path]:
    """The paths of a scan to the same endpoint by the same address."""
    return [
        path for path in scan.paths if (path.environment, path.endpoint, path.url) == (one.environment, one.endpoint, one.url)
    ]


def _added(before: _Judged, after: _Judged, chosen: list[Fixed], texts: Mapping[str, str]) -> str | None:
    """What would be said that was not said before."""
    for finding in _new(before, after):
        if finding.severity in _HEARD and not _revealed(before, after, finding, chosen):
            return f"{finding.rule} would be found at {finding.place}"
        if not _revealed(before, after, finding, chosen) and _written(before, finding, texts):
            return f"{finding.rule} would be found in the new text at {finding.place}"
    return None


def _new(before: _Judged, after: _Judged) -> list[Finding]:
    """Findings beyond those that were there for the same subject and were as severe."""
    had = _ranks(before)
    new = []
    for finding in sorted(after.findings, key=lambda each: _RANK[each.severity]):
        known = had.get(after.subject(finding), [])
        if known and known[0] <= _RANK[finding.severity]:
            known.pop(0)
        else:
            new.append(finding)
    return new


def _revealed(before: _Judged, after: _Judged, finding: Finding, chosen: list[Fixed]) -> bool:
    """True for what a broken handshake of the same path had hidden: nothing is said of the life of a socket that never opens,
    nor of the hops behind the one that refuses it."""
    path = next((path for path in after.scan.paths if path.id == finding.path), None)
    if path is None or all(each.finding.severity == "info" for each in chosen):
        return False
    closed = [each for each in before.scan.paths if (each.environment, each.endpoint) == (path.environment, path.endpoint)]
    was_closed = bool(closed) and all(each.handshake.outcome != "accepted" for each in closed)
    lives = path.handshake.outcome == "accepted" and finding.rule.startswith(_LIFE)
    return was_closed and (lives or finding.place.file not in _files(chosen))


def _files(chosen: list[Fixed]) -> set[str]:
    return {edit.place.file for each in chosen for edit in each.candidate.edits}


def _written(before: _Judged, finding: Finding, texts: Mapping[str, str]) -> bool:
    """True where a finding stands in a line that was not in its file before."""
    if finding.place.file not in texts:
        return False
    line = Text(finding.place.file, texts[finding.place.file]).line(finding.place.line).strip()
    old = before.scan.tree.text(finding.place.file) or ""
    return line not in {each.strip() for each in old.split("\n")}


def _about(judged: _Judged, chosen: list[Fixed]) -> set[str]:
    """The public paths of the sockets that the fixes are for."""
    ids = {each.finding.path for each in chosen}
    paths = [path for path in judged.scan.paths if path.id in ids]
    return {path.endpoint for path in paths} | {step.received.path for path in paths for step in path.steps}


def _left(work: _Work) -> Iterator[Left]:
    for finding in work.now.wanted:
        subject = work.now.subject(finding)
        reasons = [reason for key, reason in work.refused.items() if key[0] == subject]
        if subject in work.held_back:
            yield Left(finding, "its fix needs review; --unsafe shows it", unsafe=True)
        elif reasons:
            yield Left(finding, f"no edit was proven: {reasons[-1]}")
        else:
            yield Left(finding, "it has no mechanical fix")
