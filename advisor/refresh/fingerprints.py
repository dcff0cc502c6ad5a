"""``platforms/fingerprints.json``: digests of passages as they were read. Generated; nobody edits it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from advisor import data
from advisor.refresh.cited import Cited

NAME = "fingerprints.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A passage's digest and the ISO day on which the page was fetched."""

    fingerprint: str
    on: str


Fingerprints = Mapping[tuple[str, tuple[str, ...]], Kept]
"""By url and passage: other anchors cut out another text."""


def home() -> Path | None:
    """The file in a source checkout; ``None`` in an installed package, which cannot keep any."""
    folder = data.source("platforms")
    return folder / NAME if folder.is_dir() else None


def load() -> Fingerprints:
    """The fingerprints that ship with the data; none where there is no file."""
    file = home() or data.compiled(NAME)
    if not file.is_file():
        return {}
    entries = json.loads(file.read_text(encoding="utf-8"))
    return {(each["url"], tuple(each["passage"])): Kept(each["fingerprint"], each["on"]) for each in entries}


def keep(file: Path, known: Fingerprints, cited: Mapping[tuple[str, tuple[str, ...]], Cited]) -> None:
    """Writes them sorted, one a line, so that a difference shows what was read; those that no profile cites any more go."""
    lines = [
        json.dumps({"url": url, "passage": passage, "fingerprint": kept.fingerprint, "on": kept.on}, ensure_ascii=False)
        for (url, passage), kept in sorted(known.items(), key=lambda item: item[0])
        if (url, passage) in cited
    ]
    file.write_text("[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n", encoding="utf-8", newline="\n")
