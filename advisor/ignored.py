"""Ignore files along a walk -> is this entry left out? Git's own rules: nested files, negation, the deepest file first.

Asking git itself is no way: its configuration in a scanned repository can name programs that git would start
(``core.fsmonitor``, https://git-scm.com/docs/git-config).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

NAMES = (".gitignore", ".ignore", ".wsadviseignore")


@dataclass(frozen=True, slots=True)
class Ignores:
    """The ignore files in force in one directory, outermost first; each with the directory it stands in."""

    specs: tuple[tuple[str, GitIgnoreSpec, re.Pattern[str] | None], ...] = ()

    def below(self, directory: str, texts: list[str]) -> Ignores:
        """The same with the ignore files of ``directory`` (``""`` for the root) added."""
        lines = [line for text in texts for line in text.splitlines()]
        if not any(line.strip() and not line.startswith("#") for line in lines):
            return self
        spec = GitIgnoreSpec.from_lines(lines)
        return Ignores((*self.specs, (directory, spec, _any_of(spec))))

    def leave_out(self, path: str) -> bool:
        """True where git would ignore ``path``; a directory is asked about with a trailing slash."""
        for directory, spec, any_of in reversed(self.specs):
            relative = path[len(directory) + 1 :] if directory else path
            if any_of is not None and not any_of.match(relative):
                continue
            decision = spec.check_file(relative).include
            if decision is not None:
                return decision
        return False


def _any_of(spec: GitIgnoreSpec) -> re.Pattern[str] | None:
    """One expression that matches where any pattern does: most files match none, and one look is cheaper than fifty."""
    sources = [re.sub(r"\(\?P<\w+>", "(?:", pattern.regex.pattern) for pattern in spec.patterns if pattern.regex is not None]
    try:
        return re.compile("|".join(f"(?:{source})" for source in sources)) if sources else None
    except re.error:
        return None
