"""Examples in Markdown documents that would lose an upgrade -> a hop of the documentation for each.

Read are fenced blocks with nginx servers or locations that hand requests on and never speak of an upgrade: who copies one breaks
the sockets of the very app that the document describes. Examples that do speak of it are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.deployment.nginx_files import read_file
from advisor.deployment.parts import Findings, Part, ProxyFiles, Purpose, identity
from advisor.formats.document import Unreadable
from advisor.model import Hop
from advisor.scope import scope_of
from advisor.tree import Tree

WORDS = ("proxy_pass",)
_NAMES = ("*.md", "*.mdx", "*.markdown")
_RECORDS = re.compile(r"(?:^|/)(?:change-?log|history|releases?|news|archive|blog|posts?|_posts)\b|\d{4}-\d{2}", re.IGNORECASE)
_FENCE = re.compile(r"^(?P<indent>[ \t]{0,12})(?P<sign>`{3,}|~{3,})[ \t]*(?P<language>[\w+.-]{0,30})[^`\n]*$")
_LANGUAGES = frozenset({"", "nginx", "conf", "nginxconf", "config", "text"})
_SPEAKS = re.compile(r"upgrade|websocket|proxy_http_version|include\s", re.IGNORECASE)
_LOCATION = re.compile(r"^\s*location\b[^{;]{0,200}\{", re.MULTILINE)
_LARGEST, _MOST_FILES, _MOST_FENCES = 500_000, 100, 20
_PURPOSE = Purpose("documentation", "documentation")


def read(tree: Tree) -> Part:
    """A hop for every such example."""
    found = Findings()
    documents = [path for path in tree.having(*WORDS, among=tree.named(*_NAMES)) if not _RECORDS.search(path)]
    for path in documents[:_MOST_FILES]:
        text = tree.text(path) or ""
        if len(text) > _LARGEST or scope_of(path) != "documentation":
            continue
        for line, body in list(fences(text))[:_MOST_FENCES]:
            example = _example(path, line, body)
            if example is not None:
                found.hops.append(example)
    return found.part()


def fences(text: str) -> Iterator[tuple[int, str]]:
    """The fenced blocks that may be nginx's: the line of the opening, and what stands in between."""
    opened: tuple[int, str] | None = None
    taken, body = False, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        fence = _FENCE.match(line)
        if opened is None and fence is not None:
            opened, taken, body = (number, fence["sign"]), fence["language"].lower() in _LANGUAGES, []
        elif opened is not None and fence is not None and fence["sign"].startswith(opened[1]) and not fence["language"]:
            if taken:
                yield opened[0], "\n".join(body) + "\n"
            opened = None
        else:
            body.append(line)


def _example(path: str, line: int, body: str) -> Hop | None:
    if "proxy_pass" not in body or _SPEAKS.search(body):
        return None
    whole = "\n" * line + body
    if not re.search(r"^\s*server\s*\{", body, re.MULTILINE) and _LOCATION.search(body):
        whole = "\n" * (line - 1) + "server { listen 80;\n" + body + "}\n"
    try:
        file = read_file(path, whole)
    except Unreadable:
        return None
    if file is None or file.level == "snippet" or not file.serves:
        return None
    return Hop(
        identity("nginx", path, str(line)),
        "nginx",
        "nginx",
        file.first,
        certainty="weak",
        scope=_PURPOSE.scope,
        environment=_PURPOSE.environment,
        config=ProxyFiles(None, (path,), texts=((path, whole),)),
        because=f"{path}:{line} shows an nginx configuration",
    )
