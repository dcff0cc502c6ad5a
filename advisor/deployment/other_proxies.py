"""Configuration files of proxies other than nginx -> a hop each, with its place and what the proxy's own module reads."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.deployment.parts import Findings, Part, ProxyFiles, identity, purpose_of
from advisor.deployment.proxy_signs import CONFIGURED, FILES, NAMES, NOT_APACHE, first_sign
from advisor.model import Hop
from advisor.tree import Tree

WORDS = ("ProxyPass", "<VirtualHost")


def read(tree: Tree) -> Part:
    """A hop for each such file; it gives way where a compose file or Dockerfile runs the program with it."""
    found = Findings()
    for platform, path in _candidates(tree):
        place = first_sign(tree, platform, path)
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
                config=ProxyFiles(path) if platform in CONFIGURED else None,
                because=f"{path} is a configuration of {NAMES[platform]}",
            )
        )
        found.gives_way.append((identifier, (path,)))
        found.chose(path, purpose, f"a configuration of {NAMES[platform]}")
    return found.part()


def _candidates(tree: Tree) -> Iterator[tuple[str, str]]:
    for platform, names in FILES.items():
        yield from ((platform, path) for path in tree.named(*names))
    yield from (("apache-httpd", path) for path in tree.having(*WORDS) if not NOT_APACHE.search(path.lower()))
