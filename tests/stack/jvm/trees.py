"""Little repositories in memory, and what the Java and Kotlin side finds in them."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.model import Use
from advisor.stack.apps import Found, find
from advisor.stack.jvm import reader
from advisor.tree import Tree

POM = "<project><groupId>com.acme</groupId><artifactId>chat</artifactId></project>"
MAIN = "src/main/java/com/acme/"


def found(files: Mapping[str, str]) -> Found:
    """Everything the JVM side says about these files."""
    tree = Tree.of(files, reader.words())
    return reader.detect(tree, find(tree))


def uses(files: Mapping[str, str] | str, ending: str = "java") -> tuple[Use, ...]:
    """The uses in these files, or in one file below ``src/main``, beside a pom.xml."""
    given = {f"{MAIN}App.{ending}": files} if isinstance(files, str) else dict(files)
    return found({"pom.xml": POM, **given}).uses


def only(files: Mapping[str, str] | str, ending: str = "java") -> Use:
    """The one use in these files."""
    (use,) = uses(files, ending)
    return use


def paths(use: Use) -> list[tuple[str | None, bool]]:
    """Path and prefix of each endpoint."""
    return [(endpoint.path, endpoint.prefix) for endpoint in use.endpoints]
