"""nginx configurations that a setup script or a Dockerfile writes with a heredoc -> one hop for each that nginx would read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from advisor.deployment.nginx_files import read_file
from advisor.deployment.parts import Eaten, Findings, Part, ProxyFiles, identity, purpose_of
from advisor.deployment.templating import eat
from advisor.formats.document import Unreadable
from advisor.model import Hop, Place
from advisor.tree import Tree

WORDS = ("proxy_pass", "proxy_set_header")
_NAMES = ("*.sh", "*.bash", "Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile")
_OPENING = re.compile(r"<<(?P<tabs>-?)[ \t]*(?P<quote>[\"'\\]?)(?P<name>[A-Za-z_]\w*)[\"']?")
_WRITES = re.compile(r"nginx|sites-(available|enabled)|conf\.d|\.conf\b")
_INSIDE = re.compile(r"/etc/nginx/[\w./-]+")
_MOST = 20_000
"""Lines of a script that are read."""


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A body with empty lines before it, so that places are those of the file. ``expands``: the shell fills its variables in."""

    text: str
    expands: bool
    place: Place


def heredocs(path: str, text: str) -> Iterator[Heredoc]:
    """The heredocs whose first line names a file of nginx's."""
    lines = text.splitlines()[:_MOST]
    ends: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        for word in {line, line.lstrip("\t")}:
            ends.setdefault(word, []).append(number)
    number = 0
    while number < len(lines):
        line = lines[number]
        opening = None if line.lstrip().startswith("#") else _OPENING.search(line)
        number += 1
        if opening is None:
            continue
        possible = ends.get(opening["name"], [])
        after = (at for at in possible[bisect_left(possible, number) :] if opening["tabs"] or lines[at] == opening["name"])
        last = next(after, None)
        if last is None:
            continue
        if _WRITES.search(line):
            body = "\n" * number + "\n".join(lines[number:last]) + "\n"
            yield Heredoc(body, not opening["quote"], Place(path, number, opening.start() + 1))
        number = last + 1


@dataclass(frozen=True, slots=True)
class Written:
    """What a Dockerfile writes itself: path inside the image, the text, and whether the build eats some of it."""

    mounts: tuple[tuple[str, str], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    eaten: tuple[Eaten, ...] = ()


def written(tree: Tree, dockerfile: str | None) -> Written:
    """The first nginx configuration that a Dockerfile holds in a heredoc."""
    text = tree.text(dockerfile) if dockerfile is not None else None
    if dockerfile is None or text is None or "<<" not in text:
        return Written()
    lines = text.splitlines()
    for each in heredocs(dockerfile, text):
        inside = _INSIDE.search(lines[each.place.line - 1])
        config = _config(dockerfile, each)
        if inside is not None and config is not None and _first(dockerfile, each) is not None:
            return Written(((inside[0], dockerfile),), config.texts, config.eaten)
    return Written()


def read(tree: Tree) -> Part:
    """A hop for every heredoc that holds servers and hands requests on."""
    found = Findings()
    for path in tree.having(*WORDS, among=tree.named(*_NAMES)):
        purpose = purpose_of(path)
        if not purpose.deployed or "<<" not in (text := tree.text(path) or ""):
            continue
        for number, each in enumerate(heredocs(path, text)):
            config = _config(path, each)
            place = _first(path, each)
            if config is None or place is None:
                continue
            found.hops.append(
                Hop(
                    identity("nginx", path, str(number) if number else ""),
                    "nginx",
                    "nginx",
                    place,
                    certainty="strong",
                    scope=purpose.scope,
                    environment=purpose.environment,
                    config=config,
                    because=f"{each.place} writes an nginx configuration",
                )
            )
            found.gives_way.append((found.hops[-1].id, (path,)))
            found.chose(path, purpose, "it writes an nginx configuration")
    return found.part()


def _config(path: str, heredoc: Heredoc) -> ProxyFiles | None:
    if not heredoc.expands:
        return ProxyFiles(None, (path,), texts=((path, heredoc.text),))
    whole = heredoc.text.replace("\\$", "$")
    sign = "\0"
    left = eat(heredoc.text.replace("\\$", sign)).replace(sign, "$")
    eaten = (Eaten(path, heredoc.place, whole, "the delimiter of the heredoc is not quoted"),) if left != whole else ()
    return ProxyFiles(None, (path,), texts=((path, left),), eaten=eaten)


def _first(path: str, heredoc: Heredoc) -> Place | None:
    """The first server block; ``None`` where the text is no configuration with servers."""
    try:
        file = read_file(path, heredoc.text)
    except Unreadable:
        return None
    return file.first if file is not None and file.level == "servers" and file.serves and "_pass" in heredoc.text else None
