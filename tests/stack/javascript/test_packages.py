"""Versions from lock files of every kind, else the least that the manifest asks for."""

from __future__ import annotations

import pytest

from advisor.stack.apps import find
from advisor.stack.javascript.packages import Packages, least
from advisor.tree import Tree

LOCKS = {
    "package-lock-1": ("package-lock.json", '{"lockfileVersion": 1, "dependencies": {"ws": {"version": "8.18.1"}}}'),
    "package-lock-2": (
        "package-lock.json",
        '{"lockfileVersion": 2, "packages": {"node_modules/ws": {"version": "8.18.1"},'
        '"node_modules/a/node_modules/ws": {"version": "7.0.0"}}}',
    ),
    "shrinkwrap": ("npm-shrinkwrap.json", '{"lockfileVersion": 3, "packages": {"node_modules/ws": {"version": "8.18.1"}}}'),
    "yarn-1": ("yarn.lock", 'ws@^7.0.0:\n  version "7.5.9"\n  resolved "x"\n\n"ws@^8.0.0", ws@~8.2:\n  version "8.18.1"\n'),
    "yarn-berry": ("yarn.lock", '"ws@npm:^8.18.0":\n  version: 8.18.1\n  resolution: "ws@npm:8.18.1"\n'),
    "pnpm-9": (
        "pnpm-lock.yaml",
        "importers:\n"
        "  .:\n"
        "    dependencies:\n"
        "      ws:\n"
        "        specifier: ^8.0.0\n"
        "        version: 8.18.1(bufferutil@4.0.8)\n"
        "packages:\n"
        "  ws@8.19.0:\n"
        "    x: 1\n",
    ),
    "pnpm-6": ("pnpm-lock.yaml", "packages:\n  /ws/8.18.1:\n    resolution: {}\n"),
    "bun": ("bun.lock", '{\n  "packages": {\n    "ws": ["ws@8.18.1", "", {}, "sha512"],\n  }\n}\n'),
}


@pytest.mark.parametrize("name", LOCKS)
def test_locked(name: str) -> None:
    """The app's own copy is read from each kind of lock file."""
    file, text = LOCKS[name]
    tree = Tree.of({"package.json": '{"name": "a", "dependencies": {"ws": "^8.0.0"}}', file: text})
    assert "8.18.1" == Packages(tree, find(tree)).version(".", ["ws"])


def test_lock_of_the_workspace() -> None:
    """A package of a workspace finds its version in the lock file of the root."""
    tree = Tree.of(
        {
            "package.json": '{"workspaces": ["apps/*"]}',
            "apps/a/package.json": '{"name": "a", "dependencies": {"ws": "*"}}',
            "yarn.lock": LOCKS["yarn-1"][1],
        }
    )
    assert "8.18.1" == Packages(tree, find(tree)).version("apps/a", ["ws"])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("^4.8.1", "4.8.1"),
        ("~4.8", "4.8"),
        (">=4.0.0 <5", "4.0.0"),
        ("4.x", "4"),
        ("npm:ws@^8.1.0", "8.1.0"),
        ("workspace:^1.2.0", "1.2.0"),
        ("1.0.0-beta.2", "1.0.0-beta.2"),
        ("*", None),
        ("latest", None),
        ("<5", None),
        ("git+https://example.com/x.git#1", None),
        ("github:uNetworking/uWebSockets.js#v20.44.0", None),
    ],
)
def test_least(asked: str, expected: str | None) -> None:
    """The lower bound of a range; tags and addresses have none."""
    assert expected == least(asked)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"packages": []}', '{"packages": {"node_modules/ws": 1}}', '{"dependencies": 3}']
)
def test_broken_lock(text: str) -> None:
    """A lock file that is not one leaves the manifest's word."""
    tree = Tree.of({"package.json": '{"name": "a", "dependencies": {"ws": "^8.2.0"}}', "package-lock.json": text})
    assert "8.2.0" == Packages(tree, find(tree)).version(".", ["ws"])
