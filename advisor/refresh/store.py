"""What was looked at -> the fingerprints that may be kept, and what is left to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from advisor.refresh.cited import Cited
from advisor.refresh.fingerprints import Fingerprints, Kept, keep
from advisor.refresh.look import Looked


def store(file: Path, every: Sequence[Cited], looked: Sequence[Looked], kept: Fingerprints, today: date) -> tuple[Looked, ...]:
    """Keeps the fingerprint of each source that has none, and answers the same list with those as ``stored``.

    A changed passage keeps its old fingerprint: it is renewed once somebody read it again and set the source's ``read``.
    ``every``: all sources that the profiles cite; fingerprints of others go.
    """
    new = {
        (each.source.url, each.source.passage): Kept(each.fingerprint, today.isoformat())
        for each in looked
        if each.fingerprint is not None and each.status == "no_fingerprint"
    }
    keep(file, {**kept, **new}, {(source.url, source.passage): source for source in every})
    return tuple(
        replace(each, status="stored", kept_on=today.isoformat()) if (each.source.url, each.source.passage) in new else each
        for each in looked
    )
