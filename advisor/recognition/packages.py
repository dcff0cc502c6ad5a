"""Signs of kind ``package`` -> the manifests that depend on it at run time; a package for development only is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from advisor.deployment.parts import directory, purpose_of, under
from advisor.formats.document import Node, Unreadable
from advisor.model import Place
from advisor.recognition.seen import Seen
from advisor.recognition.sign import Sign
from advisor.tree import Tree

_JSON = {"package.json": "dependencies", "composer.json": "require"}
_LINES = {
    "*.csproj": r'<PackageReference\s[^>]{{0,200}}Include="{}"',
    "gemfile": r"^\s*gem\s+['\"]{}['\"]",
    "requirements*.txt": r"^{}\s*(?:[\[=<>~!;#]|$)",
    "pyproject.toml": r"^\s*['\"]?{}['\"]?\s*(?:[\[=<>~!;,'\"]|$)",
}


def look(tree: Tree, wanted: Iterable[Sign]) -> Iterator[Seen]:
    """Each manifest that names the package."""
    signs = tuple(wanted)
    for path in tree.having(*{sign.value for sign in signs}, among=tree.named(*_JSON, *_LINES)):
        purpose = purpose_of(path)
        if purpose.deployed:
            for sign in signs:
                place = _dependency(tree, path, sign)
                if place is not None:
                    yield Seen(sign, place, purpose, f"{path} depends on {sign.value}", directory(path))


def _dependency(tree: Tree, path: str, sign: Sign) -> Place | None:
    name, text = path.rsplit("/", 1)[-1].lower(), tree.text(path) or ""
    if sign.words and not _in_code(tree, directory(path), sign.words):
        return None
    if name in _JSON:
        node = _listed(text, path, _JSON[name], sign.value)
        return (node.key_place or node.place) if node is not None else None
    glob = next(glob for glob in _LINES if fnmatchcase(name, glob))
    found = re.search(_LINES[glob].format(re.escape(sign.value)), text, re.MULTILINE | re.IGNORECASE)
    return Place(path, text.count("\n", 0, found.start()) + 1) if found is not None else None


def _listed(text: str, path: str, key: str, package: str) -> Node | None:
    from advisor.formats.json import parse

    try:
        return parse(text, path).get(key, package)
    except Unreadable:
        return None


def _in_code(tree: Tree, folder: str, words: tuple[str, ...]) -> bool:
    """True where one file of code below the manifest holds all of the words."""
    near = (path for path in tree.having(*words) if under(path, folder) and tree.is_code(path))
    return any(set(words) <= tree.words(path) for path in near)
