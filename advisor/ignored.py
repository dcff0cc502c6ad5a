"""Ignore files along a walk -> is this entry left out? Git's own rules: nested files, negation, the deepest file first.

Asking git itself is no way: its configuration in a scanned repository can name programs that git would start
(``core.fsmonitor``, https://git-scm.com/docs/git-config).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

NAMES = (".gitignore", ".ignore", ".wsadviseignore")


_SUBMODULE = re.compile(r"^[ \t]*path[ \t]*=[ \t]*\"?([^\"\n#;]+)", re.MULTILINE)
_SIGNS = re.compile(r"[*?\[\\!#]")


def submodules(text: str) -> str:
    """``.gitmodules`` -> the lines that leave its directories out: each holds another repository.

    They come before those of the ignore files, so that ``!/path/`` there takes a submodule back.
    """
    paths = (path.strip().strip("/") for path in _SUBMODULE.findall(text))
    plain = (_SIGNS.sub(r"\\\g<0>", path) for path in paths if path and ".." not in path.split("/"))
    return "\n".join(f"/{path}/" for path in plain)


class _Rules:
    """The lines of one directory's ignore files.

    A walk asks about every entry and never enters what is left out, so a line without a wildcard can only match an entry
    that bears its last name, and one with wildcards only a path that holds its fixed part. Lines are compiled when such an
    entry comes: a monorepo has hundreds of ignore files, nearly all about things that are not there.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = [line for line in lines if line.strip() and not line.startswith("#")]
        plain = [line for line in self.lines if not re.search(r"[*?\[\\]", line)]
        self._names = frozenset(line.strip().strip("/").rsplit("/", 1)[-1].lstrip("!") for line in plain)
        self._needles = [(_needle(line), line) for line in self.lines if line not in plain]

    def decide(self, path: str, name: str) -> bool | None:
        """True: ignored, False: taken back by ``!``, ``None``: no line speaks of it. ``name`` is the path's last part."""
        if name in self._names or any(
            needle in path and _pattern(line).match_file(path) is not None for needle, line in self._needles
        ):
            result = self._spec.check_file(path)
            return None if self._by_parent(path, result.index) else result.include
        return None

    def _by_parent(self, path: str, line: int | None) -> bool:
        """True where the line speaks of a directory above: the walk has settled that one, and here only ``path`` is asked."""
        parent, _, _ = path.rstrip("/").rpartition("/")
        if not parent:
            return False
        return line is not None and self._spec.check_file(f"{parent}/").index == line

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        return GitIgnoreSpec.from_lines(self.lines, _pattern)


@lru_cache(maxsize=4096)
def _pattern(line: str) -> GitIgnoreSpecPattern:
    return GitIgnoreSpecPattern(line)


def _needle(line: str) -> str:
    """What stands in every path that a line with wildcards matches: its longest part without any (``packages/cli/src``)."""
    return max((part.strip("/") for part in re.split(r"[*?!\\\s]|\[.*?\]", line)), key=len)


@dataclass(frozen=True, slots=True)
class Ignores:
    """The ignore files in force in one directory, outermost first; each with the directory it stands in."""

    rules: tuple[tuple[str, _Rules], ...] = ()

    def below(self, directory: str, texts: list[str]) -> Ignores:
        """The same with the ignore files of ``directory`` (``""`` for the root) added."""
        rules = _Rules(line for text in texts for line in text.splitlines())
        return Ignores((*self.rules, (directory, rules))) if rules.lines else self

    def leave_out(self, path: str, name: str) -> bool:
        """True where git would ignore ``path``, which ends in ``name``; a directory is asked about with a trailing slash."""
        for directory, rules in reversed(self.rules):
            decision = rules.decide(path[len(directory) + 1 :] if directory else path, name)
            if decision is not None:
                return decision
        return False
