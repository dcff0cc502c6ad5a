"""Findings in an haproxy.cfg: rules that leave the socket's path alone, a backend for it, and the clock of tunnels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.fixes import pasted
from advisor.fixes.candidate import Candidate
from advisor.fixes.pasted import Part
from advisor.fixes.steps import forward_of, path_of, step_in, text_of
from advisor.fixes.text import Text
from advisor.formats.document import Unreadable
from advisor.formats.haproxy import Section, parse
from advisor.model import Edit, Finding, Step
from advisor.rules.scan import Scan

_CONDITION = re.compile(r"\s(?P<word>if|unless)\s+(?P<of>.+)$")
_TUNNEL = "timeout tunnel 1h"


def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """The edits for each part of the block, and the clock that acts on tunnels alone."""
    found = pasted.parts(finding.snippet)
    for part in found:
        file = part.place.file if part.place is not None else finding.place.file
        text, step = text_of(scan, file), step_in(scan, finding, file, "haproxy")
        if text is None or step is None:
            continue
        if part.how == "the rule" and part.place is not None:
            yield from _spared(scan, finding, text, part, part.place.line)
        elif part.how == "in frontend":
            yield from _routed(text, part)
    if any(line.strip().startswith("timeout tunnel") for part in found for line in part.lines):
        yield from _tunnel(scan, finding)


def _spared(scan: Scan, finding: Finding, text: Text, part: Part, line: int) -> Iterator[Candidate]:
    """A condition at the end of a rule, or one more beside the one that it has."""
    path = path_of(scan, finding)
    said = re.search(r"path_beg (\S+)", part.lines[0])
    if path is None or said is None:
        return
    spared = f"{{ path_beg {said[1]} }}"
    written = text.line(line)
    rule = re.split(r"\s+#", written, maxsplit=1)[0].rstrip()
    condition = _CONDITION.search(rule)
    if condition is None:
        added = f" unless {spared}"
    elif condition["word"] == "unless":
        added = f" || {spared}"
    elif "||" not in condition["of"] and " or " not in condition["of"]:
        added = f" !{spared}"
    else:
        return
    yield Candidate((text.insert(line, len(rule) + 1, added),), safe=True, does="lets the rule leave the socket's path alone")


def _routed(text: Text, part: Part) -> Iterator[Candidate]:
    """A rule above the others of the frontend, and the backend that it leads to at the end of the file."""
    name = part.rest.split(",")[0].split(" ")[0]
    section = next((each for each in _sections(text) if each.kind in ("frontend", "listen") and each.name == name), None)
    begins = next((number for number, line in enumerate(part.lines) if line.startswith("backend ")), None)
    if section is None or begins is None:
        return
    rules = [line for line in section.lines if line.name in ("use_backend", "default_backend")]
    at = rules[0].place.line if rules else section.place.line + 1
    indent = text.indent(at) if rules else text.unit
    edits = (
        text.insert_lines(at, (f"{indent}{line.strip()}" for line in part.lines[:begins] if line.strip())),
        text.insert_lines(text.count + 1, ("", *text.indented(part.lines[begins:], ""))),
    )
    yield Candidate(edits, safe=True, does="gives the socket's path a rule and a backend of its own")


def _tunnel(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """``timeout tunnel`` acts on upgraded connections alone: in the backend of the socket it touches no request."""
    path = path_of(scan, finding)
    limit = path.limit("idle_timeout") if path is not None else None
    step = (
        next((each for each in path.steps if limit and each.hop.id == limit.decided_by.hop), None) if path is not None else None
    )
    files = getattr(scan.ways.config(step.hop), "files", ()) if step is not None and scan.ways.is_configured(step.hop) else ()
    for file in files:
        text = text_of(scan, file)
        if text is None or step is None or step_in(scan, finding, file, "haproxy") is None:
            continue
        for section in _sections(text):
            if section.kind in ("backend", "listen") and _serves(step, section):
                yield Candidate(
                    (_raised(text, section),), safe=True, does=f"raises the clock of tunnels in {section.kind} {section.name}"
                )


def _serves(step: Step, section: Section) -> bool:
    """True where the request goes to a server of this section."""
    forward = forward_of(step)
    if forward is None:
        return False
    inside = forward.place is not None and forward.place.file == section.place.file
    end = section.place.end_line or section.place.line
    if inside and forward.place is not None and section.place.line <= forward.place.line <= end:
        return True
    return any(
        move.place is not None and section.place.line <= move.place.line <= end and move.place.file == section.place.file
        for move in forward.moves
    )


def _raised(text: Text, section: Section) -> Edit:
    there = next((line for line in section.lines if line.words[:2] == ("timeout", "tunnel")), None)
    if there is not None:
        return text.replace_line(there.place.line, _TUNNEL)
    timeouts = [line for line in section.lines if line.name in ("timeout", "mode", "balance")]
    line = timeouts[-1].place.line if timeouts else section.place.line
    indent = text.indent(section.lines[0].place.line) if section.lines else text.unit
    return text.insert_lines(line + 1, (f"{indent}{_TUNNEL}",))


def _sections(text: Text) -> tuple[Section, ...]:
    try:
        return parse(text.text, text.file).sections
    except Unreadable:
        return ()
