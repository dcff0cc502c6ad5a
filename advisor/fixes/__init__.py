"""Findings -> edits that settle them: one module a format or kind of edit, found by folder scan, and the proof.

A module ``of_<kind>.py`` defines ``candidates(scan, finding) -> Iterator[Candidate]``: edits by place, the best first. It knows
where the text goes; what the text is comes from the rule's own block to paste wherever there is one. A candidate becomes a fix
only where ``prove`` shows that the finding is gone with it and that nothing else is worse.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from advisor.fixes.candidate import Candidate, Writer
from advisor.model import Finding
from advisor.rules.scan import Scan


@cache
def writers() -> tuple[Writer, ...]:
    """All writers in the order of their modules' names."""
    names = sorted(found.name for found in iter_modules(__path__) if found.name.startswith("of_"))
    return tuple(import_module(f"{__name__}.{name}").candidates for name in names)


def candidates(scan: Scan, finding: Finding) -> Iterator[Candidate]:
    """What may settle a finding: all that claim to be safe first."""
    found = [each for write in writers() for each in write(scan, finding) if each.edits]
    yield from dict.fromkeys(sorted(found, key=lambda each: not each.safe))
