"""The entries of jvm.yaml and dotnet.yaml: complete, and each one found by some detector."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import advisor.stack
from advisor.stack.dotnet import reader as dotnet
from advisor.stack.jvm import reader as jvm
from advisor.stack.library import Library, libraries

_ENTRIES = [library for library in libraries().values() if library.ecosystem in ("maven", "nuget")]
_CODE = "\n".join(
    path.read_text() for name in ("jvm", "dotnet") for path in (Path(advisor.stack.__path__[0]) / name).glob("*.py")
)


@pytest.mark.parametrize("library", _ENTRIES, ids=lambda library: library.id)
def test_entry(library: Library) -> None:
    """Sources, a day, words that the pre-filter looks for, and a detector that names it."""
    assert library.sources
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", library.confirmed["on"])
    assert library.confirmed["how"] in ("taken_over", "read", "measured")
    assert library.words or "backplane" in library.roles
    assert not library.words or set(library.words) & (jvm.words() | dotnet.words())
    assert f'"{library.id}' in _CODE
    if library.heartbeats:
        assert library.heartbeat("99") == library.heartbeat(None)


@pytest.mark.parametrize("library", [entry for entry in _ENTRIES if "backplane" in entry.roles], ids=lambda library: library.id)
def test_backplane(library: Library) -> None:
    """A backplane joins libraries that are known, and says how far."""
    assert library.joins
    assert set(library.joins) <= libraries().keys()
    assert "network" == library.backplane_scope
