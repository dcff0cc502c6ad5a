"""Fixes of files that nobody meant to write: no text makes them fail, and what is written is read again."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.advise import words
from advisor.fixes.prove import fixes
from advisor.options import Options
from advisor.reports import fix
from advisor.tree import Tree
from tests.fixes.test_proof import PLAIN, repository
from tests.hostile_files import WRONG
from tests.rules.test_rules import AS_OF

GROUPS = 4


@pytest.mark.parametrize("group", range(GROUPS))
def test_wrong_files_beside_a_broken_one(group: int) -> None:
    """Whatever lies beside the app, fixes come out as a diff that can be written, and none is made of what could not be read."""
    for name, content in WRONG[group::GROUPS]:
        files = {**repository(PLAIN), f"other/{name}": content}
        tree = Tree.of(files, words())
        found = fixes(tree, Options(as_of=AS_OF), unsafe=True)
        shown = fix.patches(found)

        assert sum(1 for each in shown if each.diff) == fix.render(shown).encode().count(b"\n+++ b/")
        assert set() == {path for path, _, _ in found.files} & {note.file for note in tree.not_read}


PIECES = [
    "location / {",
    "}",
    "\n",
    "\r\n",
    "\t",
    " ",
    "proxy_pass http://127.0.0.1:3000;",
    "# ;{",
    '"',
    "server {",
    "é",
    "listen 80;",
    "\ufeff",
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_any_text_in_the_configuration(pieces: list[str]) -> None:
    """No line of the file is lost, whatever it holds, unless it is one that the fix replaces."""
    text = "".join(pieces)
    found = fixes(Tree.of(repository(f"server {{\n{text}\n}}\n"), words()), Options(as_of=AS_OF))
    for _, before, after in found.files:
        rest = iter(after.split("\n"))
        assert all(any(line == each or line.strip() in each for each in rest) for line in before.split("\n"))
