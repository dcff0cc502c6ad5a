"""nginx configurations under any name -> what level each file has, and which files one nginx reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal

from advisor import kinds
from advisor.deployment.jinja import Rendered, rendered
from advisor.deployment.parts import Findings, ProxyFiles, below, broken, directory
from advisor.deployment.programs import ImageName
from advisor.formats.document import Unreadable
from advisor.model import Place
from advisor.tree import Tree

if TYPE_CHECKING:
    from advisor.formats.nginx import Directive, Document

Level = Literal["main", "servers", "snippet"]
"""``main`` is a whole configuration, ``servers`` belongs into ``http``, a ``snippet`` into a server or location."""

WORDS = ("proxy_pass", "server_name", "grpc_pass", "uwsgi_pass", "fastcgi_pass", "proxy_set_header", "upstream ", "try_files")

_TEXT = frozenset("conf template tmpl tpl nginx j2 jinja jinja2 erb sigil inc vhost site include cfg prod production".split())
_OTHER_TEXT = frozenset(
    (
        "md mdx markerb rst adoc txt html htm js jsx ts tsx mjs cjs vue svelte py rb go rs java kt php cs ex exs swift dart "
        "scala lua c h cpp sh bash zsh ps1 bat yml yaml json toml tf hcl xml ini lock mod sum css nix test t"
    ).split()
)
_SHIPS_STATIC = frozenset({"nginx", "nginxinc/nginx-unprivileged", "nginx/nginx-unprivileged"})
_LEFTOVERS = frozenset(("off", "disabled", "bak", "backup", "old", "orig", "save", "rpmnew", "swp"))
_KNOWN = ("/etc/nginx", "/opt/bitnami/nginx/conf", "/usr/local/openresty/nginx/conf", "/usr/local/nginx/conf", "/config/nginx")
_INSIDE = re.compile(rf"^({'|'.join(_KNOWN)})/")
_READ_BY_SHIPPED = ("conf.d/*.conf", "http.d/*.conf", "server_blocks/*.conf", "site-confs/*.conf", "templates/*.template")


@dataclass(frozen=True, slots=True)
class NginxFile:
    """One file that reads as nginx configuration; ``first`` is the block to show (server, upstream, else line 1)."""

    path: str
    level: Level
    first: Place
    includes: tuple[str, ...] = ()
    serves: frozenset[tuple[str, str]] = frozenset()
    """Port and name of each server: two files of one nginx that repeat a pair are alternatives."""
    filled: Rendered | None = None
    """What a template of Ansible's becomes, where the file is one."""


def candidate(path: str) -> bool:
    """True where a file of this name can be an nginx configuration: scripts, documents and leftovers are not."""
    if kinds.extension(path) in _LEFTOVERS or path.startswith(".ebextensions/") or "/.ebextensions/" in path:
        return False
    name = path.rsplit("/", 1)[-1].lower()
    extension = kinds.extension(path)
    return extension in _TEXT or (extension not in _OTHER_TEXT and not kinds.is_secret(path)) or name.startswith("nginx.conf")


def read_file(path: str, text: str) -> NginxFile | None:
    """The file's level and outline, or ``None`` where it is not nginx. Raises ``Unreadable`` on a template with branches."""
    from advisor.formats.nginx import looks_like_nginx, parse

    if not looks_like_nginx(text):
        return None
    document = parse(text, path)
    names = {directive.name for directive in document.directives}
    level: Level = "main" if names & {"http", "events", "stream"} else "servers" if names & {"server", "upstream"} else "snippet"
    if level == "snippet" and names & {"map", "limit_req_zone", "proxy_cache_path", "log_format", "geo"}:
        level = "servers"
    inside = _http(document)
    servers = [directive for directive in inside if directive.name == "server" and directive.block is not None]
    first = next(iter(servers or [directive for directive in inside if directive.block is not None]), None)
    return NginxFile(
        path,
        level,
        first.place if first else Place(path),
        tuple(_includes(document.directives)),
        frozenset(pair for server in servers for pair in _served(server)),
    )


def _http(document: Document) -> tuple[Directive, ...]:
    """What stands in ``http``, or at the top of a file without one."""
    blocks = [directive for directive in document.directives if directive.name == "http" and directive.block is not None]
    return tuple(inner for block in blocks for inner in block.block or ()) if blocks else document.directives


def _includes(directives: Iterable[Directive], depth: int = 0) -> Iterator[str]:
    for directive in directives:
        if directive.name == "include" and directive.args:
            yield directive.args[0]
        if directive.block and depth < 10:
            yield from _includes(directive.block, depth + 1)


def _served(server: Directive) -> Iterator[tuple[str, str]]:
    ports = [directive.args[0].rsplit(":", 1)[-1] for directive in server.each("listen") if directive.args] or ["80"]
    names = [name for directive in server.each("server_name") for name in directive.args] or [""]
    yield from ((port, name) for port in ports for name in names)


def find(tree: Tree, paths: Iterable[str], found: Findings | None = None) -> Iterator[NginxFile]:
    """The nginx files among these paths; templates that cannot be read are noted in ``found``."""
    for path in paths:
        text = tree.text(path) if candidate(path) else None
        if text is None:
            continue
        filled = rendered(tree, path)
        try:
            file = read_file(path, filled.text if filled is not None else text)
        except Unreadable as problem:
            if found is not None:
                found.not_read.append(broken(path, problem))
            continue
        if file:
            yield replace(file, filled=filled)


def mounted(tree: Tree, mounts: Iterable[tuple[str, str]], texts: tuple[tuple[str, str], ...] = ()) -> ProxyFiles | None:
    """Container path -> path of the tree, for files and directories: what an nginx image reads of them, ``None`` if nothing."""
    mounts = tuple(mounts)
    placed = dict(expanded(tree, mounts))
    pointed = {outside for _, outside in mounts}
    inline = dict(texts)
    files: dict[str, NginxFile] = {}
    for inside, outside in list(placed.items()):
        text = inline.get(outside) or (tree.text(outside) if candidate(outside) else None)
        try:
            file = read_file(outside, text) if text else None
        except Unreadable:
            file = None
        if file and (_INSIDE.match(inside) or outside in pointed):
            files[inside] = file
        if inside.startswith("/etc/nginx/templates/") and inside.endswith(".template"):
            placed.setdefault("/etc/nginx/conf.d/" + inside[len("/etc/nginx/templates/") : -len(".template")], outside)
    if not files:
        return None
    main = next((file for inside, file in files.items() if _is_main(inside, file)), None)
    shipped = [file for inside, file in files.items() if file is not main and _below(inside, _READ_BY_SHIPPED)]
    rest = [file for file in files.values() if file is not main]
    members = shipped or ([] if main else [file for file in rest if file.level != "snippet"])
    if main:
        members = rest
    if not main and not members:
        return None
    kept = tuple(sorted((inside, outside) for inside, outside in placed.items() if _INSIDE.match(inside) or inside in files))
    return ProxyFiles(main.path if main else None, tuple(dict.fromkeys(file.path for file in members)), kept, texts)


def _is_main(inside: str, file: NginxFile) -> bool:
    if _INSIDE.match(inside):
        return inside.count("/") == _INSIDE.match(inside)[0].count("/") and inside.endswith("/nginx.conf")  # type: ignore[index]
    return file.level == "main"


def _below(inside: str, patterns: Iterable[str]) -> bool:
    match = _INSIDE.match(inside)
    return match is not None and any(fnmatchcase(inside[match.end() :], pattern) for pattern in patterns)


def expanded(tree: Tree, mounts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The files behind mounts of files, and of directories in which nginx looks: path inside -> path of the tree."""
    for inside, outside in mounts:
        if tree.exists(outside):
            yield (inside + outside.rsplit("/", 1)[-1] if inside.endswith("/") else inside), outside
            continue
        if not any(f"{known}/".startswith(f"{inside.rstrip('/')}/") or inside.startswith(f"{known}/") for known in _KNOWN):
            continue
        prefix = 0 if outside == "." else len(outside) + 1
        for path in below(tree, outside)[:500]:
            yield f"{inside.rstrip('/')}/{path[prefix:]}", path


def first_block(tree: Tree, config: ProxyFiles | None) -> Place | None:
    """The first server block of a configuration, else its first block; ``None`` where there is no configuration."""
    inline = dict(config.texts) if config else {}
    outlines: list[NginxFile] = []
    for path in config.files if config else ():
        try:
            outline = read_file(path, inline.get(path) or tree.text(path) or "")
        except Unreadable:
            continue
        outlines += [outline] if outline else []
    return next((outline.first for outline in outlines if outline.serves), outlines[0].first if outlines else None)


def is_shipped_only(tree: Tree, base: ImageName | None, dockerfile: str | None, written: str = "") -> bool:
    """True where an nginx image runs with the configuration that it ships: it serves files and forwards nothing.

    ``written``: what else sets the container up (volumes, command). Images that write a configuration of their own do not count.
    """
    if base is None or base.repository.lower() not in _SHIPS_STATIC:
        return False
    return not re.search(r"/etc/nginx|nginx/conf|conf\.d|nginx\.conf|envsubst", written + (tree.text(dockerfile or "") or ""))


def grouped(files: Iterable[NginxFile]) -> Iterator[ProxyFiles]:
    """Files that no image shows in use -> configurations: each main file with its includes, then each directory's servers."""
    by_path = {file.path: file for file in files}
    used: set[str] = set()
    for main in [file for file in by_path.values() if file.level == "main"]:
        mounts = _beside(main, by_path)
        members = tuple(
            dict.fromkeys(path for pattern in _all_includes(main, by_path) for path in _matching(pattern, main, mounts))
        )
        used.update((main.path, *members))
        yield ProxyFiles(main.path, members, tuple(sorted(item for item in mounts.items() if item[1] in (main.path, *members))))
    folders: dict[str, list[NginxFile]] = {}
    for file in by_path.values():
        if file.level == "servers" and file.path not in used:
            folders.setdefault(directory(file.path), []).append(file)
    for folder, members_of in folders.items():
        for group in _alternatives(members_of, together=bool(re.search(r"(^|/)(conf\.d|sites-[a-z]+|http\.d)$", folder))):
            included = {
                path for file in group for pattern in file.includes for path in _ending(pattern, by_path) if path not in used
            }
            members = tuple(file.path for file in group)
            mounts_of = {f"/etc/nginx/conf.d/{path.rsplit('/', 1)[-1]}": path for path in members}
            mounts_of |= {
                _absolute(pattern): path for file in group for pattern in file.includes for path in _ending(pattern, by_path)
            }
            yield ProxyFiles(None, members, tuple(sorted(mounts_of.items())) if included or mounts_of else ())


def _alternatives(files: list[NginxFile], together: bool) -> Iterator[list[NginxFile]]:
    """Files of one directory that can be read by one nginx; a file that serves the same port and name is another choice."""
    groups: list[list[NginxFile]] = []
    for file in files:
        home = next((g for g in groups if together or not any(file.serves & other.serves for other in g)), None)
        if home is None:
            groups.append([file])
        else:
            home.append(file)
    yield from groups


def _absolute(pattern: str) -> str:
    return pattern if pattern.startswith("/") else f"/etc/nginx/{pattern}"


def _beside(main: NginxFile, files: dict[str, NginxFile]) -> dict[str, str]:
    """Container paths of the files below the main file's directory, which stands for nginx's configuration directory."""
    folder = directory(main.path)
    prefix = "" if folder == "." else folder + "/"
    inside = {f"/etc/nginx/{path[len(prefix) :]}": path for path in files if path.startswith(prefix) and path != main.path}
    return {"/etc/nginx/nginx.conf": main.path, **inside}


def _all_includes(main: NginxFile, files: dict[str, NginxFile]) -> Iterator[str]:
    waiting, seen = list(main.includes), set[str]()
    while waiting:
        pattern = waiting.pop(0)
        if pattern in seen:
            continue
        seen.add(pattern)
        yield pattern
        waiting += [inner for path in _ending(pattern, files) for inner in files[path].includes]


def _matching(pattern: str, main: NginxFile, mounts: dict[str, str]) -> list[str]:
    wanted = _absolute(pattern)
    exact = [outside for inside, outside in sorted(mounts.items()) if fnmatchcase(inside, wanted) and outside != main.path]
    return exact or [path for path in _ending(pattern, mounts.values()) if path != main.path]


def _ending(pattern: str, paths: Iterable[str]) -> list[str]:
    """Paths of the tree that end as the include does: its last folder and name (``snippets/ssl.conf``, ``conf.d/*.conf``)."""
    tail = "/".join(pattern.strip("/").split("/")[-2:])
    named = tail.split("/")[-1]
    alone = [] if "*" in named else [path for path in paths if path.rsplit("/", 1)[-1] == named]
    return sorted(path for path in paths if fnmatchcase(path, f"*/{tail}") or path == tail) or (alone if len(alone) == 1 else [])
