"""Little Dart and Flutter repositories in memory, and what the Dart side finds in them."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.model import Use
from advisor.stack.apps import Found, find
from advisor.stack.dart import reader
from advisor.tree import Tree

FLUTTER = {
    "pubspec.yaml": "name: board\ndependencies:\n  flutter:\n    sdk: flutter\n  web_socket_channel: ^3.0.0\n",
    "pubspec.lock": 'packages:\n  web_socket_channel:\n    dependency: "direct main"\n    description:\n'
    '      name: web_socket_channel\n    source: hosted\n    version: "3.0.1"\n',
}
DART = {"pubspec.yaml": "name: board\ndependencies:\n  shelf_web_socket: ^2.0.0\n"}
CHANNEL = "import 'package:web_socket_channel/web_socket_channel.dart';\nimport 'package:web_socket_channel/io.dart';\n"


def found(files: Mapping[str, str]) -> Found:
    """Everything the Dart side says about these files."""
    tree = Tree.of(files, reader.words())
    return reader.detect(tree, find(tree))


def uses(files: Mapping[str, str], role: str = "") -> tuple[Use, ...]:
    """The uses in these files, or those of one role."""
    return tuple(use for use in found(files).uses if role in ("", use.role))


def client(code: str, **files: str) -> Use:
    """The one client of a Flutter app whose main file imports web_socket_channel and holds this code."""
    (use,) = uses(
        {
            **FLUTTER,
            "lib/socket.dart": CHANNEL + code,
            **{name.replace("__", "/") + ".dart": text for name, text in files.items()},
        }
    )
    return use
