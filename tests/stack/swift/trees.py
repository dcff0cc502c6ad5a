"""Little Swift repositories in memory, and what the Swift side finds in them."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.model import Use
from advisor.stack.apps import Found, find
from advisor.stack.swift import reader
from advisor.tree import Tree

PACKAGE = {
    "Package.swift": 'let package = Package(\n    name: "Board",\n    dependencies: [])\n',
    "Package.resolved": '{"pins": [{"identity": "starscream", "kind": "remoteSourceControl", "location": "x",'
    ' "state": {"revision": "abc", "version": "4.0.6"}}]}',
}
APP = "import Foundation\nimport UIKit\n"


def found(files: Mapping[str, str]) -> Found:
    """Everything the Swift side says about these files."""
    tree = Tree.of(files, reader.words())
    return reader.detect(tree, find(tree))


def uses(files: Mapping[str, str], role: str = "") -> tuple[Use, ...]:
    """The uses in these files, or those of one role."""
    return tuple(use for use in found({**PACKAGE, **files}).uses if role in ("", use.role))


def client(code: str, **files: str) -> Use:
    """The one client of an app whose file holds this code."""
    (use,) = uses({"Board/Socket.swift": APP + code, **{f"Board/{name}.swift": text for name, text in files.items()}})
    return use
