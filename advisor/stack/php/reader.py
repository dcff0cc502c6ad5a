"""The PHP side of a tree -> the socket libraries its apps use: Laravel's servers, and what a script runs itself."""

from __future__ import annotations

from advisor.stack.apps import Apps, Found
from advisor.stack.own_code import OwnCode
from advisor.stack.php import ENDINGS, clients, laravel, raw
from advisor.stack.php.module import PhpFile
from advisor.stack.php.packages import Packages
from advisor.stack.settled import settled
from advisor.tree import Tree


def words() -> frozenset[str]:
    """The literals one of which stands in every file that a detector asks for."""
    return frozenset((*laravel.WORDS, *raw.WORDS, *clients.WORDS))


def detect(tree: Tree, apps: Apps) -> Found:
    """Every use in the project's own PHP code; a package alone, php-fpm and what is sent to a service over HTTP are none."""
    code = OwnCode(tree, apps, "php", ENDINGS, PhpFile)
    packages = Packages(tree, apps)
    uses = (*laravel.detect(code, packages), *raw.detect(code, packages), *clients.detect(code, packages))
    return Found(settled(uses, apps), tuple(code.not_read))
