"""Signs of kind ``file`` -> the files that bear the name and hold what the sign asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from advisor.deployment.parts import Purpose, broken, purpose_of
from advisor.formats.document import Node, Unreadable
from advisor.model import NotRead, Place
from advisor.recognition.seen import Keys, Seen, settings
from advisor.recognition.sign import Sign
from advisor.tree import Tree

_MOST_FILES = 200
_COMMENTS = ("//", "#", "*", "/*", "<!--", ";")


def look(tree: Tree, wanted: Iterable[Sign], keys: Keys, notes: list[NotRead]) -> Iterator[Seen]:
    """Each file that a sign fits, with the settings whose format is the file's name; ``notes`` gets what does not parse."""
    read = _Documents(tree, notes)
    for sign in wanted:
        for path in read.named(sign.value.rsplit("/", 1)[-1]):
            folder = _base(path, sign.value)
            if folder is not None and (found := _fits(tree, path, sign, read)) is not None:
                own = tuple(settings(found, (key for key in keys(sign.platform) if named(path, key.format))))
                at = sign.place_in(found)
                place = at.key_place or at.place
                yield Seen(sign, place, purpose(path, folder), f"{path} configures it", folder, own)


@dataclass(slots=True)
class _Documents:
    """Files by name, and each parsed once."""

    tree: Tree
    notes: list[NotRead]
    _names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _parsed: dict[str, Node | None] = field(default_factory=dict)

    def named(self, name: str) -> tuple[str, ...]:
        if name not in self._names:
            self._names[name] = tuple(self.tree.named(name))[:_MOST_FILES]
        return self._names[name]

    def document(self, path: str) -> Node | None:
        """The file as a document, by its ending; ``None`` for code and for what does not parse."""
        if path not in self._parsed:
            try:
                self._parsed[path] = _document(path, self.tree.text(path) or "")
            except Unreadable as problem:
                self._parsed[path] = None
                self.notes.append(broken(path, problem))
        return self._parsed[path]


def named(path: str, format: str) -> bool:
    """True where a format of settings is that file: by its whole name (``config/deploy.yml``) or its first word (``kong``)."""
    return f"/{path}".endswith(f"/{format}") or re.split(r"[-._*]", path.rsplit("/", 1)[-1])[0] == format


def means(pattern: str, format: str) -> bool:
    """True where a sign's pattern takes in the file that a format of settings is."""
    return named(pattern, format) or fnmatchcase(format, pattern)


def structured(pattern: str) -> bool:
    """True for names of files that are documents, in which keys can be looked for."""
    return pattern.endswith((".json", ".jsonc", ".yaml", ".yml", ".toml", ".replit"))


def purpose(path: str, folder: str) -> Purpose:
    """The file's purpose; a dot-directory's name says nothing of it."""
    return purpose_of(path if "/." not in f"/{path}" else f"{folder}/{path.rsplit('/', 1)[-1]}")


def _base(path: str, pattern: str) -> str | None:
    """The directory of the tree below which the pattern fits the path; ``None`` where it does not fit."""
    depth = pattern.count("/")
    if pattern.endswith("/**"):
        return None
    pieces = path.split("/")
    if len(pieces) <= depth or not fnmatchcase("/".join(pieces[-depth - 1 :]), pattern):
        return None
    return "/".join(pieces[: -depth - 1]) or "."


def _fits(tree: Tree, path: str, sign: Sign, read: _Documents) -> Node | None:
    text = tree.text(path)
    if text is None or not sign.may_hold(text) or (sign.words and not _holds_words(text, sign.words)):
        return None
    document = read.document(path)
    if not sign.has:
        return document or Node(None, Place(path))
    return document if document is not None and sign.holds(document) else None


def _holds_words(text: str, words: tuple[str, ...]) -> bool:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(_COMMENTS)]
    said = "\n".join(lines)
    return all(word in said for word in words)


def _document(path: str, text: str) -> Node | None:
    name = path.rsplit("/", 1)[-1]
    ending = name.rsplit(".", 1)[-1].lower() if "." in name[1:] else ""
    if ending in ("json", "jsonc"):
        from advisor.formats.json import parse as parse_json

        return parse_json(text, path)
    if ending == "toml" or name == ".replit":
        from advisor.formats.toml import parse as parse_toml

        return parse_toml(text, path)
    if ending in ("yaml", "yml"):
        from advisor.formats.yaml import parse as parse_yaml

        return parse_yaml(text, path)
    return None
