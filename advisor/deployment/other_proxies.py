"""Configuration files of proxies other than nginx -> a hop each, with its place and what the proxy's own module reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.deployment import apache_files
from advisor.deployment.parts import Findings, Part, ProxyFiles, Purpose, identity, purpose_of
from advisor.deployment.proxy_signs import CONFIGURED, FILES, NAMES, NOT_APACHE, first_sign
from advisor.kinds import is_code_or_prose
from advisor.model import Hop
from advisor.tree import Tree

WORDS = apache_files.WORDS
_FRAGMENT = re.compile(
    r"(?:reverse_proxy|handle|handle_path|route|redir|respond|header|encode|file_server|root|import|log|tls|@)"
)


def read(tree: Tree) -> Part:
    """A hop for each such file; it gives way where a compose file or Dockerfile runs the program with it."""
    found = Findings()
    for platform, config in _candidates(tree):
        path = config.files[0]
        place = next((place for file in config.files if (place := first_sign(tree, platform, file))), None)
        if place is None:
            continue
        purpose = purpose_of(path)
        if not purpose.deployed:
            found.chose(path, purpose, f"a test's configuration of {NAMES[platform]}")
            continue
        identifier = identity(platform, path)
        found.hops.append(
            Hop(
                identifier,
                platform,
                NAMES[platform],
                place,
                certainty="strong",
                scope=purpose.scope,
                environment=purpose.environment,
                config=config if platform in CONFIGURED else None,
                because=f"{path} is a configuration of {NAMES[platform]}",
            )
        )
        found.gives_way.append((identifier, config.files))
        for file in config.files:
            found.chose(file, purpose, f"a configuration of {NAMES[platform]}")
    return found.part()


def _candidates(tree: Tree) -> Iterator[tuple[str, ProxyFiles]]:
    for platform, names in FILES.items():
        for path in tree.named(*names):
            if is_code_or_prose(path):
                continue
            if platform != "caddy" or _stands_alone(tree.text(path) or "", path):
                yield platform, ProxyFiles(path)
    by_content = (path for path in tree.having(*WORDS) if not NOT_APACHE.search(path.lower()))
    paths = sorted({*by_content, *tree.named("httpd.conf", "apache2.conf")})
    by_purpose: dict[Purpose, list[str]] = {}
    for path in paths:
        by_purpose.setdefault(purpose_of(path), []).append(path)
    for members in by_purpose.values():
        proxying = [path for path in members if first_sign(tree, "apache-httpd", path)]
        yield from (("apache-httpd", config) for config in apache_files.grouped(tree, members, proxying))


def _stands_alone(text: str, path: str) -> bool:
    """False for a part that a Caddyfile imports into a site: it begins with a directive."""
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return path.lower().rpartition("/")[2].startswith("caddyfile") or not _FRAGMENT.match(first)
