"""A path that a configuration names -> the files of the tree that it means, and never one outside the configuration's root."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


def home(main: str, folders: Iterable[str]) -> str:
    """The directory that stands for the program's configuration root: the main file's, or the one above its parts' folder."""
    inner = frozenset(folders)
    directory = posixpath.dirname(main)
    while posixpath.basename(directory) in inner:
        directory = posixpath.dirname(directory)
    return directory


def fits(path: str, pattern: str) -> bool:
    """True where a path fits a glob segment by segment, as a shell has it: no ``*`` takes a slash or a leading dot."""
    left, right = path.split("/"), pattern.split("/")
    return len(left) == len(right) and all(
        fnmatchcase(part, sign) and (sign.startswith(".") or not part.startswith("."))
        for part, sign in zip(left, right, strict=True)
    )


def first(candidates: Iterable[str], read: Callable[[str], str | None], glob: Callable[[str], list[str]]) -> list[str]:
    """The files of the first path that is there, or of the first glob that any file fits, in the order of their names."""
    for path in candidates:
        if any(sign in path for sign in "*?["):
            if matching := sorted(each for each in glob(path) if fits(each, path)):
                return matching
        elif read(path) is not None:
            return [path]
    return []


@dataclass(frozen=True, slots=True)
class Lookup:
    """``home`` stands for each of ``roots`` (with a slash at their ends), the first of which relative paths start from."""

    home: str
    roots: tuple[str, ...]
    read: Callable[[str], str | None]
    glob: Callable[[str], list[str]]
    mounted: Callable[[str], Sequence[str]] | None = None

    def files(self, pattern: str) -> list[str]:
        """The files of the tree that a path or a glob means, in the order of their names."""
        absolute = pattern if pattern.startswith("/") else f"{self.roots[0]}{pattern}"
        if self.mounted is not None and (inside := self.mounted(absolute)):
            return list(inside)
        tails = [pattern[len(root) :] for root in self.roots if pattern.startswith(root)] or [pattern.lstrip("/")]
        paths = (posixpath.normpath(posixpath.join(self.home, tail)) for tail in tails)
        return first((path for path in paths if not path.startswith("../")), self.read, self.glob)
