"""A path in the repository -> what it is for: production, development, test, example or documentation."""

from __future__ import annotations

import re

from advisor.model import Scope

_FOLDERS: tuple[tuple[Scope, frozenset[str]], ...] = (
    (
        "test",
        frozenset(
            {
                "test",
                "tests",
                "__tests__",
                "spec",
                "specs",
                "e2e",
                "fixtures",
                "__fixtures__",
                "testdata",
                "test-data",
                "__mocks__",
                "mocks",
                "cypress",
                "playwright",
                "testing",
                "integration-tests",
                "integration-test",
                "_integration-test",
                "test-fixtures",
            }
        ),
    ),
    (
        "example",
        frozenset(
            {
                "example",
                "examples",
                "sample",
                "samples",
                "demo",
                "demos",
                "playground",
                "playgrounds",
                "boilerplate",
                "boilerplates",
                "tutorial",
                "tutorials",
                "starter",
                "starters",
                "quick-start",
                "quickstart",
            }
        ),
    ),
    ("documentation", frozenset({"doc", "docs", "documentation"})),
    (
        "development",
        frozenset({"dev", "development", ".devcontainer", "local", "bench", "benchmark", "benchmarks", ".storybook"}),
    ),
)
_TEST_NAME = re.compile(
    r"^test_.*\.py$|^test-[\w.-]*\.[cm]?[jt]sx?$|_test\.(py|go|rb|exs|dart)$|_spec\.rb$|[._-](test|spec|e2e|cy)\.[a-z]+$|^conftest\.py$|^(jest|vitest|playwright|cypress)\."
)
_TEST_CLASS = re.compile(r"[a-z\d](?:Test|Tests|TestCase|IT|Spec)\.(?:java|kt|cs|php|swift|scala)$")
_NUMBERED = re.compile(r"(?:example|sample|demo|tutorial)s?[-_]?\d{1,3}")
_SOURCES = frozenset({"java", "kotlin", "scala", "groovy"})
_TEST_SOURCES = frozenset(
    {"androidtest", "commontest", "jvmtest", "inttest", "integrationtest", "functionaltest", "testfixtures"}
)
"""Source sets of Gradle and Android that hold tests."""
_TEST_PROJECTS = (".tests", ".test", ".unittests", ".integrationtests", ".functionaltests", ".testing")
"""Endings of .NET projects that hold tests."""
_DEV_NAME = re.compile(r"[._-](dev|devel|development|local|debug|override)([._-]|$)|^(dev|local)[._-]")
_EXAMPLE_NAME = re.compile(r"[._-](example|sample|dist)$|[._-](example|sample)[._-]|^example[._-]")
_TEST_DEPLOY = re.compile(r"[._-](test|tests|testing|ci|e2e)([._-]|$)")


def scope_of(path: str) -> Scope:
    """The scope that a path's folders and file name show; production where nothing says otherwise.

    Folders decide from the outside in, so ``examples/app/docs/x`` is an example. A repository that *is* an example (its
    root is named so) is not seen here: only what lies inside the scanned root counts. ``usr/local`` is where programs of an
    image lie, and says nothing; nor do the packages of the JVM below ``src/main/java`` (``com.example.demo``).
    """
    *folders, name = path.lower().split("/")
    for before, folder in zip(("", *folders), folders, strict=False):
        if (before, folder) == ("usr", "local"):
            continue
        if (folder in _SOURCES and before.endswith("main")) or (before, folder) == ("com", "example"):
            break
        if _NUMBERED.fullmatch(folder):
            return "example"
        if folder.endswith(_TEST_PROJECTS) or folder in _TEST_SOURCES:
            return "test"
        for scope, names in _FOLDERS:
            if folder in names:
                return scope
        if folder.startswith(("dev-", "development-")):
            return "development"
    if _TEST_NAME.search(name) or _TEST_CLASS.search(path):
        return "test"
    if _EXAMPLE_NAME.search(name):
        return "example"
    if _DEV_NAME.search(name):
        return "development"
    if name.endswith((".yml", ".yaml", ".conf", ".toml", ".tf")) and _TEST_DEPLOY.search(name):
        return "test"
    return "documentation" if name.endswith((".md", ".mdx", ".rst", ".adoc")) else "production"
