"""Examples in documents: which become a hop, at what line, and that one of them is told as no more than information."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.advise import advise, words
from advisor.deployment.documents import fences
from advisor.options import Options
from advisor.tree import Tree
from tests.deployment.reading import read
from tests.test_walk import HERE

SERVER = "server {\n  listen 80;\n  location / { proxy_pass http://127.0.0.1:3000; }\n}\n"
LOCATION = "location / {\n  proxy_pass http://127.0.0.1:3000;\n}\n"


def document(body: str, language: str = "nginx") -> str:
    return f"# Chat\n\nBehind nginx:\n\n```{language}\n{body}```\n"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("README.md", document(SERVER), 6),
        ("docs/deploy.md", document(SERVER, ""), 6),
        ("README.md", document(LOCATION), 5),
        ("README.md", document(SERVER.replace("location /", "proxy_set_header Upgrade $http_upgrade;\nlocation /")), None),
        ("README.md", document(SERVER, "yaml"), None),
        ("README.md", SERVER, None),
        ("CHANGELOG.md", document(SERVER), None),
        ("tests/README.md", document(SERVER), None),
        ("docs/blog/one.md", document(SERVER), None),
    ],
    ids=["server", "no language", "location", "upgrade", "yaml", "no fence", "changelog", "of a test", "blog"],
)
def test_examples_that_are_hops(path: str, text: str, line: int | None) -> None:
    """Only what would lose the upgrade; a location alone is put into a server."""
    wanted = [("documentation", path, line)] if line is not None else []

    assert wanted == [(hop.scope, hop.place.file, hop.place.line) for hop in read({path: text}).hops]


def test_an_example_is_told_once_and_decides_nothing() -> None:
    """One finding, at most information; the verdict is that without the document."""
    without = advise(Tree.of(HERE, words()), Options())
    report = advise(Tree.of({**HERE, "README.md": document(SERVER)}, words()), Options())
    added = [each for each in report.findings if each.place.file == "README.md"]

    assert [("WS101", "info", "note")] == [(each.rule, each.severity, each.verdict) for each in added]
    assert (without.verdict, without.questions) == (report.verdict, report.questions)


@given(st.text(alphabet="`~\n nginx{};proxy_pass", max_size=200))
def test_no_text_raises(text: str) -> None:
    """Whatever stands there, a fence begins on a line of the text."""
    assert all(1 <= line <= len(text.splitlines()) for line, _ in fences(text))
