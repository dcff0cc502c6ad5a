"""The entries of dart.yaml: complete, and each one found by some detector."""

from __future__ import annotations

import re

import pytest

from advisor.stack.dart.reader import words
from advisor.stack.library import Library, libraries

_ENTRIES = [library for library in libraries().values() if library.ecosystem == "pub"]


@pytest.mark.parametrize("library", _ENTRIES, ids=lambda library: library.id)
def test_entry(library: Library) -> None:
    """Sources, a day, and words that the pre-filter looks for."""
    assert library.sources
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(library.confirmed["on"]))
    assert library.confirmed["how"] in ("taken_over", "read", "measured")
    assert all(any(word in wanted or wanted in word for wanted in words()) for word in library.words)
    assert library.words
