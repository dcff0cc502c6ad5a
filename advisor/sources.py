"""Where a tree's files come from: a disk, hardened against what lies on it, or a mapping in memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class Unopened(Exception):
    """A file that must not be read: no regular file any more, or longer than allowed. The message says which."""


@dataclass(slots=True)
class Directory:
    """What one directory holds: files with their size in bytes, directories, and links that are not followed."""

    files: dict[str, int] = field(default_factory=dict)
    directories: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


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
                name = entry.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                path = f"{directory}/{name}" if directory else name
                if name != entry.name:
                    self._real[path] = entry.path
                if entry.is_symlink():
                    self._link(listed, name, path, entry.path)
                elif entry.is_dir(follow_symlinks=False):
                    listed.directories.append(name)
                elif entry.is_file(follow_symlinks=False):
                    listed.files[name] = entry.stat(follow_symlinks=False).st_size
        return listed

    def read(self, path: str, most: int) -> bytes:
        """The file's bytes. Raises ``OSError`` where it cannot be opened, ``Unopened`` where it must not be read."""
        descriptor = os.open(self._where(path), self._FLAGS)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Unopened("it is no regular file")
            chunks, left = [], most + 1
            while left > 0 and (chunk := os.read(descriptor, min(left, max(status.st_size + 1, 65536)))):
                chunks.append(chunk)
                left -= len(chunk)
                if len(chunk) >= status.st_size and len(chunks) == 1 and status.st_size > 0:
                    break
            return b"".join(chunks)[:most]
        finally:
            os.close(descriptor)

    def _where(self, path: str) -> str:
        return self._real.get(path) or (os.path.join(self._root, path) if path else self._root)

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
            listed.files[name] = status.st_size


class Memory:
    """Files in memory: relative path -> bytes."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._directories: dict[str, Directory] = {"": Directory()}
        for path, content in files.items():
            *folders, name = path.split("/")
            here = ""
            for folder in folders:
                below = f"{here}/{folder}" if here else folder
                if below not in self._directories:
                    self._directories[below] = Directory()
                    self._directories[here].directories.append(folder)
                here = below
            self._directories[here].files[name] = len(content)

    def list(self, directory: str) -> Directory:
        return self._directories[directory]

    def read(self, path: str, most: int) -> bytes:
        if path not in self._files:
            raise FileNotFoundError(2, "no such file", path)
        return self._files[path][:most]
