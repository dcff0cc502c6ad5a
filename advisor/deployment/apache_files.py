"""Apache configurations under any name -> which files one httpd reads, and the modules that a Dockerfile enables for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from advisor.deployment.parts import ProxyFiles, directory, under
from advisor.tree import Tree

WORDS = ("ProxyPass", "<VirtualHost", "RewriteRule")

_ROOTS = r"/etc/apache2|/etc/httpd|/usr/local/apache2|/opt/bitnami/apache2?"
_MAIN = re.compile(rf"^(?:{_ROOTS})(?:/conf)?/(?:httpd|apache2)\.conf$")
_PART = re.compile(rf"^(?:{_ROOTS})/(?:.*/)?(?:sites-\w+|conf\.d|conf-\w+|extra|vhosts(?:\.d)?)/[^/]+$")
_WHOLE = re.compile(r"^[ \t]*(?:LoadModule|ServerRoot|Listen)[ \t]", re.IGNORECASE | re.MULTILINE)
_INCLUDE = re.compile(r"^[ \t]*Include(?:Optional)?[ \t]+[\"']?([^\s\"']+)", re.IGNORECASE | re.MULTILINE)
_TOGETHER = re.compile(r"(^|/)(sites-\w+|conf\.d|conf-enabled|vhosts(\.d)?)$")
_ENABLED = re.compile(r"\ba2(en|dis)mod\b((?:[ \t]+(?:\\\r?\n[ \t]*)?[A-Za-z][\w-]*)+)")
_NEEDS = {
    "proxy_http": ("proxy",),
    "proxy_wstunnel": ("proxy",),
    "proxy_balancer": ("proxy", "alias", "slotmem_shm"),
    "proxy_fcgi": ("proxy",),
    "proxy_http2": ("proxy", "http2"),
    "ssl": ("mime", "socache_shmcb", "setenvif"),
    "lbmethod_byrequests": ("proxy_balancer", "proxy", "alias", "slotmem_shm"),
    "lbmethod_bytraffic": ("proxy_balancer", "proxy", "alias", "slotmem_shm"),
    "lbmethod_bybusyness": ("proxy_balancer", "proxy", "alias", "slotmem_shm"),
}
"""What Debian's a2enmod enables along with a module (the ``Depends`` lines of its .load files)."""


def mounted(placed: Iterable[tuple[str, str]], shown: Iterable[str], dockerfile: str | None, tree: Tree) -> ProxyFiles | None:
    """Container path -> path of the tree, for files: what httpd reads of them; ``None`` where none of ``shown`` is read.

    ``shown``: the files that hand something on. ``dockerfile``: the one that builds the image and may enable modules.
    """
    placed = sorted(set(placed))
    mounts = dict(placed)
    for inside, outside in placed:
        mounts.setdefault(inside.replace("-available/", "-enabled/"), outside)
    proxying = set(shown)
    main = next((outside for inside, outside in placed if _MAIN.match(inside)), None)
    parts = [outside for inside, outside in placed if _PART.match(inside) and outside != main]
    if main is None and not proxying & set(parts):
        alone = [outside for _, outside in placed if outside in proxying]
        parts = alone if len(alone) == 1 else []
    if main is None and not parts:
        return None
    members = () if main is not None else tuple(dict.fromkeys(parts))
    files = ProxyFiles(main, members, tuple(sorted(mounts.items())))
    return _with_modules(files, dockerfile, tree) if main is None and dockerfile is not None else files


def _with_modules(files: ProxyFiles, dockerfile: str, tree: Tree) -> ProxyFiles:
    """The files with the modules of a Dockerfile's a2enmod lines, as lines of a configuration at the same places."""
    text = tree.text(dockerfile) or ""
    lines = [""] * (text.count("\n") + 1)
    for found in _ENABLED.finditer(text):
        number = text.count("\n", 0, found.start())
        if found[1] == "en":
            names = found[2].replace("\\", " ").split()
            every = dict.fromkeys(need for name in names for need in (*_NEEDS.get(name, ()), name))
            lines[number] += " ".join(every) + " "
    if not any(lines):
        return files
    modules: list[str] = []
    for number, line in enumerate(lines, 1):
        for name in line.split():
            modules += [""] * (number - 1 - len(modules))
            modules.append(f"LoadModule {name}_module modules/mod_{name}.so")
    inside = "/etc/apache2/mods-enabled/enabled-by-the-image.load"
    return replace(files, mounts=(*files.mounts, (inside, dockerfile)), texts=((dockerfile, "\n".join(modules)),))


def grouped(tree: Tree, paths: Iterable[str], proxying: Iterable[str]) -> Iterator[ProxyFiles]:
    """Files that no image shows in use -> configurations: each main file, then each directory of parts that hand something on."""
    known = list(paths)
    shown = set(proxying)
    mains = [path for path in known if _WHOLE.search(tree.text(path) or "") and not _TOGETHER.search(directory(path))]
    used: set[str] = set()
    for main in mains:
        included = tuple(path for path in _included(tree, main, known) if path not in mains)
        if shown & {main, *included}:
            used |= {main, *included}
            yield ProxyFiles(main, included)
    folders: dict[str, list[str]] = {}
    for path in known:
        if path not in used and path not in mains:
            folders.setdefault(directory(path), []).append(path)
    for folder, members in folders.items():
        if _TOGETHER.search(folder):
            if shown & set(members):
                yield ProxyFiles(
                    None, tuple(members), tuple((f"/etc/apache2/sites-enabled/{_name(path)}", path) for path in members)
                )
        else:
            yield from (ProxyFiles(None, (path,)) for path in members if path in shown)


def _included(tree: Tree, main: str, known: list[str]) -> Iterator[str]:
    """The files below the main file's directory that one of its includes means, by the last parts of their paths."""
    folder = directory(main)
    patterns = [pattern.strip("/").split("/")[-2:] for pattern in _INCLUDE.findall(tree.text(main) or "")]
    for path in known:
        if path == main or not under(path, folder):
            continue
        pieces = path.split("/")
        if any(
            all(fnmatchcase(*pair) for pair in zip(pieces[-len(signs) :], signs, strict=False)) for signs in patterns if signs
        ):
            yield path


def _name(path: str) -> str:
    return path.rpartition("/")[2]
