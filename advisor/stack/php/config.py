"""Parsed PHP files of a tree with the values of their expressions, which may stand in the app's own ``config/`` directory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.stack.apps import Root
from advisor.stack.own_code import OwnCode
from advisor.stack.php.module import PhpFile
from advisor.stack.php.values import Values


def files(code: OwnCode, *words: str, sign: re.Pattern[str] | None = None) -> Iterator[tuple[PhpFile, Values]]:
    """Files of the project's own with one of the words, each with its values."""
    for file in code.files(*words, sign=sign):
        if isinstance(file, PhpFile):
            yield file, values(code, file)


def values(code: OwnCode, file: PhpFile) -> Values:
    """The values of a file; ``config('a.b')`` is read from the app that the file belongs to."""
    root = code.owner(file)
    return Values(file, lambda name: configuration(code, root, name))


def configuration(code: OwnCode, root: Root, name: str) -> PhpFile | None:
    """``config/<name>.php`` of an app; ``None`` where there is none that can be read."""
    path = f"config/{name}.php" if root.path == "." else f"{root.path}/config/{name}.php"
    found = code.file(path) if code.tree.exists(path) else None
    return found if isinstance(found, PhpFile) else None
