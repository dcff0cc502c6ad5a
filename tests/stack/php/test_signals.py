"""Stop signals and cookies as PHP and Dart code shows them."""

from __future__ import annotations

import pytest

from advisor.stack import cookies, signals
from advisor.stack.apps import find
from advisor.tree import Tree


@pytest.mark.parametrize(
    ("path", "code", "told"),
    [
        ("server.php", "<?php\npcntl_signal(SIGTERM, function () {});\n", ["SIGTERM"]),
        ("server.php", "<?php\n$loop->addSignal(\\SIGINT, $stop);\n", ["SIGINT"]),
        ("bin/server.dart", "void main() { ProcessSignal.sigterm.watch().listen((_) => stop()); }\n", ["SIGTERM"]),
        ("server.php", "<?php\necho SIGTERM;\n", []),
    ],
)
def test_signals(path: str, code: str, told: list[str]) -> None:
    """What the code listens for."""
    tree = Tree.of({path: code}, signals.WORDS)
    apps = find(tree)
    assert told == [signal for signal, _ in signals.heard(tree, apps, apps.roots["."])]


@pytest.mark.parametrize(
    ("line", "kept"),
    [("'same_site' => 'lax',", True), ("'same_site' => env('S', 'strict'),", True), ("'same_site' => null,", False)],
)
def test_cookies_of_laravel(line: str, kept: bool) -> None:
    """``config/session.php`` says where cookies go."""
    tree = Tree.of({"config/session.php": f"<?php\nreturn [\n    {line}\n];\n"}, cookies.WORDS)
    apps = find(tree)
    assert kept is (cookies.same_site(tree, apps, apps.roots["."]) is not None)
