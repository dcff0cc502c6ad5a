"""Which sources are looked at, and how their fingerprints are kept."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from advisor import data
from advisor.knowledge import Knowledge, load
from advisor.refresh import fingerprints
from advisor.refresh.cited import Cited, cited
from advisor.refresh.fingerprints import Kept
from advisor.refresh.look import Looked
from advisor.refresh.store import store
from advisor.reports import refresh as report
from advisor.reports.schema import schema
from tests.cli.conftest import Said, said
from tests.knowledge.made import fact, files, statement
from tests.refresh.conftest import Web

__all__ = ["said"]
A, B = Cited("https://a.example/", ("x",), ("sample/idle_timeout",), "2026-11-20"), Cited("https://b.example/", (), ("sample/y",))
TODAY = date(2026, 11, 25)


def sources(**given: Any) -> dict[str, Any]:
    return {
        name: {"url": url, "kind": "vendor_docs", "read": "2026-11-20"} | ({"passage": passage} if passage else {})
        for name, (url, passage) in given.items()
    }


def test_cited() -> None:
    """A source has its passage, or else its fragment, and the facts that rest on it."""
    made = Knowledge(
        files(
            fact("idle_timeout", statement(60, sources=["docs", "code"], reset_by="any")),
            sources=sources(docs=("https://e.com/d#idle", ["Idle"]), code=("https://github.com/a/b/blob/main/c.md#L3", None)),
        )
    )
    docs, code = cited([made.platform("sample")])

    assert (("Idle",), "https://e.com/d", "2026-11-20") == (docs.passage, docs.address, docs.read)
    assert (("#L3",), "https://raw.githubusercontent.com/a/b/main/c.md") == (code.passage, code.address)
    assert ("sample/idle_timeout",) == code.facts
    assert "sample/upgrade_headers" in docs.facts


def test_every_shipped_source_is_cited_once() -> None:
    """No source of the knowledge base is left out."""
    knowledge = load()
    profiles = [knowledge.platform(each) for each in knowledge.platforms()]
    every = cited(profiles)

    assert {source.url for profile in profiles for source in profile.sources.values()} == {each.url for each in every}
    assert len(every) == len({(each.url, each.passage) for each in every})
    assert [] == [each.url for each in every if not each.facts]


def test_only_new_fingerprints_are_kept(tmp_path: Path) -> None:
    """One that is missing is written, that of a changed passage stays, and one that nobody cites any more goes."""
    file = tmp_path / "fingerprints.json"
    kept = {(A.url, A.passage): Kept("old", "2026-11-21"), ("https://gone.example/", ()): Kept("x", "2026-11-21")}
    looked = (Looked(A, "changed", "", None, "new", "2026-11-21"), Looked(B, "no_fingerprint", "", None, "b"))
    after = store(file, (A, B), looked, kept, TODAY)

    assert ["changed", "stored"] == [each.status for each in after]
    assert [
        {"url": A.url, "passage": ["x"], "fingerprint": "old", "on": "2026-11-21"},
        {"url": B.url, "passage": [], "fingerprint": "b", "on": "2026-11-25"},
    ] == json.loads(file.read_text())
    assert 4 == file.read_text().count("\n")


def test_what_is_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is found beside the profiles; without one there are no fingerprints."""
    monkeypatch.setitem(data._SOURCES, "platforms", tmp_path)
    assert {} == fingerprints.load()
    fingerprints.keep(tmp_path / fingerprints.NAME, {(A.url, A.passage): Kept("a", "2026-11-25")}, {(A.url, A.passage): A})

    assert {(A.url, A.passage): Kept("a", "2026-11-25")} == fingerprints.load()


@pytest.fixture
def shop(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Web:
    """A knowledge base of one platform whose source is a page of the server."""
    url = web.show("/docs", "<h1>Docs</h1><h2>Idle</h2><p>60 s</p><h2>Other</h2>")
    made = Knowledge(files(sources=sources(docs=(url, ["Idle"]))))
    monkeypatch.setattr("advisor.knowledge.load", lambda: made)
    monkeypatch.setitem(data._SOURCES, "platforms", tmp_path)
    return web


def test_the_command(shop: Web, said: Said) -> None:
    """Nothing kept, kept, unchanged, changed: the exit code says whether a person has to read something."""
    assert (1, True) == ((first := said("data", "refresh", "--check", "sample"))[0], "No fingerprint yet" in first[1])
    assert 0 == said("data", "refresh", "--check", "--write")[0]
    code, out, err = said("data", "refresh", "--check")
    assert (0, "Nothing to read again: 1 unchanged.\n", "") == (code, out, err)

    shop.show("/docs", "<h1>Docs</h1><h2>Idle</h2><p>75 s</p><h2>Other</h2>")
    code, out, _ = said("data", "refresh", "--check", "--write", "--format", "json")
    told = json.loads(out)
    jsonschema.validate(told, schema("refresh"))
    assert (1, 1, "changed") == (code, told["to_read"], told["sources"][0]["status"])
    assert "sample/idle_timeout" in told["sources"][0]["facts"]
    assert 1 == said("data", "refresh", "--check")[0], "a change stays until somebody has read it"


def test_nothing_is_asked_without_the_flag(shop: Web, said: Said) -> None:
    """The network is opened on request only."""
    code, out, err = said("data", "refresh", "sample")

    assert (2, "", True) == (code, out, "--check" in err)
    assert [] == shop.asked


@pytest.mark.parametrize(
    ("arguments", "word"), [(["nginxx"], "'nginxx'"), (["--format", "markdown"], "'markdown'")], ids=["platform", "format"]
)
def test_wrong_usage(web: Web, said: Said, arguments: list[str], word: str) -> None:
    """A wrong name is told before anything is asked."""
    code, out, err = said("data", "refresh", "--check", *arguments)

    assert (2, "", True) == (code, out, word in err)


def test_an_installed_package_keeps_none(shop: Web, said: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a source checkout --write is refused, before anything is asked."""
    monkeypatch.setitem(data._SOURCES, "platforms", tmp_path / "not-there")

    assert (2, []) == (said("data", "refresh", "--check", "--write")[0], shop.asked)
    assert 1 == said("data", "refresh", "--check")[0]


def test_text_tells_where_and_why() -> None:
    """Address, new address, passage, day and facts; then the counts, and why some were not asked."""
    looked = (
        Looked(A, "moved", "it redirects for good", "https://new.example/", "f", "2026-11-21"),
        Looked(Cited("pkg:npm/ws@8#a.js"), "skipped", "a file of a package, not a page"),
    )
    told = report.text(looked)

    assert [] == [word for word in (A.url, "now https://new.example/", "'x'", "2026-11-21", *A.facts) if word not in told]
    assert "1 source to read again: 1 moved, 1 not asked." in told
    assert "Not asked: a file of a package, not a page." in told
