"""Where a tree's files come from: a disk, hardened against what lies on it, or a mapping in memory."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Unopened(Exception):
    """A file that must not be read: no regular file any more, or longer than allowed. The message says which."""


@dataclass(slots=True)
class Directory:
    """What one directory holds: files, directories, and links that are not followed."""

    files: list[str] = field(default_factory=list)
    directories: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


class Source(Protocol):
    """What a walk needs of a disk or of files in memory."""

    def list(self, directory: str) -> Directory: ...

    def read(self, path: str, most: int) -> bytes: ...

    def locked(self, path: str) -> str | None: ...

    def write(self, path: str, before: bytes, after: bytes) -> None: ...


class Disk:
    """A directory (or one file) on disk. Links to files inside the root are files; no other link is followed."""

    _FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

    def __init__(self, root: Path) -> None:
        self._only = root.name if root.is_file() else None
        self._root = os.path.realpath(root.parent if self._only else root)
        self._real: dict[str, str] = {}

    def list(self, directory: str) -> Directory:
        listed = Directory()
        here = self._where(directory)
        with os.scandir(here) as entries:
            for entry in entries:
                if self._only is not None and entry.name != self._only:
                    continue
                name = entry.name
                if not name.isascii():
                    name = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                    if name != entry.name:
                        self._real[f"{directory}/{name}" if directory else name] = entry.path
                if entry.is_file(follow_symlinks=False):
                    listed.files.append(name)
                elif entry.is_dir(follow_symlinks=False):
                    listed.directories.append(name)
                elif entry.is_symlink():
                    self._link(listed, name, f"{directory}/{name}" if directory else name, entry.path)
        return listed

    def read(self, path: str, most: int) -> bytes:
        """The file's bytes. ``OSError``: it cannot be opened; ``Unopened``: it must not be read, or is longer than ``most``."""
        descriptor = os.open(self._where(path), self._FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Unopened("it is no regular file")
            if status.st_size > most > 1:
                raise Unopened(f"it is larger than {most // 1_000_000} MB")
            content = os.read(descriptor, min(most, status.st_size + 1))
            while len(content) < min(most, status.st_size) and (chunk := os.read(descriptor, most - len(content))):
                content += chunk
            return content
        finally:
            os.close(descriptor)

    def locked(self, path: str) -> str | None:
        """Why the file must not be written, as a clause, or ``None``: it is reached through a link, or nobody may write it."""
        where = self._below(path)
        try:
            status = os.stat(where, follow_symlinks=False)
            linked = os.path.realpath(where) != where
        except OSError as error:
            return (error.strerror or str(error)).lower()
        if linked or not stat.S_ISREG(status.st_mode):
            return "it is a link" if linked or stat.S_ISLNK(status.st_mode) else "it is no regular file"
        if status.st_nlink > 1:
            return "it has a second name (a hard link)"
        if not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(where, os.W_OK):
            return "it is write-protected"
        return None if os.access(os.path.dirname(where), os.W_OK) else "its directory is write-protected"

    def write(self, path: str, before: bytes, after: bytes) -> None:
        """Puts ``after`` in the place of ``before`` at once or not at all, mode bits kept.

        ``Unopened``: it must not be written, or is not what it was.
        """
        reason = self.locked(path)
        if reason is not None:
            raise Unopened(reason)
        where = self._below(path)
        if self.read(path, max(len(before), os.stat(where).st_size) + 2) != before:
            raise Unopened("it was changed meanwhile")
        descriptor, beside = tempfile.mkstemp(prefix=".wsadvise-", dir=os.path.dirname(where))
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            shutil.copymode(where, beside)
            os.replace(beside, where)
        except BaseException:
            os.unlink(beside)
            raise

    def _below(self, path: str) -> str:
        """Where the file stands by its own name, a link not followed."""
        return os.path.join(self._root, *path.split("/"))

    def _where(self, path: str) -> str:
        if self._real and path in self._real:
            return self._real[path]
        return f"{self._root}/{path}" if path else self._root

    def _link(self, listed: Directory, name: str, path: str, link: str) -> None:
        try:
            target = os.path.realpath(link, strict=True)
            status = os.stat(target, follow_symlinks=False)
        except OSError:
            listed.outside.append(name)
            return
        if os.path.commonpath((target, self._root)) != self._root:
            listed.outside.append(name)
        elif stat.S_ISREG(status.st_mode):
            self._real[path] = target
            listed.files.append(name)


class Layered:
    """Another source with some files written over it: relative path -> content."""

    def __init__(self, below: Source, files: Mapping[str, bytes]) -> None:
        self._below = below
        self._over = Memory(files)

    def list(self, directory: str) -> Directory:
        try:
            listed = self._below.list(directory)
        except (OSError, KeyError):
            listed = None
        try:
            over = self._over.list(directory)
        except KeyError:
            over = None
        if listed is None or over is None:
            return listed or over or self._below.list(directory)
        files = list(dict.fromkeys([*listed.files, *over.files]))
        return Directory(files, [*dict.fromkeys((*listed.directories, *over.directories))], listed.outside)

    def read(self, path: str, most: int) -> bytes:
        try:
            return self._over.read(path, most)
        except FileNotFoundError:
            return self._below.read(path, most)

    def locked(self, path: str) -> str | None:
        return self._below.locked(path)

    def write(self, path: str, before: bytes, after: bytes) -> None:
        raise Unopened("it is not on disk as it stands here")


class Memory:
    """Files in memory: relative path -> bytes."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._directories: dict[str, Directory] = {"": Directory()}
        for path in files:
            *folders, name = path.split("/")
            here = ""
            for folder in folders:
                below = f"{here}/{folder}" if here else folder
                if below not in self._directories:
                    self._directories[below] = Directory()
                    self._directories[here].directories.append(folder)
                here = below
            self._directories[here].files.append(name)

    def list(self, directory: str) -> Directory:
        return self._directories[directory]

    def read(self, path: str, most: int) -> bytes:
        if path not in self._files:
            raise FileNotFoundError(2, "no such file", path)
        if len(self._files[path]) > most > 1:
            raise Unopened(f"it is larger than {most // 1_000_000} MB")
        return self._files[path][:most]

    def locked(self, path: str) -> str | None:
        return None if path in self._files else "it is not there"

    def write(self, path: str, before: bytes, after: bytes) -> None:
        raise Unopened("it is not on disk")
