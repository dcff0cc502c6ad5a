"""The entries of go.yaml: complete, and each one found by some shape."""

from __future__ import annotations

import re

import pytest

from advisor.stack.go.reader import words
from advisor.stack.go.servers import known
from advisor.stack.library import Library

_KINDS = ({"accept"}, {"method", "of", "arguments"}, {"transport"}, {"dial"}, {"dial_method", "of"})


@pytest.mark.parametrize("library", known(), ids=lambda library: library.id)
def test_entry(library: Library) -> None:
    """Sources, a day, words that are looked for, and shapes of a known kind."""
    assert library.sources
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", library.confirmed["on"])
    assert library.confirmed["how"] in ("taken_over", "read", "measured")
    assert set(library.words) <= words()
    assert [] == [shape for shape in library.shapes if set(shape) not in _KINDS]
