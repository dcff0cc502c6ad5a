"""Findings whose block is one line of code or of a manifest: the line at the finding's place written anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from advisor.fixes import pasted
from advisor.fixes.candidate import Candidate
from advisor.fixes.steps import path_of, text_of
from advisor.fixes.text import Text
from advisor.model import Edit, Finding
from advisor.rules.scan import Scan

_RULES = ("WS110", "WS111", "WS402")
"""Rules that take the block from the very line, with a word or two changed."""
_SIGNALS = "WS402"
"""Only the form of its line may change: what is run stays."""
_ALIKE = 0.4


def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """The line with the block's words; never safe, for code is for its author to read."""
    path = path_of(scan, finding)
    started = path.process.command_place or path.process.place if path is not None and path.process is not None else None
    found = pasted.parts(finding.snippet)
    is_start = started is not None and (started.file, started.line) == (finding.place.file, finding.place.line)
    if finding.rule not in _RULES or len(found) != 1 or len(found[0].lines) != 1 or (is_start and finding.rule != "WS402"):
        return
    text = text_of(scan, finding.place.file)
    new = found[0].lines[0].strip()
    old = text.line(finding.place.line).strip() if text is not None else ""
    if finding.rule == _SIGNALS and _words(old) != _words(new):
        return
    if text is not None and old != new and SequenceMatcher(None, old, new, autojunk=False).ratio() >= _ALIKE:
        edits = (*_imports(text, new), text.replace_line(finding.place.line, new))
        yield Candidate(edits, safe=False, does=f"writes line {finding.place.line} anew")


def _words(line: str) -> list[str]:
    """What an instruction of a Dockerfile runs, in exec form or in shell form, with or without ``exec``."""
    return [word for word in re.findall(r"[^\s\[\],\"']+", line) if word != "exec"]


def _imports(text: Text, line: str) -> Iterator[Edit]:
    """The import that a line of Python needs and its file has not."""
    if text.file.endswith(".py") and "os.environ" in line and not re.search(r"^import os\b", text.text, re.MULTILINE):
        first = re.search(r"^(?:import|from)\s", text.text, re.MULTILINE)
        if first is not None and "__future__" not in text.line(text.place(first.start())[0]):
            yield text.insert_lines(text.place(first.start())[0], ("import os",))
