"""Folders of YAML become plain data in one way, whether parsed, compiled or cached."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor import data


@pytest.fixture
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder called ``facts`` with one file in a subfolder, and a cache of its own."""
    folder = tmp_path / "facts"
    (folder / "host").mkdir(parents=True)
    (folder / "host" / "sample.yaml").write_text(
        "confirmed: {on: 2026-11-25, how: read}\nswitch: off\nopen: true\nsince: '2.10'\n"
    )
    monkeypatch.setitem(data._SOURCES, "facts", folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    data.folder.cache_clear()
    return folder


SAMPLE = {"host/sample": {"confirmed": {"on": "2026-11-25", "how": "read"}, "switch": "off", "open": True, "since": "2.10"}}


def test_on_and_off_are_words_and_dates_are_text(facts: Path) -> None:
    """``on`` is a key of every confirmation; only ``true`` and ``false`` are booleans."""
    assert SAMPLE == data.compile_folder("facts")


def test_a_folder_is_the_same_from_the_cache(facts: Path, tmp_path: Path) -> None:
    """The second reading parses no YAML."""
    first = data.folder("facts")
    data.folder.cache_clear()

    assert SAMPLE == first == data.folder("facts")
    assert [SAMPLE] == [json.loads(path.read_text()) for path in (tmp_path / "cache" / "wsadvise").iterdir()]


def test_an_edit_is_seen_at_once(facts: Path) -> None:
    """The cache goes by the content."""
    data.folder("facts")
    data.folder.cache_clear()
    (facts / "host" / "sample.yaml").write_text("switch: on\n")

    assert {"host/sample": {"switch": "on"}} == data.folder("facts")
