"""nginx configurations that a script, a Dockerfile, Terraform's user data or cloud-init writes -> one hop for each of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from advisor.deployment.nginx_files import read_file
from advisor.deployment.parts import Eaten, Findings, Part, ProxyFiles, identity, purpose_of
from advisor.deployment.templating import eat
from advisor.formats.document import Unreadable
from advisor.model import Hop, Place
from advisor.tree import Tree

WORDS = ("proxy_pass", "proxy_set_header")
_NAMES = ("*.sh", "*.bash", "Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile")
_NESTED = (
    "*.tf",
    "*.tofu",
    "*.tftpl",
    "*.tpl",
    "user-data*",
    "user_data*",
    "userdata*",
    "cloud-init*",
    "cloud_init*",
    "cloud-config*",
)
"""Files that hold scripts within another format, where the end of a heredoc may be indented."""
_CLOUD_CONFIG = re.compile(r"^[ \t]*#cloud-config[ \t]*$", re.MULTILINE)
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


def heredocs(path: str, text: str, *, nested: bool = False) -> Iterator[Heredoc]:
    """The heredocs whose first line names a file of nginx's; ``nested``: also those inside other ones, which may be indented."""
    lines = text.splitlines()[:_MOST]
    ends: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        for word in {line, line.lstrip("\t"), line.strip() if nested else line}:
            ends.setdefault(word, []).append(number)
    number = 0
    while number < len(lines):
        line = lines[number]
        opening = None if line.lstrip().startswith("#") else _OPENING.search(line)
        number += 1
        if opening is None:
            continue
        possible = ends.get(opening["name"], [])
        after = (
            at for at in possible[bisect_left(possible, number) :] if nested or opening["tabs"] or lines[at] == opening["name"]
        )
        last = next(after, None)
        if last is None:
            continue
        if _WRITES.search(line):
            body = "\n" * number + "\n".join(lines[number:last]) + "\n"
            yield Heredoc(body, not opening["quote"], Place(path, number, opening.start() + 1))
        elif nested:
            continue
        number = last + 1


def written_files(path: str, text: str) -> Iterator[Heredoc]:
    """The contents of nginx's files that ``write_files`` of cloud-init lists, in a file of its own or inside another one."""
    from advisor.formats.yaml import parse

    lines = text.splitlines()[:_MOST]
    for found in _CLOUD_CONFIG.finditer(text):
        first = text.count("\n", 0, found.start())
        indent = len(lines[first]) - len(lines[first].lstrip()) if first < len(lines) else 0
        last = next(
            (at for at in range(first, len(lines)) if lines[at].strip() and not lines[at].startswith(" " * indent)), len(lines)
        )
        last = next((at for at in range(first + 1, last) if re.fullmatch(r"[A-Z][A-Z_]{1,30}", lines[at].strip())), last)
        try:
            document = parse("\n" * first + "\n".join(lines[first:last]) + "\n", path)
        except Unreadable:
            continue
        listed = document.get("write_files")
        for each in listed.each() if listed is not None else ():
            target, content = each.get("path"), each.get("content")
            if target is None or content is None or not _WRITES.search(target.text() or "") or not content.text():
                continue
            at = content.key_place or content.place
            own = lines[at.line : at.line + len((content.text() or "").splitlines())]
            yield Heredoc("\n" * at.line + "\n".join(own) + "\n", False, at)


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
    for path in tree.having(*WORDS, among=tree.named(*_NAMES, *_NESTED)):
        purpose = purpose_of(path)
        text = tree.text(path) or ""
        nested = not any(fnmatchcase(path.rsplit("/", 1)[-1], name) for name in _NAMES)
        if not purpose.deployed or not ("<<" in text or _CLOUD_CONFIG.search(text)):
            continue
        every = [*heredocs(path, text, nested=nested), *(written_files(path, text) if nested else ())]
        for number, each in enumerate(every):
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
