"""Little trees in memory and what is found in them."""

from __future__ import annotations

import json

from advisor import stack
from advisor.model import App, Stack, Use
from advisor.tree import Tree


def detect(files: dict[str, str]) -> Stack:
    return stack.detect(Tree.of(files, stack.words()))


def uses(files: dict[str, str]) -> list[Use]:
    return list(detect(files).uses())


def package(**dependencies: str) -> str:
    """A package.json with these dependencies; ``_`` stands for ``-`` where a name needs it."""
    return json.dumps({"name": "site", "dependencies": dependencies})


def one(code: str, path: str = "server.js", **dependencies: str) -> Use:
    """The only use in a tree of one script."""
    found = uses({"package.json": package(**dependencies), path: code})
    assert 1 == len(found), found
    return found[0]


def app(files: dict[str, str], id: str) -> App:
    return next(app for app in detect(files).apps if app.id == id)
