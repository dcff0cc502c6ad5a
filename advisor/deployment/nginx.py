"""nginx configurations that stand in the tree, under any name -> one hop for each set of files that an nginx would read."""

from __future__ import annotations

from advisor.deployment.nginx_files import WORDS, NginxFile, find, grouped
from advisor.deployment.parts import Findings, Part, Purpose, identity, purpose_of
from advisor.model import Hop
from advisor.tree import Tree

__all__ = ["WORDS", "read"]


def read(tree: Tree) -> Part:
    """A hop for every main file and for every directory of server files; they give way where an image uses the files."""
    found = Findings()
    by_purpose: dict[Purpose, list[NginxFile]] = {}
    for file in find(tree, tree.having(*WORDS), found):
        by_purpose.setdefault(purpose_of(file.path), []).append(file)
    for purpose, files in by_purpose.items():
        if purpose.deployed:
            _hops(files, purpose, found)
        else:
            for file in files:
                found.chose(file.path, purpose, "a test's nginx configuration")
    return found.part()


def _hops(files: list[NginxFile], purpose: Purpose, found: Findings) -> None:
    by_path = {file.path: file for file in files}
    for config in grouped(files):
        head = by_path[config.files[0]]
        identifier = identity("nginx", head.path)
        place = next((by_path[path].first for path in config.files if by_path[path].serves), head.first)
        found.hops.append(
            Hop(
                identifier,
                "nginx",
                "nginx",
                place,
                certainty="strong",
                scope=purpose.scope,
                environment=purpose.environment,
                config=config,
                because=f"{head.path} is an nginx configuration",
            )
        )
        found.gives_way.append((identifier, config.files))
        for path in config.files:
            found.chose(path, purpose, "an nginx configuration")
