"""Commands that write a configuration on the way to its program -> what they leave of it.

``envsubst`` without a list of names, an unquoted heredoc and Compose's own interpolation replace every ``$name`` that they meet;
names in lower case belong to the proxy and are in nobody's environment, so nothing is left of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from advisor import kinds
from advisor.deployment.parts import Eaten, ProxyFiles, directory, join
from advisor.model import Deployment, Hop, Place
from advisor.scope import scope_of
from advisor.tree import Tree

WORDS = ("envsubst",)
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_TRICK = re.compile(r"\$\{([A-Za-z_]\w*)\}(?=[a-z_])")
_RUN = re.compile(r"\benvsubst\b(?P<list>[^<|>&;#]{0,2000})<\s*[\"']?(?P<source>[^\s\"'<>;|&)]{1,300})")
_PIPED = re.compile(r"\bcat\s+[\"']?(?P<source>[^\s\"'<>;|&]{1,300})[\"']?\s*\|\s*envsubst\b(?P<list>[^<|>&;#]{0,2000})")
_COMMENT = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)
_CONTINUED = re.compile(r"\\\r?\n")
_IN_CODE = frozenset("md mdx rst txt adoc html js ts jsx tsx py rb go rs java php lock json".split())
_NEVER = re.compile(r"[A-Z0-9_]+\Z")


@dataclass(frozen=True, slots=True)
class Filling:
    """One ``envsubst`` that is given no list of names. ``source``: the path of its template, as written."""

    source: str
    place: Place


def eat(text: str) -> str:
    """What ``envsubst`` without a list of names leaves of a text whose own placeholders are in capitals; those stay.

    A placeholder that stands right before a name (``${DOLLAR}host``) is taken for the sign itself, as people write it.
    """
    tricks = {found[1] for found in _TRICK.finditer(text)}

    def left(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        return "$" if name in tricks else found[0] if _NEVER.match(name) else ""

    return _VARIABLE.sub(left, text)


def fillings(tree: Tree) -> Iterator[Filling]:
    """Every ``envsubst`` without a list of names that a script, a Dockerfile or a deployment file runs."""
    for path in tree.having(*WORDS):
        if kinds.extension(path) in _IN_CODE or scope_of(path) in ("documentation", "test"):
            continue
        text = _COMMENT.sub(lambda found: " " * len(found[0]), tree.text(path) or "")
        joined = _CONTINUED.sub(lambda found: " " * len(found[0]), text)
        yaml = kinds.extension(path) in ("yml", "yaml")
        for pattern in (_RUN, _PIPED):
            for found in pattern.finditer(joined):
                given = found["list"]
                if "$" in given or "'" in given or '"' in given or (not yaml and "\n" in given):
                    continue
                at = found.start() + found[0].index("envsubst")
                line = text.count("\n", 0, at) + 1
                yield Filling(found["source"], Place(path, line, at - text.rfind("\n", 0, at)))


def filled(deployment: Deployment, tree: Tree) -> Deployment:
    """The deployment with the configurations of its proxies as they are once such a command ran over them."""
    every = list(fillings(tree))
    return replace(deployment, hops=tuple(_filled(hop, every, tree) for hop in deployment.hops)) if every else deployment


def _filled(hop: Hop, every: Iterable[Filling], tree: Tree) -> Hop:
    files = hop.config
    if not isinstance(files, ProxyFiles) or hop.platform != "nginx":
        return hop
    texts, eaten = dict(files.texts), list(files.eaten)
    for file in files.files:
        run = next((one for one in every if _reads(one, file, files)), None)
        whole = texts.get(file) or tree.text(file)
        if run is None or whole is None or file in {each.file for each in eaten}:
            continue
        left = eat(whole)
        if left != whole:
            texts[file] = left
            eaten.append(Eaten(file, run.place, whole, "envsubst is given no list of names"))
    return replace(hop, config=replace(files, texts=tuple(texts.items()), eaten=tuple(eaten)))


def _reads(run: Filling, file: str, files: ProxyFiles) -> bool:
    """True where the command's template is this file: by its path in the container or the tree, else as its neighbour.

    Many templates are called ``nginx.conf``, so the name alone counts only for a script in the same directory or one above it
    whose path leads to no other file.
    """
    mounted = files.resolve(run.source)
    if mounted is not None:
        return mounted == file
    folder = directory(run.place.file)
    if not run.source.startswith("/"):
        return file in (join(folder, run.source), join(".", run.source))
    return run.source.rsplit("/", 1)[-1] == file.rsplit("/", 1)[-1] and folder in (directory(file), directory(directory(file)))
