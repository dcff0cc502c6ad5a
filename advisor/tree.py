"""A repository -> its files, walked and read once: the only module that opens the user's files.

``Tree.open`` walks a directory, ``Tree.of`` takes files from memory (tests); both are one walk over a source. Ignore files
are honoured, installed packages and build results left out, no link leads out of the tree, and for every file it is noted
which of the wanted words it holds, so that later steps parse only files that can matter.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from pathlib import Path

from advisor import kinds
from advisor.ignored import NAMES as IGNORE_NAMES
from advisor.ignored import Ignores, submodules
from advisor.model import NotRead
from advisor.sources import Disk, Layered, Memory, Source, Unopened

LARGEST = 5_000_000
"""Bytes; a longer text is not read, and said so."""
_KEPT = 64
_WIDE = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-16, which Windows shells write."""
_SUBMODULES = ".gitmodules"
_MARK = b"\xef\xbb\xbf"
_BINARY = "it is binary where text was expected"
_LONG_LINES = 500
"""Average bytes a line from which a script counts as minified."""


Words = Iterable[str] | Callable[[tuple[str, ...]], Iterable[str]]
"""Literals to look for, or what says which once the paths are known."""


@dataclass(slots=True)
class _Entry:
    words: frozenset[str] = frozenset()
    minified: bool = False


class Tree:
    """The files of one repository. ``paths`` are sorted and relative with ``/``; ``not_read`` grows as files are asked for."""

    def __init__(self, source: Source, words: Words = (), progress: Callable[[int], None] | None = None) -> None:
        self.not_read: list[NotRead] = []
        self.parsed: set[str] = set()
        self._source = source
        self._words = words if callable(words) else tuple(words)
        self._entries: dict[str, _Entry] = {}
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._walk(progress)
        self.paths: tuple[str, ...] = tuple(sorted(self._entries))
        self._by_word: dict[str, list[str]] = {}
        self._wanted = tuple(sorted(set(self._words(self.paths) if callable(self._words) else self._words)))
        self._search(self.paths, progress)
        self._walked = tuple(self.not_read)
        self._by_name: dict[str, list[str]] = {}
        for path in self.paths:
            self._by_name.setdefault(path.rsplit("/", 1)[-1].lower(), []).append(path)

    @classmethod
    def open(cls, root: Path, words: Words = (), progress: Callable[[int], None] | None = None) -> Tree:
        """The tree below a directory, or of one file. Raises ``OSError`` where ``root`` cannot be read at all."""
        return cls(Disk(root), words, progress)

    @classmethod
    def of(cls, files: Mapping[str, str | bytes], words: Words = ()) -> Tree:
        """A tree in memory: relative path -> content."""
        return cls(Memory({path: text.encode() if isinstance(text, str) else text for path, text in files.items()}), words)

    def with_files(self, files: Mapping[str, str]) -> Tree:
        """The same tree as it would be with these files written: relative path -> text. Nothing is written.

        Where all of them are there already, nothing but them is read again.
        """
        source = Layered(self._source, {path: text.encode() for path, text in files.items()})
        if any(path not in self._entries or path.rsplit("/", 1)[-1] in (*IGNORE_NAMES, _SUBMODULES) for path in files):
            return Tree(source, self._words)
        tree = copy(self)
        tree._source = source
        tree.not_read = [note for note in self._walked if note.file not in files]
        tree.parsed = set()
        tree._entries = {**self._entries, **{path: _Entry() for path in files}}
        tree._texts = OrderedDict((path, text) for path, text in self._texts.items() if path not in files)
        tree._by_word = {word: [path for path in paths if path not in files] for word, paths in self._by_word.items()}
        tree._search(tuple(sorted(files)), None)
        return tree

    # ------------------------------------------------------------ asking

    def text(self, path: str) -> str | None:
        """The file's text, or ``None`` where it is not there or could not be read (then noted in ``not_read``)."""
        if path not in self._entries:
            return None
        if path in self._texts:
            self._texts.move_to_end(path)
            return self._texts[path]
        content = self._read(path)
        if content is None:
            return None
        if b"\0" in content[:8192] and not content.startswith(_WIDE):
            self._note(path, _BINARY)
            return None
        self.parsed.add(path)
        text = _decode(content)
        self._texts[path] = text
        if len(self._texts) > _KEPT:
            self._texts.popitem(last=False)
        return text

    def words(self, path: str) -> frozenset[str]:
        """Which of the wanted words the file holds."""
        entry = self._entries.get(path)
        return entry.words if entry else frozenset()

    def having(self, *words: str, among: Iterable[str] | None = None) -> Iterator[str]:
        """Paths, sorted, of the files that hold at least one of these words (each must be among the wanted ones)."""
        if among is None:
            yield from sorted({path for word in words for path in self._by_word.get(word, ())})
        else:
            wanted = frozenset(words)
            yield from (path for path in among if wanted & self.words(path))

    def named(self, *names: str) -> Iterator[str]:
        """Paths, sorted, whose file name matches one of these globs (``docker-compose*.yml``), ignoring case."""
        found: set[str] = set()
        for name in names:
            if any(sign in name for sign in "*?["):
                matches = _glob(name.lower())
                found.update(path for base, paths in self._by_name.items() if matches(base) for path in paths)
            else:
                found.update(self._by_name.get(name.lower(), ()))
        yield from sorted(found)

    def exists(self, path: str) -> bool:
        return path in self._entries

    def is_code(self, path: str) -> bool:
        """False for generated and minified files: their code is not the project's own (vendored ones are not walked)."""
        entry = self._entries.get(path)
        return entry is not None and not entry.minified and not kinds.is_generated(path)

    def is_secret(self, path: str) -> bool:
        """True for files whose values must never be shown."""
        return kinds.is_secret(path)

    # ------------------------------------------------------------ writing

    def locked(self, path: str) -> str | None:
        """Why the file must not be edited, as a clause, or ``None``: a secret, a link, write-protected, not UTF-8."""
        if self.is_secret(path):
            return "it may hold secrets"
        text = self.text(path)
        if text is None or self._bytes(path, text) != self._read(path):
            return "it is no UTF-8 text"
        return self._source.locked(path)

    def write(self, path: str, text: str) -> None:
        """Writes a file that is there, at once or not at all, its byte order mark and mode bits kept.

        Raises ``OSError`` or ``Unopened``, also where it is not any more what was read.
        """
        before = self.text(path)
        if before is None:
            raise Unopened("it could not be read")
        self._source.write(path, self._bytes(path, before), self._bytes(path, text))

    def mark(self, path: str) -> str:
        """The byte order mark with which the file begins, which ``text`` leaves out."""
        content = self._read(path) or b""
        return "\ufeff" if content.startswith(_MARK) else ""

    def _bytes(self, path: str, text: str) -> bytes:
        """A text of this file as it stands on disk: UTF-8, behind a mark where the file has one."""
        return (self.mark(path) + text).encode("utf-8", "surrogatepass")

    # ------------------------------------------------------------ walking and reading

    def _walk(self, progress: Callable[[int], None] | None) -> None:
        waiting: list[tuple[str, Ignores]] = [("", Ignores())]
        while waiting:
            directory, ignores = waiting.pop()
            try:
                listed = self._source.list(directory)
            except OSError as error:
                if not directory:
                    raise
                self.not_read.append(NotRead(f"{directory}/", f"the directory could not be read: {_reason(error)}"))
                continue
            texts = [
                self._ignore_file(f"{directory}/{name}" if directory else name) for name in IGNORE_NAMES if name in listed.files
            ]
            if _SUBMODULES in listed.files:
                texts.insert(0, submodules(self._ignore_file(f"{directory}/{_SUBMODULES}" if directory else _SUBMODULES)))
            ignores = ignores.below(directory, texts) if texts else ignores
            before = f"{directory}/" if directory else ""
            for name in listed.files:
                if not ignores.leave_out(before + name, name):
                    self._entries[before + name] = _Entry()
            for name in listed.outside:
                self.not_read.append(NotRead(before + name, "a link that leads out of the tree, or to nothing, was not followed"))
            for name in listed.directories:
                if name in kinds.SKIPPED or kinds.is_vendored(name) or ignores.leave_out(f"{before}{name}/", name):
                    continue
                if not self._is_environment(before + name):
                    waiting.append((before + name, ignores))
            if progress:
                progress(len(self._entries))

    def _is_environment(self, directory: str) -> bool:
        """A Python virtual environment under any name (PEP 405: it holds pyvenv.cfg)."""
        return directory.rsplit("/", 1)[-1].lower() in ("venv", "env", "virtualenv") and self._opens(f"{directory}/pyvenv.cfg")

    def _opens(self, path: str) -> bool:
        try:
            self._source.read(path, 1)
        except OSError:
            return False
        return True

    def _ignore_file(self, path: str) -> str:
        try:
            return _decode(self._source.read(path, LARGEST))
        except (OSError, Unopened):
            return ""

    def _search(self, paths: tuple[str, ...], progress: Callable[[int], None] | None) -> None:
        words = self._wanted
        if not words:
            return
        from ahocorasick_rs import BytesAhoCorasick, Implementation

        automaton = BytesAhoCorasick([word.encode() for word in words], implementation=Implementation.DFA)
        find = automaton.find_matches_as_indexes
        for count, path in enumerate(paths):
            entry = self._entries[path]
            if not kinds.is_searched(path) or (content := self._read(path)) is None:
                continue
            if content.startswith(_WIDE):
                content = _decode(content).encode("utf-8", "replace")
            if b"\0" in content[:8192]:
                if kinds.is_configuration(path):
                    self._note(path, _BINARY)
                continue
            found = {words[match[0]] for match in find(content, overlapping=True)}
            if found:
                entry.words = frozenset(found)
                entry.minified = (
                    len(content) > 5_000 and len(content) > _LONG_LINES * (content.count(b"\n") + 1) and path.endswith("js")
                )
                for word in found:
                    self._by_word.setdefault(word, []).append(path)
            if progress and count % 500 == 0:
                progress(len(self._entries))

    def _read(self, path: str) -> bytes | None:
        try:
            return self._source.read(path, LARGEST)
        except (OSError, Unopened) as error:
            if not kinds.is_binary_name(path):
                self._note(path, _reason(error))
            return None

    def _note(self, path: str, reason: str) -> None:
        if all(noted.file != path for noted in self.not_read):
            self.not_read.append(NotRead(path, reason))


def _decode(content: bytes) -> str:
    """UTF-8 or UTF-16 by their marks, else UTF-8, else Latin-1, in which every byte is a character."""
    if content.startswith(_WIDE):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)


@lru_cache(maxsize=256)
def _glob(pattern: str) -> Callable[[str], object]:
    import re

    return re.compile(translate(pattern)).match
