"""Fixes -> a unified diff that ``git apply`` and ``patch -p1`` take, JSON as the public contract says, and what is left in words.

A line that holds a secret or a terminal's control characters is not shown: the hunk keeps clear of it, and where it cannot, the
file is left out of the diff and named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from advisor.fixes.prove import Fixes
from advisor.model import Finding
from advisor.reports import clean, veil
from advisor.reports.json import place

SCHEMA_VERSION = 1
_CONTEXT = 3
_UNFINISHED = "\\ No newline at end of file\n"
_Code = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Patch:
    """One file's part of the diff; ``diff`` is ``None`` where a line of it must not be shown."""

    path: str
    diff: str | None
    edits: tuple[dict[str, Any], ...] = ()


def patches(fixes: Fixes, marks: dict[str, str] | None = None) -> tuple[Patch, ...]:
    """The changed files in their order. ``marks``: the byte order marks of those that have one."""
    return tuple(_patch(path, before, after, (marks or {}).get(path, "")) for path, before, after in fixes.files)


def render(shown: Iterable[Patch]) -> str:
    """The diff alone; empty where there is nothing to change."""
    return "".join(patch.diff for patch in shown if patch.diff is not None)


def told(fixes: Fixes, shown: Iterable[Patch]) -> Iterator[str]:
    """One sentence for each finding that has no fix, and for each file that could not be shown."""
    for left in fixes.left:
        yield f"{left.finding.place}: {left.finding.rule} {left.finding.name}: {left.because}."
    for patch in shown:
        if patch.diff is None:
            yield f"{patch.path}: its diff would show what looks like a secret; --write makes the edit without showing it."


def render_json(fixes: Fixes, shown: Iterable[Patch], *, written: bool) -> str:
    """Indented JSON with a closing line feed."""
    files = [{"path": each.path, "diff": each.diff, "edits": list(each.edits) if each.diff is not None else []} for each in shown]
    content = {
        "schema_version": SCHEMA_VERSION,
        "written": written,
        "fixes": [
            {
                **_finding(each.finding),
                "safe": each.candidate.safe,
                "does": clean.text(each.candidate.does),
                "files": list(dict.fromkeys(edit.place.file for edit in each.candidate.edits)),
            }
            for each in fixes.fixed
        ],
        "files": files,
        "left": [
            {**_finding(each.finding), "because": clean.text(each.because), "unsafe_fix": each.unsafe} for each in fixes.left
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity,
        "message": clean.text(finding.message),
        "place": place(finding.place),
        "fingerprint": finding.fingerprint,
    }


def _patch(path: str, before: str, after: str, mark: str) -> Patch:
    old, new = _lines(mark + before), _lines(mark + after)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    hunks = _hunks(codes, _hidden(old), _hidden(new))
    if hunks is None:
        return Patch(path, None)
    head = f"--- {_name('a/' + path)}\n+++ {_name('b/' + path)}\n"
    edits = tuple(_edit(path, old, new, code) for code in codes if code[0] != "equal")
    return Patch(path, head + "".join(_written(hunk, old, new) for hunk in hunks), edits)


def _lines(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one."""
    pieces = text.split("\n")
    return [piece + "\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


def _hunks(codes: Sequence[_Code], old: list[bool], new: list[bool]) -> list[list[_Code]] | None:
    """The hunks, each with up to three lines around a change; ``None`` where one could not do without a line not to be shown.

    ``old``, ``new``: for each line whether it must not be shown.
    """
    hunks: list[list[_Code]] = []
    for number, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag == "equal":
            continue
        if any((*old[i1:i2], *new[j1:j2])):
            return None
        before, after = (codes[at : at + 1] if at >= 0 else () for at in (number - 1, number + 1))
        leading = _clear(old[before[0][1] : before[0][2]][::-1]) if before else 0
        trailing = _clear(old[after[0][1] : after[0][2]]) if after else 0
        if (i1 > 0 and not leading) or (i2 < len(old) and not trailing):
            return None
        hunk = [
            ("equal", i1 - leading, i1, j1 - leading, j1),
            (tag, i1, i2, j1, j2),
            ("equal", i2, i2 + trailing, j2, j2 + trailing),
        ]
        if hunks and hunk[0][1] <= hunks[-1][-1][2]:
            last = hunks[-1].pop()
            hunks[-1] += [("equal", last[1], i1, last[3], j1), *hunk[1:]]
        else:
            hunks.append(hunk)
    return hunks


def _clear(hidden: list[bool]) -> int:
    """How many lines from the first on may be shown, three at most."""
    return next((count for count, each in enumerate(hidden[:_CONTEXT]) if each), min(len(hidden), _CONTEXT))


def _hidden(lines: list[str]) -> list[bool]:
    """For each line whether it must not be shown as it is: alone, or with those around it (a name and its value on two lines)."""
    bare = [line.rstrip("\r\n").removeprefix("\ufeff") for line in lines]
    veiled = veil.lines(bare)
    return [clean.text(line) != line or line != other for line, other in zip(bare, veiled, strict=True)]


def _written(hunk: list[_Code], old: list[str], new: list[str]) -> str:
    first, last = hunk[0], hunk[-1]
    lines = [f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@\n"]
    for tag, i1, i2, j1, j2 in hunk:
        if tag == "equal":
            lines += [_ended(" " + line) for line in old[i1:i2]]
            continue
        lines += [_ended("-" + line) for line in old[i1:i2]]
        lines += [_ended("+" + line) for line in new[j1:j2]]
    return "".join(lines)


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n{_UNFINISHED}"


def _range(start: int, end: int) -> str:
    """Lines as a hunk's head counts them: an empty range names the line before it."""
    count = end - start
    return f"{start + 1 if count else start}" if count == 1 else f"{start + 1 if count else start},{count}"


def _name(path: str) -> str:
    """A file name as git writes it: in quotes where it holds what would end it, and a tab behind one with blanks."""
    if any(sign in path for sign in '"\\') or any(ord(sign) < 32 or ord(sign) == 127 for sign in path):
        signs = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
        return '"' + "".join(signs.get(sign, sign if ord(sign) >= 32 else f"\\{ord(sign):03o}") for sign in path) + '"'
    return f"{path}\t" if " " in path else path


def _edit(path: str, old: list[str], new: list[str], code: _Code) -> dict[str, Any]:
    """A change of whole lines as the contract writes an edit; it may end behind the last character of the file."""
    _, i1, i2, j1, j2 = code
    start, end = {"line": i1 + 1, "column": 1}, {"line": i2 + 1, "column": 1}
    return {"file": path, "start": start, "end": end, "text": "".join(new[j1:j2])}
