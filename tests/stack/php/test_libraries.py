"""The entries of php.yaml: complete, and each one found by some detector."""

from __future__ import annotations

import re

import pytest

from advisor.stack.library import Library, libraries
from advisor.stack.php.reader import words

_ENTRIES = [library for library in libraries().values() if library.ecosystem == "packagist"]


@pytest.mark.parametrize("library", _ENTRIES, ids=lambda library: library.id)
def test_entry(library: Library) -> None:
    """Sources, a day, and words that the pre-filter looks for; a backplane joins something that exists."""
    assert library.sources
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(library.confirmed["on"]))
    assert library.confirmed["how"] in ("taken_over", "read", "measured")
    assert set() == set(library.words) - words()
    assert set() == set(library.joins) - set(libraries())
    assert library.words or "backplane" in library.roles
