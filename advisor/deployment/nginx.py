"""nginx configurations that stand in the tree, under any name -> one hop for each set of files that an nginx would read."""

from __future__ import annotations

from dataclasses import replace

from advisor.deployment.jinja import Rendered, destination, spoken_open
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
            _hops(tree, files, purpose, found)
        else:
            for file in files:
                found.chose(file.path, purpose, "a test's nginx configuration")
    return found.part()


def _hops(tree: Tree, files: list[NginxFile], purpose: Purpose, found: Findings) -> None:
    by_path = {file.path: file for file in files}
    for config in grouped(files):
        head = by_path[config.files[0]]
        identifier = identity("nginx", head.path)
        filled = {path: each for path in config.files if path in by_path and (each := by_path[path].filled) is not None}
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
                config=replace(config, texts=tuple((path, each.text) for path, each in filled.items())) if filled else config,
                because=f"{head.path} is an nginx configuration{_told(tree, head, filled)}",
            )
        )
        found.gives_way.append((identifier, config.files))
        for path in config.files:
            found.chose(path, purpose, "an nginx configuration")


def _told(tree: Tree, head: NginxFile, filled: dict[str, Rendered]) -> str:
    """Where Ansible puts a template, and what it leaves open."""
    put = destination(tree, head.path) if head.path in filled else None
    where = f" that {put[1]} puts to {put[0]}" if put is not None else ""
    return where + spoken_open(tuple(dict.fromkeys(name for each in filled.values() for name in each.open)))
