"""A repository -> its files, read once: the only module that opens the user's files.

``Tree.open`` walks a directory, ``Tree.of`` takes files from memory (tests). Both honour ignore files, leave out what is
vendored or generated, and note for every file which of the wanted words it holds, so that only files that can matter are
parsed later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from advisor.model import NotRead


class Tree:
    """The files of one repository. ``paths`` are sorted and relative with ``/``."""

    def __init__(self, paths: tuple[str, ...], contents: Mapping[str, bytes], words: Iterable[str] = ()) -> None:
        self.paths = paths
        self.not_read: list[NotRead] = []
        self._contents = contents
        self._words = {path: frozenset(w for w in words if w.encode() in contents.get(path, b"")) for path in paths}

    @classmethod
    def open(cls, root: Path, words: Iterable[str] = ()) -> Tree:
        raise NotImplementedError

    @classmethod
    def of(cls, files: Mapping[str, str | bytes], words: Iterable[str] = ()) -> Tree:
        """A tree in memory: relative path -> content."""
        contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        return cls(tuple(sorted(contents)), contents, words)

    def text(self, path: str) -> str | None:
        """The file's text, or ``None`` where it is not there or could not be read (then noted in ``not_read``)."""
        content = self._contents.get(path)
        return None if content is None else content.decode("utf-8", "replace")

    def words(self, path: str) -> frozenset[str]:
        """Which of the wanted words the file holds."""
        return self._words.get(path, frozenset())

    def having(self, *words: str, among: Iterable[str] | None = None) -> Iterator[str]:
        """Paths of the files that hold at least one of these words."""
        wanted = frozenset(words)
        yield from (path for path in (self.paths if among is None else among) if wanted & self.words(path))

    def named(self, *names: str) -> Iterator[str]:
        """Paths whose file name matches one of these globs (``docker-compose*.yml``), ignoring case."""
        from fnmatch import fnmatchcase

        wanted = [name.lower() for name in names]
        for path in self.paths:
            base = path.rsplit("/", 1)[-1].lower()
            if any(fnmatchcase(base, name) for name in wanted):
                yield path

    def exists(self, path: str) -> bool:
        return path in self._contents

    def is_code(self, path: str) -> bool:
        """False for vendored, generated and minified files: their code is not the project's own."""
        return True

    def is_secret(self, path: str) -> bool:
        """True for files whose values must never be shown (``.env``, ``*.tfvars``, ``*.tfstate``, keys)."""
        return False
